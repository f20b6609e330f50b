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

    /// <summary>Why somebody threw the switch; null: not said, or not known.</summary>
    public string? Reason { get; init; }
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
            described?.Version == parameter.Version ? described?.LastModifiedUser : null, parameter.Version)
        {
            Reason = described?.Version == parameter.Version && described?.Description is { Length: > 0 } reason ? reason : null,
        };
    }

    /// <summary>
    /// Sets the switch. The reason becomes the parameter's description, because the function compares the whole value with the word
    /// observe: with a reason in it, the value would mean nothing, and the function would contain. A description is always written, since
    /// one that is left out may stay from before.
    /// </summary>
    /// <param name="reason">At most 1,024 characters.</param>
    public Task SetAsync(string value, string reason, CancellationToken cancellationToken)
    {
        var request = StandardParameter.Put(names.Mode, value);
        request.Description = reason;
        return ssm.PutParameterAsync(request, cancellationToken);
    }
}
