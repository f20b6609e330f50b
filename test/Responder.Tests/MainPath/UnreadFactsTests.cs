using System.Text.Json.Nodes;
using Responder.Decisions;
using Responder.Reporting;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>
/// Facts that could not be read: the page leaves at once, the delivery is tried again, and pages again only if it knows more.
/// </summary>
[Trap("E25")]
public sealed class UnreadFactsTests
{
    private const string Own = "arn:aws:iam::123456789012:policy/own";

    [Theory]
    [InlineData("ListPolicyVersions")]
    [InlineData("GetPolicyVersion")]
    public async Task A_policy_that_is_throttled_pages_at_once_and_is_contained_by_the_next_try(string operation)
    {
        await using var driver = await StartAsync();
        driver.Aws.Faults.On("iam", operation).Throttle();
        var e = Attached();
        var first = await driver.SendAsync(e);
        Assert.Equal((Outcome.Alert, Severity.Medium), (first.Outcome, first.Severity));
        Assert.Contains("Throttling", Assert.Single(first.Failures), StringComparison.Ordinal);
        Assert.Contains(
            "graded without what could not be read", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);

        driver.Restart();
        var second = await driver.SendAsync(e);
        Assert.NotEmpty(second.Failures);
        Assert.Single(driver.World.Messages); // neither the grade nor the containment changed

        driver.Aws.Faults.Clear();
        driver.Restart();
        var third = await driver.SendAsync(e);
        Assert.Equal((Outcome.Incident, Severity.Critical), (third.Outcome, third.Severity));
        Assert.Empty(third.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Equal(2, driver.World.Messages.Count);
    }

    [Fact]
    public async Task A_policy_that_may_not_be_read_is_an_answer()
    {
        await using var driver = await StartAsync();
        driver.Aws.Faults.On("iam", "GetPolicyVersion").Refuse();
        var response = await driver.SendAsync(Attached());
        Assert.Equal((Outcome.Alert, Severity.Medium), (response.Outcome, response.Severity));
        Assert.Empty(response.Failures);
    }

    [Fact]
    public async Task A_group_whose_policies_are_throttled_is_asked_again_and_its_new_member_contained()
    {
        await using var driver = await StartAsync();
        var home = driver.World.Home;
        home.PutInline(home.EnsureGroup("ops"), "all", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");
        home.AddToGroup("mallory", "ops");
        driver.Aws.Faults.On("iam", "GetGroupPolicy").Throttle();
        var joined = Call("iam.amazonaws.com", "AddUserToGroup", new JsonObject { ["userName"] = "mallory", ["groupName"] = "ops" })
            .Build();
        Assert.NotEmpty((await driver.SendAsync(joined)).Failures);
        Assert.Null(driver.User("mallory").BoundaryArn);

        driver.Aws.Faults.Clear();
        driver.Restart();
        var again = await driver.SendAsync(joined);
        Assert.Empty(again.Failures);
        Assert.Equal(DecisionAction.Contain, again.Decision!.Action);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("ops", driver.User("mallory").Groups); // he stays a member, and the page has the command that ends it
        Assert.Contains(
            "aws iam remove-user-from-group --group-name ops --user-name mallory", driver.World.Messages[^1].For("email"),
            StringComparison.Ordinal);
    }

    private static async Task<ResponderDriver> StartAsync()
    {
        var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        home.EnsurePolicy(Own, """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");
        home.Attach(home.EnsureUser("mallory"), Own);
        return driver;
    }

    private static System.Text.Json.JsonElement Attached() =>
        Call("iam.amazonaws.com", "AttachUserPolicy", new JsonObject { ["userName"] = "mallory", ["policyArn"] = Own }).Build();
}
