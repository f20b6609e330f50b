using Responder.Detections.OwnStack;
using Responder.Events;
using Responder.Policies;

namespace Responder.Detections;

/// <summary>
/// What a detection wants to see. This is the only definition: the catalog matches events against it, a backtest's sieve matches the bytes
/// of records, and the EventBridge rules in template.yaml are generated from it, so a call that no watch names never arrives. A test keeps
/// the three consistent.
/// </summary>
/// <param name="EventSource">For example <c>iam.amazonaws.com</c>; null: any.</param>
/// <param name="EventNames">Patterns, see <see cref="EventNamePattern"/>; empty means any name.</param>
/// <param name="Kind">Which events of that source and name it is about.</param>
public sealed record Watch(string? EventSource, IReadOnlyList<string> EventNames, WatchKind Kind = WatchKind.Calls)
{
    /// <summary>The source of all sign-ins.</summary>
    public const string SignInSource = "signin.amazonaws.com";

    /// <summary>
    /// A parameter name in ASCII that the record of such a call contains, ignoring case, whenever the call can matter. It spares a backtest
    /// the other records; the EventBridge rules bring them all.
    /// </summary>
    public string? Holding { get; init; }

    /// <summary>
    /// Patterns with <c>*</c>, one of which the role in <c>requestParameters.roleArn</c> must match; empty: the call names no role that
    /// matters. Sessions are opened all day and count as reads, so these calls have an EventBridge rule of their own, which takes reads.
    /// </summary>
    public IReadOnlyList<string> OnRoles { get; init; } = [];

    public static Watch Calls(string eventSource, params string[] eventNames) => new(eventSource, eventNames);

    public bool Matches(CloudTrailEvent e) => Matches(e, e.Outcome);

    /// <param name="outcome">Replaces the event's own outcome: what the call would have come to.</param>
    public bool Matches(CloudTrailEvent e, CallOutcome outcome) => !e.IsDataOrNetworkCopy
        && (EventSource is not { } source || string.Equals(source, e.EventSource, StringComparison.Ordinal))
        && Kind.Takes(e.IsInsight, string.Equals(e.EventSource, SignInSource, StringComparison.Ordinal), e.Actor.IsRoot, outcome)
        && HasName(e.EventName)
        && (OnRoles.Count == 0
            || (e.Request["roleArn"].Text is { } role && OnRoles.Any(pattern => Glob.Matches(pattern, role, ignoreCase: false))))
        && (Kind != WatchKind.OwnFunctionRole || StackNames.IsFunctionRole(e.Actor));

    private bool HasName(string name)
    {
        for (var i = 0; i < EventNames.Count; i++)
        {
            if (EventNamePattern.Matches(EventNames[i], name)) return true;
        }

        return EventNames.Count == 0;
    }
}

/// <summary>Which events a watch is about; a copy of a management call in the data or network category belongs to no kind.</summary>
public enum WatchKind
{
    /// <summary>Calls that worked.</summary>
    Calls,

    /// <summary>Sign-in events (both spellings of the detail type), worked or not.</summary>
    SignIn,

    /// <summary>CloudTrail Insights.</summary>
    Insight,

    /// <summary>Any call made by root that worked.</summary>
    Root,

    /// <summary>Any call that was refused.</summary>
    Refused,

    /// <summary>
    /// Calls made as a role of the responder's functions, among those that other watches bring. It gets no EventBridge rule of its own:
    /// every other rule would have to exclude what that rule matches, and that rule what the functions themselves do all day.
    /// </summary>
    OwnFunctionRole,
}

/// <summary>What the kinds mean, for an event in any form.</summary>
public static class WatchKinds
{
    /// <param name="isSignIn">Whether its source is <see cref="Watch.SignInSource"/>.</param>
    /// <returns>For <see cref="WatchKind.OwnFunctionRole"/>, true means possible: the caller's role is left to whoever knows it.</returns>
    public static bool Takes(this WatchKind kind, bool isInsight, bool isSignIn, bool isRoot, CallOutcome outcome) => kind switch
    {
        WatchKind.Insight => isInsight,
        _ when isInsight => false,
        WatchKind.SignIn => isSignIn,
        WatchKind.Root => isRoot && outcome == CallOutcome.Succeeded,
        WatchKind.Refused => outcome == CallOutcome.Refused,
        WatchKind.OwnFunctionRole => true,
        _ => outcome == CallOutcome.Succeeded,
    };
}

/// <summary>An exact event name, or a prefix followed by <c>*</c>: some names end in an API's date (<c>CreateFunction*</c>).</summary>
public static class EventNamePattern
{
    public static bool IsBeginning(string pattern) => pattern.EndsWith('*');

    /// <summary>The whole name, or the prefix without its star.</summary>
    public static ReadOnlySpan<char> TextOf(string pattern) => IsBeginning(pattern) ? pattern.AsSpan(0, pattern.Length - 1) : pattern;

    public static bool Matches(string pattern, string name) => Matches(TextOf(pattern), IsBeginning(pattern), name);

    /// <param name="text">What <see cref="TextOf"/> returns, as characters or as UTF-8.</param>
    public static bool Matches<T>(ReadOnlySpan<T> text, bool isBeginning, ReadOnlySpan<T> name)
        where T : IEquatable<T> => isBeginning ? name.StartsWith(text) : name.SequenceEqual(text);
}
