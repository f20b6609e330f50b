using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Operations.ByHand;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Containment;

/// <summary>For every action, containing and then releasing restores the state of IAM byte for byte, whatever it was.</summary>
public sealed class RoundTripProperties
{
    private const int Worlds = 20;
    private const int CasesPerWorld = 50;
    private const string ReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    /// <summary>Runs 1,000 cases, the same ones in every run.</summary>
    [Fact]
    public async Task Contain_then_release_leaves_the_state_as_it_was()
    {
        var done = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Worlds), new ParallelOptions
            {
                MaxDegreeOfParallelism = 2,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (number, _) => await RunWorldAsync(number, done));

        Assert.Equal(
            Worlds * CasesPerWorld, done.Where(static d => d.Key.StartsWith("case", StringComparison.Ordinal)).Sum(static d => d.Value));
        // Each action occurred in a good number of cases.
        Assert.All(
            ContainmentActions.All, action =>
                Assert.True(done.GetValueOrDefault(action.Id.Name) > 50, $"{action}: {done.GetValueOrDefault(action.Id.Name)} cases"));
        Assert.True(done.GetValueOrDefault("by the function") > 50);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", done.OrderBy(static d => d.Key, StringComparer.Ordinal).Select(static d => $"{d.Key} {d.Value}")));
    }

    private static async Task RunWorldAsync(int number, System.Collections.Concurrent.ConcurrentDictionary<string, int> done)
    {
        var world = new World(EventBuilder.Account);
        world.Home.EnsureTopic("alerts");
        await using var aws = await LocalAwsEndpoint.StartAsync(world);
        var clients = new AwsClients(aws.Url, "us-east-1", new BasicAWSCredentials("AKIARESPONDER", "secret"))
        {
            MaxErrorRetry = 0,
            CallTimeout = TimeSpan.FromSeconds(60),
        };
        var run = new Run(world, clients, clients.Iam(), clients.Ssm(), new FakeTimeProvider(EventBuilder.CalledAt.AddSeconds(3)), done);
        for (var i = 0; i < CasesPerWorld; i++) await run.CaseAsync(new Random((number * 1000) + i), $"{number}-{i}");
    }

    private sealed class Run(
        World world, AwsClients clients, IAmazonIdentityManagementService iam, IAmazonSimpleSystemsManagement ssm, FakeTimeProvider clock,
        System.Collections.Concurrent.ConcurrentDictionary<string, int> done)
    {
        private readonly ResponderOptions _options = new() { AlertTopicArn = ResponderDriver.TopicArn, ContainmentBudgetPerHour = null };

        public async Task CaseAsync(Random random, string id)
        {
            var target = random.Next(10) switch
            {
                < 4 => GivenUser(random, id),
                < 7 => GivenRole(random, id),
                < 8 => GivenGroup(random, id),
                _ => await GivenPolicyAsync(random, id),
            };
            var actions = ContainmentActions.All.Where(a => a.Target == target.Kind).OrderBy(_ => random.Next()).Take(random.Next(1, 4))
                .ToArray();
            var byFunction = target.Kind == PrincipalKind.User && random.Next(3) == 0;
            if (byFunction) actions = [QuarantineUser.Action];
            var password = actions.Contains(RemoveConsolePassword.Action);

            var before = world.Snapshot(SnapshotParts.Iam);
            var response = byFunction ? await ByFunctionAsync(target) : await ByHandAsync(target, actions);
            Assert.True(response.Failures.Count == 0, $"{id}: {string.Join("; ", response.Failures)}");
            Assert.Equal(Outcome.Incident, response.Outcome);
            AssertContained(target, actions, id);

            var trail = world.Trail.Count;
            await ReleaseAsync(response.RecordName!, id);
            // nobody can restore a removed password
            if (password && _hadPassword) world.Home.EnsureLoginProfile(world.Home.Users[target.Name], _resetRequired);
            var after = world.Snapshot(SnapshotParts.Iam);
            Assert.True(before == after, $"{id}: {target} after {string.Join(", ", actions.AsEnumerable())}\n{after}");

            if (random.Next(4) == 0)
            {
                // The events that the release caused must leave the target released.
                var responder = Responder();
                foreach (var record in world.Trail.Skip(trail))
                    await responder.RespondAsync(
                        JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement, new Invocation(EventBuilder.Account, "us-east-1"));
                Assert.True(before == world.Snapshot(SnapshotParts.Iam), $"{id}: contained again by its release");
                Count("fed back");
            }

            Count("case " + target.Kind);
            foreach (var action in actions) Count(action.Id.Name);
            if (byFunction) Count("by the function");
        }

        private bool _hadPassword;
        private bool _resetRequired;

        private SecurityResponder Responder() =>
            LiveResponder.Of(DetectionCatalog.Default, _options, clients, new NoLog(), clock, pauses: new AdvancingPauses(clock));

        private Task<Response> ByFunctionAsync(Principal target) =>
            Responder().RespondAsync(EventBuilder.AdminAttachedTo(target.Name).Build(), new Invocation(EventBuilder.Account, "us-east-1"));

        private async Task<Response> ByHandAsync(Principal target, IReadOnlyList<ContainmentAction> actions)
        {
            var request = new ContainmentRequest(target, actions, "arn:aws:iam::123456789012:user/oncall", null, null);
            return await new HandContainment(
                request, _options with { AlertTopicArn = null }, clients, EventBuilder.Account, "us-east-1", clock,
                pauses: new AdvancingPauses(clock)).ContainAsync(default);
        }

        private async Task ReleaseAsync(string record, string id)
        {
            var releaser = new Releaser(
                new IamAccounts(clients, _options, _options.MemberReleaseRoleName, "aws", clock), ssm, new ParameterNames("/security"),
                clock);
            var plan = await releaser.PlanAsync(record, null, force: false, default);
            // AWSDenyAll was there before, and what it had replaced was never written down, so a person says that it stays.
            if (plan.State == ReleaseState.NeedsBoundary)
                plan = await releaser.PlanAsync(record, EventBuilder.DenyAll, force: false, default);
            Assert.True(plan.State == ReleaseState.Ready, $"{id}: {plan.State} {string.Join("; ", plan.Changes)}");
            var result = await releaser.ReleaseAsync(plan, "tester", null, default);
            Assert.True(result.Released, $"{id}: {string.Join("; ", result.Failures)}");
        }

        private void AssertContained(Principal target, ContainmentAction[] actions, string id)
        {
            foreach (var action in actions)
            {
                var contained = action.Id.Name switch
                {
                    "quarantine-user" => world.Home.Users[target.Name] is { BoundaryArn: EventBuilder.DenyAll } user
                        && !user.AttachedPolicies.Contains(EventBuilder.Admin),
                    "quarantine-role" => world.Home.Roles[target.Name] is { BoundaryArn: EventBuilder.DenyAll } role
                        && !role.AttachedPolicies.Contains(EventBuilder.Admin),
                    "deactivate-keys" => world.Home.Users[target.Name].AccessKeys.Values.All(static k => !k.Active),
                    "remove-console-password" => world.Home.Users[target.Name].LoginProfile is null,
                    "revoke-sessions" =>
                        world.Home.Roles[target.Name].InlinePolicies.Any(
                            static p => p.Key.StartsWith("ResponderRevokeSessions-", StringComparison.Ordinal)
                            && p.Value.Contains("aws:TokenIssueTime", StringComparison.Ordinal)),
                    "detach-from-group" => !world.Home.Groups[target.Name].AttachedPolicies.Contains(EventBuilder.Admin),
                    _ => world.Home.Policies[target.Arn!] is var policy
                        && (policy.Versions.Values.All(static v => v.Document.Contains("\"*\"", StringComparison.Ordinal))
                            || !policy.Default.Document.Contains("\"*\"", StringComparison.Ordinal) || policy.Versions.Count == 1),
                };
                Assert.True(contained, $"{id}: {action} did not contain {target}");
            }
        }

        private void Count(string what) => done.AddOrUpdate(what, 1, static (_, n) => n + 1);

        private Principal GivenUser(Random random, string id)
        {
            var user = world.Home.EnsureUser("u" + id + Odd(random), Path(random));
            Policies(random, user);
            Boundary(random, user);
            for (var k = random.Next(3); k > 0; k--)
                world.Home.EnsureAccessKey(user, $"AKIA{id.Replace("-", "X", StringComparison.Ordinal)}{k}EXAMPLE", random.Next(2) == 0);
            _hadPassword = random.Next(2) == 0;
            _resetRequired = random.Next(2) == 0;
            if (_hadPassword) world.Home.EnsureLoginProfile(user, _resetRequired);
            if (random.Next(3) == 0) world.Home.AddToGroup(user.Name, "g" + id);
            return new Principal(PrincipalKind.User, EventBuilder.Account, user.Name, user.Arn);
        }

        private Principal GivenRole(Random random, string id)
        {
            var role = world.Home.EnsureRole("r" + id + Odd(random), Path(random));
            Policies(random, role);
            Boundary(random, role);
            return new Principal(PrincipalKind.Role, EventBuilder.Account, role.Name, role.Arn);
        }

        private Principal GivenGroup(Random random, string id)
        {
            var group = world.Home.EnsureGroup("gg" + id + Odd(random), Path(random));
            Policies(random, group, always: true);
            return new Principal(PrincipalKind.Group, EventBuilder.Account, group.Name, group.Arn);
        }

        private async Task<Principal> GivenPolicyAsync(Random random, string id)
        {
            var arn = $"arn:aws:iam::{EventBuilder.Account}:policy{Path(random)}p{id}{Odd(random)}";
            var versions = random.Next(1, 6);
            for (var v = 1; v <= versions; v++)
            {
                var action = random.Next(2) == 0 ? "*" : "s3:GetObject";
                world.Home.EnsurePolicy(arn, $$"""{"Version":"2012-10-17","Statement":[{"Sid":"v{{v}}","Effect":"Allow","Action":"{{action}}","Resource":["arn:aws:s3:::x","{{(action == "*" ? "*" : "arn:aws:s3:::y")}}"]}]}""");
            }

            await iam.SetDefaultPolicyVersionAsync(
                new SetDefaultPolicyVersionRequest { PolicyArn = arn, VersionId = $"v{random.Next(1, versions + 1)}" });
            return new Principal(PrincipalKind.Policy, EventBuilder.Account, arn[(arn.LastIndexOf('/') + 1)..], arn);
        }

        /// <summary>
        /// Gives the entity managed policies, from one up to the quota of ten and in any order, with or without AdministratorAccess, and
        /// sometimes with inline policies, even one with a name like ours.
        /// </summary>
        private void Policies(Random random, IamEntity entity, bool always = false)
        {
            string[] some = [
                .. Enumerable.Range(0, random.Next(4) == 0 ? 9 : random.Next(5)).Select(static n => $"arn:aws:iam::aws:policy/Given{n}"),
                ReadOnly];
            foreach (var arn in some.OrderBy(_ => random.Next()).Take(9)) world.Home.Attach(entity, arn);
            if (always || entity is IamUser || random.Next(3) > 0) world.Home.Attach(entity, EventBuilder.Admin);
            for (var n = random.Next(3); n > 0; n--) world.Home.PutInline(entity, "inline" + n, """{"Version":"2012-10-17","Statement":[]}""");
            if (random.Next(3) == 0) world.Home.PutInline(entity, "ResponderRevokeSessions-0123abcd", """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}}}]}""");
        }

        private void Boundary(Random random, IamEntity entity)
        {
            world.Home.EnsurePolicy($"arn:aws:iam::{EventBuilder.Account}:policy/boundaries/own", """{"Version":"2012-10-17","Statement":[]}""");
            world.Home.SetBoundary(entity, random.Next(4) switch
            {
                0 => null,
                1 => ReadOnly,
                2 => $"arn:aws:iam::{EventBuilder.Account}:policy/boundaries/own",
                _ => EventBuilder.DenyAll,
            });
        }

        private static string Odd(Random random) => random.Next(3) == 0 ? "+=,.@_-" : "";

        private static string Path(Random random) => random.Next(3) == 0 ? "/teams/red/" : "/";
    }

    /// <summary>The name that the incident would use is taken by another policy, which must not be overwritten.</summary>
    [Fact]
    public async Task An_inline_policy_of_our_name_is_left_alone()
    {
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions
        {
            ActionStages = new Dictionary<(
                string, ActionId), Stage>
            { [("iam.admin-policy-attached", RevokeSessions.Action.Id)] = Stage.Contain },
        });
        var role = driver.World.Home.EnsureRole("Deploy");
        driver.World.Home.Attach(role, EventBuilder.Admin);
        await driver.SendAsync(EventBuilder.AdminAttachedToRole("Deploy").Id("event-1"));
        var ours = Assert.Single(role.InlinePolicies).Key;

        var other = driver.World.Home.EnsureRole("Other");
        driver.World.Home.PutInline(other, ours, "theirs");
        await driver.SendAsync(EventBuilder.AdminAttachedToRole("Other").Id("event-1"));
        driver.Restart();
        driver.World.Home.SetParameter("/security/incidents/2026-03-04/event-1", "{}");
        var response = await driver.SendAsync(EventBuilder.AdminAttachedToRole("Other").Id("event-1"));

        Assert.Equal("theirs", other.InlinePolicies[ours]);
        Assert.Contains(ours + "-2", other.InlinePolicies.Keys);
        Assert.Equal(Outcome.Incident, response.Outcome);
    }
}
