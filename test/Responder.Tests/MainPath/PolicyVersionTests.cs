using System.Text.Json.Nodes;
using Responder.Reporting;
using Responder.Tests.Detections.Iam;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.MainPath;

/// <summary>A new administrator version of a policy names nobody. Only IAM can tell who has the policy and thus whom to contain.</summary>
public sealed class PolicyVersionTests
{
    private static readonly string s_policy = IamEvent.CustomerPolicy("reader");

    [Fact]
    public async Task The_caller_who_made_his_own_policy_administrator_is_contained()
    {
        await using var driver = await StartAsync("alice", "bob");

        var response = await driver.SendAsync(NewVersion());

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Equal(EventBuilder.DenyAll, driver.User("alice").BoundaryArn);
        Assert.Null(driver.User("bob").BoundaryArn);
        Assert.Single(driver.Parameters("/security/quarantines"));
        Assert.NotNull(response.RecordName);
    }

    /// <summary>Whoever has the policy now may have got it when the version was not in force any more.</summary>
    [Fact]
    public async Task The_only_holder_of_a_version_that_is_not_in_force_any_more_is_not_contained()
    {
        await using var driver = await StartAsync("bob");
        var policy = driver.World.Home.Policies[s_policy];
        driver.World.Home.EnsurePolicy(s_policy, IamEvent.Allow("s3:GetObject"));
        var e = NewVersion().With("responseElements", new JsonObject
        {
            ["policyVersion"] = new JsonObject { ["versionId"] = policy.Versions.Values.First().Id, ["isDefaultVersion"] = true },
        });
        var response = await driver.SendAsync(e);
        Assert.Equal((Severity.Critical, Outcome.Alert), (response.Severity, response.Outcome));
        Assert.Null(driver.User("bob").BoundaryArn);
        Assert.Contains("It is not in force any more", driver.World.Messages.Single().For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_event_twice_contains_and_pages_once()
    {
        await using var driver = await StartAsync("alice");
        var e = NewVersion().Build();

        await driver.SendAsync(e);
        driver.Restart();
        var second = await driver.SendAsync(e);

        Assert.Equal(Outcome.Duplicate, second.Outcome);
        Assert.Single(driver.Aws.Calls.All, static call => call.Operation == "Publish");
    }

    /// <summary>The changes that the first delivery made must not hide from the second one whom it contained.</summary>
    [Fact]
    public async Task A_delivery_whose_page_failed_is_redone_whole()
    {
        await using var driver = await StartAsync("alice");
        var e = NewVersion().Build();
        driver.Aws.Faults.On("sns", "Publish").Times(1).Throttle();

        Assert.NotEmpty((await driver.SendAsync(e)).Failures);
        driver.Restart();
        var second = await driver.SendAsync(e);

        Assert.Equal(Outcome.Incident, second.Outcome);
        Assert.Empty(second.Failures);
        Assert.Equal(EventBuilder.DenyAll, driver.User("alice").BoundaryArn);
    }

    [Fact]
    public async Task A_policy_that_others_share_pages_their_names_and_contains_nobody()
    {
        await using var driver = await StartAsync("bob", "zoe");

        var response = await driver.SendAsync(NewVersion());

        Assert.Equal((Outcome.Alert, Severity.Critical), (response.Outcome, response.Decision!.Severity));
        Assert.Contains("It is attached to user bob, user zoe.", response.Decision.Strongest!.Reasons);
        Assert.All(driver.World.Home.Users.Values, static user => Assert.Null(user.BoundaryArn));
    }

    [Fact]
    public async Task A_break_glass_user_who_has_it_is_paged_and_not_contained()
    {
        await using var driver = await StartAsync("bob");
        driver.Options = driver.Options with { BreakGlassArns = new HashSet<string> { "arn:aws:iam::123456789012:user/bob" } };
        driver.Restart();

        var response = await driver.SendAsync(NewVersion());

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Null(driver.User("bob").BoundaryArn);
    }

    [Fact]
    public async Task Holders_that_cannot_be_read_still_page()
    {
        await using var driver = await StartAsync("alice");
        driver.Aws.Faults.On("iam", "ListEntitiesForPolicy").Throttle();

        var response = await driver.SendAsync(NewVersion());

        Assert.Equal((Outcome.Alert, Severity.Critical), (response.Outcome, response.Decision!.Severity));
        Assert.Contains("Who has it could not be read.", response.Decision.Strongest!.Reasons);
        // The page was sent, but nobody is contained, so Lambda has to try again.
        Assert.Contains("ListEntitiesForPolicy", Assert.Single(response.Failures), StringComparison.Ordinal);
    }

    private static async Task<ResponderDriver> StartAsync(params string[] holders)
    {
        var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsurePolicy(s_policy, IamEvent.Allow("*"));
        foreach (var name in holders) driver.World.Home.Attach(driver.World.Home.EnsureUser(name), s_policy);
        return driver;
    }

    /// <summary>The call is made by user alice.</summary>
    private static EventBuilder NewVersion() => EventBuilder.Call("iam.amazonaws.com", "CreatePolicyVersion", new JsonObject
    {
        ["policyArn"] = s_policy,
        ["policyDocument"] = IamEvent.Allow("*"),
        ["setAsDefault"] = true,
    });
}
