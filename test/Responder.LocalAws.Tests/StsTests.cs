using System.Net;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class StsTests
{
    [Fact]
    public async Task Account_is_chosen_by_the_access_key()
    {
        var world = new World("123456789012");
        world.Account("210987654321").EnsureUser("foreign");
        world.MapAccessKey("AKIAFOREIGN", "arn:aws:iam::210987654321:user/foreign");
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        using var home = new WireClient(endpoint);
        using var foreign = new WireClient(endpoint, "AKIAFOREIGN");

        Assert.Equal("123456789012", (await home.StsAsync("GetCallerIdentity"))["Account"]);
        Assert.Equal("arn:aws:iam::210987654321:user/foreign", (await foreign.StsAsync("GetCallerIdentity"))["Arn"]);
        (await foreign.IamAsync("GetUser", ("UserName", "foreign"))).IsOk();
        (await home.IamAsync("GetUser", ("UserName", "foreign"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        Assert.Equal("210987654321", endpoint.Calls.Of("iam")[0].Account);
    }

    [Fact]
    public async Task Assumed_role_works_in_its_own_account()
    {
        var world = new World("123456789012");
        var other = world.Account("210987654321");
        var role = other.EnsureRole("Containment", "/security/");
        other.EnsureUser("mallory");
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        using var home = new WireClient(endpoint);

        var answer = await home.StsAsync("AssumeRole", ("RoleArn", role.Arn), ("RoleSessionName", "responder"));
        Assert.Equal("arn:aws:sts::210987654321:assumed-role/Containment/responder", answer["Arn"]);
        using var assumed = new WireClient(endpoint, answer["AccessKeyId"]);
        Assert.Equal(answer["AssumedRoleId"], (await assumed.StsAsync("GetCallerIdentity"))["UserId"]);
        (await assumed.IamAsync("GetUser", ("UserName", "mallory"))).IsOk();
    }

    [Fact]
    public async Task Role_that_is_not_there_is_refused()
    {
        var world = new World("123456789012");
        world.Home.EnsureRole("there", "/path/");
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        using var client = new WireClient(endpoint);
        foreach (var arn in new[] { "arn:aws:iam::210987654321:role/x", "arn:aws:iam::123456789012:role/x",
            "arn:aws:iam::123456789012:role/there" })
            (await client.StsAsync("AssumeRole", ("RoleArn", arn), ("RoleSessionName", "me"))).Is(HttpStatusCode.Forbidden, "AccessDenied");
        (await client.StsAsync("AssumeRole", ("RoleArn", "arn:aws:iam::123456789012:role/path/there"), ("RoleSessionName", "m")))
            .Is(HttpStatusCode.BadRequest, "ValidationError");
        (await client.StsAsync(
            "AssumeRole", ("RoleArn", "arn:aws:iam::123456789012:role/path/there"), ("RoleSessionName", "me"), ("DurationSeconds", "7200")))
            .Is(HttpStatusCode.BadRequest, "ValidationError");
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/x")]
    [InlineData("arn:aws:sts::123456789012:assumed-role/x")]
    [InlineData("bob")]
    public void Access_key_is_mapped_to_a_caller_only(string arn) =>
        Assert.Throws<ArgumentException>(() => new World("123456789012").MapAccessKey("AKIA", arn));
}
