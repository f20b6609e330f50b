using System.Text;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Evasions;

/// <summary>Sends names and texts that an attacker chooses, and IAM's own traps, through the whole main path over the wire.</summary>
public sealed class ContainmentTrapTests
{
    [Trap("E15")]
    [Theory]
    [InlineData("a+b=c,d.e@example.com")]
    [InlineData("-starts-with-a-dash")]
    [InlineData("..")]
    public async Task Every_character_that_IAM_allows_in_a_name_is_contained_recorded_and_named(string name)
    {
        await using var driver = await ResponderDriver.StartAsync(null, name);
        driver.World.Home.SetBoundary(driver.User(name), "arn:aws:iam::aws:policy/ReadOnlyAccess");
        var response = await driver.SendAsync(AdminAttachedTo(name));

        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User(name).BoundaryArn);
        Assert.Single(driver.Parameters("/security/quarantines/"));
        Assert.Equal(
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            driver.World.Home.LedgerOf(new ParameterNames("/security").Ledger(
                new Principal(PrincipalKind.User, EventBuilder.Account, name)))!.Prior.Boundary);
        Assert.Contains(name, Assert.Single(driver.World.Messages).Subject, StringComparison.Ordinal);
    }

    [Trap("E15")]
    [Theory]
    [InlineData("mallory\r\nSubject: [LOW] all is well")]
    [InlineData("m\u0430llory")] // a Cyrillic a
    [InlineData("\u202eyrollam")]
    [InlineData("{{ssm:/security/mode}}")]
    [InlineData("$(id)`id`'\"; rm -rf ~")]
    [InlineData("<!channel> *bold* [x](https://example.com)")]
    public async Task A_name_that_IAM_would_never_allow_breaks_neither_page_nor_record_and_contains_nobody_else(string name)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo(name));

        Assert.Null(driver.User("mallory").BoundaryArn);
        var page = Assert.Single(driver.World.Messages);
        Assert.All(page.Subject!, static c => Assert.InRange(c, ' ', '~'));
        Assert.InRange(page.Subject!.Length, 1, 99);
        Assert.DoesNotContain('\u202e', page.For("email"));
        Assert.DoesNotContain("\nSubject:", page.For("email"), StringComparison.Ordinal);
        Assert.All(driver.Parameters("/security/"), static p => Assert.DoesNotContain("{{", p.Value, StringComparison.Ordinal));
    }

    [Trap("E10")]
    [Fact]
    public async Task A_user_agent_and_a_session_name_of_two_kilobytes_fit_into_page_and_record()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory")
            .By(Session("arn:aws:iam::123456789012:role/Dev", new string('s', 2048))).With("userAgent", new string('\u00fc', 2048)));

        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.True(driver.Parameter(response.RecordName!)!.Length <= 4096);
        var page = Assert.Single(driver.World.Messages);
        Assert.True(Encoding.UTF8.GetByteCount(page.For("sms")!) <= 140);
        Assert.Contains("arn:aws:iam::123456789012:role/Dev", page.For("email"), StringComparison.Ordinal);
    }

    [Trap("C4")]
    [Trap("C11")]
    [Fact]
    public async Task Keys_are_deactivated_beside_the_quarantine_never_instead_of_it_and_never_deleted()
    {
        await using var driver = await StartAsync(DeactivateKeys.Action, "mallory");
        driver.World.Home.EnsureAccessKey(driver.User("mallory"), "AKIAACTIVEEXAMPLE");
        await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn); // a federation token outlives the key that made it
        Assert.False(Assert.Single(driver.User("mallory").AccessKeys).Value.Active);
        Assert.Empty(driver.Aws.Calls.Of("iam", "DeleteAccessKey"));
    }

    [Trap("C5")]
    [Fact]
    public async Task Sessions_of_a_role_are_denied_by_their_time_of_issue_which_long_term_keys_do_not_have()
    {
        await using var driver = await StartAsync(RevokeSessions.Action);
        var role = driver.World.Home.EnsureRole("Deploy");
        driver.World.Home.Attach(role, Admin);
        await driver.SendAsync(AdminAttachedToRole("Deploy"));
        var denial = Assert.Single(role.InlinePolicies).Value;
        Assert.Contains("\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-04T09:01:10Z\"}", denial, StringComparison.Ordinal);
    }

    [Trap("C6")]
    [Theory]
    [InlineData("AWSReservedSSO_Administrators_0123456789abcdef")]
    [InlineData("AWSServiceRoleForSupport")]
    public async Task What_AWS_lets_nobody_contain_is_paged_with_the_reason(string role)
    {
        await using var driver = await StartAsync(QuarantineRole.Action);
        driver.World.Home.Attach(driver.World.Home.EnsureRole(role), Admin);
        var response = await driver.SendAsync(AdminAttachedToRole(role));
        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Empty(driver.Aws.Calls.Of("iam", "PutRolePermissionsBoundary"));
        Assert.Contains(
            "not contained: target cannot be contained", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    /// <summary>
    /// The ledger could not be written at first, so the previous state of the key, group or session would be lost with the process.
    /// </summary>
    [Fact]
    public async Task An_action_that_leaves_no_mark_waits_until_the_state_before_is_written_down()
    {
        await using var driver = await StartAsync(DeactivateKeys.Action, "mallory");
        driver.World.Home.EnsureAccessKey(driver.User("mallory"), "AKIAACTIVEEXAMPLE");
        driver.Aws.Faults.On("ssm", "PutParameter").Throttle();
        var e = AdminAttachedTo("mallory").Build();
        var first = await driver.SendAsync(e);

        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn); // the quarantine does not wait for it
        Assert.True(Assert.Single(driver.User("mallory").AccessKeys).Value.Active);
        Assert.Contains(first.Containment, static s => s is { Action: "UpdateAccessKey", Result: StepResult.Failed });
        Assert.Contains("could not be written down", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);

        driver.Aws.Faults.Clear();
        driver.Restart();
        Assert.Empty((await driver.SendAsync(e)).Failures);
        Assert.False(Assert.Single(driver.User("mallory").AccessKeys).Value.Active);
        Assert.Equal(
            [new DeactivateKeys.KeyState("AKIAACTIVEEXAMPLE", true)],
            driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Part<DeactivateKeys.KeysBefore>()!.Keys);
    }

    private static Task<ResponderDriver> StartAsync(ContainmentAction action, params string[] users) =>
        ResponderDriver.StartAsync(new ResponderOptions
        {
            ActionStages = new Dictionary<(string, ActionId), Stage> { [("iam.admin-policy-attached", action.Id)] = Stage.Contain },
        }, users);
}
