using System.Net;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class ReadLagTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly World _world;
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public ReadLagTests() => _world = new World("123456789012", time: _time);

    private Account Home => _world.Home;

    public async ValueTask InitializeAsync()
    {
        Home.Attach(Home.EnsureUser("bob"), WireClient.Admin);
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
        _world.IamReadLag = TimeSpan.FromSeconds(10);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Reads_show_the_state_of_a_while_ago_and_changes_act_on_the_true_one()
    {
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin))).IsOk();
        Assert.Equal([WireClient.Admin], await AttachedAsync());
        Assert.Empty(Home.Users["bob"].AttachedPolicies);
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin)))
            .Is(HttpStatusCode.NotFound, "NoSuchEntity");

        _time.Advance(TimeSpan.FromSeconds(4));
        (await _client.IamAsync("AttachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.DenyAll))).IsOk();
        _time.Advance(TimeSpan.FromSeconds(5.9));
        Assert.Equal([WireClient.Admin], await AttachedAsync());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Empty(await AttachedAsync());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([WireClient.DenyAll], await AttachedAsync());
    }

    [Fact]
    public async Task New_old_and_renamed_entities_are_seen_late()
    {
        (await _client.IamAsync("CreateUser", ("UserName", "carol"))).IsOk();
        (await _client.IamAsync("UpdateUser", ("UserName", "bob"), ("NewUserName", "rob"))).IsOk();
        (await _client.IamAsync("CreatePolicy", ("PolicyName", "own"), ("PolicyDocument", WireClient.AllowDocument))).IsOk();
        Assert.Equal(["bob"], await UsersAsync());
        Assert.Equal(["carol", "rob"], Home.Users.Keys);
        (await _client.IamAsync("GetUser", ("UserName", "rob"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        Assert.Empty((await _client.IamAsync("ListPolicies", ("Scope", "Local"))).All("Arn"));

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["carol", "rob"], await UsersAsync());
        Assert.Single((await _client.IamAsync("ListPolicies", ("Scope", "Local"))).All("Arn"));
        (await _client.IamAsync("DeleteUser", ("UserName", "carol"))).IsOk();
        Assert.Equal(["carol", "rob"], await UsersAsync());
    }

    [Fact]
    public async Task What_a_test_does_to_the_state_is_seen_late_as_well()
    {
        var bob = Home.Users["bob"];
        Home.SetBoundary(bob, WireClient.DenyAll);
        Home.PutInline(bob, "p", WireClient.AllowDocument);
        Home.AddToGroup("bob", "admins");
        Home.EnsureLoginProfile(bob);
        Home.EnsureInstanceProfile("web", "web");
        Home.Delete(Home.EnsureUser("dave"));
        Assert.Empty((await _client.IamAsync("GetUser", ("UserName", "bob"))).All("PermissionsBoundary"));
        Assert.Empty((await _client.IamAsync("ListUserPolicies", ("UserName", "bob"))).All("member"));
        Assert.Empty((await _client.IamAsync("ListGroups")).All("GroupName"));
        (await _client.IamAsync("GetLoginProfile", ("UserName", "bob"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(WireClient.DenyAll, (await _client.IamAsync("GetUser", ("UserName", "bob")))["PermissionsBoundaryArn"]);
        Assert.Equal(["p"], (await _client.IamAsync("ListUserPolicies", ("UserName", "bob"))).All("member"));
        Assert.Equal(["admins"], (await _client.IamAsync("ListGroupsForUser", ("UserName", "bob"))).All("GroupName"));
        (await _client.IamAsync("GetLoginProfile", ("UserName", "bob"))).IsOk();
        Assert.Equal(["web"], (await _client.IamAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).All("RoleName"));
    }

    [Fact]
    public async Task Without_a_lag_everything_is_seen_at_once()
    {
        Home.EnsureUser("carol");
        _world.IamReadLag = TimeSpan.Zero;
        Assert.Equal(["bob", "carol"], await UsersAsync());
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin))).IsOk();
        Assert.Empty(await AttachedAsync());
    }

    private async Task<IReadOnlyList<string>> AttachedAsync() =>
        (await _client.IamAsync("ListAttachedUserPolicies", ("UserName", "bob"))).All("PolicyArn");

    private async Task<IReadOnlyList<string>> UsersAsync() => (await _client.IamAsync("ListUsers")).All("UserName");
}
