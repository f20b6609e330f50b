using Responder.Containment;
using Responder.Records;
using Responder.Reporting;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>What was done is read back beside the page; if somebody undid it in the meantime, it is done again, once.</summary>
public sealed class ReadBackTests
{
    [Fact]
    public async Task What_stands_is_read_back_and_nothing_is_done_again()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.DoesNotContain(response.Containment, static s => s.IsAgain);
        Assert.Equal(2, driver.Aws.Calls.Of("iam", "GetUser").Count());
        Assert.Single(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
        Assert.Single(driver.World.Messages);
        Assert.DoesNotContain("takenBack", driver.Parameter(response.RecordName!)!, StringComparison.Ordinal);
    }

    /// <summary>A script has until IAM enforces the boundary to remove it; here it is faster than the read-back.</summary>
    [Fact]
    public async Task A_boundary_that_is_gone_when_read_back_is_put_on_again_and_the_page_says_so()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var world = driver.World;
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Meanwhile(() => world.Home.SetBoundary(world.Home.Users["mallory"], null));

        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        var again = Assert.Single(response.Containment, static s => s.IsAgain);
        Assert.Equal(("PutUserPermissionsBoundary", StepResult.Succeeded), (again.Action, again.Result));
        Assert.Equal(2, driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary").Count());
        Assert.Single(driver.Aws.Calls.Of("iam", "DetachUserPolicy")); // what was still in place is left alone
        Assert.Equal(2, world.Messages.Count);
        Assert.Contains("somebody had taken it back", world.Messages[1].For("email"), StringComparison.Ordinal);
        Assert.Contains("responder contain", world.Messages[1].For("email"), StringComparison.Ordinal);
        Assert.Equal(world.Messages[0].Attributes["dedupKey"].Value, world.Messages[1].Attributes["dedupKey"].Value);
        Assert.Contains("\"takenBack\":true", driver.Parameter(response.RecordName!)!, StringComparison.Ordinal);
        Assert.Equal("", driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Boundary);
    }

    [Fact]
    public async Task A_policy_attached_again_in_between_is_detached_again()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var world = driver.World;
        driver.Aws.Faults.On("iam", "ListAttachedUserPolicies").Nth(2)
            .Meanwhile(() => world.Home.Attach(world.Home.Users["mallory"], Admin));

        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Empty(driver.User("mallory").AttachedPolicies);
        Assert.Equal("DetachUserPolicy", Assert.Single(response.Containment, static s => s.IsAgain).Action);
    }

    [Fact]
    public async Task A_read_back_that_fails_delays_nothing_and_stands_in_the_record()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Throttle();

        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Empty(response.Failures);
        Assert.Single(driver.World.Messages);
        Assert.Contains("notReadBack", driver.Parameter(response.RecordName!)!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_that_cannot_be_put_on_again_fails_the_delivery()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var world = driver.World;
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Meanwhile(() => world.Home.SetBoundary(world.Home.Users["mallory"], null));
        driver.Aws.Faults.On("iam", "PutUserPermissionsBoundary").Nth(2).Refuse();

        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.NotEmpty(response.Failures);
        Assert.Contains("FAILED", world.Messages[^1].For("email"), StringComparison.Ordinal);
        Assert.Equal(Severity.Critical, response.Severity);
    }
}
