using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Responder.Template.Tests;

/// <summary>Tests the service control policy of infra/guardrail.yaml by evaluating it literally, as Organizations would get it.</summary>
public sealed class GuardrailTests
{
    private const string Home = "123456789012";
    private const string Member = "222222222222";
    private const string DenyAll = "arn:aws:iam::aws:policy/AWSDenyAll";
    private const string Function = $"arn:aws:iam::{Home}:role/responder-IamFunctionRole-ABCDEFGHIJKL";
    private const string Release = $"arn:aws:iam::{Home}:role/responder-ReleaseRole-ABCDEFGHIJKL";
    private const string MemberRelease = $"arn:aws:iam::{Member}:role/ResponderContainment-release";
    private const string MemberContainment = $"arn:aws:iam::{Member}:role/ResponderContainment";
    private const string MemberOperator = $"arn:aws:iam::{Member}:role/ResponderContainment-operator";
    private const string Deployment = $"arn:aws:iam::{Member}:role/stacksets-exec-0123456789abcdef0123456789abcdef";
    private const string Operator = $"arn:aws:iam::{Home}:role/responder-OperatorRole-ABCDEFGHIJKL";
    private const string Platform = $"arn:aws:iam::{Member}:role/PlatformTeam";

    /// <summary>Administrators of both accounts, and principals that are named like ours.</summary>
    private static readonly string[] s_attackers =
    [
        $"arn:aws:iam::{Home}:user/admin", $"arn:aws:iam::{Member}:role/Admin",
        $"arn:aws:iam::{Member}:role/x/ResponderContainment-release",
        $"arn:aws:iam::{Member}:role/x/ResponderContainment-operator",
        $"arn:aws:iam::{Member}:role/responder-ReleaseRole-ABCDEFGHIJKL",
        $"arn:aws:iam::{Member}:role/responder-OperatorRole-ABCDEFGHIJKL", $"arn:aws:iam::{Member}:user/stacksets-exec-1",
    ];

    private static readonly Dictionary<string, string> s_parameters = new()
    {
        ["TargetIds"] = "ou-abcd-12345678,ou-abcd-87654321",
        ["HomeAccountId"] = Home,
        ["ResponderRoleArns"] = string.Join(
            ',', new[] { "Iam", "SecurityGroup", "Kms", "S3", "Account", "Retention" }.Select(
                static f => $"arn:aws:iam::{Home}:role/responder-{f}FunctionRole-ABCDEFGHIJKL")),
        ["ReleaseRoleArn"] = Release,
        ["DeploymentRoleArns"] = $"arn:aws:iam::*:role/stacksets-exec-*,arn:aws:iam::{Home}:role/deploy",
        ["OperatorRoleArn"] = Operator,
        ["BoundaryRoleArns"] = "arn:aws:iam::*:role/PlatformTeam",
        ["ProtectTrail"] = "true",
    };

    private static readonly Dictionary<string, string> s_defaults =
        s_parameters.Where(static p => p.Key is not ("BoundaryRoleArns" or "ProtectTrail"))
            .ToDictionary(static p => p.Key, static p => p.Value);

    /// <summary>Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html</summary>
    [Fact]
    public void It_fits_with_everything_switched_on() => Assert.InRange(Policy(s_parameters).ToJsonString().Length, 2_000, 5_120);

    /// <summary>Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html</summary>
    [Fact]
    public void It_keeps_to_the_grammar_of_service_control_policies()
    {
        var policy = Policy(s_parameters);
        Assert.Equal(["Version", "Statement"], policy.Select(static m => m.Key));
        Assert.Equal("2012-10-17", (string?)policy["Version"]);
        foreach (var statement in policy["Statement"]!.AsArray().Select(static s => s!.AsObject()))
        {
            Assert.Equal(["Sid", "Effect", "Action", "Resource", "Condition"], statement.Select(static m => m.Key));
            Assert.Matches("^[A-Za-z0-9]+$", (string?)statement["Sid"]);
            Assert.Equal("Deny", (string?)statement["Effect"]);
            // a star is allowed only at the end
            Assert.All(Texts(statement["Action"]), static action => Assert.Matches(@"^[a-z]+:[A-Za-z]+\*?$", action));
            Assert.All(
                Texts(statement["Resource"]), static resource => Assert.Matches(@"^(\*|arn:aws:[a-z]+:\*?:(\*|[0-9]{12}):\S+)$", resource));
            Assert.NotNull(statement["Condition"]!["ArnNotLike"]!["aws:PrincipalArn"]);
        }
    }

    [Fact]
    public void Nobody_but_a_release_takes_a_quarantine_off()
    {
        foreach (var parameters in (Dictionary<string, string>[])[s_parameters, s_defaults])
        {
            foreach (var call in (string[])["iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"])
            {
                Assert.All(
                    [.. s_attackers, Function, Operator, MemberOperator, MemberContainment, Deployment], attacker =>
                        Assert.True(
                            Denies(parameters, attacker, call, $"arn:aws:iam::{Member}:user/mallory", DenyAll), $"{attacker} {call}"));
                Assert.False(Denies(parameters, Release, call, $"arn:aws:iam::{Home}:user/mallory", DenyAll));
                Assert.False(Denies(parameters, MemberRelease, call, $"arn:aws:iam::{Member}:user/mallory", DenyAll));
                // Boundaries that are not ours are not protected.
                Assert.False(
                    Denies(parameters, s_attackers[1], call, $"arn:aws:iam::{Member}:user/bob", $"arn:aws:iam::{Member}:policy/Team"));
            }
        }
    }

    /// <summary>
    /// On a principal with our boundary, these calls would attach a policy again, delete or rewrite a denial of sessions, or add an inline
    /// policy.
    /// </summary>
    [Theory]
    [InlineData("iam:AttachUserPolicy", "user/mallory")]
    [InlineData("iam:PutUserPolicy", "user/mallory")]
    [InlineData("iam:AttachRolePolicy", "role/Deploy")]
    [InlineData("iam:PutRolePolicy", "role/Deploy")]
    [InlineData("iam:DeleteRolePolicy", "role/Deploy")]
    public void Nobody_but_the_responder_and_a_release_changes_what_is_quarantined(string call, string target)
    {
        foreach (var (able, account) in ((string, string)[])
            [(Function, Home), (Release, Home), (Operator, Home), (MemberContainment, Member), (MemberRelease, Member),
                (MemberOperator, Member)])
        {
            Assert.False(Denies(s_defaults, able, call, $"arn:aws:iam::{account}:{target}", DenyAll), able);
            Assert.All(
                [.. s_attackers, Deployment, Platform], anybody =>
                    Assert.True(Denies(s_defaults, anybody, call, $"arn:aws:iam::{account}:{target}", DenyAll), anybody));
            Assert.All(
                s_attackers, anybody =>
                    Assert.False(
                        Denies(s_defaults, anybody, call, $"arn:aws:iam::{account}:{target}", $"arn:aws:iam::{account}:policy/Team"),
                        anybody));
            Assert.All(
                s_attackers, anybody => Assert.False(Denies(s_defaults, anybody, call, $"arn:aws:iam::{account}:{target}"), anybody));
        }
    }

    [Fact]
    public void With_named_boundary_roles_nobody_replaces_a_quarantine_either()
    {
        const string call = "iam:PutUserPermissionsBoundary";
        const string user = $"arn:aws:iam::{Member}:user/mallory";
        Assert.All(
            s_attackers, static attacker =>
                Assert.True(Denies(s_parameters, attacker, call, user, "arn:aws:iam::aws:policy/ReadOnlyAccess")));
        foreach (var able in (string[])
            [Function, Release, Operator, MemberContainment, MemberRelease, MemberOperator, Deployment, Platform])
            Assert.False(Denies(s_parameters, able, call, user, DenyAll), able);
        // docs/containment.md documents that this remains open
        Assert.False(Denies(s_defaults, s_attackers[0], call, user, "arn:aws:iam::aws:policy/ReadOnlyAccess"));
    }

    [Theory]
    [InlineData("iam:UpdateAssumeRolePolicy", MemberRelease)]
    [InlineData("iam:CreateRole", MemberRelease)] // where it does not exist yet
    [InlineData("iam:UpdateAssumeRolePolicy", MemberOperator)]
    [InlineData("iam:PutRolePolicy", Operator)]
    [InlineData("iam:PutRolePolicy", Function)]
    [InlineData("iam:DeleteRole", Release)]
    [InlineData("iam:DeleteRolePolicy", MemberContainment)]
    [InlineData("iam:AttachRolePolicy", MemberContainment)]
    [InlineData("lambda:UpdateFunctionCode", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:UpdateFunctionConfiguration", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:DeleteFunction", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:AddPermission", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:PutFunctionEventInvokeConfig", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:UpdateFunctionEventInvokeConfig", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC:$LATEST")]
    [InlineData("lambda:DeleteFunctionEventInvokeConfig", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("lambda:PutFunctionConcurrency", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")]
    [InlineData("events:DisableRule", $"arn:aws:events:us-east-1:{Home}:rule/responder-IamFunctionCalls-ABC")]
    [InlineData("events:RemoveTargets", $"arn:aws:events:us-east-1:{Home}:rule/responder-IamFunctionCalls-ABC")]
    [InlineData("sns:Unsubscribe", $"arn:aws:sns:us-east-1:{Home}:responder-AlertTopic-ABC:0000")]
    [InlineData("sqs:PurgeQueue", $"arn:aws:sqs:us-east-1:{Home}:responder-FunctionDeadLetters-ABC")]
    [InlineData("cloudformation:DeleteStack", $"arn:aws:cloudformation:us-east-1:{Home}:stack/responder/0000")]
    [InlineData("logs:DeleteLogGroup", $"arn:aws:logs:us-east-1:{Home}:log-group:/aws/lambda/responder-IamFunction-ABC:*")]
    [InlineData("ssm:DeleteParameter", $"arn:aws:ssm:us-east-1:{Home}:parameter/security/quarantines/{Member}/user.mallory")]
    [InlineData("ssm:PutParameter", $"arn:aws:ssm:us-east-1:{Home}:parameter/security/mode")]
    [InlineData("cloudtrail:StopLogging", $"arn:aws:cloudtrail:us-east-1:{Member}:trail/main")]
    public void Roles_stack_and_records_are_changed_by_the_deployment_only(string call, string resource)
    {
        Assert.All(s_attackers, attacker => Assert.True(Denies(s_parameters, attacker, call, resource), attacker));
        Assert.False(Denies(s_parameters, Deployment, call, resource));
        var isRecord = call.StartsWith("ssm:", StringComparison.Ordinal);
        Assert.Equal(!isRecord, Denies(s_parameters, Function, call, resource));
        Assert.Equal(!isRecord, Denies(s_parameters, Release, call, resource));
        Assert.Equal(!isRecord, Denies(s_parameters, Operator, call, resource));
    }

    [Fact]
    public void What_ends_a_quarantine_is_written_by_the_release_role_only()
    {
        const string ledger = $"arn:aws:ssm:us-east-1:{Home}:parameter/security/quarantines/{Member}/user.mallory/0001";
        Assert.All(
            [.. s_attackers, Function, Operator, Deployment, Platform], static anybody =>
                Assert.True(Denies(s_parameters, anybody, "ssm:PutParameter", ledger + ".release"), anybody));
        Assert.False(Denies(s_parameters, Release, "ssm:PutParameter", ledger + ".release"));
        Assert.False(Denies(s_parameters, Function, "ssm:PutParameter", ledger));
    }

    [Theory]
    [InlineData("lambda:InvokeFunction", "")]
    [InlineData("lambda:InvokeFunction", ":$LATEST")]
    [InlineData("lambda:InvokeFunctionUrl", "")]
    [InlineData("lambda:InvokeAsync", "")]
    public void Functions_are_invoked_by_operators_and_the_deployment_only(string call, string qualifier)
    {
        foreach (var function in (string[])["IamFunction-ABC", "RetentionFunction-ABC"])
        {
            var arn = $"arn:aws:lambda:us-east-1:{Home}:function:responder-{function}{qualifier}";
            Assert.All(
                [.. s_attackers, Function, Release, Platform], anybody =>
                    Assert.True(Denies(s_parameters, anybody, call, arn), anybody));
            Assert.False(Denies(s_parameters, Operator, call, arn));
            Assert.False(Denies(s_parameters, Deployment, call, arn));
        }
    }

    [Theory]
    [InlineData("iam:GetRole", Function)]
    [InlineData("iam:PutRolePolicy", $"arn:aws:iam::{Member}:role/Deploy")]
    [InlineData("iam:AttachUserPolicy", $"arn:aws:iam::{Member}:user/bob")]
    [InlineData("lambda:UpdateFunctionCode", $"arn:aws:lambda:us-east-1:{Home}:function:shop")]
    [InlineData("lambda:InvokeFunction", $"arn:aws:lambda:us-east-1:{Home}:function:shop")]
    [InlineData("lambda:InvokeFunction", $"arn:aws:lambda:us-east-1:{Member}:function:responder-IamFunction-ABC")] // another account's
    [InlineData("lambda:GetFunctionConfiguration", $"arn:aws:lambda:us-east-1:{Home}:function:responder-IamFunction-ABC")] // doctor
    [InlineData("cloudformation:DescribeStacks", $"arn:aws:cloudformation:us-east-1:{Home}:stack/responder/0000")]
    [InlineData("ssm:PutParameter", $"arn:aws:ssm:us-east-1:{Member}:parameter/security/mode")] // another account's
    [InlineData("ssm:GetParameter", $"arn:aws:ssm:us-east-1:{Home}:parameter/security/mode")]
    public void What_is_not_ours_and_what_only_reads_is_left_alone(string call, string resource) =>
        Assert.All(s_attackers, anybody => Assert.False(Denies(s_parameters, anybody, call, resource), anybody));

    [Fact]
    public void The_trail_is_left_alone_unless_asked_for() =>
        Assert.False(Denies(s_defaults, s_attackers[0], "cloudtrail:StopLogging", $"arn:aws:cloudtrail:us-east-1:{Member}:trail/main"));

    private static JsonObject Policy(Dictionary<string, string> parameters)
    {
        var stack = SamTemplate.Read(Repository.PathOf("infra", "guardrail.yaml"));
        var guardrail = stack["Resources"]!["Guardrail"]!;
        Assert.Equal(
            ("AWS::Organizations::Policy", "SERVICE_CONTROL_POLICY"),
            ((string?)guardrail["Type"], (string?)guardrail["Properties"]!["Type"]));
        return new Resolved(stack, parameters).Of(guardrail["Properties"]!["Content"])!.AsObject();
    }

    /// <summary>
    /// Whether a Deny statement applies by its action, its resource and all of its conditions. If the request lacks a condition key,
    /// positive operators fail and negated ones hold.
    /// </summary>
    private static bool Denies(
        Dictionary<string, string> parameters, string principal, string action, string resource, string? boundary = null)
    {
        var context = new Dictionary<string, string?> { ["aws:PrincipalArn"] = principal, ["iam:PermissionsBoundary"] = boundary };
        return Policy(parameters)["Statement"]!.AsArray().Any(s => Texts(s!["Action"]).Any(a => Like(a, action, RegexOptions.IgnoreCase))
            && Texts(s["Resource"]).Any(r => Like(r, resource))
            && s["Condition"]!.AsObject().All(o => o.Value!.AsObject().All(key =>
            {
                var matches = context[key.Key] is { } value && Texts(key.Value).Any(pattern => LikeArn(pattern, value));
                return o.Key switch { "ArnEquals" => matches, "ArnNotLike" => !matches, _ => throw new InvalidOperationException(o.Key) };
            })));
    }

    /// <summary>ARN operators compare part by part: a star never reaches across a colon that separates two parts.</summary>
    private static bool LikeArn(string pattern, string arn)
    {
        var (wanted, actual) = (pattern.Split(':', 6), arn.Split(':', 6));
        return wanted.Length == 6 && actual.Length == 6 && wanted.Zip(actual).All(static pair => Like(pair.First, pair.Second));
    }

    private static bool Like(string pattern, string text, RegexOptions options = RegexOptions.None) =>
        Regex.IsMatch(
            text, "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", options | RegexOptions.Singleline);

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray list
        ? list.Select(static i => (string)i!)
        : [(string)node!];
}
