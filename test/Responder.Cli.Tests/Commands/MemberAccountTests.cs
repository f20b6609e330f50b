using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

/// <summary>
/// From the responder's own account, a person contains, lists and releases a user of a member account whose namesake lives in the own
/// account.
/// </summary>
public sealed class MemberAccountTests : IAsyncLifetime
{
    private const string Member = "222222222222";
    private const string Mallory = $"arn:aws:iam::{Member}:user/teams/red/mallory";
    private const string ReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    private const string ReleaseRole = "ResponderContainment-release";
    private const string OperatorRole = "ResponderContainment-operator";

    private static readonly Dictionary<string, string> s_environment = new() { ["MEMBER_ACCOUNT_IDS"] = Member };

    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;
    private IamUser _there = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _world.Account(Member).EnsureRole(ReleaseRole);
        _world.Account(Member).EnsureRole(OperatorRole);
        _there = _world.Account(Member).EnsureUser("mallory", "/teams/red/");
        _world.Account(Member).Attach(_there, Samples.AdministratorAccess);
        _world.Account(Member).SetBoundary(_there, ReadOnly);
        _world.Home.Attach(_world.Home.EnsureUser("mallory"), Samples.AdministratorAccess);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    [Fact]
    public async Task Contain_incidents_and_release_reach_the_member_account_and_nobody_here()
    {
        var before = _world.Snapshot(SnapshotParts.Iam);
        var home = _world.Home.Users["mallory"];

        var contained = await RunAsync("contain", Mallory, "--reason", "seen in the vault", "--format", "json");
        Assert.Equal(0, contained.ExitCode);
        Assert.Equal(Samples.DenyAll, _there.BoundaryArn);
        Assert.Empty(_there.AttachedPolicies);
        Assert.Null(home.BoundaryArn);
        Assert.Equal([Samples.AdministratorAccess], home.AttachedPolicies);
        var record = contained.Json[0].GetProperty("incident").GetString()!;
        Assert.Contains(
            _world.Home.Parameters["us-east-1"].Keys, static name =>
                // the ledger is kept in the own account
                name.StartsWith($"/security/quarantines/{Member}/user.mallory/", StringComparison.Ordinal));
        Assert.All(_endpoint.Calls.Of("iam"), static call => Assert.Equal(Member, call.Account));
        Assert.All(
            _endpoint.Calls.Of("sts", "AssumeRole"), static call =>
                Assert.Equal($"arn:aws:iam::{Member}:role/{OperatorRole}", call.Parameters["RoleArn"]));

        var listed = await RunAsync("incidents", "list", "--format", "json");
        Assert.Contains(
            listed.Json, line => line.GetRawText().Contains(record, StringComparison.Ordinal) && line.GetRawText()
            .Contains(Member, StringComparison.Ordinal));
        var shown = await RunAsync("incidents", "show", record);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains(Member, shown.Output, StringComparison.Ordinal);

        var released = await RunAsync("release", record, "--reason", "it was a drill", "--format", "json");
        Assert.Equal(0, released.ExitCode);
        Assert.Equal(
            (Member, "released"),
            (released.Json[0].GetProperty("target").GetProperty("account").GetString(), released.Json[0].GetProperty("state").GetString()));
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
        Assert.Equal(
            $"arn:aws:iam::{Member}:role/{ReleaseRole}", _endpoint.Calls.Of("sts", "AssumeRole").Last().Parameters["RoleArn"]);
    }

    [Fact]
    public async Task An_account_that_is_no_member_and_one_without_the_role_are_said_and_nothing_is_changed()
    {
        var before = _world.Snapshot();
        var stranger = await Cli.RunAsync("contain", Mallory, "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(2, stranger.ExitCode);
        Assert.Contains(Member, stranger.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());

        _endpoint.Faults.On("sts", "AssumeRole").Refuse();
        var refused = await RunAsync("contain", Mallory);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Null(_world.Home.Users["mallory"].BoundaryArn);
        Assert.Equal(ReadOnly, _there.BoundaryArn);
    }

    private Task<CliRun> RunAsync(params string[] arguments) =>
        Cli.RunAsync(s_environment, [.. arguments, "--endpoint", _endpoint.Url.ToString()]);
}
