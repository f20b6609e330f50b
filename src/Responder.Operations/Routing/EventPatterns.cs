using System.Text;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;

namespace Responder.Operations.Routing;

/// <summary>One EventBridge rule: which events it sends to which function.</summary>
/// <param name="Function">One of <see cref="EventPatterns.Functions"/>.</param>
/// <param name="Name">Unique within the function; letters and digits, so that it can be part of a logical id.</param>
/// <param name="Pattern">
/// The event pattern. Made of exact strings, prefix, suffix, wildcard, exists and anything-but only.
/// </param>
public sealed record RoutingRule(string Function, string Name, JsonObject Pattern)
{
    /// <summary>True: the rule matches calls that CloudTrail counts as reads, too.</summary>
    public bool TakesReads { get; init; }

    /// <summary>The state of the rule in EventBridge.</summary>
    public string State => TakesReads ? EventPatterns.StateWithReads : "ENABLED";

    /// <summary>The pattern as compact JSON.</summary>
    public string Json => Pattern.ToJsonString();

    /// <summary>Logical id of the function in template.yaml: <c>security-group</c> → <c>SecurityGroupFunction</c>.</summary>
    public string FunctionId => string.Concat(Function.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]))
        + "Function";

    /// <summary>Logical id of the rule in template.yaml: SAM puts the function's id before the event's.</summary>
    public string LogicalId => FunctionId + Name;
}

/// <summary>One EventBridge rule in another region or account: which events it sends to the home bus.</summary>
/// <param name="Name">Unique among the forwarding rules; letters and digits, so that it can be part of a logical id.</param>
/// <param name="Pattern">As in <see cref="RoutingRule"/>.</param>
/// <param name="OfGlobalService">True: the rule matches only IAM events, which land in one region of each partition.</param>
public sealed record ForwardingRule(string Name, JsonObject Pattern, bool OfGlobalService)
{
    /// <summary>As in <see cref="RoutingRule"/>.</summary>
    public string State { get; init; } = "ENABLED";

    /// <summary>The pattern as compact JSON.</summary>
    public string Json => Pattern.ToJsonString();
}

/// <summary>
/// The EventBridge rules that deliver what the catalog watches, each event through one rule to one function. Rules differ in eventSource;
/// those of one source differ in errorCode (absent, or a refusal) and, where it is absent, in whether root called. Sources with few watched
/// names share a rule, because each rule takes up part of the function's resource policy. A call whose name is watched only for another
/// source of the same rule is therefore delivered, too, and yields no finding. Events of custom applications are left out (their
/// <c>source</c> cannot begin with <c>aws.</c>), so nobody can forge a call with PutEvents. Source:
/// docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
/// </summary>
public static class EventPatterns
{
    /// <summary>The state of a rule that takes reads; without it, EventBridge gives a rule only the writes.</summary>
    public const string StateWithReads = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

    /// <summary>Maximum length of an EventBridge event pattern, in characters.</summary>
    public const int MaxLength = 2048;

    /// <summary>Rules are filled up to here only: what is added by hand, or counts otherwise than JSON text, still fits.</summary>
    public const int FullLength = 1900;

    /// <summary>Sources with more names than this have a rule of their own.</summary>
    private const int FewNames = 20;

    private const string Account = "account";

    /// <summary>The source whose events land in us-east-1, us-gov-west-1 or cn-north-1, wherever the call was made.</summary>
    private const string GlobalSource = "iam.amazonaws.com";

    /// <summary>Stands for the home bus where a forwarding rule is built like a rule of a function.</summary>
    private const string Home = "home";

    /// <summary>Functions with one event source of their own.</summary>
    private static readonly (string Function, string Source)[] s_domains =
    [
        ("iam", "iam.amazonaws.com"),
        ("security-group", "ec2.amazonaws.com"),
        ("kms", "kms.amazonaws.com"),
        ("s3", "s3.amazonaws.com"),
    ];

    private static readonly string[] s_callTypes = [
        "AWS API Call via CloudTrail", "AWS Console Action via CloudTrail", "AWS Service Event via CloudTrail"];

    /// <summary>
    /// The documentation says Signin, long-standing rules say Sign In; a rule with the wrong one never matches, so both are used.
    /// </summary>
    private static readonly string[] s_signInTypes = ["AWS Console Signin via CloudTrail", "AWS Console Sign In via CloudTrail"];

    private static readonly string[] s_insightTypes = ["AWS Insight via CloudTrail"];

    /// <summary>
    /// The functions of the installation, in the order of the template. The last one takes every source that no other function takes.
    /// </summary>
    public static IReadOnlyList<string> Functions { get; } = [.. s_domains.Select(static d => d.Function), Account];

    /// <summary>
    /// The function that gets an event, if any does. Insight events always go to the account function, because they name their source one
    /// level deeper than the patterns look.
    /// </summary>
    public static string FunctionOf(CloudTrailEvent e) =>
        e.IsInsight ? Account : Array.Find(s_domains, d => string.Equals(d.Source, e.EventSource, StringComparison.Ordinal)).Function
            ?? Account;

    /// <summary>The rules for what a catalog watches, by function in the order of <see cref="Functions"/>.</summary>
    /// <exception cref="NotSupportedException">A watch cannot be expressed as a pattern; the message names it.</exception>
    public static IReadOnlyList<RoutingRule> Of(DetectionCatalog catalog)
    {
        var (calls, refused, root, signIn, insight) = Watched(catalog);
        var rules = new List<RoutingRule>();
        foreach (var (function, source) in s_domains)
        {
            rules.AddRange(Calls(function, "Calls", source, calls[source], root));
            rules.AddRange(RefusedAndRoot(function, () => new JsonArray(source), refused, root));
        }

        var own = s_domains.Select(static d => d.Source).ToHashSet(StringComparer.Ordinal);
        var others = calls.Where(c => !own.Contains(c.Key)).OrderBy(static c => c.Key, StringComparer.Ordinal)
            .ToLookup(static c => c.Count() <= FewNames);
        foreach (var source in others[false]) rules.AddRange(Calls(Account, "Calls" + NameOf(source.Key), source.Key, source, root));
        rules.AddRange(Shared(Account, "CallsShared", others[true], root));
        rules.AddRange(
            RefusedAndRoot(Account, () => AnythingBut([.. s_domains.Select(static d => d.Source), Watch.SignInSource]), refused, root));

        if (signIn) rules.AddRange(SignIn(Account));
        if (insight) rules.Add(new(Account, "Insight", Pattern(s_insightTypes, [])));
        rules.AddRange(Assumed(Account, catalog));
        return rules;
    }

    /// <summary>
    /// The rules that send the same events, each through one rule, from another region or account to the home bus, where <see cref="Of"/>
    /// routes them. There is only one target, so sources share rules up to the maximum length; IAM has rules of its own.
    /// </summary>
    /// <exception cref="NotSupportedException">As <see cref="Of"/>.</exception>
    public static IReadOnlyList<ForwardingRule> Forwarding(DetectionCatalog catalog)
    {
        var (calls, refused, root, signIn, insight) = Watched(catalog);
        var sources = calls.OrderBy(static c => c.Key, StringComparer.Ordinal).ToLookup(static c => c.Key == GlobalSource);
        List<RoutingRule> regional = [
            .. Shared(Home, "Calls", sources[false], root),
            .. RefusedAndRoot(Home, static () => AnythingBut(Watch.SignInSource), refused, root)];
        if (signIn) regional.AddRange(SignIn(Home));
        if (insight) regional.Add(new(Home, "Insight", Pattern(s_insightTypes, [])));
        regional.AddRange(Assumed(Home, catalog));
        return
        [
            .. sources[true].SelectMany(source => Calls(Home, "CallsIam", source.Key, source, root))
            .Select(static rule => new ForwardingRule(rule.Name, rule.Pattern, true)),
            .. regional.Select(static rule => new ForwardingRule(rule.Name, rule.Pattern, false) { State = rule.State }),
        ];
    }

    /// <summary>
    /// What a catalog watches: event names by source, and whether it watches refused calls, calls by root, sign-ins and Insights.
    /// </summary>
    private static (ILookup<string, string> Calls, bool Refused, bool Root, bool SignIn, bool Insight) Watched(DetectionCatalog catalog)
    {
        var watches = catalog.Detections.SelectMany(static d => d.Info.Watches).ToList();
        foreach (var watch in watches) RequireSupported(watch);

        var calls = watches
            .Where(static w => w is { Kind: WatchKind.Calls, EventSource: not null and not Watch.SignInSource, OnRoles.Count: 0 })
            .SelectMany(static w => w.EventNames.Select(name => (Source: w.EventSource!, Name: name)))
            .Distinct()
            .ToLookup(static w => w.Source, static w => w.Name, StringComparer.Ordinal);
        var root = watches.Any(static w => w.Kind == WatchKind.Root);
        var refused = watches.Any(static w => w.Kind == WatchKind.Refused);
        var signIn = root || refused || watches.Any(static w => w.Kind == WatchKind.SignIn || w.EventSource == Watch.SignInSource);
        return (calls, refused, root, signIn, watches.Any(static w => w.Kind == WatchKind.Insight));
    }

    /// <summary>
    /// A failed sign-in carries no errorCode, and root signs in like anybody else, so these rules match the source alone.
    /// </summary>
    private static IEnumerable<RoutingRule> SignIn(string function) =>
    [
        new(function, "SignIn", Pattern(s_signInTypes, new() { ["eventSource"] = new JsonArray(Watch.SignInSource) })),
        new(function, "SignInCalls", Pattern(s_callTypes, new() { ["eventSource"] = new JsonArray(Watch.SignInSource) })),
    ];

    /// <summary>One rule for each source: who assumes which of our roles. It takes reads, and nothing else is among them.</summary>
    private static IEnumerable<RoutingRule> Assumed(string function, DetectionCatalog catalog) => catalog.Detections
        .SelectMany(static d => d.Info.Watches).Where(static w => w.OnRoles.Count > 0).GroupBy(static w => w.EventSource!)
        .Select(source => new RoutingRule(function, "Assumed", Pattern(s_callTypes, Management(new JsonObject
        {
            ["eventSource"] = new JsonArray(source.Key),
            ["eventName"] = new JsonArray(
                [.. source.SelectMany(static w => w.EventNames).Distinct().Order(StringComparer.Ordinal).Select(NameCondition)]),
            ["errorCode"] = new JsonArray(Exists(false)),
            ["userIdentity"] = new JsonObject { ["type"] = new JsonArray(Operator("anything-but", "Root"), Exists(false)) },
            ["requestParameters"] = new JsonObject
            {
                ["roleArn"] = new JsonArray(
                    [.. source.SelectMany(static w => w.OnRoles).Distinct().Select(static p => Operator("wildcard", p))]),
            },
        })))
        { TakesReads = true });

    private static void RequireSupported(Watch watch)
    {
        var supported = watch.Kind switch
        {
            WatchKind.Calls => watch is { EventSource: not null, EventNames.Count: > 0 },
            WatchKind.SignIn => watch.EventSource is null or Watch.SignInSource,
            _ => watch is { EventSource: null, EventNames.Count: 0 },
        };
        if (!supported)
            throw new NotSupportedException($"no event pattern for the watch {watch.Kind} of {watch.EventSource ?? "any source"}: calls "
                + "need a source and names, root, refused and Insights take neither");
    }

    private static IEnumerable<RoutingRule> Calls(
        string function, string name, string source, IEnumerable<string> eventNames, bool rootApart)
    {
        var part = 0;
        var chunk = new List<string>();
        RoutingRule? rule = null;
        foreach (var eventName in eventNames.Order(StringComparer.Ordinal))
        {
            chunk.Add(eventName);
            var longer = Rule();
            if (rule is not null && longer.Json.Length > FullLength)
            {
                yield return rule;
                part++;
                chunk = [eventName];
                longer = Rule();
            }

            rule = longer;
        }

        if (rule is not null) yield return rule;

        RoutingRule Rule() => new(function, part == 0 ? name : name + (part + 1), CallsPattern([source], chunk, rootApart));
    }

    /// <summary>Rules that hold as many of the sources as fit.</summary>
    private static IEnumerable<RoutingRule> Shared(
        string function, string name, IEnumerable<IGrouping<string, string>> sources, bool rootApart)
    {
        var part = 0;
        var together = new List<IGrouping<string, string>>();
        foreach (var source in sources)
        {
            together.Add(source);
            if (together.Count == 1 || Rule().Json.Length <= FullLength) continue;
            together.RemoveAt(together.Count - 1);
            yield return Rule();
            part++;
            together = [source];
        }

        if (together.Count > 0) yield return Rule();

        RoutingRule Rule() => new(
            function,
            together is [var alone] ? "Calls" + NameOf(alone.Key) : name + (part == 0 ? "" : part + 1),
            CallsPattern(
                [.. together.Select(static source => source.Key)], together.SelectMany(static source => source).Distinct()
                .Order(StringComparer.Ordinal), rootApart));
    }

    private static JsonObject CallsPattern(string[] sources, IEnumerable<string> names, bool rootApart)
    {
        var detail = new JsonObject
        {
            ["eventSource"] = new JsonArray([.. sources.Select(static s => JsonValue.Create(s))]),
            ["eventName"] = new JsonArray([.. names.Select(NameCondition)]),
            ["errorCode"] = new JsonArray(Exists(false)),
        };
        // anything-but does not match an absent field, but an event that does not say who called is not root's; hence exists: false.
        if (rootApart)
            detail["userIdentity"] = new JsonObject { ["type"] = new JsonArray(Operator("anything-but", "Root"), Exists(false)) };
        return Pattern(s_callTypes, Management(detail));
    }

    /// <summary>An <see cref="EventNamePattern"/> in EventBridge syntax.</summary>
    private static JsonNode NameCondition(string name) =>
        EventNamePattern.IsBeginning(name) ? Operator("prefix", EventNamePattern.TextOf(name).ToString()) : JsonValue.Create(name);

    private static IEnumerable<RoutingRule> RefusedAndRoot(string function, Func<JsonArray> eventSource, bool refused, bool root)
    {
        if (refused)
        {
            yield return new(function, "Refused", Pattern(s_callTypes, Management(new JsonObject
            {
                ["eventSource"] = eventSource(),
                ["errorCode"] = new JsonArray([.. RefusalSuffixes().Select(static code => Operator("suffix", code))]),
            })));
        }

        if (root)
        {
            yield return new(function, "Root", Pattern(s_callTypes, Management(new JsonObject
            {
                ["eventSource"] = eventSource(),
                ["errorCode"] = new JsonArray(Exists(false)),
                ["userIdentity"] = new JsonObject { ["type"] = new JsonArray("Root") },
            })));
        }
    }

    /// <summary>
    /// The codes are matched as suffixes, because services put prefixes of their own before them; a code that ends in another one needs no
    /// entry.
    /// </summary>
    private static IEnumerable<string> RefusalSuffixes() => CallOutcomes.RefusalCodes
        .Where(static code => !CallOutcomes.RefusalCodes.Any(other => other != code && code.EndsWith(other, StringComparison.Ordinal)));

    /// <summary>Excludes the copies of a management call in the data and network activity categories: they yield no finding.</summary>
    private static JsonObject Management(JsonObject detail)
    {
        detail["eventCategory"] = new JsonArray(Operator("anything-but", new JsonArray("Data", "NetworkActivity")), Exists(false));
        return detail;
    }

    private static JsonObject Pattern(string[] detailTypes, JsonObject detail)
    {
        var pattern = new JsonObject
        {
            ["source"] = new JsonArray(Operator("prefix", "aws.")),
            ["detail-type"] = new JsonArray([.. detailTypes.Select(static t => JsonValue.Create(t))]),
        };
        if (detail.Count > 0) pattern["detail"] = detail;
        return pattern;
    }

    private static JsonArray AnythingBut(params string[] values) =>
        new(Operator("anything-but", new JsonArray([.. values.Select(static v => JsonValue.Create(v))])));

    private static JsonObject Exists(bool exists) => new() { ["exists"] = exists };

    private static JsonObject Operator(string name, JsonNode value) => new() { [name] = value };

    /// <summary><c>rolesanywhere.amazonaws.com</c> → <c>Rolesanywhere</c>.</summary>
    private static string NameOf(string source)
    {
        var name = new StringBuilder();
        foreach (var c in source.AsSpan(0, source.IndexOf('.') is > 0 and var dot ? dot : source.Length))
        {
            if (char.IsAsciiLetterOrDigit(c)) name.Append(name.Length == 0 ? char.ToUpperInvariant(c) : c);
        }

        return name.ToString();
    }
}
