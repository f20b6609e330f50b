using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Decisions.Guardrails;

/// <summary>
/// The event is not as CloudTrail's events come over EventBridge: it is bare, or its source, its detail-type or its account is another one.
/// Whoever may invoke the function can hand it any event; this stops accidents, other buses and partners, and the guardrail SCP stops
/// people.
/// </summary>
internal sealed class EventOriginGuardrail : IGuardrail
{
    public GuardrailId Id => GuardrailId.EventOrigin;

    public string Sentence => "the event did not come from CloudTrail over EventBridge";

    public string SentenceFor(Candidate candidate) => candidate.Event.Envelope is null
        ? "a bare record, which EventBridge does not deliver"
        : "the event's envelope does not agree with its record";

    public bool Refuses(Candidate candidate) => !IsAsDelivered(candidate.Event, candidate.Options);

    private static bool IsAsDelivered(CloudTrailEvent e, ResponderOptions options)
    {
        if (e.Envelope is not { } envelope) return options.AcceptsBareRecords;
        return envelope.DetailType is { } type && type.StartsWith("AWS ", StringComparison.Ordinal)
            && type.EndsWith(" via CloudTrail", StringComparison.Ordinal)
            && envelope.Account is { Length: > 0 } account && string.Equals(account, e.AccountId, StringComparison.Ordinal)
            && envelope.Source is { } source && IsSourceOf(source, e.EventSource);
    }

    /// <summary>IAM's events come from <c>aws.iam</c> and nowhere else; of some services the source has another name.</summary>
    private static bool IsSourceOf(string source, string eventSource) =>
        source.StartsWith("aws.", StringComparison.Ordinal) && !source.StartsWith("aws.partner", StringComparison.Ordinal)
        && (eventSource != "iam.amazonaws.com" || source == "aws.iam");
}
