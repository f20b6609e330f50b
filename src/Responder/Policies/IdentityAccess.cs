using System.Collections.Frozen;

namespace Responder.Policies;

/// <summary>How much power a policy document gives to its holder. Ordered: a higher value is worse.</summary>
public enum PowerLevel
{
    /// <summary>It grants nothing: it only denies, or is empty.</summary>
    Nothing,

    /// <summary>It grants something, but nothing that by itself leads to more power.</summary>
    Limited,

    /// <summary>It could not be read in full, and what could be read is no worse.</summary>
    Unreadable,

    /// <summary>
    /// A way to more power that ends at something named or limited whose power is not known: one role, the users of a path, what carries a
    /// tag; or one that needs something which may not exist.
    /// </summary>
    MayEscalate,

    /// <summary>Nearly every service, but no way to write IAM.</summary>
    PowerUser,

    /// <summary>
    /// One step away from administrator: an IAM write on every resource or on oneself, or passing any role to something that it may start.
    /// </summary>
    EscalationCapable,

    /// <summary>Everything, or all of IAM: <c>*</c> or <c>iam:*</c> on <c>*</c>, however it is written.</summary>
    Administrator,
}

/// <param name="Reasons">Short sentences, strongest first; they hold action names of ours, never text of the document.</param>
internal sealed record IdentityVerdict(PowerLevel Level, IReadOnlyList<string> Reasons)
{
    public bool IsAdministrator => Level == PowerLevel.Administrator;

    /// <summary>Administrator or one call away from it.</summary>
    public bool IsEscalationCapable => Level >= PowerLevel.EscalationCapable;
}

/// <summary>
/// Judges what a document grants when it is attached to a user, group or role. Nothing is looked up: a boundary, an SCP or another policy
/// may still take it away.
/// </summary>
internal static class IdentityAccess
{
    private const int MostReasons = 12;

    private static readonly string[] s_broadServices = ["ec2", "s3", "lambda", "kms", "secretsmanager", "dynamodb", "ssm", "rds"];

    /// <summary>What this document, readable or not, grants on its own.</summary>
    public static IdentityVerdict WhatIsGranted(PolicyDocument document, Circumstances circumstances) =>
        WhatIsGranted([document], circumstances);

    /// <summary>What these documents give together, as when they are all attached to one principal.</summary>
    public static IdentityVerdict WhatIsGranted(IReadOnlyList<PolicyDocument> documents, Circumstances circumstances) =>
        Judge(documents, circumstances, ofAws: false);

    /// <summary>
    /// What a policy of AWS's own gives. AWS names the services that a role may be passed to, and what somebody runs in the account is not
    /// known to it, so both count for as much as something named.
    /// </summary>
    public static IdentityVerdict WhatIsGrantedByAws(PolicyDocument document, Circumstances circumstances) =>
        Judge([document], circumstances, ofAws: true);

    private static IdentityVerdict Judge(IReadOnlyList<PolicyDocument> documents, Circumstances circumstances, bool ofAws)
    {
        var (accountId, partition, _, own) = circumstances;
        var statements = documents.SelectMany(static document => document.Statements).ToList();
        var mayTag = EscalationPaths.Tags.Any(action => statements.Any(s => s.IsAllow && s.MatchesAction(action)));
        var mayTagHolders = EscalationPaths.HolderTags.Any(action => statements.Any(s => s.IsAllow && s.MatchesAction(action)));
        // Of IAM's calls most is certain: what does not hold for them holds for none.
        var denies = statements.Where(s => !s.IsAllow && !s.IsAmbiguous && Holds(s, EscalationPaths.PassRole.Action))
            .Select(s => new Reach(s, accountId, partition, counts: s.Conditions.Count == 0 ? null : action => Holds(s, action)))
            .ToList();
        bool Holds(PolicyStatement deny, string action) =>
            deny.Conditions.All(condition => IdentityConditions.AlwaysHolds(condition, action, circumstances));
        var lifts = ofAws ? null : BoundaryLifts.Of(statements, denies, circumstances);
        var grants = statements.Where(static s => s.IsAllow)
            .Select(s =>
                (Reach: new Reach(s, accountId, partition, mayTagHolders, AdmittedBy(s.EffectiveConditions, circumstances)),
                    Limit: IdentityConditions.LimitOf(
                        s.EffectiveConditions, mayTag, ofAws, circumstances, lifts?.LeftOf(s) ?? ConditionLimit.Whole)))
            .ToList();
        var allows = grants.Where(static g => g.Limit == ConditionLimit.None).Select(static g => g.Reach).ToList();
        var some = grants.Where(static g => g.Limit != ConditionLimit.Whole).Select(static g => g.Reach).ToList();

        var lefts = new Dictionary<string, Func<string, bool>>(StringComparer.Ordinal);
        Func<string, bool> Left(string action)
        {
            if (lefts.TryGetValue(action, out var known)) return known;
            var about = denies.Where(d => d.Matches(action)).ToList();
            return lefts[action] = value => !about.Exists(d => d.Takes(action, value));
        }

        bool Allowed(IamPath path) => allows.Any(s => s.Allows(path.Action, path.Type))
            || AllowedTogether(allows, path.Action, path.Type, accountId, partition);
        bool Denied(string action, string type) => denies.Any(s => s.Denies(action, type));
        bool Granted(IamPath path) => Allowed(path) && !Denied(path.Action, path.Type)
            && !denies.Any(s => s.Confines(path.Action, path.Type));
        bool Somewhere(string action) => some.Any(s => s.AllowsSomewhere(action, Left(action))) && !denies.Any(s => s.Denies(action));

        bool OnOneself(string action) => allows.Any(s => s.AllowsOnOneself(action, Left(action))) && !Denied(action, "user")
            && !denies.Any(s => s.TakesOnOneself(action));

        var granted = EscalationPaths.Writes.Where(Granted).Select(static path => path.Action).ToList();
        var reasons = new List<string>();
        // A few gaps in an otherwise complete grant (a Deny of one action, a NotAction that names a few) do not make it less than
        // administrator.
        if (granted.Count > 0 && (EscalationPaths.Writes.All(Allowed) || allows.Any(static s => s.LeavesIamIn)))
        {
            reasons.Add("It allows all of IAM on every resource");
            if (Granted(EscalationPaths.PassRole) && Broad(allows, denies)) reasons.Insert(0, "It allows every action on every resource");
            if (granted.Count < EscalationPaths.Writes.Count) reasons.Add("What it leaves out or denies still leaves " + granted[0]);
            if (allows.Any(static s => s.Statement.EffectiveConditions.Count > 0)) reasons.Add("Its conditions do not confine the grant");
            return new IdentityVerdict(PowerLevel.Administrator, reasons);
        }

        reasons.AddRange(granted.Select(static action => $"It allows {action} on every resource"));
        if (granted.Count > 0 && lifts is { IsAny: true }) reasons.Add("The boundary that it demands can be taken off or changed");
        reasons.AddRange(EscalationPaths.Others.Where(static path => path.Action.StartsWith("iam:", StringComparison.Ordinal))
            .Where(Granted).Select(static path => $"It allows {path.Action} on every resource"));
        reasons.AddRange(EscalationPaths.OnOneself
            .Where(action => !granted.Contains(action) && OnOneself(action))
            .Select(static action => $"It allows {action} on oneself"));
        reasons.AddRange(EscalationPaths.OnOwn
            .Where(path => !granted.Contains(path.Action) && !Denied(path.Action, path.Type)
                && own.Any(thing => thing.Type == path.Type && allows.Any(s => s.AllowsOn(path.Action, thing, Left(path.Action)))
                    && !denies.Any(s => s.TakesOn(path.Action, thing))))
            .Select(static path => $"It allows {path.Action} on the {path.Type} that has it")
            .Except(reasons, StringComparer.Ordinal).ToList());
        // The list is long, and most documents pass no role.
        var partners = some.Any(static s => s.Matches(EscalationPaths.PassRole.Action))
            ? EscalationPaths.PassRolePartners.Where(actions => actions.All(Somewhere)).ToList()
            : [];
        if (Granted(EscalationPaths.PassRole))
            reasons.AddRange(
                partners.Select(static actions => $"It allows iam:PassRole on every role together with {string.Join(" and ", actions)}"));

        // Everything but IAM is so much that what it runs adds nothing.
        if (reasons.Count == 0 && Broad(allows, denies))
            return new IdentityVerdict(PowerLevel.PowerUser, ["It allows nearly every service on every resource, but no write to IAM"]);

        bool Everywhere(string action) => allows.Any(s => s.AllowsEverywhere(action, Left(action)))
            && !denies.Any(s => s.Denies(action) || s.Confines(action))
            && (ActionTarget.Of(action) is not { NeedsDocument: true } || allows.Any(s => s.AllowsDocument(action)));
        reasons.AddRange(EscalationPaths.Others.Where(static path => !path.Action.StartsWith("iam:", StringComparison.Ordinal))
            .Where(Granted).Select(static path => $"It allows {path.Action} on every {path.Type}"));
        // AWS's policies for one service register its administrator; only the management account can, and there it is that service's.
        var powers = ofAws ? EscalationPaths.Powers.Where(static set => set[0] != EscalationPaths.Delegation) : EscalationPaths.Powers;
        reasons.AddRange(powers.Where(actions => actions.All(Everywhere))
            .Select(static actions => $"It allows {string.Join(" and ", actions)}, power over whole accounts"));
        if (!ofAws)
            reasons.AddRange(EscalationPaths.Running.Where(actions => actions.All(Everywhere))
                .Select(static actions => $"It allows {string.Join(" and ", actions)} on whatever runs already, with the role of that"));

        if (reasons.Count > 0) return new IdentityVerdict(PowerLevel.EscalationCapable, [.. reasons.Take(MostReasons)]);

        bool InPart(IamPath path) => some.Any(s => s.AllowsSome(path.Action, path.Type, Left(path.Action)))
            && !Denied(path.Action, path.Type);
        reasons.AddRange(EscalationPaths.Writes.Concat(EscalationPaths.Others).Where(InPart)
            .Select(static path => $"It allows {path.Action} on some resources, whose power is not known"));
        reasons.AddRange(EscalationPaths.Depending.Where(InPart).Select(static path => $"It allows {path.Action}: {path.Why}"));
        reasons.AddRange(EscalationPaths.OnOneselfDepending
            .Where(OnOneself)
            .Select(static action => $"It allows {action} on oneself"));
        if (partners.Count > 0 && InPart(EscalationPaths.PassRole))
            reasons.Add($"It allows iam:PassRole on some roles together with {string.Join(" and ", partners[0])}");
        reasons.AddRange(EscalationPaths.Running.Concat(EscalationPaths.Powers).Where(actions => actions.All(Somewhere))
            .Select(static actions => $"It allows {string.Join(" and ", actions)} on something that runs already, with the role of that"));
        reasons.AddRange(EscalationPaths.PowersDepending.Where(path => Somewhere(path.Action))
            .Select(static path => $"It allows {path.Action}: {path.Why}"));
        if (reasons.Count > 0) return new IdentityVerdict(PowerLevel.MayEscalate, [.. reasons.Take(MostReasons)]);
        if (documents.FirstOrDefault(static d => !d.IsReadable) is { Error: { } error })
            return new IdentityVerdict(PowerLevel.Unreadable, [$"A policy could not be read: {error}"]);
        return statements.Any(static s => s.IsAllow)
            ? new IdentityVerdict(PowerLevel.Limited, ["It allows limited actions only"])
            : new IdentityVerdict(PowerLevel.Nothing, ["It allows nothing"]);
    }

    /// <summary>
    /// True when the document allows, on any resource, an action that is part of a known path to administrator. A document that is Limited
    /// on its own may be the part that its holder lacked.
    /// </summary>
    public static bool HasPartOfAPath(PolicyDocument document, Circumstances circumstances) => document.Statements.Any(s => s.IsAllow
        && IdentityConditions.LimitOf(
            s.EffectiveConditions, mayTag: false, ofAws: false, circumstances, boundary: ConditionLimit.Part) != ConditionLimit.Whole
        && MayMatchPart(s, AdmittedBy(s.EffectiveConditions, circumstances)));

    /// <summary>Most actions are written out, and looking them up is faster than comparing each part with them.</summary>
    private static bool MayMatchPart(PolicyStatement statement, Func<string, bool>? admitted) =>
        statement.Actions is { IsNegated: false } actions && !actions.Values.Any(Glob.HasWildcard)
            ? actions.Values.Any(action => s_parts.Contains(action) && admitted?.Invoke(action) != false)
            : EscalationPaths.Parts.Any(action => statement.MatchesAction(action) && admitted?.Invoke(action) != false);

    /// <summary>The actions that the conditions of an Allow leave in; null for all.</summary>
    private static Func<string, bool>? AdmittedBy(IReadOnlyList<PolicyCondition> conditions, Circumstances circumstances) =>
        conditions.Count == 0 ? null : action => IdentityConditions.Admit(conditions, action, circumstances);

    private static readonly FrozenSet<string> s_parts = EscalationPaths.Parts.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when several statements, each for some of the names, together allow the action on all names.</summary>
    private static bool AllowedTogether(
        List<Reach> allows, string action, string resourceType, string? accountId, string? partition)
    {
        var parts = allows.Where(s => s.Patterns.Count > 0 && s.Matches(action)).ToList();
        return parts.Count > 1 && Reach.All([.. parts.SelectMany(static s => s.Patterns)], resourceType, accountId, partition);
    }

    private static bool Broad(List<Reach> allows, List<Reach> denies) => s_broadServices.All(service =>
        allows.Any(s => s.AllowsService(service)) && !denies.Any(s => s.DeniesService(service)));
}
