using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Analysis.Backtest;
using Responder.Analysis.Bursts;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Routing;
using Responder.Vocabulary;

namespace Responder.Template.Tests;

/// <summary>
/// What a watch wants is defined in one place (<see cref="Watch.Matches(CloudTrailEvent)"/>). For every event, the catalog asks exactly the
/// detections whose watch matches, the sieve of a backtest keeps every matching record, and the generated rules bring exactly the matching
/// events.
/// </summary>
public sealed class WatchTests
{
    private const string Calls = "AWS API Call via CloudTrail";
    private const string SignIns = "AWS Console Sign In via CloudTrail";

    private static readonly string?[] s_codes = [null, "AccessDenied", "Client.UnauthorizedOperation", "NoSuchEntityException"];
    private static readonly string?[] s_callers = ["IAMUser", "Root", null];
    private static readonly string?[] s_categories = [null, "Management", "Data"];

    [Fact]
    public void Catalogue_sieve_and_rules_agree_over_every_watch_of_the_catalogue()
    {
        Watch[] watches = [.. DetectionCatalog.Default.Detections.SelectMany(static d => d.Info.Watches)];
        var (wanted, unwanted, left) = Compare(watches);
        Assert.True(wanted > 2000 && unwanted > 2000 && left > 1000, $"{wanted} wanted, {unwanted} not, {left} left out by the sieve");
    }

    /// <summary>Generated watches also have forms and combinations that the catalog lacks.</summary>
    [Fact]
    public void They_agree_over_generated_watches()
    {
        var random = new Random(20260331);
        for (var round = 0; round < 60; round++) Compare([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Any(random))]);
    }

    /// <summary>Bursts also count refused calls and have no rules, so only the sieve has to let their calls through.</summary>
    [Fact]
    public void The_sieve_lets_through_what_bursts_count()
    {
        foreach (var watch in BurstCatalog.All.SelectMany(static burst => burst.Info.Watches))
        {
            var table = new WatchTable([watch with { Holding = null }]);
            foreach (var made in Made([watch]))
            {
                var e = EventOf(made);
                var isCounted = watch.Matches(e) || (e.Outcome == CallOutcome.Refused && watch.Matches(e, CallOutcome.Succeeded));
                if (isCounted)
                    Assert.True(IsLetThrough(table, made), $"{watch}: {made.ToJsonString()}");
            }
        }
    }

    [Theory]
    [InlineData("CreateFunction*", "CreateFunction20150331", true)]
    [InlineData("CreateFunction*", "CreateFunction", true)]
    [InlineData("CreateFunction*", "createFunction20150331", false)]
    [InlineData("CreateFunction*", "CreateFunctio", false)]
    [InlineData("CreateFunction", "CreateFunction", true)]
    [InlineData("CreateFunction", "CreateFunction20150331", false)]
    [InlineData("*", "Anything", true)]
    [InlineData("A*B", "A*B", true)]
    [InlineData("A*B", "AxB", false)]
    public void A_name_is_exact_or_a_beginning(string pattern, string name, bool matches)
    {
        Assert.Equal(matches, EventNamePattern.Matches(pattern, name));
        byte[] text = Encoding.UTF8.GetBytes(EventNamePattern.TextOf(pattern).ToString());
        Assert.Equal(matches, EventNamePattern.Matches<byte>(text, EventNamePattern.IsBeginning(pattern), Encoding.UTF8.GetBytes(name)));
    }

    private static (int Wanted, int Unwanted, int LeftOut) Compare(IReadOnlyList<Watch> watches)
    {
        var catalog = new DetectionCatalog([.. watches.Select(static (watch, i) => new Found(watch, i))]);
        var rules = EventPatterns.Of(catalog);
        var sieve = new WatchTable(watches.Select(static watch => watch with { Holding = null }));
        var (wanted, unwanted, left) = (0, 0, 0);
        foreach (var made in Made(watches))
        {
            var e = EventOf(made);
            var text = made.ToJsonString();
            string[] matching = [.. watches.Index().Where(w => w.Item.Matches(e)).Select(static w => Found.IdOf(w.Index))];
            var isBrought = watches.Any(w => w.Kind != WatchKind.OwnFunctionRole && w.Matches(e));
            var asked = catalog.Detect(e).Select(static f => f.Detection.Id).Order(StringComparer.Ordinal);
            Assert.Equal(matching.Order(StringComparer.Ordinal), asked);

            var isLetThrough = IsLetThrough(sieve, made);
            Assert.True(isLetThrough || matching.Length == 0, $"the sieve loses {text}");
            var isRouted = rules.Any(rule => EventPatternMatcher.Matches(rule.Pattern, JsonSerializer.SerializeToElement(made)));
            Assert.True(isRouted == isBrought || (isRouted && IsNamesake(watches, e)), $"{(isRouted ? "a" : "no")} rule brings {text}");
            if (isBrought) wanted++;
            else unwanted++;
            if (!isLetThrough) left++;
        }

        return (wanted, unwanted, left);
    }

    /// <summary>
    /// Whether rules may bring an event that no watch wants: sources with few names share a rule, so a call with a name that is watched for
    /// another source comes, too, and sign-ins always come.
    /// </summary>
    private static bool IsNamesake(IReadOnlyList<Watch> watches, CloudTrailEvent e) =>
        (e.EventSource == Watch.SignInSource && watches.Any(static w => w.Kind is WatchKind.SignIn or WatchKind.Root or WatchKind.Refused))
        || (e.Outcome == CallOutcome.Succeeded && watches.Any(w => w.Kind == WatchKind.Calls && w.EventSource == e.EventSource)
            && watches.Any(w => w.Kind == WatchKind.Calls && (w with { EventSource = null }).Matches(e)));

    private static bool IsLetThrough(WatchTable sieve, JsonObject made)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(made["detail"]!.ToJsonString()));
        var read = EventReader.ReadStream(
            "record", stream, sieve.Matches, static error => Assert.Fail(error.Reason), CancellationToken.None);
        return read.Any();
    }

    private static CloudTrailEvent EventOf(JsonObject made) => EventParser.Parse(JsonSerializer.SerializeToElement(made)).Event!;

    /// <summary>
    /// Events with each watched name and with similar names and other sources, in every variation that rules, sieve and catalog look at.
    /// </summary>
    private static IEnumerable<JsonObject> Made(IReadOnlyList<Watch> watches)
    {
        var calls = watches.SelectMany(static w => Names(w).SelectMany(name => Sources(w).Select(source => (source, name)))).Distinct();
        foreach (var (source, name) in calls)
            foreach (var code in s_codes)
                foreach (var caller in s_callers)
                    foreach (var (category, role) in (source == Watch.SignInSource ? ["Management"] : s_categories)
                        .SelectMany(category => Roles(watches, source).Select(role => (category, role))))
                    {
                        var detail = new JsonObject
                        {
                            ["eventID"] = "3a2f7c1e-0000-4000-8000-000000000001",
                            ["eventSource"] = source,
                            ["eventName"] = name,
                        };
                        if (code is not null) detail["errorCode"] = code;
                        if (caller is not null) detail["userIdentity"] = new JsonObject { ["type"] = caller };
                        if (category is not null) detail["eventCategory"] = category;
                        if (role is not null) detail["requestParameters"] = new JsonObject { ["roleArn"] = role };
                        yield return Delivered(source == Watch.SignInSource ? SignIns : Calls, detail);
                    }

        yield return Delivered("AWS Insight via CloudTrail", new JsonObject
        {
            ["eventID"] = "3a2f7c1e-0000-4000-8000-000000000002",
            ["eventType"] = "AwsCloudTrailInsight",
            ["eventCategory"] = "Insight",
            ["insightDetails"] = new JsonObject
            {
                ["state"] = "Start",
                ["eventSource"] = "iam.amazonaws.com",
                ["eventName"] = "CreateUser",
            },
        });
    }

    /// <summary>Roles that watches of the source are about, one that none is about, and none at all.</summary>
    private static IEnumerable<string?> Roles(IReadOnlyList<Watch> watches, string source)
    {
        string[] patterns = [.. watches.Where(w => w.EventSource == source).SelectMany(static w => w.OnRoles)];
        return patterns.Length == 0 ? [null] : [.. patterns.Select(static p => p.Replace("*", "123456789012", StringComparison.Ordinal)),
            "arn:aws:iam::123456789012:role/other", null];
    }

    private static IEnumerable<string> Names(Watch watch) => watch.EventNames.Count == 0
        ? ["ListThings", "ConsoleLogin"]
        : watch.EventNames.Select(static name => EventNamePattern.TextOf(name).ToString())
            .SelectMany(static name => (string[])[name, name + "20260331", name[..^1]]);

    private static IEnumerable<string> Sources(Watch watch) =>
        watch.EventSource is { } source ? [source] : ["sqs.amazonaws.com", Watch.SignInSource];

    private static JsonObject Delivered(string detailType, JsonObject detail) => new()
    {
        ["version"] = "0",
        ["id"] = "0",
        ["source"] = "aws.service",
        ["detail-type"] = detailType,
        ["account"] = "123456789012",
        ["region"] = "us-east-1",
        ["resources"] = new JsonArray(),
        ["detail"] = detail,
    };

    /// <summary>A watch of any form that rules can express.</summary>
    private static Watch Any(Random random)
    {
        string[] names = ["CreateThing", "CreateThing*", "DeleteThing", "Create*", "PutThing2026*"];
        string[] sources = ["iam.amazonaws.com", "ec2.amazonaws.com", "sqs.amazonaws.com", "sns.amazonaws.com"];
        return random.Next(8) switch
        {
            0 => new Watch(null, [], WatchKind.Root),
            1 => new Watch(null, [], WatchKind.Refused),
            2 => new Watch(null, [], WatchKind.Insight),
            3 => new Watch(Watch.SignInSource, random.Next(2) == 0 ? [] : ["ConsoleLogin"], WatchKind.SignIn),
            _ => Watch.Calls(
                sources[random.Next(sources.Length)], [.. names.Where(_ => random.Next(2) == 0).DefaultIfEmpty("CreateThing")]),
        };
    }

    /// <summary>A detection that fires on every event it is asked about.</summary>
    private sealed class Found(Watch watch, int number) : IDetection
    {
        public DetectionInfo Info { get; } = new()
        {
            Id = IdOf(number),
            Title = "Found",
            Description = "Finds.",
            Severity = Severity.Low,
            Watches = [watch],
            Techniques = [],
            Controls = [],
            Runbook = new Runbook([], [], []),
        };

        public static string IdOf(int number) => $"test.watch-{number}";

        public IEnumerable<Finding> Detect(CloudTrailEvent e) => [new Finding(Info, Severity.Low, "Found")];
    }
}
