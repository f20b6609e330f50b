using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>
/// Deletes the console password of a user, only when a person asks, because IAM keeps no copy. Idempotent: a password that is already gone
/// (NoSuchEntity) is skipped. An open console session goes on; the quarantine stops what it may do.
/// </summary>
internal static class RemoveConsolePassword
{
    private const string Api = "DeleteLoginProfile";

    public static ContainmentAction Action { get; } = new(
        "remove-console-password", PrincipalKind.User,
        "deletes the console password, by hand only",
        "cannot be undone: create a new password",
        new Password())
    {
        IsByHandOnly = true,
        Option = new OwnOption("--remove-console-password", "Also delete the user's console password. It cannot be restored."),
    };

    private sealed class Password : Measure
    {
        public override IReadOnlyList<string> Reads(PrincipalKind kind) => ["GetLoginProfile"];

        public override IReadOnlyList<string> Does(PrincipalKind kind) => [Api];

        /// <summary>Keeps nothing: the read only shows, before anything is done, whether the role may make it.</summary>
        public override async Task<StatePart?> ReadAsync(TargetReads reads)
        {
            await reads.TryAsync("GetLoginProfile", (iam, c) => LookAsync(iam, reads.Target.Name, c)).ConfigureAwait(false);
            return null;
        }

        public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
        {
            yield return new PlannedCall(Api, null)
            {
                Run = (iam, c) => IamStep.RunAsync(
                    Api, target.Name, null, () => iam.DeleteLoginProfileAsync(new DeleteLoginProfileRequest { UserName = target.Name }, c)),
            };
        }

        public override void PlanUndo(UndoPlan plan, PriorState prior) =>
            plan.Notes.Add("the console password cannot be restored: create a new one (aws iam create-login-profile)");

        private static async Task<string> LookAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
        {
            try
            {
                await iam.GetLoginProfileAsync(new GetLoginProfileRequest { UserName = name }, cancellationToken).ConfigureAwait(false);
                return "there is one";
            }
            catch (NoSuchEntityException)
            {
                return "there is none"; // the user exists (GetUser), but has no password
            }
        }
    }
}
