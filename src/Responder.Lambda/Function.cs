using System.Text.Json;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Core;
using Responder.Events;
using Responder.Reporting;

namespace Responder.Lambda;

/// <summary>
/// The handler of the five functions that respond: it takes an EventBridge event and returns replay's JSON line. If the event cannot be
/// read or a step failed, the invocation ends with an exception after everything was logged, so that Lambda tries again and the dead-letter
/// queue keeps the whole event.
/// </summary>
internal sealed class Function(
    SecurityResponder responder, RunningNote note, HostLog log, string? region, bool isLocal) : IHandler
{
    /// <exception cref="MalformedEventException">The event cannot be read.</exception>
    /// <exception cref="IncompleteResponseException">A step failed.</exception>
    public async Task<JsonElement> HandleAsync(CloudWatchEvent<JsonElement> input, ILambdaContext context)
    {
        try
        {
            var invocation = new Invocation(
                isLocal ? null : AccountOf(context.InvokedFunctionArn), region,
                context.RemainingTime > TimeSpan.Zero ? context.RemainingTime : null);
            var response = await responder.RespondAsync(Parse(input), invocation).ConfigureAwait(false);
            await note.AfterAsync(response).ConfigureAwait(false);
            if (response.MalformedBecause is { } error) throw new MalformedEventException(error);
            if (response.Failures.Count > 0) throw new IncompleteResponseException(response.Failures);
            return Line(response.ToJson(responder.Options));
        }
        catch (Exception e)
        {
            log.Failed(context.AwsRequestId, e);
            throw;
        }
    }

    internal static ParsedEvent Parse(CloudWatchEvent<JsonElement> input) => input is UnreadEvent { Bytes: var bytes }
        ? EventParser.Parse(bytes)
        : EventParser.Parse(input.Detail, new EventEnvelope(
            input.Id, input.DetailType, input.Source, input.Account, input.Region,
            input.Time == default ? null : new DateTimeOffset(DateTime.SpecifyKind(input.Time.ToUniversalTime(), DateTimeKind.Utc))));

    internal static JsonElement Line(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static string? AccountOf(string? functionArn) => AwsArn.TryParse(functionArn, out var arn) && arn.AccountId.Length == 12
        ? arn.AccountId
        : null;
}

/// <summary>The event cannot be read: it goes to the dead-letter queue as it came.</summary>
internal sealed class MalformedEventException(string error) : Exception($"malformed event: {error}");

/// <summary>Steps of the response failed: the event has to be delivered again.</summary>
internal sealed class IncompleteResponseException(IReadOnlyList<string> failures)
    : Exception($"incomplete response: {string.Join("; ", failures)}")
{
    public IReadOnlyList<string> Failures { get; } = failures;
}
