using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Operations.ByHand;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Settings;

namespace Responder.Tests.Moto;

/// <summary>
/// Tests containment and release against an AWS that we did not write, where moto is present. It lacks Put- and
/// DeleteUserPermissionsBoundary; moto_server.py adds these two, and all that users, roles and groups are is moto's own.
/// </summary>
public sealed class MotoTests
{
    [Fact]
    public async Task Whatever_moto_can_serve_is_contained_paged_recorded_and_released()
    {
        using var server = await MotoServer.StartAsync();
        var clients = server.Clients;
        var iam = clients.Iam();
        // moto is slow on a loaded machine. This clock stands still, so that no limit of the responder can pass.
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var output = TestContext.Current.TestOutputHelper;

        await RoundTripAsync("arn:aws:iam::123456789012:user/mallory", "deactivate-keys", async () =>
            string.Join(
                ",", (await iam.ListAccessKeysAsync(new ListAccessKeysRequest { UserName = "mallory" })).AccessKeyMetadata.Select(
                    static k => k.Status.Value)), "Active", "Inactive");
        await RoundTripAsync("arn:aws:iam::123456789012:role/Deploy", "revoke-sessions", async () =>
            (await iam.ListRolePoliciesAsync(new ListRolePoliciesRequest { RoleName = "Deploy" })).PolicyNames is { Count: > 0 }
                ? "denied"
                : "free", "free", "denied");
        await RoundTripAsync("arn:aws:iam::123456789012:group/ops", "detach-from-group", async () =>
            string.Join(
                ",", ((await iam.ListAttachedGroupPoliciesAsync(new ListAttachedGroupPoliciesRequest
                {
                    GroupName = "ops",
                })).AttachedPolicies ?? []).Select(static p => p.PolicyName)), "AdministratorAccess", "");
        await RoundTripAsync("arn:aws:iam::123456789012:policy/granted", "restore-policy-version", async () =>
            (await iam.GetPolicyAsync(
                new GetPolicyRequest { PolicyArn = "arn:aws:iam::123456789012:policy/granted" })).Policy.DefaultVersionId, "v2", "v1");
        await RoundTripAsync("arn:aws:iam::123456789012:role/Deploy", "quarantine-role", async () =>
            (await iam.GetRoleAsync(new GetRoleRequest { RoleName = "Deploy" })).Role.PermissionsBoundary?.PermissionsBoundaryArn ?? "none",
            "none", EventBuilder.DenyAll);
        await RoundTripAsync("arn:aws:iam::123456789012:user/mallory", "quarantine-user", async () =>
            (await iam.GetUserAsync(new GetUserRequest { UserName = "mallory" })).User.PermissionsBoundary?.PermissionsBoundaryArn
                ?? "none",
            "none", EventBuilder.DenyAll);

        async Task RoundTripAsync(string target, string action, Func<Task<string>> state, string free, string contained)
        {
            Assert.Equal(free, await state());
            var request = new ContainmentRequest(
                ContainmentRequest.TargetOf(target, null), [ActionCatalog.Default.Find(action)!], "arn:aws:iam::123456789012:user/oncall",
                null, null);
            var options = new ResponderOptions { AlertTopicArn = server.Topic };
            var response = await new HandContainment(request, options, clients, EventBuilder.Account, "us-east-1", time)
                .ContainAsync(TestContext.Current.CancellationToken);
            Assert.Empty(response.Failures);
            Assert.NotNull(response.Alert?.MessageId);
            Assert.Equal(contained, await state());

            var releaser = new Releaser(
                new IamAccounts(clients, options, options.MemberReleaseRoleName, "aws", time), clients.Ssm(),
                new ParameterNames("/security"), time);
            var plan = await releaser.PlanAsync(response.RecordName!, null, force: false, TestContext.Current.CancellationToken);
            Assert.Equal(ReleaseState.Ready, plan.State);
            Assert.Empty((await releaser.ReleaseAsync(plan, "tester", null, TestContext.Current.CancellationToken)).Failures);
            Assert.Equal(free, await state());
            output?.WriteLine($"{action}: contained and released on moto");
        }
    }
}
