using System.Text.Json;
using Responder.Analysis.Bursts;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Ordinary;

/// <summary>
/// The operations of README.md must not wake anybody: they raise no page, neither by the event alone nor through the whole responder.
/// </summary>
public class OrdinaryOperationsTests(ITestOutputHelper output)
{
    /// <summary>A path to which the operations are written as JSON Lines, for `responder backtest`.</summary>
    private const string FileVariable = "RESPONDER_ORDINARY_FILE";

    /// <summary>All that docs/severity.md wants to be told by chat and e-mail: the call, then the detection.</summary>
    private static readonly string[] s_told =
    [
        "iam:AttachRolePolicy iam.customer-policy-attached", // a backtest does not read the policy
        "iam:AttachRolePolicy iam.escalation-policy-attached", // AWS's own policies that pass any role to services they name
        "iam:PutRolePolicy iam.admin-inline-policy-put", // roles that pass a role, or change a function, that is named
        "logs:DeleteLogGroup logs.log-group-deleted",
        "s3:DeleteBucketPolicy s3.bucket-policy-deleted",
    ];

    /// <summary>
    /// One value of an ordinary call is changed, which gives the call this severity. This shows that the ordinary call is silent because it
    /// is harmless, not because its shape is not read.
    /// </summary>
    public static TheoryData<string, string, string, string> Spoilt => new()
    {
        { "ec2:AuthorizeSecurityGroupIngress", "\"fromPort\":443,\"toPort\":443", "\"fromPort\":22,\"toPort\":22", "HIGH" },
        { "ec2:ModifySecurityGroupRules", "\"Description\":\"office\"", "\"CidrIpv6\":\"::/0\"", "HIGH" },
        { "iam:AttachRolePolicy", "policy/AmazonS3ReadOnlyAccess", "policy/AdministratorAccess", "CRITICAL" },
        { "iam:CreateRole", "{\\u0022Service\\u0022:\\u0022ec2.amazonaws.com\\u0022}", "{\\u0022AWS\\u0022:\\u0022*\\u0022}", "HIGH" },
        { "iam:PutRolePolicy", "\\u0022iam:Get*\\u0022", "\\u0022iam:*\\u0022", "CRITICAL" },
        { "s3:PutBucketPolicy", "\"Effect\":\"Deny\"", "\"Effect\":\"Allow\"", "HIGH" },
        { "s3:PutBucketPublicAccessBlock", "\"BlockPublicPolicy\":true", "\"BlockPublicPolicy\":false", "HIGH" },
        { "kms:CreateKey", "arn:aws:iam::123456789012:root", "*", "CRITICAL" },
        { "sns:SetTopicAttributes", "AWS:SourceOwner", "aws:UserAgent", "HIGH" },
        { "elasticfilesystem:PutFileSystemPolicy", "elasticfilesystem:AccessedViaMountTarget", "aws:SecureTransport", "HIGH" },
        { "signin:ConsoleLogin", "\"MFAUsed\":\"Yes\"", "\"MFAUsed\":\"No\"", "HIGH" },
        { "rds:ModifyDBInstance", "\"deletionProtection\":false", "\"publiclyAccessible\":true", "HIGH" },
        { "cloudtrail:PutEventSelectors", "\"includeManagementEvents\":true", "\"includeManagementEvents\":false", "CRITICAL" },
        { "guardduty:UpdateDetector", "\"enable\":true", "\"enable\":false", "HIGH" },
    };

    [Fact]
    public void No_ordinary_operation_raises_a_page()
    {
        var decider = new Decider(new ResponderOptions { MaximumAge = null, ContainmentBudgetPerHour = null }, ContainmentActions.All);
        var bySeverity = new SortedDictionary<Severity, int>();
        var (paged, told) = (new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var operation in OrdinaryOperations.All)
        {
            var e = Parse(operation.Record.ToJsonString());
            var decision = decider.Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), e.EventTime!.Value), operation.Account);
            var severity = decision.Strongest?.Severity ?? Severity.None;
            bySeverity[severity] = bySeverity.GetValueOrDefault(severity) + 1;
            if (severity >= Severity.High || decision.IsIncident)
                paged.Add($"{operation.Scenario}: {operation.Name} {severity.Name()}: {decision.Strongest?.Title}");
            if (decision.Action != DecisionAction.None)
                told[$"{operation.Name} {decision.Strongest!.Detection.Id}"] = told.GetValueOrDefault(
                    $"{operation.Name} {decision.Strongest.Detection.Id}") + 1;
        }

        output.WriteLine(string.Join(", ", bySeverity.Select(static pair => $"{pair.Key.Name()} {pair.Value}")));
        foreach (var (what, count) in told) output.WriteLine($"MEDIUM {what}: {count}");
        Assert.True(paged.Count == 0, string.Join('\n', paged.Distinct()));
        Assert.Equal(s_told, told.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Random names (an application's alarm called security-audit-readonly) may cause a message in the chat, but no page.
    /// </summary>
    [Fact]
    public void Other_names_orders_and_regions_raise_no_page_either()
    {
        foreach (var seed in Enumerable.Range(10, 6))
        {
            foreach (var operation in OrdinaryOperations.Days((ulong)seed, "777788889999"))
            {
                Assert.All(DetectionCatalog.Default.Detect(Parse(operation.Record.ToJsonString())),
                    finding =>
                        Assert.True(
                            finding.Severity < Severity.High, $"seed {seed}: {operation.Name} {finding.Severity.Name()}: {finding.Title}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void The_same_call_with_one_dangerous_value_does_raise_a_page(string call, string harmless, string dangerous, string severity)
    {
        var text = OrdinaryOperations.All.Where(operation => operation.Name == call)
            .Select(static operation => operation.Record.ToJsonString())
            .First(record => record.Contains(harmless, StringComparison.Ordinal));

        var findings = DetectionCatalog.Default.Detect(Parse(text.Replace(harmless, dangerous, StringComparison.Ordinal)));

        Assert.Equal(severity, findings.Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max().Name());
    }

    [Fact]
    public void No_burst_is_seen_in_them()
    {
        var counter = new BurstCounter<string>();
        foreach (var operation in OrdinaryOperations.All)
        {
            var e = Parse(operation.Record.ToJsonString());
            foreach (var burst in BurstCatalog.All)
            {
                if (burst.SignalOf(e) is { } signal) counter.Add(signal, operation.Scenario);
            }
        }

        Assert.Empty(counter.Found().Select(static burst => $"{burst.Burst.Info.Id} {burst.Anchor}: {burst.Because}"));
    }

    [Fact]
    public async Task The_whole_responder_pages_nobody_and_touches_no_principal()
    {
        await using var driver = await ResponderDriver.StartAsync();
        // The ids and names differ from those above, and all of them are in the account of the driver's AWS.
        var operations = OrdinaryOperations.Days(2, EventBuilder.Account, EventBuilder.Account, EventBuilder.Account).ToList();
        foreach (var made in operations.Where(static operation => operation.Name == "iam:CreatePolicy"))
            driver.World.Home.EnsurePolicy(
                made.Record["responseElements"]!["policy"]!["arn"]!.GetValue<string>(),
                made.Record["requestParameters"]!["policyDocument"]!.GetValue<string>());

        foreach (var operation in operations)
        {
            using var record = JsonDocument.Parse(operation.Record.ToJsonString());
            driver.Clock.Now = record.RootElement.GetProperty("eventTime").GetDateTimeOffset().AddSeconds(3);
            var response = await driver.SendAsync(record.RootElement);
            Assert.True(response.Failures.Count == 0, $"{operation.Name}: {string.Join("; ", response.Failures)}");
            Assert.True(
                response.Outcome is Outcome.None or Outcome.Recorded or Outcome.Alert,
                $"{operation.Scenario}: {operation.Name} {response.Outcome}");
        }

        output.WriteLine($"{operations.Count} operations, {driver.World.Messages.Count} mails, {driver.Aws.Calls.All.Count} AWS calls");
        Assert.All(driver.World.Messages, static message => Assert.Equal("MEDIUM", message.Attributes["severity"].Value));
        // The policies can be read here: who is told of one is told that it passes a role which it names.
        Assert.Equal(
            s_told.Select(static told => told.Split(' ')[1]).Order(StringComparer.Ordinal),
            driver.World.Messages.Select(static message => message.Attributes["detection"].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.All(driver.Aws.Calls.Of("iam"), static call => Assert.Matches("^(Get|List)", call.Operation));
    }

    [Fact]
    public void They_are_a_thousand_and_more_writes_each_with_an_id_of_its_own()
    {
        foreach (var scenario in OrdinaryOperations.All.GroupBy(static operation => operation.Scenario))
            output.WriteLine($"{scenario.Key}: {scenario.Count()}, of them writes {scenario.Count(static operation => operation.IsWrite)}");
        output.WriteLine($"{OrdinaryOperations.All.Count} operations, "
            + $"{OrdinaryOperations.All.Select(static operation => operation.Name).Distinct().Count()} different calls");

        var ids = OrdinaryOperations.All.Select(static operation => operation.Record["eventID"]!.GetValue<string>()).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.True(OrdinaryOperations.All.Count(static operation => operation.IsWrite) >= 1000);
    }

    [Fact]
    public void The_same_seed_makes_the_same_operations_and_another_seed_others()
    {
        var lines = OrdinaryOperations.ToJsonLines(OrdinaryOperations.All);
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path) File.WriteAllText(path, lines);

        Assert.Equal(
            lines, OrdinaryOperations.ToJsonLines(OrdinaryOperations.Days(1, EventBuilder.Account, "111122223333", "444455556666")));
        var others = OrdinaryOperations.Days(2, EventBuilder.Account)
            .Select(static operation => operation.Record["eventID"]!.GetValue<string>());
        Assert.Empty(others.Intersect(OrdinaryOperations.All.Select(static operation => operation.Record["eventID"]!.GetValue<string>())));
    }

    private static CloudTrailEvent Parse(string record)
    {
        var parsed = EventParser.Parse(System.Text.Encoding.UTF8.GetBytes(record));
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }
}
