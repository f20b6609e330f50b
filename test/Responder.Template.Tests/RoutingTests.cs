using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Operations.Routing;

namespace Responder.Template.Tests;

/// <summary>Every event that is watched reaches exactly one function through exactly one rule, and any other event reaches none.</summary>
public sealed class RoutingTests
{
    private static readonly string[] s_callTypes = [
        "AWS API Call via CloudTrail", "AWS Console Action via CloudTrail", "AWS Service Event via CloudTrail"];
    private static readonly string[] s_signInTypes = ["AWS Console Signin via CloudTrail", "AWS Console Sign In via CloudTrail"];

    private static readonly List<(string Id, JsonObject Pattern)> s_rules = [
        .. RulesText.Rules.Select(static r => (RulesText.LogicalId(r), r.Pattern))];

    private static readonly List<Watch> s_watches = [.. DetectionCatalog.Default.Detections.SelectMany(static d => d.Info.Watches)];

    public static TheoryData<string> Samples { get; } =
        [.. Directory.EnumerateFiles(Repository.Events, "*.json", SearchOption.AllDirectories)
            .Select(static p => Path.GetRelativePath(Repository.Events, p).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_reaches_the_function_of_its_event_source_through_one_rule(string sample)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Events, sample)));
        Check(document.RootElement, sample);
    }

    [Fact]
    public void Moto_sees_the_same_rules_for_every_sample()
    {
        var samples = Samples.Select(static row => row.Data).ToList();
        var texts = samples.Select(static s => File.ReadAllText(Path.Combine(Repository.Events, s))).ToList();
        PatternComparison.WithMoto(s_rules, samples, texts);
    }

    [Fact]
    public void Moto_sees_the_same_rules_for_every_made_event()
    {
        var texts = Made().Select(static e => e.ToJsonString()).ToList();
        PatternComparison.WithMoto(s_rules, texts, texts);
    }

    /// <summary>Tries all combinations of what the patterns look at: source, detail type, name, error code, caller, category.</summary>
    [Fact]
    public void Every_made_event_that_is_watched_matches_one_rule_and_every_other_none()
    {
        var (watched, unwatched) = (0, 0);
        foreach (var made in Made())
        {
            if (Check(JsonSerializer.SerializeToElement(made), made.ToJsonString())) watched++;
            else unwatched++;
        }

        Assert.True(watched > 1000 && unwatched > 1000, $"{watched} watched, {unwatched} not");
    }

    [Fact]
    public void A_watched_call_whose_record_does_not_say_who_called_is_not_lost()
    {
        foreach (var identity in (JsonNode?[])[null, new JsonObject(), "alice", new JsonObject { ["type"] = null }])
        {
            var made = Event("aws.iam", s_callTypes[0], new JsonObject
            {
                ["eventSource"] = "iam.amazonaws.com",
                ["eventName"] = "AttachUserPolicy",
                ["userIdentity"] = identity,
            });
            Assert.Equal("iam", Assert.Single(Matching(JsonSerializer.SerializeToElement(made))).Function);
        }
    }

    /// <summary>Otherwise, anybody who may call PutEvents in the account could have an innocent user contained.</summary>
    [Fact]
    public void A_forged_event_of_a_custom_application_reaches_nobody()
    {
        var made = Event("com.example.app", s_callTypes[0], new JsonObject
        {
            ["eventSource"] = "iam.amazonaws.com",
            ["eventName"] = "AttachUserPolicy",
        });
        Assert.Empty(Matching(JsonSerializer.SerializeToElement(made)));
    }

    /// <returns>True if the event is watched.</returns>
    private static bool Check(JsonElement envelope, string name)
    {
        var parsed = EventParser.Parse(envelope);
        Assert.True(parsed.Event is not null, $"{name}: {parsed.Error}");
        var e = parsed.Event!;
        var rules = Matching(envelope);
        var routes = string.Join(", ", rules.Select(static r => $"{r.Function} {r.Name}"));

        var watched = IsWatched(e);
        Assert.True(
            rules.Count == (watched ? 1 : 0),
            $"{name}: {(watched ? "watched" : "not watched")}, rules: {(rules.Count == 0 ? "none" : routes)}");
        if (watched) Assert.True(rules[0].Function == FunctionFor(e), $"{name}: expected {FunctionFor(e)}, got {routes}");
        else Assert.True(DetectionCatalog.Default.Detect(e).Count == 0, $"{name}: a detection fires on an event that no rule brings");
        return watched;
    }

    private static List<RoutingRule> Matching(JsonElement envelope) =>
        [.. RulesText.Rules.Where(rule => EventPatternMatcher.Matches(rule.Pattern, envelope))];

    /// <summary>What the catalog asks for, event by event, written independently of the generator.</summary>
    private static bool IsWatched(CloudTrailEvent e)
    {
        if (e.Envelope?.DetailType == "AWS Insight via CloudTrail") return s_watches.Any(static w => w.Kind == WatchKind.Insight);
        if (e.EventSource == "signin.amazonaws.com")
            return s_watches.Any(static w => w.Kind is WatchKind.SignIn or WatchKind.Root or WatchKind.Refused);
        if (e.IsDataOrNetworkCopy) return false;
        return e.Outcome switch
        {
            CallOutcome.Refused => s_watches.Any(static w => w.Kind == WatchKind.Refused),
            CallOutcome.Failed => false,
            _ => (e.Actor.IsRoot && s_watches.Any(static w => w.Kind == WatchKind.Root))
                || s_watches.Any(w => w.Kind == WatchKind.Calls && w.EventSource == e.EventSource
                && (w.OnRoles.Count == 0 || w.Matches(e))
                && w.EventNames.Any(
                    n => n == e.EventName || (n.EndsWith('*') && e.EventName.StartsWith(n[..^1], StringComparison.Ordinal)))),
        };
    }

    private static string FunctionFor(CloudTrailEvent e) => e.IsInsight ? "account" : e.EventSource switch
    {
        "iam.amazonaws.com" => "iam",
        "ec2.amazonaws.com" => "security-group",
        "kms.amazonaws.com" => "kms",
        "s3.amazonaws.com" => "s3",
        _ => "account",
    };

    internal static IEnumerable<JsonObject> Made()
    {
        string[] sources = [
            "iam.amazonaws.com", "ec2.amazonaws.com", "kms.amazonaws.com", "s3.amazonaws.com", "cloudtrail.amazonaws.com",
            "signin.amazonaws.com", "guardduty.amazonaws.com", "dynamodb.amazonaws.com"];
        string?[] codes = [
            null, "AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation", "com.amazonaws.kms#AccessDeniedException",
            "KMS.AccessDeniedException", "Client.DryRunOperation", "NoSuchEntityException"];
        string?[] identities = ["IAMUser", "Root", "AssumedRole", null];
        string?[] categories = [null, "Management", "Data", "NetworkActivity"];
        var watchedNames = s_watches.Where(static w => w.EventSource is not null)
            .ToLookup(static w => w.EventSource!, static w => w.EventNames);
        foreach (var source in sources)
        {
            string[] names = [
                .. watchedNames[source].SelectMany(static n => n).Select(static n => n.TrimEnd('*')).Distinct()
                .Order(StringComparer.Ordinal).Take(3), "ListThings"];
            var types = source == "signin.amazonaws.com" ? [.. s_callTypes, .. s_signInTypes] : s_callTypes;
            foreach (var type in types)
                foreach (var name in names)
                    foreach (var code in codes)
                        foreach (var identity in identities)
                            foreach (var category in source == "signin.amazonaws.com" ? ["Management"] : categories)
                            {
                                var detail = new JsonObject { ["eventSource"] = source, ["eventName"] = name };
                                if (code is not null) detail["errorCode"] = code;
                                if (identity is not null) detail["userIdentity"] = new JsonObject { ["type"] = identity };
                                if (category is not null) detail["eventCategory"] = category;
                                yield return Event("aws." + source.Split('.')[0], type, detail);
                            }
        }

        foreach (var state in (string[])["Start", "End"])
        {
            yield return Event("aws.cloudtrail", "AWS Insight via CloudTrail", new JsonObject
            {
                ["eventType"] = "AwsCloudTrailInsight",
                ["eventCategory"] = "Insight",
                ["insightDetails"] = new JsonObject
                {
                    ["state"] = state,
                    ["eventSource"] = "iam.amazonaws.com",
                    ["eventName"] = "AttachUserPolicy",
                    ["insightType"] = "ApiCallRateInsight",
                },
            });
        }
    }

    private static JsonObject Event(string source, string detailType, JsonObject detail) => new()
    {
        ["version"] = "0",
        ["id"] = "0",
        ["source"] = source,
        ["detail-type"] = detailType,
        ["account"] = "123456789012",
        ["region"] = "us-east-1",
        ["resources"] = new JsonArray(),
        ["detail"] = detail,
    };
}
