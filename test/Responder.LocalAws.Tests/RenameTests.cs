using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class RenameTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    private Account Home => _world.Home;

    private JsonNode Last => JsonNode.Parse(_world.Trail[^1].Json)!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Renamed_user_keeps_everything_but_its_name_and_arn()
    {
        var bob = Home.EnsureUser("bob", "/team/");
        Home.Attach(bob, WireClient.Admin);
        Home.PutInline(bob, "p", WireClient.AllowDocument);
        Home.SetBoundary(bob, WireClient.DenyAll);
        Home.EnsureAccessKey(bob, "AKIABOB");
        Home.EnsureLoginProfile(bob);
        Home.EnsureMfaDevice(bob);
        Home.AddToGroup("bob", "admins");
        var before = _world.Snapshot();

        var answer = await _client.IamAsync("UpdateUser", ("UserName", "bob"), ("NewUserName", "rob"), ("NewPath", "/ops/"));
        answer.IsOk();
        Assert.Equal(["ResponseMetadata"], answer.Xml.Elements().Select(element => element.Name.LocalName));
        (await _client.IamAsync("GetUser", ("UserName", "bob"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        var shown = await _client.IamAsync("GetUser", ("UserName", "rob"));
        Assert.Equal(
            ("rob", "/ops/", "arn:aws:iam::123456789012:user/ops/rob", bob.Id),
            (shown["UserName"], shown["Path"], shown["Arn"], shown["UserId"]));
        Assert.Equal(["rob"], (await _client.IamAsync("GetGroup", ("GroupName", "admins"))).All("UserName"));
        using var self = new WireClient(_endpoint, "AKIABOB");
        Assert.Equal("arn:aws:iam::123456789012:user/ops/rob", (await self.StsAsync("GetCallerIdentity"))["Arn"]);

        // All else is the same: given its old name again, it is the same user.
        (await _client.IamAsync("UpdateUser", ("UserName", "rob"), ("NewUserName", "bob"), ("NewPath", "/team/"))).IsOk();
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task Path_and_name_change_alone_or_not_at_all()
    {
        var bob = Home.EnsureUser("bob", "/team/");
        (await _client.IamAsync("UpdateUser", ("UserName", "bob"), ("NewPath", "/"))).IsOk();
        Assert.Equal("arn:aws:iam::123456789012:user/bob", bob.Arn);
        (await _client.IamAsync("UpdateUser", ("UserName", "bob"), ("NewUserName", "Bob"))).IsOk();
        (await _client.IamAsync("UpdateUser", ("UserName", "Bob"))).IsOk();
        Assert.Equal(("arn:aws:iam::123456789012:user/Bob", "Bob"), (bob.Arn, Assert.Single(Home.Users.Keys)));
    }

    [Theory]
    [InlineData("NewUserName", "CAROL", HttpStatusCode.Conflict, "EntityAlreadyExists")]
    [InlineData("NewUserName", "carol", HttpStatusCode.Conflict, "EntityAlreadyExists")]
    [InlineData("NewUserName", "a/b", HttpStatusCode.BadRequest, "ValidationError")]
    [InlineData("NewUserName", "", HttpStatusCode.BadRequest, "ValidationError")]
    [InlineData("NewPath", "ops", HttpStatusCode.BadRequest, "ValidationError")]
    public async Task New_name_must_be_free_and_well_formed(string parameter, string value, HttpStatusCode status, string code)
    {
        Home.EnsureUser("bob");
        Home.EnsureUser("carol");
        Home.EnsureGroup("bob");
        Home.EnsureGroup("carol");
        var before = _world.Snapshot();
        (await _client.IamAsync("UpdateUser", ("UserName", "bob"), (parameter, value))).Is(status, code);
        var ofGroup = parameter.Replace("User", "Group", StringComparison.Ordinal);
        (await _client.IamAsync("UpdateGroup", ("GroupName", "bob"), (ofGroup, value))).Is(status, code);
        Assert.Equal(before, _world.Snapshot());
        (await _client.IamAsync("UpdateUser", ("UserName", "none"), (parameter, value))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("UpdateGroup", ("GroupName", "none"), (ofGroup, value))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
    }

    [Fact]
    public async Task Renamed_group_keeps_its_members_and_policies()
    {
        Home.AddToGroup("bob", "admins");
        Home.AddToGroup("bob", "others");
        var group = Home.Groups["admins"];
        Home.Attach(group, WireClient.Admin);
        var answer = await _client.IamAsync("UpdateGroup", ("GroupName", "admins"), ("NewGroupName", "power"), ("NewPath", "/teams/"));
        answer.IsOk();
        Assert.Equal(["ResponseMetadata"], answer.Xml.Elements().Select(element => element.Name.LocalName));
        (await _client.IamAsync("GetGroup", ("GroupName", "admins"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        var shown = await _client.IamAsync("GetGroup", ("GroupName", "power"));
        Assert.Equal(
            ("power", "arn:aws:iam::123456789012:group/teams/power", group.Id, "bob"),
            (shown["GroupName"], shown["Arn"], shown["GroupId"], shown["UserName"]));
        Assert.Equal(["others", "power"], (await _client.IamAsync("ListGroupsForUser", ("UserName", "bob"))).All("GroupName"));
        Assert.Equal(
            [WireClient.Admin], (await _client.IamAsync("ListAttachedGroupPolicies", ("GroupName", "power"))).All("PolicyArn"));
    }

    [Fact]
    public async Task Renames_are_recorded_with_both_names()
    {
        Home.EnsureAccessKey(Home.EnsureUser("bob"), "AKIABOB");
        Home.EnsureGroup("admins");
        using var bob = new WireClient(_endpoint, "AKIABOB");
        await bob.IamAsync("UpdateUser", ("UserName", "bob"), ("NewUserName", "rob"), ("NewPath", "/ops/"));
        Assert.Equal("UpdateUser", (string)Last["eventName"]!);
        Assert.Equal("""{"userName":"bob","newUserName":"rob","newPath":"/ops/"}""", Last["requestParameters"]!.ToJsonString());
        Assert.True(Last.AsObject().ContainsKey("responseElements") && Last["responseElements"] is null);
        // He called under his old name and is the same user under the new one.
        Assert.Equal(
            ("bob", Home.Users["rob"].Id), ((string)Last["userIdentity"]!["userName"]!, (string)Last["userIdentity"]!["principalId"]!));

        await bob.IamAsync("UpdateGroup", ("GroupName", "admins"), ("NewGroupName", "power"));
        Assert.Equal("""{"groupName":"admins","newGroupName":"power"}""", Last["requestParameters"]!.ToJsonString());
        Assert.Equal("rob", (string)Last["userIdentity"]!["userName"]!);
    }

    [Fact]
    public void Tests_rename_and_delete_without_a_call()
    {
        Home.AddToGroup("bob", "admins");
        var bob = Home.Users["bob"];
        Home.Rename(bob, "rob");
        Home.Rename(Home.Groups["admins"], "power", "/teams/");
        Assert.Equal(("rob", "power"), (Assert.Single(Home.Users.Keys), Assert.Single(bob.Groups)));
        Home.EnsureUser("carol");
        Assert.Throws<ArgumentException>(() => Home.Rename(bob, "Carol"));
        Assert.Equal(["carol", "rob"], Home.Users.Keys);
        Home.Delete(bob);
        Assert.Equal(["carol"], Home.Users.Keys);
        Assert.Empty(_world.Trail);
    }
}
