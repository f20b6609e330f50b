using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Records;

namespace Responder.Operations.Incidents;

/// <summary>The current state of the kill switch.</summary>
/// <param name="Value">Null: the parameter does not exist.</param>
/// <param name="ChangedBy">ARN; null: unknown.</param>
public sealed record SwitchState(string Name, string? Value, DateTimeOffset? ChangedAt, string? ChangedBy, long? Version)
{
    /// <summary>True if the switch forces observe mode; the function decides this in the same way.</summary>
    public bool Observes => string.Equals(Value?.Trim(), "observe", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Reads and sets the parameter that forces every function to observe.</summary>
public sealed class ModeSwitch(IAmazonSimpleSystemsManagement ssm, ParameterNames names)
{
    public async Task<SwitchState> ReadAsync(CancellationToken cancellationToken)
    {
        Parameter parameter;
        try
        {
            parameter = (
                await ssm.GetParameterAsync(new GetParameterRequest { Name = names.Mode }, cancellationToken)
                .ConfigureAwait(false)).Parameter
                ?? throw new Amazon.Runtime.AmazonClientException("GetParameter: the answer has no parameter");
        }
        catch (ParameterNotFoundException)
        {
            return new SwitchState(names.Mode, null, null, null, null);
        }

        // The date comes with the value, the user only with the description.
        var request = new DescribeParametersRequest
        {
            ParameterFilters = [new ParameterStringFilter { Key = "Name", Option = "Equals", Values = [names.Mode] }],
        };
        var described = (await ssm.DescribeParametersAsync(request, cancellationToken).ConfigureAwait(false)).Parameters?.FirstOrDefault(
            p => p.Name == names.Mode);
        return new SwitchState(
            names.Mode, parameter.Value, parameter.LastModifiedDate is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null,
            described?.Version == parameter.Version ? described?.LastModifiedUser : null, parameter.Version);
    }

    public Task SetAsync(string value, CancellationToken cancellationToken) =>
        ssm.PutParameterAsync(StandardParameter.Put(names.Mode, value), cancellationToken);
}
