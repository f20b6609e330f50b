using System.Text.Json.Nodes;
using Responder.Reporting;
using Responder.Tests.Detections.Iam;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Facts;

/// <summary>Tests over the wire what Look up reads about roles, profiles and groups.</summary>
public sealed class RolePolicyTests
{
    [Fact]
    public async Task An_instance_with_an_administrators_profile_pages()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.Attach(driver.World.Home.EnsureRole("bastion", "/ops/"), EventBuilder.Admin);
        driver.World.Home.EnsureInstanceProfile("web", "bastion");

        var response = await driver.SendAsync(Run("web"));

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal(Severity.High, response.Decision!.Severity);
        Assert.Equal("Role bastion, equal to AdministratorAccess, passed to an EC2 instance", response.Decision.Strongest!.Title);
        Assert.Equal(new Principal(PrincipalKind.Role, EventBuilder.Account, "bastion"), response.Decision.Strongest.Target);
        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation is "GetPolicy" or "GetPolicyVersion");
    }

    [Fact]
    public async Task A_limited_role_finds_nothing_and_pages_nobody()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.PutInline(driver.World.Home.EnsureRole("app"), "queue", IamEvent.Allow("sqs:SendMessage"));

        var response = await driver.SendAsync(Create("app"));

        Assert.Equal(Outcome.None, response.Outcome);
        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation is "Publish" or "PutParameter");
    }

    [Theory]
    [InlineData("nobody-knows")]
    [InlineData("empty-profile")]
    public async Task What_IAM_does_not_tell_is_recorded_and_pages_nobody(string name)
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureInstanceProfile("empty-profile");

        var response = await driver.SendAsync(Run(name));

        Assert.Equal((Outcome.Recorded, Severity.Low), (response.Outcome, response.Decision!.Severity));
        Assert.DoesNotContain(driver.Aws.Calls.All, static call => call.Operation is "Publish" or "PutParameter");
    }

    /// <summary>
    /// Many harmless policies of a role must not hide the one that counts, neither by filling the first page nor by a read that fails.
    /// </summary>
    [Fact]
    public async Task Policies_are_read_to_the_last_page_and_past_one_that_cannot_be_read()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var role = driver.World.Home.EnsureRole("app");
        for (var i = 0; i < 120; i++) driver.World.Home.PutInline(role, $"p{i:000}", IamEvent.Allow("sqs:SendMessage"));
        driver.World.Home.PutInline(role, "z", IamEvent.Allow("*"));
        driver.World.Home.EnsurePolicy(IamEvent.CustomerPolicy("own"), IamEvent.Allow("s3:GetObject"));
        driver.World.Home.Attach(role, IamEvent.CustomerPolicy("own"));
        driver.Aws.Faults.On("iam", "GetPolicyVersion").Throttle();

        var response = await driver.SendAsync(Create("app"));

        Assert.Equal(Severity.High, response.Decision!.Severity);
        Assert.Equal(2, driver.Aws.Calls.All.Count(static call => call.Operation == "ListRolePolicies"));
    }

    [Fact]
    public async Task A_groups_policies_are_read_to_the_last_page()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var group = driver.World.Home.EnsureGroup("editors");
        for (var i = 0; i < 105; i++) driver.World.Home.PutInline(group, $"p{i:000}", IamEvent.Allow("sqs:SendMessage"));
        driver.World.Home.PutInline(group, "z", IamEvent.Allow("*"));
        driver.World.Home.EnsureUser("mallory");

        var response = await driver.SendAsync(
            EventBuilder.Call(
                "iam.amazonaws.com", "AddUserToGroup", new JsonObject { ["userName"] = "mallory", ["groupName"] = "editors" }));

        Assert.Equal(Severity.Critical, response.Decision!.Severity);
    }

    private static EventBuilder Run(string profile) =>
        EventBuilder.Call(
            "ec2.amazonaws.com", "RunInstances", new JsonObject { ["iamInstanceProfile"] = new JsonObject { ["name"] = profile } });

    private static EventBuilder Create(string role) =>
        EventBuilder.Call("lambda.amazonaws.com", "CreateFunction20150331", new JsonObject
        {
            ["functionName"] = "f",
            ["role"] = $"arn:aws:iam::{EventBuilder.Account}:role/{role}",
        });
}
