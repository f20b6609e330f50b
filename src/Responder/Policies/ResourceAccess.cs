namespace Responder.Policies;

/// <summary>The widest kind of caller that a resource's policy lets in. Ordered: a higher value is worse.</summary>
public enum Audience
{
    /// <summary>It allows nothing.</summary>
    Nobody,

    /// <summary>Principals of the account itself, or callers that come from a network or through a resource of ours.</summary>
    OwnAccount,

    /// <summary>An AWS service.</summary>
    AwsService,

    /// <summary>Federated identities, confined by conditions.</summary>
    Federated,

    /// <summary>Every account of one organization that is not known to be foreign.</summary>
    Organization,

    /// <summary>
    /// Somebody whose account cannot be told: a canonical user id, or the unique id of a principal. It may be ours, AWS's or foreign.
    /// </summary>
    CannotBeTold,

    /// <summary>The document, or a principal in it, could not be read.</summary>
    Unreadable,

    /// <summary>Any identity of a federation: no condition confines it.</summary>
    OpenFederation,

    /// <summary>Named foreign accounts, or a foreign organization.</summary>
    Foreign,

    /// <summary>Everyone in any account; mostly everyone on the internet as well.</summary>
    Everyone,
}

/// <summary>The owner of a resource.</summary>
/// <param name="AccountId">Twelve digits; null when unknown: every named account then counts as foreign.</param>
/// <param name="At">When its policy counts: an Allow whose date had passed by then lets nobody in. Null when that is not known.</param>
public sealed record ResourceOwner(string? AccountId, DateTimeOffset? At)
{
    /// <summary>Our organizations (<c>o-…</c>); empty when unknown, and then a single organization is taken to be ours.</summary>
    public IReadOnlyCollection<string> OrganizationIds { get; init; } = [];

    /// <summary>Other accounts of ours; they count like the account itself.</summary>
    public IReadOnlyCollection<string> SiblingAccountIds { get; init; } = [];

    /// <summary>Canonical user ids of our accounts (S3).</summary>
    public IReadOnlyList<string> CanonicalUserIds { get; init; } = [];

    internal bool Owns(string? account) => account is not null && (account == AccountId || SiblingAccountIds.Contains(account));
}

/// <param name="Widest">The worst audience of any statement.</param>
/// <param name="ForeignAccounts">Account ids (or canonical user ids) let in, as far as they are named.</param>
/// <param name="Organizations">Organization ids that a condition admits.</param>
/// <param name="Services">AWS service principals let in.</param>
/// <param name="Federations">Identity providers let in, confined or not.</param>
/// <param name="Reasons">Short sentences, strongest first; they may hold ids and names of the document.</param>
internal sealed record AccessVerdict(
    Audience Widest,
    IReadOnlyList<string> ForeignAccounts,
    IReadOnlyList<string> Organizations,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> Federations,
    IReadOnlyList<string> Reasons)
{
    /// <summary>
    /// Each way in from outside: the principal as the policy writes it, what it may do, and what confines it. In a fixed order, so that two
    /// policies that let in the same say the same.
    /// </summary>
    public IReadOnlyList<string> WaysIn { get; init; } = [];

    /// <summary>"foreign account 123…" or "foreign organisation o-…" where exactly one is named; otherwise null.</summary>
    public string? OneForeigner => ForeignAccounts is [var one]
        ? (one.StartsWith("o-", StringComparison.Ordinal) ? "foreign organisation " : "foreign account ") + one
        : null;

    /// <summary>True when it lets in everyone, a foreign account or organization, or any identity of a federation.</summary>
    public bool IsOpen => Widest >= Audience.OpenFederation;
}

/// <summary>
/// Judges whom the policy of a resource (bucket, key, queue, role) lets in. What the caller's own policies must still allow is not
/// considered.
/// </summary>
internal static class ResourceAccess
{
    private const long MostComparisons = 2_000_000;

    private static readonly string[] s_anyAction = ["*"];

    private static readonly string[] s_assumeRole = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

    /// <summary>Who may do anything at all to the resource.</summary>
    public static AccessVerdict WhoIsLetIn(PolicyDocument document, ResourceOwner owner) => Judge(document, owner, s_anyAction);

    /// <summary>Who may become the role; permission to tag a session or set its source identity alone lets nobody in.</summary>
    public static AccessVerdict WhoMayAssume(PolicyDocument trustPolicy, ResourceOwner owner) => Judge(trustPolicy, owner, s_assumeRole);

    private static AccessVerdict Judge(PolicyDocument document, ResourceOwner owner, string[] actions)
    {
        var entries = new List<Entry>();
        var ways = new SortedSet<string>(StringComparer.Ordinal);
        // What holds for every request from some time on is no condition any more.
        var denies = document.Statements.Where(static s => s is { Effect: PolicyEffect.Deny, IsAmbiguous: false })
            .Select(s => s with { Conditions = [.. s.Conditions.Where(c => !Moments.HaveBegun(c, owner.At))] }).ToList();
        var allows = document.Statements.Where(s => s.IsAllow && !s.EffectiveConditions.Any(c => Moments.HavePassed(c, owner.At)));
        foreach (var allow in allows)
        {
            var patterns = GrantedActions(allow, actions);
            if (patterns.Count == 0) continue;
            var denials = Denials(allow, patterns, denies);
            foreach (var entry in Callers.Of(allow, owner))
            {
                // What is left of each grant after every Deny; the widest remainder is what counts.
                foreach (var denial in denials)
                {
                    var left = Remainder(entry, denial, owner);
                    entries.AddRange(left);
                    foreach (var (audience, who, reason) in left.Where(static e => e.Audience >= Audience.Organization))
                    {
                        var may = string.Join(',', patterns.Order(StringComparer.OrdinalIgnoreCase));
                        ways.Add($"{entry.Principal.Type} {entry.Principal.Value}: {may}; {audience} {who} {reason}");
                    }
                }
            }
        }

        if (document.Error is { } error) ways.Add(error);
        if (document.Error is not null)
            entries.Add(new Entry(Audience.Unreadable, null, $"The policy could not be read in full: {document.Error}"));
        entries = [.. entries.DistinctBy(static e => (e.Audience, e.Who, e.Reason)).OrderByDescending(static e => e.Audience)];
        return new AccessVerdict(
            entries.Count == 0 ? Audience.Nobody : entries[0].Audience,
            Named(entries, Audience.Foreign),
            Named(entries, Audience.Organization),
            Named(entries, Audience.AwsService),
            [.. Named(entries, Audience.OpenFederation), .. Named(entries, Audience.Federated)],
            entries.Count == 0 ? ["It allows nobody"] : [.. entries.Select(static e => e.Reason).Distinct(StringComparer.Ordinal)])
        {
            WaysIn = [.. ways],
        };
    }

    private static List<string> Named(List<Entry> entries, Audience audience) =>
        [.. entries.Where(e => e.Audience == audience).Select(static e => e.Who).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The patterns of actions that an Allow grants, as far as they concern the actions asked about.</summary>
    private static List<string> GrantedActions(PolicyStatement allow, string[] actions)
    {
        var patterns = allow.Actions switch
        {
            null => actions, // an ambiguous statement: whatever it means, it may mean this
            { IsNegated: true } not => actions.Where(action => !not.Values.Any(value => Glob.Covers(value, action, ignoreCase: true))),
            { } named when ReferenceEquals(actions, s_anyAction) => named.Values,
            { } named => actions.Where(action => named.Values.Any(value => Glob.Matches(value, action, ignoreCase: true))),
        };
        return [.. patterns.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// For each granted pair of action and resource, the Denys that cover it, without duplicate lists. A pair that no Deny covers keeps all
    /// callers in, so then a single empty list is returned; likewise for a document that was made to be slow.
    /// </summary>
    private static List<List<PolicyStatement>> Denials(PolicyStatement allow, List<string> actions, List<PolicyStatement> denies)
    {
        List<List<PolicyStatement>> whole = [[]];
        List<string> resources = allow.Resources is { IsNegated: false } listed
            ? [.. listed.Values.Distinct(StringComparer.Ordinal)]
            : ["*"];
        var work = denies.Sum(
            static d => (long)(d.Actions?.Values.Count ?? 0) + (d.Resources?.Values.Count ?? 0) + (d.Principals?.Values.Count ?? 0))
            * actions.Count * resources.Count * Math.Max(1, allow.Principals?.Values.Count ?? 0);
        if (denies.Count == 0 || work > MostComparisons) return whole;

        var grants = from action in actions from resource in resources select new Grant(action, resource);
        var found = new Dictionary<string, List<PolicyStatement>>(StringComparer.Ordinal);
        foreach (var grant in grants)
        {
            var covering = Enumerable.Range(0, denies.Count).Where(i => DeniesAll(denies[i], grant)).ToList();
            if (covering.Count == 0) return whole;
            found.TryAdd(string.Join(',', covering), [.. covering.Select(i => denies[i])]);
        }

        return [.. found.Values];
    }

    private static List<Entry> Remainder(Entry entry, List<PolicyStatement> denies, ResourceOwner owner)
    {
        var left = new List<Entry> { entry };
        foreach (var deny in denies)
            left = [.. left.SelectMany(e => Callers.After(e, deny, owner)).DistinctBy(static e => (e.Audience, e.Who))];
        return left;
    }

    private static bool DeniesAll(PolicyStatement deny, Grant grant)
    {
        var actions = deny.Actions switch
        {
            null => false,
            { IsNegated: true } not => !not.Values.Any(value => Glob.Intersects(value, grant.Action, ignoreCase: true)),
            { } named => named.Values.Any(value => Glob.Covers(value, grant.Action, ignoreCase: true)),
        };
        return actions && deny.Resources switch
        {
            null => true,
            { IsNegated: true } not => !not.Values.Any(value => Glob.Intersects(value, grant.Resource, ignoreCase: false)),
            { } named => named.Values.Any(value => Glob.Covers(value, grant.Resource, ignoreCase: false)),
        };
    }

    /// <summary>Action and resource, both patterns.</summary>
    private sealed record Grant(string Action, string Resource);
}
