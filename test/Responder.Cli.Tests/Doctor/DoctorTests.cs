using System.Text.Json.Nodes;
using Responder.Cli.Doctor;
using Responder.Cli.Tests.Aws;
using Responder.Detections;
using Responder.Operations.Routing;

namespace Responder.Cli.Tests.Doctor;

/// <summary>Runs `responder doctor` against an account that is scripted call by call.</summary>
public sealed class DoctorTests
{
    private const string OneRule = "responder-IamFunctionCalls";

    private static readonly WireReply s_noParameter =
        WireReply.Json("""{"__type":"ParameterNotFound","message":"no such parameter"}""", 400);

    /// <summary>
    /// A call, its answer, and the check that must notice. Each flaw is tested by itself, with everything else as it should be.
    /// </summary>
    private static readonly (
        string Name, string Operation, Func<JsonNode?, WireReply?> Reply, string Check, string Rests, string Mend)[] s_flaws =
    [
        ("no trail", "DescribeTrails", static _ => WireReply.Json("""{"trailList":[]}"""), "trail-logging", "no trail", "CreateTrail=true"),
        ("one region only", "DescribeTrails", static _ => WireReply.Json(ScriptedAccount.Trails(multiRegion: false)), "trail-logging",
            "IsMultiRegionTrail is false", "--is-multi-region-trail"),
        ("not logging", "GetTrailStatus", static _ => WireReply.Json("""{"IsLogging":false}"""), "trail-logging", "IsLogging is false", "start-logging"),
        ("not delivered", "GetTrailStatus", static _ => WireReply.Json("""{"IsLogging":true,"LatestDeliveryError":"AccessDenied"}"""), "trail-logging", "LatestDeliveryError is AccessDenied", "get-trail-status"),
        ("no digests", "DescribeTrails", static _ => WireReply.Json(ScriptedAccount.Trails(validated: false)), "trail-validation",
            "LogFileValidationEnabled", "--enable-log-file-validation"),
        ("only reads, classic", "GetEventSelectors", static _ => WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"ReadOnly","IncludeManagementEvents":true}]}"""), "management-events", "that write are not recorded", "put-event-selectors"),
        ("only writes, classic", "GetEventSelectors", static _ => WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]}"""), "management-events", "that read are not recorded", "put-event-selectors"),
        ("only writes, and who assumes our roles", "GetEventSelectors", static _ => WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]}"""), "role-sessions", "who assumes ReleaseRole or OperatorRole", "put-event-selectors"),
        ("only writes, advanced", "GetEventSelectors", static _ => WireReply.Json("""{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"readOnly","Equals":["false"]}]}]}"""), "role-sessions", "and AssumeRole is one", "put-event-selectors"),
        ("STS left out, advanced", "GetEventSelectors", static _ => WireReply.Json("""{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"eventSource","NotEquals":["sts.amazonaws.com"]}]}]}"""), "role-sessions", "sts.amazonaws.com is left out", "put-event-selectors"),
        ("no management events, classic", "GetEventSelectors", static _ => WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":false}]}"""), "management-events", "that write are not recorded", "put-event-selectors"),
        ("KMS left out, classic", "GetEventSelectors", static _ => WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"ExcludeManagementEventSources":["kms.amazonaws.com"]}]}"""), "management-events", "kms.amazonaws.com is left out", "put-event-selectors"),
        ("KMS left out, advanced", "GetEventSelectors", static _ => WireReply.Json("""{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]},{"Field":"eventSource","NotEquals":["kms.amazonaws.com"]}]}]}"""), "management-events", "kms.amazonaws.com is left out", "put-event-selectors"),
        ("data events only, advanced", "GetEventSelectors", static _ => WireReply.Json("""{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]}]}]}"""), "management-events", "that write are not recorded", "put-event-selectors"),
        ("no Insights", "GetInsightSelectors", static _ => WireReply.Json("""{"__type":"InsightNotEnabledException","message":"not enabled"}""", 400), "insight-selectors", "ApiCallRateInsight", "put-insight-selectors"),
        ("Insights for calls only", "GetInsightSelectors", static _ => WireReply.Json("""{"InsightSelectors":[{"InsightType":"ApiCallRateInsight"}]}"""), "insight-selectors", "no ApiErrorRateInsight", "put-insight-selectors"),
        ("no stack", "ListStackResources", static _ => WireReply.Xml("<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack "
            + "with id responder does not exist</Message></Error></ErrorResponse>", 400), "stack", "does not exist", "--stack NAME"),
        ("rule not in the stack", "ListStackResources", static _ => WireReply.Xml(ScriptedAccount.Resources("IamFunctionCalls")), "rules",
            "no such rule", "sam deploy"),
        ("rule deleted", "DescribeRule", static input => (string?)input!["Name"] == OneRule ? WireReply.Json("""{"__type":"ResourceNotFoundException","message":"no rule"}""", 400) : null, "rules", "no rule", "put-rule"),
        ("rule disabled", "DescribeRule", static input => (string?)input!["Name"] == OneRule ? Changed("State", "DISABLED") : null, "rules",
            "State is DISABLED", "enable-rule"),
        ("rule without reads", "DescribeRule", static input => (string?)input!["Name"] == "responder-AccountFunctionAssumed"
            ? WireReply.Json(Of(ScriptedAccount.Rule("responder-AccountFunctionAssumed"), "State", "ENABLED"))
            : null, "rules", "calls that read do not reach it", "--state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
        ("another pattern", "DescribeRule", static input => (string?)input!["Name"] == OneRule ? Changed("EventPattern", """{"source":["aws.iam"]}""") : null, "rules", "EventPattern is another", "put-rule"),
        ("no target", "ListTargetsByRule", static input => (string?)input!["Rule"] == OneRule ? WireReply.Json("""{"Targets":[]}""") : null, "rules", "none of 0 targets", "put-targets"),
        ("another function", "ListTargetsByRule",
            static input => (string?)input!["Rule"] == OneRule
            ? WireReply.Json(ScriptedAccount.Target(OneRule, "responder-IamFunction2"))
            : null, "rules", "none of 1 targets", "put-targets"),
        ("another queue", "ListTargetsByRule",
            static input => (string?)input!["Rule"] == OneRule ? WireReply.Json(ScriptedAccount.Target(OneRule, queue: "other")) : null,
            "rules", "DeadLetterConfig", "put-targets"),
        ("function stopped", "GetFunctionConcurrency", static input => Of(input, "IamFunction") ? WireReply.Json("""{"ReservedConcurrentExecutions":0}""") : null, "functions", "is 0", "delete-function-concurrency"),
        ("function deleted", "GetFunctionConfiguration", static input => Of(input, "IamFunction") ? s_notFound : null, "functions",
            "Function not found", "sam deploy"),
        ("function pending", "GetFunctionConfiguration", static input => Of(input, "IamFunction") ? Function("State", "Pending") : null,
            "functions", "State is Pending", "get-function-configuration"),
        ("function not updated", "GetFunctionConfiguration",
            static input => Of(input, "IamFunction") ? Function("LastUpdateStatus", "Failed") : null, "functions",
            "the code before the update", "sam deploy"),
        ("function in another role", "GetFunctionConfiguration",
            static input => Of(input, "IamFunction") ? Function("Role", "arn:aws:iam::123456789012:role/other") : null, "functions",
            "Role is arn:aws:iam::123456789012:role/other", "--role arn:aws:iam::123456789012:role/responder-IamFunctionRole"),
        ("function without queue", "GetFunctionConfiguration",
            static input => Of(input, "IamFunction") ? Function("DeadLetterConfig", null) : null, "functions", "DeadLetterConfig is not",
            "--dead-letter-config"),
        ("value that stops the function", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("RESPONDER_MODE", "Maybe") : null, "settings",
            "RESPONDER_MODE: expected Enforce or Observe", "sam deploy"),
        ("entry that stops the function", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("BREAK_GLASS_ARNS", "alice") : null, "settings",
            "BREAK_GLASS_ARNS: entry 1: expected the whole ARN of an IAM user or role", "sam deploy"),
        ("two values that do not go together", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("MEMBER_ACCOUNT_IDS", "123456789012") : null, "settings",
            "MEMBER_ACCOUNT_IDS: names the account of ALERT_TOPIC_ARN", "sam deploy"),
        ("function without topic", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("ALERT_TOPIC_ARN", "") : null, "settings", "ALERT_TOPIC_ARN: empty",
            "sam deploy"),
        ("variable missing", "GetFunctionConfiguration", static input => Of(input, "KmsFunction") ? Variable("LOG_BUCKETS", null) : null,
            "settings", "LOG_BUCKETS: not set", "sam deploy"),
        ("variable that nobody reads", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("BREAK_GLASS_ARN", "") : null, "settings",
            "BREAK_GLASS_ARN: no variable of the responder's", "sam deploy"),
        ("function taken for another", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("RESPONDER_FUNCTION", "retention") : null, "settings",
            "RESPONDER_FUNCTION: retention, expected kms", "sam deploy"),
        ("function of no such name", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("RESPONDER_FUNCTION", "lambda") : null, "settings",
            "RESPONDER_FUNCTION: expected iam, security-group", "sam deploy"),
        ("function beside AWS", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction") ? Variable("RESPONDER_ENDPOINT_URL", "http://203.0.113.9") : null, "settings",
            "RESPONDER_ENDPOINT_URL: set", "sam deploy"),
        ("retention that cannot start", "GetFunctionConfiguration",
            static input => Of(input, "RetentionFunction") ? Variable("INCIDENT_RETENTION_DAYS", "forever", "RetentionFunction") : null,
            "settings", "INCIDENT_RETENTION_DAYS: expected a whole number of days", "sam deploy"),
        ("no retention", "ListStackResources", static _ => WireReply.Xml(ScriptedAccount.Resources("RetentionFunction")), "settings",
            "no such function", "sam deploy"),
        ("function closed", "GetPolicy", static input => Of(input, "IamFunction") ? s_notFound : null, "rules", "Function not found",
            "add-permission"),
        ("function closed to one rule", "GetPolicy",
            static input => Of(input, "IamFunction")
            ? WireReply.Json(ScriptedAccount.FunctionPolicy("IamFunction", "IamFunctionCalls"))
            : null, "rules", "no statement lets the rule call", "add-permission"),
        ("function denied", "GetPolicy",
            static input => Of(input, "IamFunction")
            ? WireReply.Json(ScriptedAccount.FunctionPolicy("IamFunction").Replace("Allow", "Deny", StringComparison.Ordinal))
            : null, "rules", "a statement denies", "add-permission"),
        ("region without forwarder", "ListRuleNamesByTarget", static _ => WireReply.Json("""{"RuleNames":[]}"""), "forwarders", "rules are missing", "infra/forwarder.yaml"),
        ("forwarder disabled", "DescribeRule",
            static input => ((string)input!["Name"]!) == "forward-SignIn"
            ? WireReply.Json(Of(ScriptedAccount.Rule("forward-SignIn"), "State", "DISABLED"))
            : null, "forwarders", "1 are disabled", "infra/forwarder.yaml"),
        ("forwarder without reads", "DescribeRule",
            static input => ((string)input!["Name"]!) == "forward-Assumed"
            ? WireReply.Json(Of(ScriptedAccount.Rule("forward-Assumed"), "State", "ENABLED"))
            : null, "forwarders", "1 are disabled or take no reads", "infra/forwarder.yaml"),
        ("forwarder without role", "ListTargetsByRule",
            static input => (string?)input!["Rule"] == "forward-SignIn" ? WireReply.Json(ScriptedAccount.Forwarded(role: null)) : null,
            "forwarders", "forward-SignIn has no role", "infra/forwarder.yaml"),
        ("forwarder without queue", "ListTargetsByRule",
            static input => (string?)input!["Rule"] == "forward-SignIn" ? WireReply.Json(ScriptedAccount.Forwarded(queue: null)) : null,
            "forwarders", "no dead-letter queue", "infra/forwarder.yaml"),
        ("events not forwarded", "GetQueueAttributes", static input => ((string)input!["QueueUrl"]!)
            .Contains("forwarder-letters", StringComparison.Ordinal) ? WireReply.Xml(ScriptedAccount.Counts(4)) : null, "forwarders",
            "about 4 messages", "--region us-east-1 --queue https://sqs.eu-west-1.amazonaws.com/"),
        ("role deleted", "GetRole",
            static _ =>
                WireReply.Xml(
                    "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no such role</Message></Error></ErrorResponse>", 404), "roles",
                    "no such role", "sam deploy"),
        ("role confined", "GetRole", static _ => WireReply.Xml(ScriptedAccount.Role(ScriptedAccount.Trust("""{"Service":"lambda.amazonaws.com"}"""), "arn:aws:iam::aws:policy/AWSDenyAll")), "roles", "permissions boundary", "delete-role-permissions-boundary"),
        ("role open to another account", "GetRole", static _ => WireReply.Xml(ScriptedAccount.Role(ScriptedAccount.Trust("""{"AWS":"arn:aws:iam::210987654321:root"}"""))), "roles", "admits arn:aws:iam::210987654321:root", "update-assume-role-policy"),
        ("role open to everybody", "GetRole", static _ => WireReply.Xml(ScriptedAccount.Role(ScriptedAccount.Trust("\"*\""))), "roles",
            "admits *", "update-assume-role-policy"),
        ("function role open to this account", "GetRole", static input => Of(input, "IamFunction") ? WireReply.Xml(ScriptedAccount.Role(ScriptedAccount.Trust("""{"Service":"lambda.amazonaws.com","AWS":"123456789012"}"""))) : null, "roles", "admits lambda.amazonaws.com, 123456789012", "update-assume-role-policy"),
        ("release without MFA", "GetRole", static input => Of(input, "ReleaseRole") ? WireReply.Xml(ScriptedAccount.Role(ScriptedAccount.Trust("""{"AWS":"arn:aws:iam::123456789012:root"}"""))) : null, "roles", "the trust policy is not as the template has it", "MultiFactorAuthPresent"),
        ("settings of another release", "GetParametersByPath",
            static _ => WireReply.Json(ScriptedAccount.Settings(("STACK_VERSION", "9.9.9")).ToJsonString()), "installed",
            "the stack is of release 9.9.9", "sam build; sam deploy"),
        ("settings of another region", "GetParametersByPath",
            static _ => WireReply.Json(ScriptedAccount.Settings(("STACK_REGION", "eu-west-1")).ToJsonString()), "installed",
            "the settings say region eu-west-1, and this is us-east-1", "sam deploy"),
        ("settings unlike the function", "GetParametersByPath",
            static _ => WireReply.Json(ScriptedAccount.Settings(("RESPONDER_MODE", "Observe")).ToJsonString()), "installed",
            "RESPONDER_MODE is another in IamFunction", "sam deploy"),
        ("no settings", "GetParametersByPath", static _ => WireReply.Json("""{"Parameters":[]}"""), "installed", "no settings", "sam deploy"),
        ("settings by two hands", "GetParameterHistory",
            static input =>
                WireReply.Json(ScriptedAccount.WrittenBy((string)input!["Name"]!,
                    "arn:aws:iam::123456789012:user/deployer", "arn:aws:iam::123456789012:user/eve")), "installed",
            "was last written by arn:aws:iam::123456789012:user/eve", "sam deploy"),
        ("stand-ins run", "GetParameter",
            static input => IsRunning(input)
            ? WireReply.Json(ScriptedAccount.Running("stand-in"))
            : null, "installed",
            "AWS packages: stand-in, not official", "sam build"),
        ("another release runs", "GetParameter",
            static input => IsRunning(input)
            ? WireReply.Json(ScriptedAccount.Running(version: "0.0.1"))
            : null, "installed",
            "release 0.0.1 runs", "sam build"),
        ("nobody says what runs any more", "GetParameter",
            static input => IsRunning(input)
            ? WireReply.Json(ScriptedAccount.Running(age: TimeSpan.FromHours(4)))
            : null, "installed",
            "last said", "sam build"),
        ("no word of what runs", "GetParameter", static input => IsRunning(input) ? WireReply.Json("""{"__type":"ParameterNotFound","message":"no such parameter"}""", 400) : null, "installed", "no such parameter", "sam build"),
        ("functions of two packages", "GetFunctionConfiguration",
            static input => Of(input, "KmsFunction")
            ? Function("CodeSha256", "other", "KmsFunction")
            : null, "installed",
            "CodeSha256 is another for KmsFunction", "sam build"),
        ("no way in", "GetAccountSummary", static _ => WireReply.Xml(ScriptedAccount.Summary(users: 0, devices: 0)), "ways-in",
            "nobody can release or contain by hand", "OnCallRoleArns=ARN"),
        ("users without MFA", "GetAccountSummary", static _ => WireReply.Xml(ScriptedAccount.Summary(users: 5, devices: 0)), "ways-in",
            "5 users, 0 MFA devices in use", "OnCallRoleArns=ARN"),
        ("on-call role that is not there", "DescribeStacks",
            static _ =>
                WireReply.Xml(ScriptedAccount.Stack(("OnCallRoleArns", "arn:aws:iam::123456789012:role/oncall"))), "ways-in",
            "there is no such role", "OnCallRoleArns=ARN"),
        ("on-call role of another account", "DescribeStacks",
            static _ =>
                WireReply.Xml(ScriptedAccount.Stack(("OnCallRoleArns", "arn:aws:iam::210987654321:role/oncall"))), "ways-in",
            "a role of another account", "OnCallRoleArns=ARN"),
        ("role denied", "ListAttachedRolePolicies",
            static _ =>
                WireReply.Xml(ScriptedAccount.Attached("arn:aws:iam::123456789012:policy/other", "arn:aws:iam::aws:policy/AWSDenyAll")),
                "roles", "AWSDenyAll is attached", "detach-role-policy"),
        ("role with another's policy", "ListAttachedRolePolicies",
            static input => Of(input, "ReleaseRole")
            ? WireReply.Xml(ScriptedAccount.Attached("arn:aws:iam::aws:policy/AdministratorAccess"))
            : null, "roles", "AdministratorAccess is attached, which the template does not", "detach-role-policy"),
        ("role without its policy", "ListAttachedRolePolicies",
            static input => Of(input, "KmsFunction") ? WireReply.Xml(ScriptedAccount.Attached()) : null, "roles",
            "AlertingPolicy is not attached", "attach-role-policy"),
        ("role with an inline policy", "ListRolePolicies",
            static _ =>
                WireReply.Xml(
                    ScriptedAccount.Result(
                        "ListRolePolicies", "<PolicyNames><member>quiet</member></PolicyNames><IsTruncated>false</IsTruncated>")), "roles",
                        "quiet is not in the template", "delete-role-policy"),
        ("role without an inline policy", "ListRolePolicies",
            static input => Of(input, "ReleaseRole")
            ? WireReply.Xml(ScriptedAccount.Result("ListRolePolicies", "<PolicyNames/><IsTruncated>false</IsTruncated>"))
            : null, "roles", "no Release", "put-role-policy"),
        ("statement narrowed", "GetRolePolicy",
            static input => (string?)input!["PolicyName"] == "Contain"
            ? Changed(
                static s => (string?)s["Sid"] == "QuarantineUsers", static s => s["Resource"] = "arn:aws:iam::123456789012:user/nobody")
            : null, "roles", "Contain is not as the template has it", "put-role-policy"),
        ("statement widened", "GetRolePolicy",
            static input => (string?)input!["PolicyName"] == "Contain"
            ? Changed(static s => (string?)s["Sid"] == "QuarantineUsers", static s => s.Remove("Condition"))
            : null, "roles", "Contain is not as the template has it", "put-role-policy"),
        ("statement denied", "GetRolePolicy",
            static input => (string?)input!["PolicyName"] == "Contain"
            ? Changed(static s => (string?)s["Sid"] == "QuarantineUsers", static s => s["Effect"] = "Deny")
            : null, "roles", "Contain is not as the template has it", "put-role-policy"),
        ("shared policy emptied", "GetPolicyVersion", static input => Of(input, "AlertingPolicy") ? WireReply.Xml(ScriptedAccount.Version(JsonNode.Parse("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sns:Publish","Resource":"*"}]}""")!)) : null, "roles", "v1 is not as the template has it", "create-policy-version"),
        ("parameter without what it grants", "DescribeStacks", static _ => WireReply.Xml(ScriptedAccount.Stack(("ContainKeys", "true"))),
            "roles", "ListRolePolicies: no ContainKeys", "put-role-policy"),
        ("nobody subscribed", "ListSubscriptionsByTopic", static _ => WireReply.Xml(ScriptedAccount.Subscribed()), "subscriptions",
            "0 confirmed, 0 Pending", "sns subscribe"),
        ("not confirmed", "ListSubscriptionsByTopic",
            static _ => WireReply.Xml(ScriptedAccount.Subscribed("arn:aws:sns:us-east-1:123456789012:alerts:0001", "PendingConfirmation")),
            "subscriptions", "1 PendingConfirmation", "confirm"),
        ("dead letters", "GetQueueAttributes", static _ => WireReply.Xml(ScriptedAccount.Counts(3)), "dead-letters", "about 3 messages",
            "responder redrive --stack responder --region us-east-1 --queue https://sqs.us-east-1.amazonaws.com/123456789012/"),
        ("dead letters in flight", "GetQueueAttributes", static _ => WireReply.Xml(ScriptedAccount.Counts(0, 2)), "dead-letters",
            "about 2 messages", "responder redrive"),
        ("kill switch", "GetParameter", static input => (string?)input!["Name"] == "/security-drill/last" ? null : WireReply.Json("""{"Parameter":{"Name":"/security/mode","Value":"observe","Version":1}}"""), "kill-switch", "nothing is contained", "responder mode enforce"),
        ("no drill", "GetParameter", static input => (string?)input!["Name"] == "/security-drill/last" ? s_noParameter : null, "drill",
            "there was no drill", "responder drill"),
        ("drill failed", "GetParameter",
            static input => (string?)input!["Name"] == "/security-drill/last"
            ? ScriptedAccount.Drilled("false", "not contained in 15 minutes")
            : null, "drill",
            "2026-03-04 09:00Z by arn:aws:iam::123456789012:user/anna: failed: not contained in 15 minutes", "responder drill"),
    ];

    public static TheoryData<string> Flaws { get; } = [.. s_flaws.Select(static f => f.Name)];

    [Fact]
    public async Task An_account_in_order_passes_every_check_and_names_the_answers()
    {
        var run = await RunAsync(new ScriptedAccount());

        Assert.Equal(0, run.ExitCode);
        var results = run.Json.SkipLast(1).ToList();
        Assert.Equal(
            Examination.Checks.Select(static c => c.Name), results.Select(static r => r.GetProperty("check").GetString()).Distinct());
        Assert.All(results, static r =>
        {
            Assert.Equal("pass", r.GetProperty("verdict").GetString());
            Assert.Matches("^[A-Z][A-Za-z]+(, [A-Z][A-Za-z]+)*: ", r.GetProperty("rests").GetString());
            Assert.Empty(r.GetProperty("blind").EnumerateArray());
        });
        Assert.Equal(
            EventPatterns.Of(DetectionCatalog.Default).Count, results.Count(static r => r.GetProperty("check").GetString() == "rules"));
        Assert.Equal($$"""{"summary":true,"pass":{{results.Count}},"fail":0,"unknown":0,"blind":[],"unknown-sight":[]}""", run.Lines[^1]);
    }

    [Theory]
    [MemberData(nameof(Flaws))]
    public async Task A_flaw_fails_its_check_with_the_answer_and_what_mends_it(string name)
    {
        var flaw = Array.Find(s_flaws, f => f.Name == name);
        var run = await RunAsync(new ScriptedAccount().Answer(flaw.Operation, flaw.Reply));

        Assert.Equal(1, run.ExitCode);
        var result = run.Json.First(
            r => r.TryGetProperty("check", out var check) && check.GetString() == flaw.Check && r.GetProperty("verdict")
            .GetString() != "pass");
        Assert.Equal("fail", result.GetProperty("verdict").GetString());
        Assert.Contains(flaw.Rests, result.GetProperty("rests").GetString(), StringComparison.Ordinal);
        Assert.Contains(flaw.Mend, result.GetProperty("mend").GetString(), StringComparison.Ordinal);
        if (flaw.Check == "rules" && flaw.Name != "rule without reads")
            Assert.Contains("iam.admin-policy-attached", result.GetProperty("blind").EnumerateArray().Select(static id => id.GetString()));
    }

    [Theory]
    [InlineData("RESPONDER_MODE", "Maybe", true)]
    [InlineData("OTHER", "", false)]
    public async Task A_function_that_cannot_start_is_blind_and_no_other(string variable, string value, bool isBlind)
    {
        var account = new ScriptedAccount()
            .Answer("GetFunctionConfiguration", input => Of(input, "KmsFunction") ? Variable(variable, value) : null);
        var run = await RunAsync(account);
        var blind = run.Json[^1].GetProperty("blind").EnumerateArray().Select(static id => id.GetString()!).ToList();
        Assert.Equal(isBlind, blind.Contains("kms.key-deletion-scheduled"));
        Assert.DoesNotContain("iam.admin-policy-attached", blind);
        var failed = Assert.Single(run.Json, static r => r.TryGetProperty("verdict", out var verdict) && verdict.GetString() == "fail");
        Assert.Equal(("settings", "KmsFunction"), (failed.GetProperty("check").GetString(), failed.GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task KMS_left_out_blinds_the_detections_of_KMS_and_no_others()
    {
        var run = await RunAsync(new ScriptedAccount().Answer("GetEventSelectors", WireReply.Json("""{"EventSelectors":[{"IncludeManagementEvents":true,"ExcludeManagementEventSources":["kms.amazonaws.com","rdsdata.amazonaws.com"]}]}""")));
        var blind = run.Json[^1].GetProperty("blind").EnumerateArray().Select(static id => id.GetString()!).ToList();
        Assert.Contains("kms.key-deletion-scheduled", blind);
        Assert.All(
            blind, static id =>
                Assert.Contains(DetectionCatalog.Default.Find(id)!.Info.Watches, static w => w.EventSource == "kms.amazonaws.com"));
    }

    [Fact]
    public async Task A_trail_of_writes_is_blind_to_who_assumes_our_roles_and_to_bursts_only()
    {
        var run = await RunAsync(new ScriptedAccount().Answer("GetEventSelectors", WireReply.Json("""{"EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true}]}""")));
        Assert.Equal(
            Blindness.Bursts.Append("responder.role-assumed").Order(StringComparer.Ordinal),
            run.Json[^1].GetProperty("blind").EnumerateArray().Select(static id => id.GetString()!).Order(StringComparer.Ordinal));
    }

    /// <summary>The name of the permission set ends before the sixteen characters, so that no other set is taken for it.</summary>
    [Theory]
    [InlineData("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_0123456789abcdef", "pass")]
    [InlineData("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_Dev_0123456789abcdef", "fail")]
    [InlineData("aws-reserved/sso.amazonaws.com/AWSReservedSSO_OnCall_0123456789abcdef", "fail")]
    public async Task A_permission_set_comes_in_by_its_whole_name(string role, string verdict)
    {
        const string Named =
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_????????????????";
        var account = new ScriptedAccount()
            .Answer("DescribeStacks", static _ => WireReply.Xml(ScriptedAccount.Stack(("OnCallRoleArns", Named))))
            .Answer("ListRoles", input =>
            {
                Assert.StartsWith("/aws-reserved/sso.amazonaws.com/", (string?)input!["PathPrefix"], StringComparison.Ordinal);
                return WireReply.Xml(ScriptedAccount.ListedRoles("arn:aws:iam::123456789012:role/" + role));
            });
        var run = await RunAsync(account);
        var way = Assert.Single(run.Json, static r => r.TryGetProperty("check", out var check) && check.GetString() == "ways-in");
        Assert.Equal((Named, verdict), (way.GetProperty("subject").GetString(), way.GetProperty("verdict").GetString()));
    }

    [Fact]
    public async Task What_no_function_has_said_yet_is_unknown()
    {
        var run = await RunAsync(new ScriptedAccount().Answer("GetParameter", static input => IsRunning(input)
            ? WireReply.Json("""{"Parameter":{"Name":"/security/running","Value":"{}","Version":1}}""")
            : null));
        var unknown = Assert.Single(run.Json, static r => r.TryGetProperty("verdict", out var verdict) && verdict.GetString() == "unknown");
        Assert.Contains("no function has said yet", unknown.GetProperty("rests").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_nobody_watches_may_be_left_out()
    {
        var run = await RunAsync(new ScriptedAccount().Answer("GetEventSelectors", WireReply.Json("""{"EventSelectors":[{"IncludeManagementEvents":true,"ExcludeManagementEventSources":["rdsdata.amazonaws.com"]}]}""")));
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Text_says_who_is_blind_and_what_mends_it()
    {
        await using var server = await WireServer.StartAsync(new ScriptedAccount().Answer("GetTrailStatus", WireReply.Json("""{"IsLogging":false}""")).Reply);
        var run = await Cli.RunAsync("doctor", "--endpoint", server.Url.ToString());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "FAIL     trail-logging  " + ScriptedAccount.Trail + "  GetTrailStatus: IsLogging is false", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("blind  every detection", run.Output, StringComparison.Ordinal);
        Assert.Contains("mend   aws cloudtrail start-logging --name " + ScriptedAccount.Trail, run.Output, StringComparison.Ordinal);
        Assert.Contains("Blind, wholly or in part: every detection", run.Output, StringComparison.Ordinal);
    }

    /// <summary>Doctor only asks; it never writes.</summary>
    [Fact]
    public async Task Nothing_but_reads_is_called()
    {
        await using var server = await WireServer.StartAsync(new ScriptedAccount().Reply);
        Assert.Equal(0, (await Cli.RunAsync("doctor", "--endpoint", server.Url.ToString())).ExitCode);
        Assert.NotEmpty(server.Requests);
        Assert.All(server.Requests, static request =>
        {
            var operation = request.Method == "GET"
                ? "Get"
                : request.Target is { Length: > 0 } target
                ? target[(target.LastIndexOf('.') + 1)..]
                : Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(request.Body)["Action"].ToString();
            Assert.Matches("^(Get|List|Describe)", operation);
        });
    }

    [Theory]
    [InlineData("nothing", "fail", "in any member account")]
    [InlineData("r-abcd", "pass", "protect it in every member account")]
    [InlineData("ou-abcd-dev", "fail", "iam:PutRolePolicy on it in 333333333333: ")]
    public async Task A_trusted_name_that_no_service_control_policy_protects_is_told(string attachedTo, string verdict, string rests)
    {
        const string Policy = """
            {"Statement":{"Effect":"Deny","Action":["iam:*Role","iam:*RolePolicy"],"Resource":"arn:aws:iam::*:role/landing/Deploy",
            "Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/Setup"}}}}
            """;
        var function = ScriptedAccount.Function("IamFunction");
        function["Environment"]!["Variables"]!["TRUSTED_PRINCIPAL_ARNS"] =
            "arn:aws:iam::*:role/landing/Deploy,arn:aws:iam::123456789012:role/Other";
        function["Environment"]!["Variables"]!["MEMBER_ACCOUNT_IDS"] = "222222222222,333333333333";
        var account = new ScriptedAccount()
            .Answer("GetFunctionConfiguration", input => Of(input, "IamFunction") ? WireReply.Json(function.ToJsonString()) : null)
            .Answer("ListParents", static input => WireReply.Json(new JsonObject
            {
                ["Parents"] = new JsonArray(new JsonObject
                {
                    ["Id"] = (string?)input!["ChildId"] switch
                    {
                        "222222222222" => "ou-abcd-dev",
                        "333333333333" => "ou-abcd-prod",
                        _ => "r-abcd",
                    },
                    ["Type"] = "ORGANIZATIONAL_UNIT",
                }),
            }.ToJsonString()))
            .Answer("ListPoliciesForTarget", input => WireReply.Json((string?)input!["TargetId"] == attachedTo
                ? """{"Policies":[{"Id":"p-full"},{"Id":"p-guard"}]}"""
                : """{"Policies":[{"Id":"p-full"}]}"""))
            .Answer("DescribePolicy", static input => WireReply.Json(new JsonObject
            {
                ["Policy"] = new JsonObject
                {
                    ["Content"] = (string?)input!["PolicyId"] == "p-guard"
                        ? Policy
                        : """{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""",
                },
            }.ToJsonString()));
        var run = await RunAsync(account);
        var result = Assert.Single(run.Json, static r => r.TryGetProperty("check", out var check) && check.GetString() == "trusted-names");
        Assert.Equal(("arn:aws:iam::*:role/landing/Deploy", verdict), (result.GetProperty("subject").GetString(),
            result.GetProperty("verdict").GetString()));
        Assert.Contains(rests, result.GetProperty("rests").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organization_that_does_not_answer_leaves_trusted_names_unknown()
    {
        var function = ScriptedAccount.Function("IamFunction");
        function["Environment"]!["Variables"]!["TRUSTED_PRINCIPAL_ARNS"] = "arn:aws:iam::*:role/landing/Deploy";
        function["Environment"]!["Variables"]!["MEMBER_ACCOUNT_IDS"] = "222222222222";
        var run = await RunAsync(new ScriptedAccount()
            .Answer("GetFunctionConfiguration", input => Of(input, "IamFunction") ? WireReply.Json(function.ToJsonString()) : null)
            .Answer("ListPoliciesForTarget", WireReply.Json("""{"__type":"AccessDeniedException","message":"no"}""", 400)));
        var result = Assert.Single(run.Json, static r => r.TryGetProperty("check", out var check) && check.GetString() == "trusted-names");
        Assert.Equal("unknown", result.GetProperty("verdict").GetString());
    }

    private static async Task<CliRun> RunAsync(ScriptedAccount account)
    {
        await using var server = await WireServer.StartAsync(account.Reply);
        return await Cli.RunAsync("doctor", "--endpoint", server.Url.ToString(), "--format", "json");
    }

    private static readonly WireReply s_notFound = new(
        404, "application/json",
        "{\"Type\":\"User\",\"Message\":\"Function not found\"}"u8.ToArray())
    {
        Headers = new Dictionary<string, string>
        {
            ["x-amzn-ErrorType"] = "ResourceNotFoundException",
        }
    };

    /// <summary>Whether the input of a call mentions the name.</summary>
    private static bool Of(JsonNode? input, string name) => input!.ToJsonString().Contains(name, StringComparison.Ordinal);

    /// <param name="value">The value; null to leave the variable out.</param>
    private static WireReply Variable(string name, string? value, string id = "KmsFunction")
    {
        var function = ScriptedAccount.Function(id);
        var variables = function["Environment"]!["Variables"]!.AsObject();
        if (value is null) variables.Remove(name);
        else variables[name] = value;
        return WireReply.Json(function.ToJsonString());
    }

    private static bool IsRunning(JsonNode? input) => (string?)input!["Name"] == "/security/running";

    private static WireReply Function(string member, string? value, string id = "IamFunction")
    {
        var function = ScriptedAccount.Function(id);
        function[member] = value;
        return WireReply.Json(function.ToJsonString());
    }

    /// <summary>The policy Contain with one of its statements changed.</summary>
    private static WireReply Changed(Func<JsonNode, bool> which, Action<JsonObject> change)
    {
        var document = ScriptedAccount.Policy("responder-IamFunctionRole", "Contain");
        change(document["Statement"]!.AsArray().Single(s => which(s!))!.AsObject());
        return WireReply.Xml(ScriptedAccount.Document("GetRolePolicy", document));
    }

    private static WireReply Changed(string member, string value) => WireReply.Json(Of(ScriptedAccount.Rule(OneRule), member, value));

    private static string Of(JsonObject rule, string member, string value)
    {
        rule[member] = value;
        return rule.ToJsonString();
    }
}
