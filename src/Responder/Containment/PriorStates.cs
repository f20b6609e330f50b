using Responder.Decisions;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>What a release must restore, told from what was read and from what an earlier delivery wrote down.</summary>
public static class PriorStates
{
    /// <summary>Lambda tries again after a minute; what comes sooner runs at the same time.</summary>
    private static readonly TimeSpan s_concurrent = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What an earlier delivery wrote down (ledger, else record) counts more than what is read now, which may be our own work; our mark
    /// without any of them is "unknown", never prior state.
    /// </summary>
    public static PriorState Of(Decision decision)
    {
        var facts = decision.Facts;
        var known = facts.Ledger.Value is { Released: false } ledger ? ledger.Prior : facts.Record.Value?.Prior;
        return new PriorState(Boundary(decision, known), Detached(decision, known))
        {
            Actions = [.. (known?.Actions ?? []).Union(decision.Actions)],
            Keys = Keys(decision, known),
            Sessions = Sessions(decision, known),
            Version = Version(decision, known),
        };
    }

    /// <summary>What stands in the ledger of a principal and what another delivery read, together: the first to write knows better what was there before.</summary>
    public static PriorState Together(PriorState standing, PriorState read) => new(
        standing is { SetsBoundary: true, Boundary: not null } ? standing.Boundary : read.SetsBoundary ? read.Boundary : standing.Boundary,
        [.. standing.Detached.Union(read.Detached, StringComparer.Ordinal)])
    {
        Actions = [.. standing.Actions.Union(read.Actions)],
        Keys = [.. standing.Keys, .. read.Keys.Where(key => standing.Keys.All(k => k.Id != key.Id))],
        Sessions = OneDenial(standing.Sessions, read.Sessions),
        Version = standing.Version ?? read.Version,
    };

    /// <summary>One denial per role: under the name that stands, and of all sessions unless both mean the same one.</summary>
    private static SessionDenial? OneDenial(SessionDenial? standing, SessionDenial? read) =>
        standing is null || read is null || standing.UserId is null || standing.UserId == read.UserId ? standing ?? read
        : read with { PolicyName = standing.PolicyName, UserId = null };

    public static bool IsAdministratorAccess(string arnText) => AwsArn.TryParse(arnText, out var arn) && arn.IsAwsManagedPolicy("AdministratorAccess");

    public static string DenyAllArn(Decision decision)
    {
        var partition = AwsArn.TryParse(decision.Facts.Target.Value?.Arn ?? decision.Target?.Arn, out var arn) && arn.HasAwsPartition
            ? arn.Partition
            : decision.Event.Partition;
        return $"arn:{partition}:iam::aws:policy/AWSDenyAll";
    }

    /// <summary>An earlier containment that set the boundary; one that only dealt with keys knows nothing of it.</summary>
    private static PriorState? Quarantined(PriorState? known) => known is { SetsBoundary: true } ? known : null;

    private static string? Boundary(Decision decision, PriorState? known)
    {
        if (!decision.Actions.Any(static a => a.SetsBoundary)) return known?.Boundary;
        var before = Quarantined(known);
        var target = decision.Facts.Target;
        var marked = IsMarked(decision);
        return before is not null && (before.Boundary is not null || marked) ? before.Boundary
            : !target.Known || target.Value is { HasUnreadBoundary: true } || marked ? null
            : target.Value?.BoundaryArn ?? "";
    }

    private static List<string> Detached(Decision decision, PriorState? known)
    {
        var detached = new List<string>(known?.Detached ?? []);
        if (!decision.Actions.Any(static a => a.DetachesPolicies)) return detached;

        var state = decision.Facts.Target.Value;
        var attached = state?.AttachedPolicyArns ?? [];
        foreach (var arn in attached.Where(IsAdministratorAccess)) AddOnce(detached, arn);
        // The event says that this one was attached. When IAM could be read and does not show it, somebody else removed it, unless we did.
        if (decision.Strongest?.Grant?.PolicyArn is { } granted
            && (attached.Contains(granted, StringComparer.Ordinal) || state is null or { HasUnreadPolicies: true } || (IsMarked(decision) && Quarantined(known) is null)))
            AddOnce(detached, granted);
        return detached;
    }

    private static IReadOnlyList<AccessKeyState> Keys(Decision decision, PriorState? known)
    {
        var before = known?.Keys ?? [];
        if (!decision.Actions.Contains(ContainmentAction.DeactivateKeys)) return before;
        return [.. before, .. (decision.Facts.Target.Value?.Keys ?? []).Where(key => before.All(k => k.Id != key.Id))];
    }

    private static SessionDenial? Sessions(Decision decision, PriorState? known)
    {
        if (!decision.Actions.Contains(ContainmentAction.RevokeSessions)) return known?.Sessions;
        var denial = SessionRevocation.DenialOf(decision, decision.Facts.Target.Value?.InlinePolicyNames ?? []);
        // Put back: the same denial, of everything issued until now.
        if (decision.Strongest?.PutsBack is not null && known?.Sessions is { } undone) return undone with { Before = denial.Before };
        // The same event delivered at the same time by another process: two times for one denial would make it look rewritten by somebody else.
        if (known?.Sessions is { } concurrent && concurrent.PolicyName == SessionRevocation.DenialOf(decision, []).PolicyName && decision.Facts.Now - concurrent.Before < s_concurrent) return concurrent;
        // One denial per role: a later incident moves its time, and widens it to all sessions unless it means the same one.
        return known?.Sessions is { } standing
            ? denial with { PolicyName = standing.PolicyName, UserId = denial.UserId == standing.UserId ? standing.UserId : null }
            : denial;
    }

    private static VersionChange? Version(Decision decision, PriorState? known)
    {
        if (!decision.Actions.Contains(ContainmentAction.RestorePolicyVersion) || decision.Facts.Target.Value is not { DefaultVersion: { } now } state) return known?.Version;
        if (known?.Version is { } standing && standing.Set == now) return standing; // our own work
        return new VersionChange(now, state.SaferVersion);
    }

    /// <summary>The target has our boundary, or lacks a policy that containment detached from it.</summary>
    public static bool LooksContained(Decision decision, PriorState prior) => IsMarked(decision)
        || (decision.Actions.Any(static a => a.DetachesPolicies) && decision.Facts.Target.Value is { Exists: true, HasUnreadPolicies: false } state
            && prior.Detached.Any(arn => !state.AttachedPolicyArns.Contains(arn, StringComparer.Ordinal)));

    private static bool IsMarked(Decision decision) => string.Equals(decision.Facts.Target.Value?.BoundaryArn, DenyAllArn(decision), StringComparison.Ordinal);

    private static void AddOnce(List<string> list, string arn)
    {
        if (!list.Contains(arn, StringComparer.Ordinal)) list.Add(arn);
    }
}
