namespace Responder.Policies;

/// <summary>The actions and resources that one statement reaches.</summary>
/// <param name="accountId">The account that it counts in; null for any.</param>
/// <param name="partition">The partition of that account: what lies in another one is not reached. Null for any.</param>
/// <param name="mayTagHolders">The holder may choose his own tags, so a variable that is a tag means anything.</param>
/// <param name="counts">The actions for which the statement counts, by its conditions; null for all that it names.</param>
internal sealed class Reach(
    PolicyStatement statement, string? accountId, string? partition, bool mayTagHolders = false, Func<string, bool>? counts = null)
{
    private const int MostAccountsTried = 4;

    private const int AccountIdLength = 12;

    /// <summary>
    /// The possible first characters of a name or path; a list of patterns such as <c>user/a*</c> … <c>user/z*</c> covers every name.
    /// </summary>
    private const string FirstCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    private static readonly string AnyName = new(Glob.Unknown, 7);

    private static readonly string[] s_single = ["sso", "identitystore", "organizations"];

    private static readonly string[] s_partitions = ["aws", "aws-cn", "aws-us-gov"];

    private readonly string[] _partitions = partition is null ? s_partitions : [partition];
    private readonly Dictionary<string, bool> _reachesAll = [];
    private readonly Dictionary<string, bool> _coversAll = [];

    public PolicyStatement Statement => statement;

    /// <summary>True when the statement is about the action, and its conditions let it count for that.</summary>
    public bool Matches(string action) => statement.MatchesAction(action) && counts?.Invoke(action) != false;

    /// <summary>
    /// True for a NotAction that leaves at least one path open on all its resources: the rest of IAM is open as well.
    /// </summary>
    public bool LeavesIamIn => statement.Actions is { IsNegated: true }
        && EscalationPaths.Writes.Any(path => Allows(path.Action, path.Type));

    public bool Allows(string action, string resourceType) => Matches(action) && ReachesAll(resourceType);

    /// <summary>
    /// The resource patterns of the statement, with variables at their widest; empty when it has none or uses NotResource.
    /// </summary>
    public IReadOnlyList<string> Patterns { get; } = statement.Resources is { IsNegated: false } resources
        ? [.. resources.Values.Select(value => PolicyVariables.AtWidest(value, accountId, mayTagHolders))]
        : [];

    /// <summary>True when the action is allowed on the holder's own user, whatever the user's path.</summary>
    /// <param name="left">Whether something of a resource, as written, is left after every Deny; likewise below.</param>
    public bool AllowsOnOneself(string action, Func<string, bool> left) => Matches(action)
        && statement.Resources is { IsNegated: false } resources
        && resources.Values.Any(value => PolicyVariables.ForUser(value, AnyName) is { } own && left(value)
            && _partitions.Any(p => Glob.Intersects(own, $"arn:{p}:iam::{accountId ?? "*"}:user/*{AnyName}", ignoreCase: false)));

    /// <summary>
    /// True when the action is allowed on that very thing: by its name, whatever the path, or by a pattern that matches it.
    /// </summary>
    public bool AllowsOn(string action, OwnThing thing, Func<string, bool> left) => Matches(action)
        && Remaining(left).Any(pattern => _partitions.Any(p =>
        {
            var beginning = $"arn:{p}:iam::{accountId ?? "*"}:{thing.Type}/";
            return Glob.Intersects(pattern, beginning + thing.Name, ignoreCase: false)
                || (pattern.EndsWith('/' + thing.Name, StringComparison.Ordinal)
                    && Glob.Intersects(pattern, beginning + "*", ignoreCase: false));
        }));

    /// <summary>
    /// True when the action is allowed on something of that type, named or by a part of its name, which may be a variable: a role that is
    /// named after the caller or his tag is one whose power is not known. One's own user by the variable <c>aws:username</c> does not
    /// count, nor do the roles that only AWS can change, nor another account.
    /// </summary>
    public bool AllowsSome(string action, string type, Func<string, bool> left) => Matches(action) && (statement.Resources switch
    {
        null => true,
        { IsNegated: true } resources => !CoveredBy(resources.Values, type),
        { } resources => resources.Values.Any(
            value => !(type == "user" && PolicyVariables.IsOfCaller(value)) && ReachesSome(value, type) && left(value)),
    });

    /// <summary>True for the text of a variable that is none: nothing has such a name.</summary>
    private static bool IsLiteral(string value) => value.Contains(PolicyDocument.Literal, StringComparison.Ordinal);

    private bool ReachesSome(string value, string type)
    {
        var pattern = PolicyVariables.AsSomething(value, accountId);
        return !IsLiteral(pattern) && !pattern.Contains("${", StringComparison.Ordinal) && !NamesAnotherType(pattern, type)
            && !pattern.Contains(":role/aws-service-role/", StringComparison.Ordinal)
            && _partitions.Any(p => Glob.Intersects(pattern, $"arn:{p}:iam::{accountId ?? "*"}:{type}/?*", ignoreCase: false));
    }

    /// <summary>
    /// True for <c>arn:aws:iam::*:mfa/*</c> where users are meant: a star of one part of an ARN does not reach into the next.
    /// </summary>
    private static bool NamesAnotherType(string pattern, string type) => pattern.Split(':') is [_, _, _, _, _, var resource]
        && resource.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && !Glob.HasWildcard(resource[..slash])
        && resource[..slash] != type;

    /// <summary>True when the action is allowed on every resource of one kind that it takes, in any region.</summary>
    public bool AllowsEverywhere(string action, Func<string, bool> left)
    {
        if (!Matches(action)) return false;
        var remaining = Remaining(left);
        if (statement.Resources is { IsNegated: false } && remaining.Count == 0) return false;
        if (ReachesAll("")) return true;
        if (ActionTarget.Of(action) is { } target)
            return target.Kinds.Any(kind => remaining.Any(pattern => IsWholeKind(pattern, kind)));
        return ActionTarget.ServicesOf(action)
            .Any(service => remaining.Any(pattern => IsAnything(pattern, service) || IsWhole(pattern, service)));
    }

    /// <summary>The <see cref="Patterns"/> of the resources of which something is left.</summary>
    private List<string> Remaining(Func<string, bool> left) => statement.Resources is { IsNegated: false } resources
        ? [.. resources.Values.Zip(Patterns).Where(pair => !IsLiteral(pair.First) && left(pair.First)).Select(static pair => pair.Second)]
        : [];

    /// <summary>True when a document of Systems Manager that runs whatever the caller says may be used for the action.</summary>
    public bool AllowsDocument(string action) => Matches(action)
        && (statement.Resources is null or { IsNegated: true } || Patterns.Any(IsRunningDocument));

    private bool IsRunningDocument(string pattern)
    {
        var (anyRegion, _) = WithoutRegion(pattern);
        return _partitions.Any(p =>
            ActionTarget.Documents.Any(name => Glob.Matches(anyRegion, $"arn:{p}:ssm:{AnyName}::document/{name}", ignoreCase: false))
            || Glob.Matches(anyRegion, $"arn:{p}:ssm:{AnyName}:{accountId ?? AnyName}:document/{AnyName}", ignoreCase: false));
    }

    /// <summary>One region is as good as all of them: what runs there is as powerful.</summary>
    private static (string Pattern, string? Account) WithoutRegion(string pattern)
    {
        var parts = pattern.Split(':', 6);
        if (parts.Length < 6) return (pattern, null);
        parts[3] = "*";
        return (string.Join(':', parts), parts[4].Length == AccountIdLength && !Glob.HasWildcard(parts[4]) ? parts[4] : null);
    }

    private bool IsWholeKind(string pattern, ResourceKind kind)
    {
        var (anyRegion, named) = WithoutRegion(pattern);
        // Root belongs to the accounts of others; whatever else is reached is in the own account.
        var isRoot = kind.Type == "root";
        var account = isRoot ? AnyName : accountId ?? named ?? AnyName;
        var region = kind.Service == "iam" ? "" : AnyName;
        return _partitions.Any(p => Glob.Matches(
            anyRegion, $"arn:{p}:{kind.Service}:{region}:{account}:{kind.Type}{(isRoot ? "" : kind.Name + AnyName)}", ignoreCase: false));
    }

    private bool IsAnything(string pattern, string service) => _partitions.Any(p => Glob.Matches(
        pattern, $"arn:{p}:{service}:{AnyName}:{accountId ?? AnyName}:{AnyName}/{AnyName}", ignoreCase: false));

    /// <summary><c>arn:aws:lambda:*:*:function:*</c>, and the like with the own account.</summary>
    private bool IsWhole(string pattern, string service)
    {
        var parts = pattern.Split(':', 6);
        if (parts.Length < 6 || parts[2] != service || !_partitions.Any(p => Glob.Matches(parts[1], p, ignoreCase: false))
            || (parts[4].Trim('*').Length > 0 && parts[4] != accountId)) return false;
        var names = parts[5].Split('/', ':');
        if (names[^1] != "*" || (names.Length > 1 && Glob.HasWildcard(names[0]))) return false;
        // Of Identity Center and the organization there is one; what is under one cluster or application is a part only.
        return Array.IndexOf(s_single, service) >= 0 || names.Skip(1).All(static name => name == "*");
    }

    /// <summary>
    /// True when the action is allowed on any resource that it takes: one function or instance is enough to run code as the passed role.
    /// </summary>
    public bool AllowsSomewhere(string action, Func<string, bool> left) => Matches(action)
        && (statement.Resources is null || (statement.Resources is { IsNegated: true } spared && !CoveredBy(spared.Values, ""))
            || Remaining(left).Any(value => MayBeOf(value, action)));

    private bool MayBeOf(string pattern, string action) => ActionTarget.Of(action) is { } target
        ? pattern.Trim('*').Length == 0 || target.Kinds.Any(kind => MayBeOf(pattern, kind))
        : ActionTarget.ServicesOf(action).Any(service =>
            _partitions.Any(p => Glob.Intersects(pattern, $"arn:{p}:{service}:*", ignoreCase: false)));

    /// <summary>A star of one part of an ARN does not reach into the next, or users would be roots by their names.</summary>
    private bool MayBeOf(string pattern, ResourceKind kind)
    {
        var rest = kind.Type == "root" ? "" : "*";
        var account = kind.Type == "root" ? "*" : accountId ?? "*";
        var parts = pattern.Split(':', 6);
        return parts.Length == 6
            ? _partitions.Any(p => Glob.Matches(parts[1], p, ignoreCase: false)) && Glob.Matches(parts[2], kind.Service, ignoreCase: false)
                && Glob.Intersects(parts[4], account, ignoreCase: false) && Glob.Intersects(parts[5], kind.Type + rest, ignoreCase: false)
            : _partitions.Any(p => Glob.Intersects(pattern, $"arn:{p}:{kind.Service}:*:{account}:{kind.Type}{rest}", ignoreCase: false));
    }

    public bool Denies(string action, string resourceType) => Matches(action) && CoversAll(resourceType);

    /// <summary>For a Deny: true when it leaves the action on no resource that it takes.</summary>
    public bool Denies(string action) => Matches(action)
        && (CoversAll("") || (Spared.Count > 0 && !Spared.Any(value => MayBeOf(PolicyVariables.AsAnything(value), action)))
            || (ActionTarget.NeededBy(action) is { } kind && statement.Resources is { IsNegated: false } resources
                && resources.Values.Any(value => Glob.Covers(
                    value, $"arn:{partition ?? "aws"}:{kind.Service}:*:{accountId ?? "*"}:{kind.Type}*", ignoreCase: false))));

    /// <summary>For a Deny with NotResource: true when it leaves the action on a part of the resources of that type only.</summary>
    public bool Confines(string action, string type) => Spared.Count > 0 && Matches(action)
        && !All([.. Spared.Select(value => PolicyVariables.AtWidest(value, accountId))], type, accountId, partition);

    /// <summary>The same for an action of any service.</summary>
    public bool Confines(string action) => Spared.Count > 0 && Matches(action)
        && !Spared.Select(value => PolicyVariables.AtWidest(value, accountId)).Any(value => ActionTarget.ServicesOf(action)
            .Any(service => IsAnything(value, service) || IsWhole(value, service))
            || ActionTarget.Of(action) is { } target && target.Kinds.Any(kind => IsWholeKind(value, kind)));

    /// <summary>For a Deny: true when it leaves the action on nothing that this resource of an Allow, as written, names.</summary>
    public bool Takes(string action, string value) => Matches(action) && statement.Resources switch
    {
        null => true,
        { IsNegated: true } spared => !spared.Values.Any(
            one => Glob.Intersects(PolicyVariables.AsAnything(one), PolicyVariables.AsAnything(value), ignoreCase: false)),
        { } resources => resources.Values.Any(one => TakesValue(action, one, value)),
    };

    /// <summary>The same text is the same resource in one request, whatever its variables are.</summary>
    private bool TakesValue(string action, string denied, string allowed) => string.Equals(denied, allowed, StringComparison.Ordinal)
        || (PolicyVariables.ForComparing(denied, AnyName, accountId, other: null) is var deny
            && !deny.Contains("${", StringComparison.Ordinal)
            && Glob.Covers(
                deny, InOwnAccount(action, PolicyVariables.ForComparing(allowed, AnyName, accountId, other: "*")), ignoreCase: false));

    /// <summary>What an Allow names in any account is reached in the own one only; roles of others can be assumed, too.</summary>
    private string InOwnAccount(string action, string pattern)
    {
        var parts = pattern.Split(':', 6);
        if (parts.Length < 6 || parts[2] != "iam" || action.StartsWith("sts:", StringComparison.OrdinalIgnoreCase)) return pattern;
        if (partition is not null && parts[1].Trim('*').Length == 0) parts[1] = partition;
        if (accountId is not null && parts[4].Trim('*').Length == 0) parts[4] = accountId;
        return string.Join(':', parts);
    }

    /// <summary>For a Deny: true when it takes the action on that very thing by not naming it.</summary>
    public bool TakesOn(string action, OwnThing thing) => Spared.Count > 0 && Matches(action)
        && !_partitions.Any(p => Spared.Any(value => Glob.Intersects(PolicyVariables.AsAnything(value),
            $"arn:{p}:iam::{accountId ?? "*"}:{thing.Type}/{(thing.Name == AnyName ? "*" : "")}{thing.Name}", ignoreCase: false)
            || value.EndsWith('/' + thing.Name, StringComparison.Ordinal)));

    /// <summary>For a Deny: true when it takes the action on the holder's own user by not naming it.</summary>
    public bool TakesOnOneself(string action) => TakesOn(action, new OwnThing("user", AnyName));

    /// <summary>What a NotResource names; empty for a Resource.</summary>
    private IReadOnlyList<string> Spared => statement.Resources is { IsNegated: true } resources ? resources.Values : [];

    public bool AllowsService(string service) => Matches(service + ":" + AnyName) && ReachesAll("");

    public bool DeniesService(string service) =>
        Denies(service + ":" + AnyName, "") || Denies(service + ":" + AnyName) || Confines(service + ":" + AnyName);

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
            _ => All(Patterns, type, accountId, partition),
        };
    }

    /// <summary>True when the patterns reach every name of that type in one partition and account.</summary>
    public static bool All(IReadOnlyList<string> patterns, string type, string? accountId, string? partition) =>
        Probes(patterns, type, accountId, partition is null ? s_partitions : [partition])
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

    private string[] Targets(string type) => type.Length == 0 ? ["*"] : [$"arn:{partition ?? "aws"}:iam::{accountId ?? "*"}:{type}/*"];

    /// <summary>
    /// A list of sample resources for each partition and account that the patterns could mean; the patterns must match every one of a
    /// list.
    /// </summary>
    private static IEnumerable<IEnumerable<string>> Probes(
        IReadOnlyList<string> patterns, string type, string? accountId, string[] partitions)
    {
        // Actions outside IAM are tested with an arbitrary resource: "arn:", the partition and unknown characters.
        if (type.Length == 0) return partitions.Select(static partition => (IEnumerable<string>)[$"arn:{partition}:" + AnyName]);
        IEnumerable<string> accounts = accountId is not null
            ? [accountId]
            : patterns.Select(static pattern => pattern.Split(':', 6)).Where(static parts => parts.Length == 6 && parts[4].Length == 12)
                .Select(static parts => parts[4]).Distinct(StringComparer.Ordinal).Take(MostAccountsTried)
                .Append(AnyName + AnyName[..5]);
        return from partition in partitions
               from account in accounts
               select FirstCharacters.Select(first => $"arn:{partition}:iam::{account}:{type}/{first}{AnyName}");
    }
}
