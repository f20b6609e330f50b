using System.Text.Json.Nodes;
using Responder.Decisions;
using Responder.Reporting;
using Responder.Tests.Detections.Iam;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Facts;

/// <summary>
/// Two calls each give half of a way to administrator: the second call is judged together with what the holder already has.
/// </summary>
public sealed class HeldPolicyTests
{
    private static readonly string s_passRole = IamEvent.Allow("iam:PassRole");
    private static readonly string s_functions = IamEvent.Allow("lambda:CreateFunction", "lambda:InvokeFunction");

    /// <summary>
    /// All writes that lead to administrator; when they cover only half of the names, they do not lead there for certain.
    /// </summary>
    private static readonly string s_writes = IamEvent.Allow(
        "iam:AttachRolePolicy", "iam:AttachGroupPolicy", "iam:PutUserPolicy", "iam:PutRolePolicy", "iam:PutGroupPolicy",
        "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion",
        "iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:UpdateAssumeRolePolicy",
        "iam:AttachUserPolicy");

    [Fact]
    public async Task The_second_half_in_an_inline_policy_pages()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.PutInline(driver.World.Home.EnsureUser("mallory"), "build", s_functions);

        var response = await driver.SendAsync(Put(s_passRole));

        Assert.Equal((Outcome.Alert, Severity.High), (response.Outcome, response.Decision!.Severity));
        Assert.Equal(
            "Inline policy given to user mallory: with its other policies that leads to administrator", response.Decision.Strongest!.Title);
        Assert.Equal("mallory", response.Decision.Strongest.Target!.Name);
        Assert.Null(response.Decision.Strongest.Grant);
        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation is "PutUserPermissionsBoundary");
    }

    [Fact]
    public async Task The_first_half_may_come_from_a_group_or_from_a_policy_of_AWS()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        home.EnsureUser("mallory");
        home.PutInline(home.EnsureGroup("builders"), "build", s_functions);
        home.AddToGroup("mallory", "builders");
        home.Attach(home.EnsureRole("bastion"), IamEvent.AwsPolicy("AmazonEC2FullAccess"));

        Assert.Equal(Severity.High, (await driver.SendAsync(Put(s_passRole))).Decision!.Severity);
        Assert.Equal(Severity.High, (await driver.SendAsync(EventBuilder.Call("iam.amazonaws.com", "PutRolePolicy",
            new JsonObject { ["roleName"] = "bastion", ["policyName"] = "half", ["policyDocument"] = s_passRole }))).Decision!.Severity);
    }

    [Fact]
    public async Task The_second_half_in_an_attached_policy_pages()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        home.PutInline(home.EnsureUser("mallory"), "build", s_functions);
        home.EnsurePolicy(IamEvent.CustomerPolicy("hand-over"), s_passRole);

        var response = await driver.SendAsync(Attach("hand-over"));

        Assert.Equal((Outcome.Alert, Severity.High), (response.Outcome, response.Decision!.Severity));
        Assert.Equal("iam.customer-policy-attached", response.Decision.Strongest!.Detection.Id);
    }

    [Fact]
    public async Task Halves_that_make_an_administrator_are_contained_like_the_whole()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        home.PutInline(home.EnsureUser("mallory"), "a", Half(true));

        var response = await driver.SendAsync(Put(Half(false)));

        Assert.Equal(Severity.Critical, response.Decision!.Severity);
        Assert.NotNull(response.Decision.Strongest!.Grant);
        Assert.Equal(DecisionAction.Contain, response.Decision.Action);
    }

    /// <summary>
    /// It is no news if the holder could already do the same without the new policy, nor if the policy leads nowhere together with the
    /// others.
    /// </summary>
    [Theory]
    [InlineData("administrator")]
    [InlineData("escalation")]
    [InlineData("denied")]
    [InlineData("reader")]
    public async Task Nothing_gained_pages_nobody(string holder)
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        var user = home.EnsureUser("mallory");
        if (holder == "administrator") home.Attach(user, EventBuilder.Admin);
        if (holder == "escalation") home.PutInline(user, "keys", IamEvent.Allow("iam:CreateAccessKey"));
        if (holder == "denied") home.Attach(user, IamEvent.AwsPolicy("AWSDenyAll"));
        if (holder is "reader" or "denied") home.PutInline(user, "read", IamEvent.Allow("s3:GetObject"));

        var response = await driver.SendAsync(Put(s_passRole));

        Assert.Equal((Outcome.Recorded, Severity.Low), (response.Outcome, response.Decision!.Severity));
        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation is "Publish" or "PutParameter");
    }

    [Fact]
    public async Task A_policy_without_any_part_asks_nothing()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureUser("mallory");

        await driver.SendAsync(Put(IamEvent.Allow("s3:GetObject", "sqs:*")));

        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation.StartsWith("List", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_read_stays_a_limited_change()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureUser("mallory");
        driver.Aws.Faults.On("iam", "ListUserPolicies").Throttle();

        var response = await driver.SendAsync(Put(s_passRole));

        Assert.Equal((Outcome.Recorded, Severity.Low), (response.Outcome, response.Decision!.Severity));
    }

    private static string Half(bool first) =>
        Resources(s_writes, first ? Names("abcdefghijklmABCDEFGHIJKLM") : Names("nopqrstuvwxyzNOPQRSTUVWXYZ0123456789_"));

    private static string[] Names(string characters) =>
        [.. characters.SelectMany(
            static c =>
                (string[])[
                    $"arn:aws:iam::*:user/{c}*", $"arn:aws:iam::*:role/{c}*", $"arn:aws:iam::*:group/{c}*",
                    $"arn:aws:iam::*:policy/{c}*"])];

    private static string Resources(string document, params string[] resources)
    {
        var policy = JsonNode.Parse(document)!;
        policy["Statement"]![0]!["Resource"] = new JsonArray([.. resources.Select(static r => JsonValue.Create(r))]);
        return policy.ToJsonString();
    }

    private static EventBuilder Put(string document) => EventBuilder.Call("iam.amazonaws.com", "PutUserPolicy",
        new JsonObject { ["userName"] = "mallory", ["policyName"] = "half", ["policyDocument"] = document });

    private static EventBuilder Attach(string policy) => EventBuilder.Call("iam.amazonaws.com", "AttachUserPolicy",
        new JsonObject { ["userName"] = "mallory", ["policyArn"] = IamEvent.CustomerPolicy(policy) });
}
