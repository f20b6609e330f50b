using Responder.Cli.Quickstart;
using Responder.Cli.Tests.Aws;
using Responder.Cli.Tests.Doctor;

namespace Responder.Cli.Tests.Commands;

/// <summary>Runs `responder quickstart` against an account that is scripted call by call.</summary>
public sealed class QuickstartTests
{
    private const string Set = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_0123456789abcdef";
    private const string Told = "--alert-email=oncall@example.com";

    [Fact]
    public async Task Who_presses_enter_is_told_watched_and_contains_nobody_yet()
    {
        var run = await RunAsync(Account(), Told);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\nsam build\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("AlertEmail=oncall@example.com Mode=Observe", run.Output, StringComparison.Ordinal);
        Assert.Contains("CheckedTrailArn=" + ScriptedAccount.Trail, run.Output, StringComparison.Ordinal);
        Assert.Contains("LogBuckets=audit-logs", run.Output, StringComparison.Ordinal);
        Assert.Contains("--region us-east-1", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("OnCallRoleArns", run.Output, StringComparison.Ordinal);
        Assert.Contains("deploy once more with Mode=Enforce", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(130, true)]
    [InlineData(129, false)]
    [InlineData(10, false)]
    public async Task Executions_are_reserved_only_where_there_is_room(int unreserved, bool reserves)
    {
        var run = await RunAsync(Account(unreserved), Told, "--format", "json");
        var parameters = Assert.Single(run.Json).GetProperty("parameters");
        Assert.Equal(reserves, parameters.TryGetProperty("ContainmentConcurrency", out _));
        Assert.Equal(reserves, parameters.TryGetProperty("AlertingConcurrency", out _));
    }

    [Fact]
    public async Task A_permission_set_is_named_with_sixteen_unknown_characters_and_a_role_by_its_path()
    {
        var run = await RunAsync(
            Account(), Told, "--mode", "enforce", "--release-by", "permission-set:OnCall,pager", "--format", "json");
        Assert.Equal(
            "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_OnCall_????????????????,"
                + "arn:aws:iam::123456789012:role/team/pager",
            Assert.Single(run.Json).GetProperty("parameters").GetProperty("OnCallRoleArns").GetString());
        // A shell must not take the question marks for a pattern.
        Assert.Contains("'OnCallRoleArns=arn:", run.Json.Single().GetProperty("deploy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_accounts_may_forward_and_have_roles()
    {
        var run = await RunAsync(Account(), Told, "--accounts", "222222222222, 333333333333");
        Assert.Contains("MemberAccountIds=222222222222,333333333333", run.Output, StringComparison.Ordinal);
        Assert.Contains("ForwardingAccountIds=222222222222,333333333333", run.Output, StringComparison.Ordinal);
        Assert.Contains("infra/member-role.yaml", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_trail_one_is_made()
    {
        var run = await RunAsync(
            request => request.Target?.EndsWith("DescribeTrails", StringComparison.Ordinal) == true
                ? WireReply.Json("""{"trailList":[]}""")
                : Account()(request), Told);
        Assert.Contains("CreateTrail=true", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CheckedTrailArn", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--alert-email is missing")]
    [InlineData("who is told: expected an e-mail address", "--alert-email=nobody")]
    [InlineData("expected ids of 12 digits", Told, "--accounts", "22")]
    [InlineData("123456789012 is the account of the responder itself", Told, "--accounts", "123456789012")]
    [InlineData("the account has no role ghost", Told, "--release-by", "ghost")]
    [InlineData("the account has no role permission-set:On", Told, "--release-by", "permission-set:On")]
    [InlineData("expected the whole ARN of a role", Told, "--release-by", "arn:aws:iam::123456789012:role/AWSReservedSSO_OnCall_*")]
    public async Task What_cannot_be_meant_is_refused_with_what_was_expected(string sentence, params string[] arguments)
    {
        var run = await RunAsync(Account(), arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_and_not_assumed()
    {
        var run = await RunAsync(
            request => request.Method == "GET" ? WireReply.Json("{}") : Account()(request), Told);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Lambda's limits could not be read", run.Error, StringComparison.Ordinal);
        Assert.Contains("No executions are reserved, since", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A second trail costs money, and none leaves the responder blind.</summary>
    [Fact]
    public async Task Whether_there_is_a_trail_is_not_guessed()
    {
        WireReply Blind(WireRequest request) => request.Target?.EndsWith("DescribeTrails", StringComparison.Ordinal) == true
            ? WireReply.Json("""{"__type":"AccessDeniedException","message":"no"}""", 400)
            : Account()(request);
        var run = await RunAsync(Blind, Told);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--trail is missing: the account's trails could not be read", run.Error, StringComparison.Ordinal);
        Assert.Contains("CreateTrail=true", (await RunAsync(Blind, Told, "--trail", "create")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CreateTrail", (await RunAsync(Blind, Told, "--trail", "use")).Output, StringComparison.Ordinal);
    }

    /// <summary>What is printed is what the template takes.</summary>
    [Fact]
    public void Every_parameter_is_one_of_the_template()
    {
        var all = new FirstDeployment(
            "a@example.com", Enforces: true, new FoundTrail("arn", "bucket", "key", "group"), ["role"], ["222222222222"])
        {
            UnreservedExecutions = 1000,
        };
        var none = new FirstDeployment(null, Enforces: false, null, [], []);
        var template = File.ReadAllText(Repository.PathOf("template.yaml"));
        Assert.All(all.Parameters().Concat(none.Parameters()), p =>
            Assert.Contains($"\n  {p.Name}:\n    Type: ", template, StringComparison.Ordinal));
    }

    private static Func<WireRequest, WireReply> Account(int unreserved = 1000) => request =>
    {
        if (request.Method == "GET")
        {
            Assert.Equal("/2016-08-19/account-settings/", request.Path);
            return WireReply.Json($$$"""{"AccountLimit":{"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":{{{unreserved}}}}}""");
        }

        return new ScriptedAccount()
            .Answer("DescribeTrails", WireReply.Json(ScriptedAccount.Trails().Replace(
                "\"HomeRegion\"", "\"S3BucketName\":\"audit-logs\",\"HomeRegion\"", StringComparison.Ordinal)))
            .Answer("ListRoles", WireReply.Xml(ScriptedAccount.ListedRoles(
                "arn:aws:iam::123456789012:role/" + Set, "arn:aws:iam::123456789012:role/team/pager")))
            .Reply(request);
    };

    private static async Task<CliRun> RunAsync(Func<WireRequest, WireReply> account, params string[] arguments)
    {
        await using var server = await WireServer.StartAsync(account);
        return await Cli.RunAsync(["quickstart", "--endpoint", server.Url.ToString(), "--region", "us-east-1", .. arguments]);
    }
}
