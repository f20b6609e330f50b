namespace Responder.Policies;

/// <summary>The actions and resources that one statement reaches.</summary>
internal sealed class Reach(PolicyStatement statement, string? accountId, string partition)
{
    private const int MostAccountsTried = 4;

    /// <summary>
    /// The possible first characters of a name or path; a list of patterns such as <c>user/a*</c> … <c>user/z*</c> covers every name.
    /// </summary>
    private const string FirstCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    private static readonly string AnyName = new(Glob.Unknown, 7);

    private static readonly string[] s_partitions = ["aws", "aws-cn", "aws-us-gov"];

    private readonly Dictionary<string, bool> _reachesAll = [];
    private readonly Dictionary<string, bool> _coversAll = [];

    public PolicyStatement Statement => statement;

    /// <summary>
    /// True for a NotAction that leaves at least one path open on all its resources: the rest of IAM is open as well.
    /// </summary>
    public bool LeavesIamIn => statement.Actions is { IsNegated: true }
        && EscalationPaths.Writes.Any(path => Allows(path.Action, path.Type));

    public bool Allows(string action, string resourceType) => statement.MatchesAction(action) && ReachesAll(resourceType);

    /// <summary>
    /// The resource patterns of the statement, with variables at their widest; empty when it has none or uses NotResource.
    /// </summary>
    public IReadOnlyList<string> Patterns { get; } = statement.Resources is { IsNegated: false } resources
        ? [.. resources.Values.Select(value => PolicyVariables.AtWidest(value, accountId))]
        : [];

    /// <summary>True when the action is allowed on the holder's own user, whatever the user's path.</summary>
    public bool AllowsOnOneself(string action) => statement.MatchesAction(action)
        && statement.Resources is { IsNegated: false } resources
        && resources.Values.Any(value => PolicyVariables.ForUser(value, AnyName) is { } own
            && s_partitions.Any(p => Glob.Intersects(own, $"arn:{p}:iam::{accountId ?? "*"}:user/*{AnyName}", ignoreCase: false)));

    /// <summary>
    /// True when the action is allowed on something of that type, named or by a part of its name. One's own user by the variable
    /// <c>aws:username</c> does not count, nor do the roles that only AWS can change, nor another account.
    /// </summary>
    public bool AllowsSome(string action, string type) => statement.MatchesAction(action) && (statement.Resources switch
    {
        null => true,
        { IsNegated: true } resources => !CoveredBy(resources.Values, type),
        { } resources => resources.Values.Any(value => PolicyVariables.ForUser(value, AnyName) is null && ReachesSome(value, type)),
    });

    private bool ReachesSome(string value, string type)
    {
        var pattern = PolicyVariables.AtWidest(value, accountId);
        return !pattern.Contains("${", StringComparison.Ordinal)
            && !pattern.Contains(":role/aws-service-role/", StringComparison.Ordinal)
            && s_partitions.Any(p => Glob.Intersects(pattern, $"arn:{p}:iam::{accountId ?? "*"}:{type}/?*", ignoreCase: false));
    }

    /// <summary>True when the action is allowed on every resource of one kind of its service, in any region.</summary>
    public bool AllowsEverywhere(string action) => statement.MatchesAction(action) && statement.Resources switch
    {
        null => true,
        { IsNegated: true } => ReachesAll(""),
        _ => ReachesAll("") || Patterns.Any(pattern => IsAnything(pattern, action.Split(':')[0]))
            || Patterns.Any(pattern => IsWhole(pattern, action.Split(':')[0])),
    };

    private bool IsAnything(string pattern, string service) => s_partitions.Any(p => Glob.Matches(
        pattern, $"arn:{p}:{service}:{AnyName}:{accountId ?? AnyName}:{AnyName}/{AnyName}", ignoreCase: false));

    /// <summary><c>arn:aws:lambda:*:*:function:*</c>, and the like with the own account.</summary>
    private bool IsWhole(string pattern, string service)
    {
        var parts = pattern.Split(':', 6);
        return parts.Length == 6 && parts[2] == service && (parts[4].Trim('*').Length == 0 || parts[4] == accountId)
            && parts[5][(parts[5].LastIndexOfAny(['/', ':']) + 1)..] == "*" && !Glob.HasWildcard(parts[5][..^1].Replace("/*", "",
                StringComparison.Ordinal)) && parts[5].Count(static c => c is '/' or ':') <= 2;
    }

    /// <summary>
    /// True when the action is allowed on any resource of its service: one function or instance is enough to run code as the passed
    /// role.
    /// </summary>
    public bool AllowsSomewhere(string action) => statement.MatchesAction(action)
        && (statement.Resources is null || (statement.Resources is { IsNegated: true } spared && !CoveredBy(spared.Values, ""))
            || Patterns.Any(value =>
            s_partitions.Any(p => Glob.Intersects(value, $"arn:{p}:{action.Split(':')[0]}:*", ignoreCase: false))));

    public bool Denies(string action, string resourceType) => statement.MatchesAction(action) && CoversAll(resourceType);

    public bool AllowsService(string service) => statement.MatchesAction(service + ":" + AnyName) && ReachesAll("");

    public bool DeniesService(string service) => statement.MatchesAction(service + ":" + AnyName) && CoversAll("");

    /// <summary>
    /// For an Allow: true when it may reach every resource of this type ("" means any resource of any service). Errs toward true.
    /// </summary>
    private bool ReachesAll(string type)
    {
        if (_reachesAll.TryGetValue(type, out var known)) return known;
        return _reachesAll[type] = statement.Resources switch
        {
            null => true,
            { IsNegated: true } resources => !CoveredBy(resources.Values, type),
            _ => All(Patterns, type, accountId),
        };
    }

    /// <summary>True when the patterns reach every name of that type in one partition and account.</summary>
    public static bool All(IReadOnlyList<string> patterns, string type, string? accountId) => Probes(patterns, type, accountId)
        .Any(probes => probes.All(probe => patterns.Any(pattern => Glob.Matches(pattern, probe, ignoreCase: false))));

    /// <summary>For a Deny: true when it covers every resource of this type. Errs toward false.</summary>
    private bool CoversAll(string type)
    {
        if (_coversAll.TryGetValue(type, out var known)) return known;
        return _coversAll[type] = statement.Resources switch
        {
            null => true,
            { IsNegated: true } resources =>
                !resources.Values.Select(PolicyVariables.AsAnything)
                    .Any(value => Targets(type).Any(target => Glob.Intersects(value, target, ignoreCase: false))),
            { } resources => CoveredBy(resources.Values, type),
        };
    }

    private bool CoveredBy(IReadOnlyList<string> patterns, string type) => Targets(type)
        .All(target => patterns.Any(pattern => Glob.Covers(pattern, target, ignoreCase: false)));

    private string[] Targets(string type) => type.Length == 0 ? ["*"] : [$"arn:{partition}:iam::{accountId ?? "*"}:{type}/*"];

    /// <summary>
    /// A list of sample resources for each partition and account that the patterns could mean; the patterns must match every one of a
    /// list.
    /// </summary>
    private static IEnumerable<IEnumerable<string>> Probes(IReadOnlyList<string> patterns, string type, string? accountId)
    {
        // Actions outside IAM are tested with an arbitrary resource: "arn:", the partition and unknown characters.
        if (type.Length == 0) return s_partitions.Select(static partition => (IEnumerable<string>)[$"arn:{partition}:" + AnyName]);
        IEnumerable<string> accounts = accountId is not null
            ? [accountId]
            : patterns.Select(static pattern => pattern.Split(':', 6)).Where(static parts => parts.Length == 6 && parts[4].Length == 12)
                .Select(static parts => parts[4]).Distinct(StringComparer.Ordinal).Take(MostAccountsTried)
                .Append(AnyName + AnyName[..5]);
        return from partition in s_partitions
               from account in accounts
               select FirstCharacters.Select(first => $"arn:{partition}:iam::{account}:{type}/{first}{AnyName}");
    }
}
