using Responder.Analysis.Bursts;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Bursts;

public sealed class BurstTests
{
    /// <summary>The beginning of a 15-minute window.</summary>
    private static readonly DateTimeOffset s_start = new(2026, 6, 8, 14, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Ten_refused_calls_of_one_issuer_from_one_source_are_a_burst_and_nine_are_none()
    {
        // Each call has another session name, but they have the same issuer, and that counts.
        CloudTrailEvent[] calls = [
            .. Enumerable.Range(0, 10).Select(static i => Refused(i, identity: Identities.Role("Deploy", "session-" + i)))];
        Assert.Empty(Found(calls[..9]));
        var burst = Assert.Single(Found(calls));
        Assert.Equal("burst.refused-calls", burst.Burst.Info.Id);
        Assert.Equal("10 calls refused within 5 minutes, from 203.0.113.42", burst.Because);
        Assert.Equal("arn:aws:iam::123456789012:role/Deploy", burst.Actor);
        Assert.Equal("event-00", burst.Anchor);
        Assert.Equal(s_start, burst.Start);
    }

    [Fact]
    public void Changing_addresses_does_not_hide_a_burst()
    {
        CloudTrailEvent[] calls = [.. Enumerable.Range(0, 25).Select(static i => Refused(i, address: "198.51.100." + i))];
        Assert.Empty(Found(calls[..24]));
        Assert.Equal("25 calls refused within 5 minutes, from 25 addresses", Assert.Single(Found(calls)).Because);
    }

    [Fact]
    public void Each_window_reports_once_and_calls_of_two_windows_do_not_add_up()
    {
        CloudTrailEvent[] apart = [.. Enumerable.Range(0, 18).Select(static i => Refused(i, seconds: i < 9 ? 299 - i : 300 + i))];
        Assert.Empty(Found(apart));
        CloudTrailEvent[] twice = [.. Enumerable.Range(0, 40).Select(static i => Refused(i, seconds: i < 20 ? i : 300 + i))];
        Assert.Equal([s_start, s_start.AddMinutes(5)], Found(twice).Select(static burst => burst.Start));
    }

    [Fact]
    public void Two_principals_are_two_actors_and_two_accounts_are_two()
    {
        CloudTrailEvent[] calls = [
            .. Enumerable.Range(0, 18).Select(static i => Refused(i, identity: Identities.User(i % 2 == 0 ? "alice" : "bob")))];
        Assert.Empty(Found(calls));
        CloudTrailEvent[] accounts = [
            .. Enumerable.Range(0, 18).Select(static i => Refused(i, account: i % 2 == 0 ? EventBuilder.Account : EventBuilder.Foreign))];
        Assert.Empty(Found(accounts));
    }

    [Fact]
    public void Refusals_of_aws_services_data_events_failures_and_events_without_a_time_never_count()
    {
        Assert.Empty(
            Found([.. Enumerable.Range(0, 40).Select(static i => Refused(i, identity: Identities.Service("config.amazonaws.com")))]));
        Assert.Empty(
            Found([.. Enumerable.Range(0, 40)
            .Select(static i =>
                Refused(i, identity: Identities.Role("AWSServiceRoleForConfig", path: "aws-service-role/config.amazonaws.com/")))]));
        Assert.Empty(Found([.. Enumerable.Range(0, 40).Select(static i => Refused(i, category: "Data"))]));
        Assert.Empty(Found([.. Enumerable.Range(0, 40).Select(static i => Refused(i, error: "NoSuchBucket"))]));
        Assert.Empty(Found([.. Enumerable.Range(0, 40).Select(static i => Refused(i, hasTime: false))]));
    }

    [Fact]
    public void Three_refused_logins_as_root_are_a_burst_of_their_own()
    {
        CloudTrailEvent[] logins = [.. Enumerable.Range(0, 12).Select(static i => EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", $$"""
            {"eventID": "{{Id(i)}}", "eventTime": "{{Time(i * 60)}}", "userIdentity": {{Identities.Root()}}, "responseElements": {"ConsoleLogin": "Failure"}, "sourceIPAddress": "198.51.100.{{i}}"}
            """))];
        Assert.Empty(Found(logins[..2]));
        var burst = Assert.Single(Found(logins));
        Assert.Equal(("burst.root-logins-refused", Severity.High), (burst.Burst.Info.Id, burst.Burst.Info.Severity));
        Assert.Equal("12 logins as root refused within 15 minutes, from 12 addresses", burst.Because);
    }

    [Fact]
    public void Passwords_of_five_instances_are_a_burst_refused_or_not_and_of_one_instance_are_none()
    {
        static CloudTrailEvent Asked(int i, string instance, string error = "null") => EventBuilder.Of("ec2.amazonaws.com", "GetPasswordData", $$"""
            {"eventID": "{{Id(i)}}", "eventTime": "{{Time(i)}}", "requestParameters": {"instanceId": "{{instance}}"}, "errorCode": {{error}}}
            """);
        Assert.Empty(Found([.. Enumerable.Range(0, 40).Select(static i => Asked(i, "i-0"))]));
        Assert.Empty(Found([.. Enumerable.Range(0, 4).Select(static i => Asked(i, "i-" + i))]));
        Assert.Equal(
            "burst.password-data", Assert.Single(Found([.. Enumerable.Range(0, 5).Select(static i => Asked(i, "i-" + i))])).Burst.Info.Id);
        Assert.Equal(
            "burst.password-data",
            Assert.Single(
                Found([.. Enumerable.Range(0, 5)
                .Select(static i => Asked(i, "i-" + i, "\"Client.UnauthorizedOperation\""))])).Burst.Info.Id);
        Assert.Empty(Found([.. Enumerable.Range(0, 5).Select(static i => Asked(i, "i-" + i, "\"Client.InvalidInstanceID.NotFound\""))]));
    }

    [Fact]
    public void Ten_different_secrets_are_a_burst_one_secret_read_often_is_none_and_plain_parameters_do_not_count()
    {
        static CloudTrailEvent Read(int i, string source, string name, string request) => EventBuilder.Of(source, name, $$"""
            {"eventID": "{{Id(i)}}", "eventTime": "{{Time(i)}}", "requestParameters": {{request}}}
            """);
        const string Secrets = "secretsmanager.amazonaws.com";
        const string Parameters = "ssm.amazonaws.com";
        Assert.Empty(Found([.. Enumerable.Range(0, 100).Select(static i => Read(i, Secrets, "GetSecretValue", """{"secretId": "prod/db"}"""))]));
        Assert.Equal("10 different secrets read within 5 minutes, from 203.0.113.42",
            Assert.Single(Found([.. Enumerable.Range(0, 10).Select(static i => Read(i, Secrets, "GetSecretValue", $$"""{"secretId": "prod/{{i}}"}"""))])).Because);
        // The records do not say what was read, and missing data never counts as harmless.
        Assert.Single(Found([.. Enumerable.Range(0, 10).Select(static i => Read(i, Secrets, "GetSecretValue", "null"))]));

        const string Ten = """["a","b","c","d","e","f","g","h","i","j"]""";
        Assert.Equal("burst.secret-reads", Assert.Single(Found([Read(0, Parameters, "GetParameters", $$"""{"names": {{Ten}}, "withDecryption": true}""")])).Burst.Info.Id);
        Assert.Empty(Found([Read(0, Parameters, "GetParameters", $$"""{"names": {{Ten}}, "withDecryption": false}""")]));
        CloudTrailEvent[] mixed =
        [
            .. Enumerable.Range(0, 4).Select(static i => Read(i, Secrets, "GetSecretValue", $$"""{"secretId": "{{i}}"}""")),
            .. Enumerable.Range(4, 4).Select(static i => Read(i, Parameters, "GetParameter", $$"""{"name": "/{{i}}", "withDecryption": "true"}""")),
            Read(8, Parameters, "GetParametersByPath", """{"path": "/prod", "withDecryption": true}"""),
            Read(9, Parameters, "GetParameterHistory", """{"name": "/history", "withDecryption": true}"""),
        ];
        Assert.Single(Found(mixed));
        Assert.Empty(Found(mixed[1..]));
    }

    [Fact]
    public void The_order_of_the_events_makes_no_difference()
    {
        CloudTrailEvent[] calls =
        [
            .. Enumerable.Range(0, 60).Select(static i => Refused(i, seconds: i * 10, address: "198.51.100." + (i % 3))),
            .. Enumerable.Range(60, 30).Select(static i => Refused(i, seconds: 7, identity: Identities.User("alice"))),
        ];
        var expected = Found(calls);
        Assert.True(expected.Count >= 3);
        var random = new Random(17);
        for (var round = 0; round < 20; round++)
        {
            random.Shuffle(calls);
            Assert.Equal(expected, Found(calls));
        }
    }

    [Fact]
    public void Every_burst_has_metadata_and_a_name_that_no_detection_has()
    {
        Assert.All(BurstCatalog.All, static burst =>
        {
            Assert.StartsWith("burst.", burst.Info.Id, StringComparison.Ordinal);
            Assert.Null(DetectionCatalog.Default.Find(burst.Info.Id));
            Assert.Same(burst, BurstCatalog.Find(burst.Info.Id));
            Assert.NotEmpty(burst.Info.Techniques);
            Assert.NotEmpty(burst.Info.Runbook.CheckFirst);
        });
        var documented = File.ReadAllText(Path.Combine(Repository.Root, "docs", "backtest.md"));
        Assert.All(
            BurstCatalog.All, burst =>
                Assert.Contains($"| `{burst.Info.Id}` | {burst.Info.Severity.Name()} |", documented, StringComparison.Ordinal));
    }

    private static IReadOnlyList<BurstFound<string>> Found(IReadOnlyList<CloudTrailEvent> events)
    {
        var counter = new BurstCounter<string>();
        foreach (var e in events)
        {
            foreach (var burst in BurstCatalog.All)
            {
                if (burst.SignalOf(e) is { } signal) counter.Add(signal, e.EventId!);
            }
        }

        return counter.Found();
    }

    private static string Id(int i) => $"event-{i:00}";

    private static string Time(int seconds) => s_start.AddSeconds(seconds)
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static CloudTrailEvent Refused(
        int i, int? seconds = null, string? identity = null, string address = "203.0.113.42", string account = EventBuilder.Account,
        string error = "AccessDenied", string category = "Management", bool hasTime = true) =>
        EventBuilder.Of("s3.amazonaws.com", "ListBuckets", $$"""
            {"eventID": "{{Id(i)}}", "eventTime": {{(hasTime ? $"\"{Time(seconds ?? i)}\"" : "null")}}, "userIdentity": {{identity ?? Identities.Role("Deploy")}},
             "sourceIPAddress": "{{address}}", "recipientAccountId": "{{account}}", "errorCode": "{{error}}", "eventCategory": "{{category}}"}
            """);
}
