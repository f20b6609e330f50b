using System.Collections.Immutable;
using System.Text.Json;

namespace Responder.LocalAws.State;

/// <param name="Endpoint">Mail address, URL, ARN or telephone number.</param>
/// <param name="Confirmed">False: a mail or HTTP subscription that waits for its owner's confirmation.</param>
public sealed record SnsSubscription(string Arn, string Protocol, string Endpoint, bool Confirmed);

/// <summary>A topic; reading is safe while calls run.</summary>
public sealed class SnsTopic
{
    internal SnsTopic(string arn) => Arn = arn;

    public string Arn { get; }

    public string Name => Arn[(Arn.LastIndexOf(':') + 1)..];

    public ImmutableSortedDictionary<string, string> Attributes { get; internal set; } = Ordinal.Map<string>();

    public ImmutableList<SnsSubscription> Subscriptions { get; internal set; } = [];

    internal string Region => Arn.Split(':')[3];
}

/// <param name="DataType"><c>String</c>, <c>String.Array</c>, <c>Number</c> or <c>Binary</c>.</param>
/// <param name="Value">The text; for Binary, its base64.</param>
public sealed record SnsAttribute(string DataType, string Value);

/// <summary>One accepted Publish.</summary>
/// <param name="Target">Topic ARN or telephone number.</param>
/// <param name="Message">As sent; with <paramref name="IsStructured"/>, a JSON object with texts by protocol.</param>
public sealed record SnsMessage(
    string MessageId,
    string Target,
    string? Subject,
    string Message,
    bool IsStructured,
    IReadOnlyDictionary<string, SnsAttribute> Attributes,
    string RequestId,
    DateTimeOffset PublishedAt)
{
    /// <summary>What a subscriber with that protocol (<c>email</c>, <c>sms</c>, <c>lambda</c>, …) receives.</summary>
    public string For(string protocol)
    {
        if (!IsStructured)
            return Message;
        using var texts = JsonDocument.Parse(Message);
        return texts.RootElement.TryGetProperty(protocol, out var own) && own.ValueKind == JsonValueKind.String
            ? own.GetString()!
            : texts.RootElement.GetProperty("default").GetString()!;
    }
}
