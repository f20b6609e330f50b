using System.Text;
using Amazon.Lambda.Core;
using Responder.Events;

namespace Responder.Lambda;

/// <summary>
/// The handler of all five functions: an EventBridge event in, replay's JSON line out. An event that cannot be read and a step that failed
/// end the invocation with an exception, after everything was logged, so that Lambda tries again and the dead-letter queue keeps the event whole.
/// </summary>
/// <remarks>
/// It takes the stream, not a <c>CloudWatchEvent&lt;JsonElement&gt;</c> from the Lambda serializer: that one throws by itself, before our parser
/// has seen the event, when the account is a number, the time no date or the text no JSON, and it lets pass what <see cref="EventParser"/>
/// refuses. So live and replay read every event in the same way, and say the same about those that cannot be read.
/// </remarks>
internal sealed class Function(SecurityResponder responder, HostLog log, string? region, bool isLocal)
{
    /// <exception cref="MalformedEventException">The event cannot be read.</exception>
    /// <exception cref="IncompleteResponseException">A step failed.</exception>
    public async Task<Stream> HandleAsync(Stream input, ILambdaContext context)
    {
        try
        {
            var invocation = new Invocation(
                isLocal ? null : AccountOf(context.InvokedFunctionArn), region,
                context.RemainingTime > TimeSpan.Zero ? context.RemainingTime : null);
            var response = await responder.RespondAsync(EventParser.Parse(await ReadAsync(input).ConfigureAwait(false)), invocation).ConfigureAwait(false);
            if (response.MalformedBecause is { } error) throw new MalformedEventException(error);
            if (response.Failures.Count > 0) throw new IncompleteResponseException(response.Failures);
            return new MemoryStream(Encoding.ASCII.GetBytes(response.ToJson(responder.Options)));
        }
        catch (Exception e)
        {
            log.Failed(context.AwsRequestId, e);
            throw;
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream input)
    {
        // RuntimeSupport hands over the whole event in memory.
        if (input is MemoryStream whole && whole.TryGetBuffer(out var bytes)) return bytes.AsMemory((int)whole.Position);
        using var copy = new MemoryStream();
        await input.CopyToAsync(copy).ConfigureAwait(false);
        return copy.ToArray();
    }

    private static string? AccountOf(string? functionArn) => AwsArn.TryParse(functionArn, out var arn) && arn.AccountId.Length == 12 ? arn.AccountId : null;
}

/// <summary>The event cannot be read: it goes to the dead-letter queue as it came.</summary>
public sealed class MalformedEventException(string error) : Exception($"malformed event: {error}");

/// <summary>Steps of the response failed: the event is to be delivered again.</summary>
public sealed class IncompleteResponseException(IReadOnlyList<string> failures) : Exception($"incomplete response: {string.Join("; ", failures)}")
{
    public IReadOnlyList<string> Failures { get; } = failures;
}
