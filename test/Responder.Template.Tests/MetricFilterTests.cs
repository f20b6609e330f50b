using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Events;

namespace Responder.Template.Tests;

/// <summary>
/// Runs each metric filter over the samples of events/: it counts every event on which its detections fire, apart from the exceptions
/// listed here.
/// </summary>
public sealed class MetricFilterTests
{
    private static readonly JsonObject s_alarms = Stacks.Read("alarms.yaml");

    /// <summary>Each filter and the detections whose firing samples it must count. There is no detection for gateways and VPCs.</summary>
    public static TheoryData<string, string[]> Detections { get; } = new()
    {
        { "UnauthorizedCalls", ["account.call-refused"] },
        { "LoginsWithoutMfa", ["signin.user-without-mfa"] },
        { "RootUse", ["signin.root-used", "signin.root-without-mfa", "signin.root-password-changed"] },
        {
            "IamPolicyChanges",
            [
                "iam.admin-inline-policy-put", "iam.admin-policy-attached", "iam.admin-policy-version", "iam.customer-policy-attached",
                "iam.escalation-policy-attached",
                "iam.key-quarantine-attached", "iam.policy-attached", "iam.policy-changed", "iam.policy-created", "iam.policy-deleted",
                "iam.policy-detached",
                "iam.request-missing", "iam.request-omitted", "responder.quarantine-undone", "responder.role-changed",
            ]
        },
        { "TrailChanges",
            ["trail.deleted", "trail.logging-stopped", "trail.weakened", "trail.events-excluded", "trail.insights-disabled",
                "trail.event-data-store-weakened"] },
        { "ConsoleFailures", ["signin.refused"] },
        { "KeyDeletions", ["kms.key-disabled", "kms.key-deletion-scheduled", "kms.key-material-deleted"] },
        {
            "BucketPolicyChanges",
            ["s3.bucket-policy-opened", "s3.bucket-policy-deleted", "s3.bucket-acl-opened", "s3.cors-opened", "s3.lifecycle-weakened",
                "s3.replication-changed", "trail.log-bucket-weakened"]
        },
        { "ConfigChanges", ["account.detection-service-disabled", "account.detection-narrowed"] },
        { "SecurityGroupChanges",
            ["security-group.created", "security-group.deleted", "security-group.egress-opened-to-world",
                "security-group.ingress-opened-to-world"] },
        { "NetworkAclChanges", ["network.acl-opened-to-world"] },
        { "GatewayChanges", [] },
        { "RouteTableChanges", ["network.internet-route-added"] },
        { "VpcChanges", [] },
        { "OrganizationChanges", ["account.organization-left", "account.organization-guardrail-removed"] },
    };

    /// <summary>Events or single samples of these detections that the CIS text does not cover.</summary>
    private static readonly (string Filter, string Event, string Reason)[] s_leftOut =
    [
        ("LoginsWithoutMfa", "signin.user-without-mfa/fires.medium.mfa-not-told.json",
            "a comparison, != too, fails where the field is missing"),
        ("ConsoleFailures", "signin.refused/fires.unknown-user.json",
            "CIS asks for the message of a wrong password, not of an unknown user"),
        ("RootUse", "signin.root-used/fires.through-cloudformation.json", "CIS leaves out what a service does for root"),
        ("IamPolicyChanges", "SetDefaultPolicyVersion", "CIS lists the making and deleting of a version, not the switch to another"),
        ("IamPolicyChanges", "UpdateAssumeRolePolicy", "CIS lists policies that grant, not trust policies"),
        ("TrailChanges", "PutEventSelectors", "CIS lists no selectors"),
        ("TrailChanges", "PutInsightSelectors", "CIS lists no selectors"),
        ("TrailChanges", "DeleteEventDataStore", "CIS knows trails only, not CloudTrail Lake"),
        ("TrailChanges", "StopEventDataStoreIngestion", "CIS knows trails only, not CloudTrail Lake"),
        ("TrailChanges", "UpdateEventDataStore", "CIS knows trails only, not CloudTrail Lake"),
        ("KeyDeletions", "DeleteImportedKeyMaterial", "CIS lists the key's own deletion only"),
        ("KeyDeletions", "DisconnectCustomKeyStore", "CIS lists single keys, not the store they lie in"),
        ("BucketPolicyChanges", "CreateBucket", "CIS lists changes, not a bucket born with an open ACL"),
        ("BucketPolicyChanges", "DeleteBucket", "CIS lists changes of what the bucket allows, not its end"),
        ("BucketPolicyChanges", "PutBucketVersioning", "CIS lists no versioning"),
        ("BucketPolicyChanges", "PutBucketObjectLockConfiguration", "CIS lists no Object Lock"),
        ("ConfigChanges", "DeleteConfigRule", "CIS lists recorder and channel, not rules"),
        ("SecurityGroupChanges", "ModifySecurityGroupRules", "the call is younger than the CIS text"),
        ("RootUse", "CreateQueue", "CIS leaves out what services do as root, and with it root that acts through a service"),
        ("OrganizationChanges", "DisableAWSServiceAccess", "CIS lists no service access"),
    ];

    /// <summary>The source that the filter is about, where the detection watches several services.</summary>
    private static readonly Dictionary<string, string> s_source = new()
    {
        ["ConfigChanges"] = "config.amazonaws.com",
        ["OrganizationChanges"] = "organizations.amazonaws.com",
    };

    [Theory]
    [MemberData(nameof(Detections))]
    public void A_filter_counts_what_its_detections_fire_on(string name, string[] detections)
    {
        var filter = Filter(name);
        var (counted, missed) = (new List<string>(), new List<(string Event, string File)>());
        foreach (var detection in detections)
        {
            var inScope = Fires(detection)
                .Where(s => !s_source.TryGetValue(name, out var source) || Text(s.Record, "eventSource") == source).ToList();
            Assert.NotEmpty(inScope);
            foreach (var (file, record) in inScope)
            {
                if (filter.Matches(record)) counted.Add(file);
                else missed.Add((Text(record, "eventName")!, file.Replace('\\', '/')));
            }
        }

        var leftOut = s_leftOut.Where(e => e.Filter == name).Select(static e => e.Event).ToHashSet();
        Assert.DoesNotContain(missed, m => !leftOut.Contains(m.Event) && !leftOut.Contains(m.File));
        // every exception is needed
        foreach (var exception in leftOut) Assert.Contains(missed, m => m.Event == exception || m.File == exception);
        Assert.Equal(detections.Length > 0, counted.Count > 0);
    }

    [Fact]
    public void Every_filter_has_a_row_and_every_exception_a_filter()
    {
        var filters = s_alarms.OfType("AWS::Logs::MetricFilter").Select(static f => f.Id[..^"Filter".Length]).ToList();
        Assert.Equal(filters, Detections.Select(static row => row.Data.Item1));
        Assert.Subset(filters.ToHashSet(), s_leftOut.Select(static e => e.Filter).ToHashSet());
    }

    /// <summary>A filter counts each name that it lists, from its own source, and no other name.</summary>
    [Theory]
    [MemberData(nameof(Detections))]
    public void A_filter_counts_each_event_that_it_names_and_no_other_name(string name, string[] detections)
    {
        _ = detections;
        var pattern = Pattern(name);
        var filter = FilterPattern.Parse(pattern);
        var named = pattern.Split("$.eventName").Skip(1).Select(static rest => rest.TrimStart(' ', '=', '"').Split(')', '"', '}')[0].Trim())
            .ToList();
        if (named is [] or ["ConsoleLogin"]) return; // these filters look at other fields, which the samples cover
        var source = pattern.Contains("$.eventSource", StringComparison.Ordinal) ? pattern.Split("$.eventSource")[1].TrimStart(' ', '=')
            .Split(')')[0] : "any.amazonaws.com";
        foreach (var @event in named) Assert.True(filter.Matches(Record(source, @event)), @event);
        foreach (var other in (string[])["DescribeVpcs", "createvpc", named[0] + "X", ""])
            Assert.False(filter.Matches(Record(source, other)), other);
        if (source != "any.amazonaws.com") Assert.False(filter.Matches(Record("other.amazonaws.com", named[0])));
    }

    [Fact]
    public void IAM_and_Organizations_share_names_of_calls_and_are_told_apart()
    {
        foreach (var shared in (string[])["CreatePolicy", "DeletePolicy"])
        {
            Assert.False(Filter("IamPolicyChanges").Matches(Record("organizations.amazonaws.com", shared)));
            Assert.False(Filter("OrganizationChanges").Matches(Record("iam.amazonaws.com", shared)));
        }
    }

    [Fact]
    public void Root_at_work_counts_and_what_AWS_does_in_its_name_does_not()
    {
        static JsonElement Root(string more) => JsonSerializer.Deserialize<JsonElement>("""{"eventName":"CreateUser","userIdentity":{"type":"Root"MORE},"eventType":"TYPE"}""".Replace("MORE", more.Split('|')[0], StringComparison.Ordinal).Replace("TYPE", more.Split('|')[1], StringComparison.Ordinal));
        var filter = Filter("RootUse");
        Assert.True(filter.Matches(Root("|AwsApiCall")));
        Assert.False(filter.Matches(Root("|AwsServiceEvent")));
        Assert.False(filter.Matches(Root(""","invokedBy":"kms.amazonaws.com"|AwsApiCall""")));
    }

    /// <summary>Checks the filter of template.yaml for burst.root-logins-refused: it counts no other sample.</summary>
    [Fact]
    public void Refused_console_logins_as_root_are_counted_and_nothing_else()
    {
        var filter = FilterPattern.Parse((string)SamTemplate.Properties("RootLoginsRefused")["FilterPattern"]!);
        Assert.Equal("RootLoginsRefused", Assert.Single(SamTemplate.OfType("AWS::Logs::MetricFilter")));
        var counted = 0;
        foreach (var file in Directory.EnumerateFiles(Repository.Events, "*.json", SearchOption.AllDirectories))
        {
            var envelope = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(file));
            if (EventParser.Parse(envelope).Event is not { } e) continue;
            var expected = e is { EventName: "ConsoleLogin", Actor.IsRoot: true } && e.Outcome != CallOutcome.Succeeded;
            Assert.True(expected == filter.Matches(envelope.GetProperty("detail")), file);
            if (expected) counted++;
        }

        Assert.True(counted > 0, "no sample of a refused login as root");
    }

    private static FilterPattern Filter(string name) => FilterPattern.Parse(Pattern(name));

    private static string Pattern(string name) => (string)s_alarms["Resources"]![name + "Filter"]!["Properties"]!["FilterPattern"]!;

    /// <summary>The firing samples as the trail writes them into its log group, without EventBridge's envelope.</summary>
    private static IEnumerable<(string File, JsonElement Record)> Fires(string detection) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Events, detection), "fires*.json").Order(StringComparer.Ordinal)
            .Select(static file =>
                (Path.GetRelativePath(Repository.Events, file), JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(file))
                .GetProperty("detail")));

    private static string? Text(JsonElement record, string name) => record.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonElement Record(string source, string name) =>
        JsonSerializer.SerializeToElement(new JsonObject { ["eventSource"] = source, ["eventName"] = name });
}
