using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Evasions;

/// <summary>
/// Evasions and abuses that target the decision; each has been seen in a comparable project. The numbers are those in section E of
/// facts.md.
/// </summary>
public sealed class DecisionEvasionTests
{
    private const string Pipeline = "arn:aws:iam::123456789012:role/Pipeline";

    private static ResponderOptions Trusting(string arn) => new() { TrustedPrincipalArns = new HashSet<string> { arn } };

    [Trap("E1")]
    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/Dev", "AWSReservedSSO_Administrators_0123456789abcdef")]
    [InlineData("arn:aws:iam::123456789012:role/Dev", "Pipeline")]
    [InlineData("arn:aws:iam::123456789012:role/Pipeline-dev", "terraform")]
    [InlineData("arn:aws:iam::123456789012:role/x/Pipeline", "Pipeline")]
    public async Task E1_a_trusted_name_as_session_name_or_part_of_a_name_is_not_trusted(string role, string session)
    {
        await using var driver = await ResponderDriver.StartAsync(Trusting(Pipeline), "mallory");
        var response = await driver.SendAsync(
            AdminAttachedTo("mallory").By(Session(role, session)).With("userAgent", "HashiCorp Terraform/1.9 APN/1.0"));
        Assert.Equal(DecisionAction.Contain, response.Decision!.Action);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Trap("E2")]
    [Fact]
    public async Task E2_a_trusted_role_is_matched_whole_and_does_match()
    {
        await using var driver = await ResponderDriver.StartAsync(Trusting(Pipeline), "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory").By(Session(Pipeline, "run-42")));
        Assert.Equal(Outcome.Trusted, response.Outcome);
        Assert.Equal(Severity.Critical, response.Severity);
        Assert.Empty(driver.World.Messages);
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    [Trap("E3")]
    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("Client.UnauthorizedOperation")]
    [InlineData("Client.DryRunOperation")]
    [InlineData("NoSuchEntityException")]
    [InlineData("ThrottlingException")]
    public async Task E3_a_failed_call_that_names_a_victim_never_contains_it(string errorCode)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "victim");
        await driver.SendAsync(AdminAttachedTo("victim").With("errorCode", errorCode));
        Assert.Null(driver.User("victim").BoundaryArn);
        Assert.Empty(driver.Aws.Calls.Of("iam"));
    }

    [Trap("E4")]
    [Fact]
    public async Task E4_break_glass_bait_is_paged_and_not_contained()
    {
        var options = new ResponderOptions
        {
            BreakGlassArns = new HashSet<string> { "arn:aws:iam::123456789012:user/emergency/break-glass" },
        };
        await using var driver = await ResponderDriver.StartAsync(options, "break-glass");
        var response = await driver.SendAsync(AdminAttachedTo("break-glass"));
        Assert.Null(driver.User("break-glass").BoundaryArn);
        Assert.Equal(Outcome.Alert, response.Outcome);
        var page = Assert.Single(driver.World.Messages);
        Assert.Contains("not contained: break-glass principal", page.For("email"), StringComparison.Ordinal);
    }

    [Trap("E4")]
    [Fact]
    public async Task E4_the_actor_is_named_with_its_command_and_never_contained_by_itself()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory", "alice");
        await driver.SendAsync(AdminAttachedTo("mallory").By(User("alice")));
        Assert.Null(driver.User("alice").BoundaryArn);
        Assert.Contains(
            "responder contain arn:aws:iam::123456789012:user/alice ", Assert.Single(driver.World.Messages).For("email"),
            StringComparison.Ordinal);
    }

    [Trap("E7")]
    [Trap("C1")]
    [Fact]
    public async Task E7_a_filled_policy_quota_does_not_keep_the_quarantine_off()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        for (var i = 0; i < 9; i++)
        {
            var arn = $"arn:aws:iam::123456789012:policy/filler-{i}";
            driver.World.Home.EnsurePolicy(arn, """{"Version":"2012-10-17","Statement":[]}""");
            driver.World.Home.Attach(driver.User("mallory"), arn);
        }

        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Trap("E10")]
    [Fact]
    public async Task E10_one_harmless_hit_hides_no_other_actor_and_no_rise_in_severity()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureRole("Deploy");
        await driver.SendAsync(AdminAttachedToRole("Deploy").By(User("alice")));
        await driver.SendAsync(AdminAttachedToRole("Deploy").By(User("bob")));
        Assert.Equal(2, driver.World.Messages.Count);

        EventBuilder Opened(int port) => Call("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", new JsonObject
        {
            ["groupId"] = "sg-1",
            ["ipPermissions"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["ipProtocol"] = port < 0 ? "-1" : "tcp",
                    ["fromPort"] = Math.Max(port, 0),
                    ["toPort"] = Math.Max(port, 0),
                    ["ipRanges"] = new JsonObject { ["items"] = new JsonArray(new JsonObject { ["cidrIp"] = "0.0.0.0/0" }) },
                }),
            },
        });
        var high = await driver.SendAsync(Opened(22));
        var repeat = await driver.SendAsync(Opened(22));
        var another = await driver.SendAsync(Opened(3389));
        var critical = await driver.SendAsync(Opened(-1));
        Assert.Equal(
            [Outcome.Alert, Outcome.Recorded, Outcome.Alert, Outcome.Alert],
            [high.Outcome, repeat.Outcome, another.Outcome, critical.Outcome]);
        Assert.Equal(high.RecordName, critical.RecordName);
    }

    [Trap("E10")]
    [Fact]
    public async Task E10_rotating_session_names_and_user_agents_makes_no_new_pages()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureRole("Deploy");
        for (var i = 0; i < 20; i++)
            await driver.SendAsync(
                AdminAttachedToRole("Deploy").By(Session("arn:aws:iam::123456789012:role/Dev", "session-" + i))
                .With("userAgent", "agent-" + i));
        Assert.Single(driver.World.Messages);
        Assert.Single(driver.Parameters("/security/incidents/"));
    }

    [Trap("E11")]
    [Fact]
    public async Task E11_a_page_that_does_not_leave_fails_the_invocation_and_leaves_the_record_open()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("sns").Refuse();
        var response = await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));
        Assert.NotEmpty(response.Failures);
        Assert.False(IncidentText.ReadRecord(driver.Parameter("/security/incidents/2026-03-04/event-1")!)!.Complete);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Trap("E13")]
    [Fact]
    public async Task E13_a_refused_containment_is_a_failure_everybody_sees()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("iam", "PutUserPermissionsBoundary").Refuse();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.NotEmpty(response.Failures);
        Assert.Contains(response.Containment, s => s is { Action: "PutUserPermissionsBoundary", Result: StepResult.Failed });
        Assert.Contains(response.Containment, s => s is { Action: "DetachUserPolicy", Result: StepResult.Succeeded });
        Assert.Contains("(containment FAILED)", Assert.Single(driver.World.Messages).Subject, StringComparison.Ordinal);
    }

    [Trap("E14")]
    [Fact]
    public async Task E14_a_flood_of_refused_calls_writes_nothing_and_pages_once_per_target()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "victim");
        for (var i = 0; i < 50; i++) await driver.SendAsync(AdminAttachedTo("victim").Refused());
        Assert.Empty(driver.Aws.Calls.Of("ssm"));
        Assert.Single(driver.World.Messages);
    }

    [Trap("E15")]
    [Theory]
    [InlineData("division/team/mallory")]
    [InlineData("mallory")]
    public async Task E15_a_path_in_the_name_does_not_hide_the_user(string nameInArn)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo($"arn:aws:iam::123456789012:user/{nameInArn}"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Trap("E16")]
    [Fact]
    public async Task E16_our_own_calls_come_back_as_events_and_cause_nothing()
    {
        const string Own = "arn:aws:iam::123456789012:role/responder-IamFunctionRole";
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ResponderRoleArns = new HashSet<string> { Own } }, "mallory");
        driver.World.Home.EnsureRole("responder-IamFunctionRole");
        driver.World.MapAccessKey("AKIARESPONDER", "arn:aws:sts::123456789012:assumed-role/responder-IamFunctionRole/function");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        var pages = driver.World.Messages.Count;

        foreach (var record in driver.World.Trail)
        {
            var response = await driver.SendAsync(System.Text.Json.JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement);
            Assert.Contains(response.Outcome, new[] { Outcome.Trusted, Outcome.None });
        }

        Assert.NotEmpty(driver.World.Trail);
        Assert.Equal(pages, driver.World.Messages.Count);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    private const string FunctionRole = "arn:aws:iam::123456789012:role/responder-IamFunctionRole-4kTqPz9WnB2c";

    [Trap("E16")]
    [Theory]
    [InlineData("maint", null, null, "aws-cli/2.27.49", Severity.Critical)]
    [InlineData("maint", null, null, null, Severity.Critical)]
    [InlineData("responder-IamFunction-1", null, null, "aws-cli/2.27.49", Severity.Critical)] // the session name is its caller's
    [InlineData(
        "x", "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:nightly-report",
        "Boto3/1.42 exec-env/AWS_Lambda_python3.12", Severity.Critical)]
    [InlineData(
        "x", "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:210987654321:function:responder-IamFunction-1",
        "Boto3/1.42 exec-env/AWS_Lambda_python3.12", Severity.Critical)]
    [InlineData(
        "x", "AWS::EC2::Instance", "arn:aws:ec2:us-east-1:123456789012:instance/i-1", "Boto3/1.42 exec-env/AWS_Lambda_python3.12",
        Severity.Critical)]
    [InlineData(
        "x", "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:responder-IamFunction-1", "aws-cli/2.27.49",
        Severity.High)]
    public async Task E16_our_own_role_used_from_outside_Lambda_pages_and_nothing_of_ours_is_contained(
        string session, string? type, string? issuedTo, string? agent, Severity severity)
    {
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ResponderRoleArns = new HashSet<string> { FunctionRole } }, "mallory");
        var response = await driver.SendAsync(ByFunctionRole(session, type, issuedTo).With("userAgent", agent));

        Assert.Equal((Outcome.Alert, severity), (response.Outcome, response.Severity));
        Assert.Equal("responder.role-used-elsewhere", response.Decision!.Strongest!.Detection.Id);
        Assert.Empty(response.Containment);
        Assert.Empty(driver.Aws.Calls.Of("iam"));
        // the page has no command that would contain one of our roles
        Assert.DoesNotContain("responder contain", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Trap("E16")]
    [Theory]
    [InlineData(
        "AWS::Lambda::Function", "arn:aws:lambda:us-east-1:123456789012:function:responder-IamFunction-1",
        "aws-sdk-dotnet-coreclr/4.0 exec-env/AWS_Lambda_dotnet10 md/ClientAsync", null)]
    // if a missing origin mattered, every call of ours would page, and each page leads to another call
    [InlineData(null, null, "aws-sdk-dotnet-coreclr/4.0 exec-env/AWS_Lambda_dotnet10 md/ClientAsync", null)]
    [InlineData(null, null, "AWS Internal", "lambda.amazonaws.com")]
    public async Task E16_what_our_functions_do_themselves_finds_nothing(string? type, string? issuedTo, string agent, string? invokedBy)
    {
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ResponderRoleArns = new HashSet<string> { FunctionRole } }, "mallory");
        var e = ByFunctionRole("responder-IamFunction-1", type, issuedTo, invokedBy).With("userAgent", agent);
        Assert.Equal(Outcome.None, (await driver.SendAsync(e)).Outcome);
        Assert.NotEqual(
            "responder.role-used-elsewhere", (await driver.SendAsync(e.Id("again").Refused())).Decision?.Strongest?.Detection.Id);
        Assert.Empty(driver.World.Messages);
    }

    private static EventBuilder ByFunctionRole(string session, string? type, string? issuedTo, string? invokedBy = null)
    {
        var identity = Session(FunctionRole, session);
        if (type is not null) identity["inScopeOf"] = new JsonObject { ["issuerType"] = type, ["credentialsIssuedTo"] = issuedTo };
        if (invokedBy is not null) identity["invokedBy"] = invokedBy;
        return Call("iam.amazonaws.com", "PutUserPermissionsBoundary", new JsonObject
        {
            ["userName"] = "mallory",
            ["permissionsBoundary"] = DenyAll,
        }).By(identity);
    }

    [Trap("E16")]
    [Fact]
    public async Task E16_a_role_that_only_looks_like_ours_is_not_ours()
    {
        const string Own = "arn:aws:iam::123456789012:role/responder-IamFunctionRole";
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ResponderRoleArns = new HashSet<string> { Own } }, "mallory");
        var response = await driver.SendAsync(
            AdminAttachedTo("mallory").By(Session("arn:aws:iam::123456789012:role/responder-IamFunctionRole-2", "x")));
        Assert.Equal(Outcome.Incident, response.Outcome);
    }

    [Fact]
    public async Task A_copy_of_another_accounts_event_does_not_contain_our_user_of_the_same_name()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "bob");
        await driver.SendAsync(AdminAttachedTo("bob").By(User("eve", Foreign)));
        Assert.Null(driver.User("bob").BoundaryArn);
        Assert.Contains(
            "not contained: target is in another account", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Trap("E14")]
    [Fact]
    public async Task E14_harmless_policies_attached_use_up_no_budget()
    {
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ContainmentBudgetPerHour = 1 }, "decoy", "mallory", "trent");
        string Policy(string name, string action)
        {
            var arn = "arn:aws:iam::123456789012:policy/" + name;
            driver.World.Home.EnsurePolicy(arn, $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{action}}","Resource":"*"}]}""");
            return arn;
        }

        for (var i = 0; i < 3; i++)
            Assert.NotEqual(
                DecisionAction.Contain,
                (await driver.SendAsync(AttachedTo("decoy", Policy("reader-" + i, "s3:GetObject")))).Decision!.Action);
        Assert.Null(driver.Parameter(Places));

        driver.World.Home.Attach(driver.User("mallory"), Policy("innocent", "*"));
        driver.World.Home.Attach(driver.User("trent"), Policy("second", "*"));
        var powerful = await driver.SendAsync(AttachedTo("mallory", Policy("innocent", "*")));
        Assert.Equal(DecisionAction.Contain, powerful.Decision!.Action); // the policy was read, and then the containment was counted
        Assert.Single(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
        Assert.Equal(GuardrailId.Budget, (await driver.SendAsync(AttachedTo("trent", Policy("second", "*")))).Decision!.Guardrail);
    }

    private const string Places = "/security/budget/containments";

    private static EventBuilder AttachedTo(string user, string policyArn) =>
        AdminAttachedTo(user).With("requestParameters", new JsonObject { ["userName"] = user, ["policyArn"] = policyArn });
}
