using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Facts;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>Whoever may write parameters must not be able to have the responder say or do nothing.</summary>
[Trap("E34")]
public sealed class TrustedSilenceTests
{
    private const string Pages = "/security/budget/pages";
    private const string Places = "/security/budget/containments";
    private const string Eve = "arn:aws:iam::123456789012:user/eve";
    private const string FunctionSession = "arn:aws:sts::123456789012:assumed-role/responder-IamFunctionRole-ABC/responder-iam";

    private static readonly ResponderOptions s_options = new()
    {
        ResponderRoleArns = new HashSet<string> { "arn:aws:iam::123456789012:role/responder-IamFunctionRole-ABC" },
    };

    [Fact]
    public async Task Pages_that_somebody_else_counted_silence_nothing()
    {
        await using var driver = await StartAsync();
        await driver.SendAsync(RoleGiven("first"));
        Assert.Single(driver.World.Messages);
        var counts = JsonNode.Parse(driver.Parameter(Pages)!)!;
        foreach (var cause in counts["causes"]!.AsObject().Select(static c => c.Key).ToArray())
            counts["causes"]![cause] = new JsonArray(2_000_000, 1000, (int)Severity.Critical, int.MaxValue / 2);
        await WriteAsync(driver, Pages, counts.ToJsonString());

        driver.Restart();
        var response = await driver.SendAsync(RoleGiven("second"));
        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal(2, driver.World.Messages.Count);
        Assert.Contains($"{Pages} was written by {Eve}, which is not the responder: only what the responder wrote counts",
            driver.World.Messages[1].For("email"), StringComparison.Ordinal);
        // Our own counts stand there again; the next process knows from the history that they were not all ours.
        driver.Restart();
        await driver.SendAsync(RoleGiven("third"));
        Assert.Equal(3, driver.World.Messages.Count);
    }

    [Fact]
    public async Task Places_that_somebody_else_took_leave_the_budget_to_people()
    {
        await using var driver = await StartAsync("mallory");
        var budget = ContainmentBudget.Read(null, driver.Clock.Now) with
        {
            People = [.. Enumerable.Range(0, 70).Select(static i => $"123456789012:{i:x8}")],
        };
        await WriteAsync(driver, Places, budget.ToText());
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory"))).Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Single(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
    }

    /// <summary>Writing once what stands there must not free the budget of those who were contained.</summary>
    [Fact]
    public async Task Places_that_somebody_else_copied_are_still_taken()
    {
        await using var driver = await StartAsync("mallory", "trent");
        driver.Options = driver.Options with { ContainmentBudgetPerHour = 1 };
        driver.Restart();
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory"))).Failures);
        await WriteAsync(driver, Places, driver.Parameter(Places)!);
        driver.Restart();
        Assert.Equal(GuardrailId.Budget, (await driver.SendAsync(AdminAttachedTo("trent"))).Decision!.Guardrail);
    }

    [Fact]
    public async Task Put_backs_that_somebody_else_counted_are_none()
    {
        await using var driver = await StartAsync("mallory");
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory"))).Failures);
        var name = new Responder.Records.ParameterNames("/security").PutBacks(
            new Principal(PrincipalKind.User, Account, "mallory"), driver.Clock.Now);
        for (var i = 0; i < 10; i++) await WriteAsync(driver, name, "x");
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        driver.Restart();
        await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve")));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    /// <summary>The ids of events and the names of shared records can be known before the responder hears of the event.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Records_that_somebody_else_wrote_finish_nothing(bool isIncident)
    {
        var sent = isIncident ? AdminAttachedTo("mallory").Id("event-1") : RoleGiven("first").Id("event-1");
        await using var model = await StartAsync("mallory");
        await model.SendAsync(sent);
        await using var driver = await StartAsync("mallory");
        foreach (var (name, text) in model.Parameters("/security/incidents/")) await WriteAsync(driver, name, text);

        var response = await driver.SendAsync(sent);
        Assert.Equal(isIncident ? Outcome.Incident : Outcome.Alert, response.Outcome);
        var page = Assert.Single(driver.World.Messages);
        Assert.Contains("which is not the responder: only what the responder wrote counts", page.For("email"), StringComparison.Ordinal);
        if (isIncident) Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task What_our_own_roles_wrote_is_believed()
    {
        await using var driver = await StartAsync("mallory");
        Assert.Equal(Outcome.Incident, (await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Outcome);
        driver.Restart();
        Assert.Equal(Outcome.Duplicate, (await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Outcome);
        await driver.SendAsync(RoleGiven("first").Id("event-2"));
        driver.Restart();
        Assert.Equal(Outcome.Duplicate, (await driver.SendAsync(RoleGiven("first").Id("event-2"))).Outcome);
        Assert.Equal(2, driver.World.Messages.Count);
    }

    private static async Task<ResponderDriver> StartAsync(params string[] users)
    {
        var driver = await ResponderDriver.StartAsync(s_options, users);
        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        return driver;
    }

    private static Responder.Testing.EventBuilder RoleGiven(string role) => Call(
        "iam.amazonaws.com", "AttachRolePolicy", new JsonObject { ["roleName"] = role, ["policyArn"] = Admin }).By(User("eve"));

    private static async Task WriteAsync(ResponderDriver driver, string name, string text)
    {
        driver.World.MapAccessKey("AKIAWRITER", Eve);
        using var ssm = new AwsClients(driver.Aws.Url, "us-east-1", new BasicAWSCredentials("AKIAWRITER", "secret")).Ssm();
        await ssm.PutParameterAsync(new PutParameterRequest { Name = name, Value = text, Type = "String", Overwrite = true });
    }
}
