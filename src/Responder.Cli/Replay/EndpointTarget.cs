using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Detections;
using Responder.Logs;
using Responder.Records;
using Responder.Retention;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Cli.Replay;

/// <summary>Replays on an AWS endpoint as it is: nothing is seeded.</summary>
/// <param name="invocation">Account and region of the endpoint; the account is unknown on this machine.</param>
/// <param name="clock">Follows the events; null: real time.</param>
internal sealed class EndpointTarget(ResponderOptions options, AwsClients clients, Invocation invocation, ReplayTime? clock) : IReplayTarget
{
    private readonly SecurityResponder _responder = LiveResponder.Of(
        DetectionCatalog.For(options.Estate), options, clients, new NoLog(), clock ?? TimeProvider.System);
    private readonly IAmazonSimpleSystemsManagement _ssm = clients.Ssm();

    public ResponderOptions Options => options;

    /// <summary>True: read record and ledger back for the text output.</summary>
    public bool ReadsBack { get; init; }

    public async Task<Replayed> RespondAsync(EventInput input, CancellationToken cancellationToken)
    {
        clock?.Follow(input.Parsed.Event?.EventTime);
        var response = await _responder.RespondAsync(input.Parsed, invocation, cancellationToken);
        if (!ReadsBack) return new Replayed(input, response);
        return new Replayed(input, response)
        {
            RecordText = await ReadAsync(response.RecordName, cancellationToken),
            Ledger = response.LedgerName is { } ledger ? await LastEntryAsync(ledger, cancellationToken) : null,
        };
    }

    public ValueTask DisposeAsync()
    {
        _ssm.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<KeyValuePair<string, string>?> LastEntryAsync(string ledger, CancellationToken cancellationToken)
    {
        try
        {
            var below = new List<KeyValuePair<string, string>>();
            await foreach (var parameter in StoredParameters.BelowAsync(_ssm, ledger, TimeProvider.System, cancellationToken))
                below.Add(KeyValuePair.Create(parameter.Name, parameter.Value));
            return LedgerBook.LastEntry(ledger, below);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return null; // only for display: the response says whether it was written
        }
    }

    private async Task<string?> ReadAsync(string? name, CancellationToken cancellationToken)
    {
        if (name is null) return null;
        try
        {
            return (await _ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken)).Parameter.Value;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return null; // only for display: the response says whether it was written
        }
    }
}
