using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class SeedTests
{
    private const string Seed = """
        account: "123456789012"
        callers:
          AKIARELEASE: arn:aws:sts::123456789012:assumed-role/ReleaseRole/alice
        accounts:
          "123456789012":
            policies:
              arn:aws:iam::123456789012:policy/deploy:
                default: v3
                versions:
                  v1: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "s3:*", Resource: "*" } ] }
                  v3: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
              arn:aws:iam::aws:policy/AmazonNewFullAccess: { Version: "2012-10-17", Statement: [ { Effect: Allow, Action: "new:*", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": true }, NumericLessThan: { x: 3 } } } ] }
            groups:
              admins: { attached: [ "arn:aws:iam::aws:policy/AdministratorAccess" ] }
            users:
              mallory:
                path: /team/
                boundary: arn:aws:iam::aws:policy/ReadOnlyAccess
                attached:
                  - arn:aws:iam::123456789012:policy/deploy
                  - arn:aws:iam::aws:policy/NeverHeardOf
                inline: { own: { Version: "2012-10-17", Statement: [] } }
                groups: [admins]
                accessKeys: { AKIAIOSFODNN7EXAMPLE: Active, AKIAI44QH8DHBEXAMPLE: Inactive }
                loginProfile: { passwordResetRequired: true }
                mfa: [ "arn:aws:iam::123456789012:mfa/mallory" ]
                tags: { team: blue }
            roles:
              ReleaseRole: { description: lifts quarantines, maxSessionDuration: 7200 }
            instanceProfiles:
              web: { path: /apps/, role: ReleaseRole }
            parameters:
              us-east-1:
                /security/mode: Enforce
                /security/number: 12
                /secret: { value: s, type: SecureString, tier: Advanced, tags: { a: b } }
            topics:
              arn:aws:sns:us-east-1:123456789012:alerts: { subscriptions: [ { protocol: email, endpoint: oncall@example.com } ] }
            events:
              eu-west-1: [ { eventID: e-1, eventTime: "2026-03-04T08:00:00Z", eventSource: sts.amazonaws.com, eventName: AssumeRole, readOnly: true } ]
          "210987654321":
            users: { foreign: }
        """;

    [Fact]
    public void Seed_file_fills_the_world()
    {
        var world = World.Load(Seed);
        var mallory = world.Home.Users["mallory"];

        Assert.Equal("arn:aws:iam::123456789012:user/team/mallory", mallory.Arn);
        Assert.Equal("arn:aws:iam::aws:policy/ReadOnlyAccess", mallory.BoundaryArn);
        Assert.Equal(["arn:aws:iam::123456789012:policy/deploy", "arn:aws:iam::aws:policy/NeverHeardOf"], mallory.AttachedPolicies);
        Assert.Equal(["admins"], mallory.Groups);
        Assert.Equal([false, true], mallory.AccessKeys.Values.Select(key => key.Active));
        Assert.True(mallory.LoginProfile!.PasswordResetRequired);
        Assert.Equal("""{"Version":"2012-10-17","Statement":[]}""", mallory.InlinePolicies["own"]);
        Assert.Equal("v3", world.Home.Policies["arn:aws:iam::123456789012:policy/deploy"].Default.Id);
        Assert.Contains("""{"Bool":{"aws:MultiFactorAuthPresent":true},"NumericLessThan":{"x":3}}""", world.AwsPolicies["arn:aws:iam::aws:policy/AmazonNewFullAccess"].Default.Document);
        Assert.Equal(7200, world.Home.Roles["ReleaseRole"].MaxSessionDuration);
        Assert.Equal(
            ("arn:aws:iam::123456789012:instance-profile/apps/web", "ReleaseRole"),
            (world.Home.InstanceProfiles["web"].Arn, world.Home.InstanceProfiles["web"].RoleName));
        Assert.Equal(("Enforce", "12"), (world.Home.Parameter("/security/mode")!.Value, world.Home.Parameter("/security/number")!.Value));
        Assert.Equal(
            ("SecureString", "Advanced"), (world.Home.Parameter("/secret")!.Latest.Type, world.Home.Parameter("/secret")!.Latest.Tier));
        Assert.Single(world.Home.Topics["arn:aws:sns:us-east-1:123456789012:alerts"].Subscriptions);
        Assert.Contains("foreign", world.Accounts["210987654321"].Users.Keys);
    }

    [Fact]
    public void Saved_world_loads_into_the_same_world()
    {
        var world = World.Load(Seed);
        var again = World.Load(world.Save());
        Assert.Equal(world.Save(), again.Save());
        Assert.Equal(world.Snapshot(), again.Snapshot());
        Assert.Contains("AKIARELEASE", world.Save());
    }

    [Fact]
    public void Seeding_twice_changes_nothing()
    {
        var world = World.Load(Seed);
        var before = world.Snapshot();
        world.Home.EnsureUser("mallory", "/elsewhere/");
        world.Home.EnsureRole("ReleaseRole");
        world.Home.AddToGroup("mallory", "admins");
        world.Home.EnsureTopic("alerts");
        world.Home.Attach(world.Home.Users["mallory"], "arn:aws:iam::123456789012:policy/deploy");
        world.Home.EnsurePolicy(
            "arn:aws:iam::123456789012:policy/deploy", world.Home.Policies["arn:aws:iam::123456789012:policy/deploy"].Default.Document);
        Assert.Equal(before, world.Snapshot());
    }

    [Theory]
    [InlineData("account: '1'", "12-digit")]
    [InlineData("partition: aws", "names no account")]
    [InlineData("account: '123456789012'\nacounts: {}", "acounts")]
    [InlineData(
        "account: '123456789012'\naccounts: { '123456789012': { users: { bob: { atached: [] } } } }",
        "seed.accounts.123456789012.users.bob has the unknown key 'atached'")]
    [InlineData("account: '123456789012'\naccounts: { '123456789012': { users: { bob: { attached: [ "
        + "'arn:aws:iam::123456789012:policy/none' ] } } } }", "EnsurePolicy")]
    [InlineData(
        "account: '123456789012'\naccounts: { '123456789012': { users: { bob: { accessKeys: { AKIA: on } } } } }", "Active or Inactive")]
    [InlineData("account: '123456789012'\naccounts: { '123456789012': { users: [ bob ] } }", "is no mapping")]
    [InlineData(
        "account: '123456789012'\naccounts: { '123456789012': { topics: { 'arn:aws:sns:us-east-1:210987654321:x': {} } } }", "is no topic")]
    [InlineData("account: [", "seed: line")]
    [InlineData("", "names no account")]
    public void Bad_seed_is_a_format_error_that_names_the_place(string seed, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => World.Load(seed)).Message);

    [Fact]
    public void Snapshot_shows_the_parts_that_were_asked_for_and_no_dates()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var world = World.Load(Seed, clock);
        var iam = world.Snapshot(SnapshotParts.Iam);
        clock.Advance(TimeSpan.FromDays(1));
        world.Home.SetParameter("/security/mode", "Observe");
        Assert.Equal(iam, world.Snapshot(SnapshotParts.Iam));
        Assert.DoesNotContain("2026-01", world.Snapshot());
        Assert.Contains("Observe", world.Snapshot(SnapshotParts.Parameters));
        Assert.DoesNotContain("mallory", world.Snapshot(SnapshotParts.Parameters | SnapshotParts.Topics));
    }
}
