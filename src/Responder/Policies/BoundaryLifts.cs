namespace Responder.Policies;

/// <summary>
/// What documents allow against the permissions boundaries that they demand: taking one off, setting another, or editing it. Whoever may do
/// that makes a user or role with the boundary, gives it all rights, and frees it then.
/// </summary>
internal sealed class BoundaryLifts
{
    private readonly Dictionary<string, ConditionLimit> _byType = [];
    private readonly Func<string, bool> _edits;

    private BoundaryLifts(Func<string, bool> edits) => _edits = edits;

    /// <summary>True when a boundary that a statement demands was found to limit less than it says.</summary>
    public bool IsAny { get; private set; }

    public static BoundaryLifts? Of(IReadOnlyList<PolicyStatement> statements, IReadOnlyList<Reach> denies, Circumstances circumstances)
    {
        if (!statements.Any(static s => s.IsAllow && Demanded(s).Any())) return null;
        var allows = statements.Where(static s => s.IsAllow).ToList();
        var lifts = new BoundaryLifts(boundary => boundary.LastIndexOf('/') is > 0 and var slash
            && IsAllowed("iam:CreatePolicyVersion", new OwnThing("policy", boundary[(slash + 1)..])));
        foreach (var (type, name) in (IEnumerable<(string, string)>)[("user", "User"), ("role", "Role")])
        {
            // The boundary that is there is the demanded one when it is taken off, so a condition that demands it stands in nobody's way.
            var left = Least(
                Left($"iam:Delete{name}PermissionsBoundary", type, despiteBoundary: true),
                Left($"iam:Put{name}PermissionsBoundary", type, despiteBoundary: false));
            if (left != ConditionLimit.Whole) lifts._byType[type] = left;
        }

        return lifts;

        ConditionLimit Left(string action, string type, bool despiteBoundary)
        {
            if (denies.Any(d => d.Denies(action, type))) return ConditionLimit.Whole;
            var limit = ConditionLimit.Whole;
            foreach (var (reach, itsLimit) in Reaches(despiteBoundary))
            {
                if (!reach.AllowsSome(action, type, value => !denies.Any(d => d.Takes(action, value)))) continue;
                limit = Least(limit, reach.Allows(action, type) ? itsLimit : ConditionLimit.Part);
            }

            return limit;
        }

        bool IsAllowed(string action, OwnThing thing) => !denies.Any(d => d.Denies(action, thing.Type) || d.TakesOn(action, thing))
            && Reaches(despiteBoundary: false).Any(one =>
                one.Reach.AllowsOn(action, thing, value => !denies.Any(d => d.Takes(action, value))));

        IEnumerable<(Reach Reach, ConditionLimit Limit)> Reaches(bool despiteBoundary) =>
            from statement in allows
            let limit = IdentityConditions.LimitOf(
                statement.EffectiveConditions, mayTag: false, ofAws: false, circumstances,
                despiteBoundary ? ConditionLimit.None : ConditionLimit.Whole)
            where limit != ConditionLimit.Whole
            select (new Reach(statement, circumstances.AccountId, circumstances.Partition, counts: action =>
                IdentityConditions.Admit(statement.EffectiveConditions, action, circumstances)), limit);
    }

    /// <summary>How far the boundary that the statement demands still limits.</summary>
    public ConditionLimit LeftOf(PolicyStatement statement)
    {
        var demanded = Demanded(statement).ToList();
        if (demanded.Count == 0) return ConditionLimit.Whole;
        var left = demanded.Exists(value => _edits(value)) ? ConditionLimit.None : ConditionLimit.Whole;
        foreach (var path in EscalationPaths.Writes)
        {
            if (_byType.TryGetValue(path.Type, out var limit) && limit < left && statement.MatchesAction(path.Action)) left = limit;
        }

        IsAny |= left != ConditionLimit.Whole;
        return left;
    }

    private static IEnumerable<string> Demanded(PolicyStatement statement) => statement.EffectiveConditions
        .Where(static condition => ConditionTest.IsKey(condition.Key, IdentityConditions.Boundary))
        .SelectMany(static condition => condition.Values);

    private static ConditionLimit Least(ConditionLimit a, ConditionLimit b) => a < b ? a : b;
}
