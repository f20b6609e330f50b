using Responder.Detections.OwnStack;
using Responder.Events;

namespace Responder.Detections;

/// <summary>
/// What a detection wants to see. What that means is said here and nowhere else: the catalogue asks it of events, the sieve of a
/// backtest says it of a record's bytes, and the rules in template.yaml, which are generated from it, say it as event patterns; a call
/// that no watch names never arrives. A test holds the three together.
/// </summary>
/// <param name="EventSource">For example <c>iam.amazonaws.com</c>; null: any.</param>
/// <param name="EventNames">Each as <see cref="EventNamePattern"/> has it; empty: any.</param>
/// <param name="Kind">Which events of that source and name.</param>
public sealed record Watch(string? EventSource, IReadOnlyList<string> EventNames, WatchKind Kind = WatchKind.Calls)
{
    /// <summary>The source of all sign-ins.</summary>
    public const string SignInSource = "signin.amazonaws.com";

    /// <summary>
    /// What the record of such a call holds somewhere, in any case, when it can matter: the name of a parameter. ASCII. Spares a backtest
    /// the others; the rules bring them all.
    /// </summary>
    public string? Holding { get; init; }

    public static Watch Calls(string eventSource, params string[] eventNames) => new(eventSource, eventNames);

    public bool Matches(CloudTrailEvent e) => Matches(e, e.Outcome);

    /// <param name="outcome">Instead of the event's own: what the call would have come to.</param>
    public bool Matches(CloudTrailEvent e, CallOutcome outcome) => !e.IsDataOrNetworkCopy
        && (EventSource is not { } source || string.Equals(source, e.EventSource, StringComparison.Ordinal))
        && Kind.Takes(e.IsInsight, string.Equals(e.EventSource, SignInSource, StringComparison.Ordinal), e.Actor.IsRoot, outcome)
        && HasName(e.EventName)
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

/// <summary>Which events a watch is about; copies of a management call in the data or network category are of no kind.</summary>
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
    /// Calls made as a role of the responder's functions, of those that other watches bring: it makes no rule, since a rule that leaves
    /// out what the functions themselves do all day would have to be left out of every other rule.
    /// </summary>
    OwnFunctionRole,
}

/// <summary>What the kinds mean, of an event in whatever form.</summary>
public static class WatchKinds
{
    /// <param name="isSignIn">It is of <see cref="Watch.SignInSource"/>.</param>
    /// <returns>Of <see cref="WatchKind.OwnFunctionRole"/> whether it can be: the caller's role is for whoever knows it.</returns>
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

/// <summary>
/// An exact event name, or a beginning with <c>*</c> behind: some names end in the date of an API (<c>CreateFunction*</c>).
/// </summary>
public static class EventNamePattern
{
    public static bool IsBeginning(string pattern) => pattern.EndsWith('*');

    /// <summary>The name, or its beginning.</summary>
    public static ReadOnlySpan<char> TextOf(string pattern) => IsBeginning(pattern) ? pattern.AsSpan(0, pattern.Length - 1) : pattern;

    public static bool Matches(string pattern, string name) => Matches(TextOf(pattern), IsBeginning(pattern), name);

    /// <param name="text">As <see cref="TextOf"/> gives it: characters, or the same as UTF-8.</param>
    public static bool Matches<T>(ReadOnlySpan<T> text, bool isBeginning, ReadOnlySpan<T> name)
        where T : IEquatable<T> => isBeginning ? name.StartsWith(text) : name.SequenceEqual(text);
}
