using System.Globalization;
using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>
/// Sets the default version of a customer policy to one that grants less, and back. Idempotent: setting the default twice changes nothing.
/// No version is deleted.
/// </summary>
internal static class RestorePolicyVersion
{
    private const string Api = "SetDefaultPolicyVersion";

    public static ContainmentAction Action { get; } = new(
        "restore-policy-version", PrincipalKind.Policy,
        "makes the newest version of a customer policy that grants less the default version, by hand only",
        "makes the version from before the default again",
        new DefaultVersion())
    { IsDefaultByHand = true, IsByHandOnly = true, WaitsForLedger = true };

    /// <param name="Before">The default version before, which a release sets again.</param>
    /// <param name="Set">The version that containment made the default; null: there was none that grants less.</param>
    private sealed record VersionChange(string Before, string? Set) : PriorPart;

    /// <param name="Default">The default version, <c>v3</c>; null: IAM names none.</param>
    /// <param name="Safer">The newest other version that does not grant administrator; null: there is none.</param>
    private sealed record Versions(string? Default, string? Safer) : StatePart;

    private sealed class DefaultVersion : Measure<VersionChange>
    {
        public override IReadOnlyList<string> Reads(PrincipalKind kind) => ["ListPolicyVersions", "GetPolicyVersion"];

        public override IReadOnlyList<string> Does(PrincipalKind kind) => [Api];

        public override IReadOnlyList<string> Undoes(PrincipalKind kind) => [Api];

        public override async Task<StatePart?> ReadAsync(TargetReads reads) =>
            await reads.TryAsync("ListPolicyVersions, GetPolicyVersion", (iam, c) => VersionsAsync(iam, reads.Target, c))
                .ConfigureAwait(false);

        public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
        {
            yield return prior.Part<VersionChange>() switch
            {
                { Set: { } version } => new PlannedCall(Api, version) { Run = (iam, c) => SetAsync(iam, target, version, c) },
                { } none => new PlannedCall(Api, null, $"no version other than {none.Before} grants less than administrator"),
                null => PlannedCall.Unread(Api, decision),
            };
        }

        protected override VersionChange? Take(Decision decision, VersionChange? known)
        {
            if (decision.Facts.Target.Value?.Part<Versions>() is not { Default: { } now } versions) return known;
            return known?.Set == now ? known /* our own work */ : new VersionChange(now, versions.Safer);
        }

        protected override VersionChange Together(VersionChange standing, VersionChange read) => standing;

        protected override void Write(Utf8JsonWriter writer, VersionChange? part)
        {
            if (part is null) return;
            writer.WriteStartObject("version");
            writer.WriteString("before", part.Before);
            writer.WriteText("set", part.Set);
            writer.WriteEndObject();
        }

        public override PriorPart? Read(JsonView prior, bool isTaken)
        {
            var version = prior["version"];
            return version["before"].Text is { } before ? new VersionChange(before, version["set"].Text) : null;
        }

        protected override bool Restores(CloudTrailEvent e, VersionChange part) =>
            e.EventName == Api && e.Request["versionId"].Text == part.Before;

        protected override void PlanUndo(UndoPlan plan, VersionChange part)
        {
            if (part.Set is null) return;
            var step = new PlannedStep(Api, part.Before)
            {
                Run = (iam, c) => SetAsync(iam, plan.Target, part.Before, c),
                Difference = state => Default(state) == part.Before ? null : $"read back: the default version is {Default(state)}",
            };
            var now = Default(plan.Now);
            if (now == part.Set) plan.Steps.Add(step);
            else if (now != part.Before)
            {
                plan.Changes.Add($"the default version is {PlainText.OneLine(now ?? "unknown", 32)}, set by somebody else");
                plan.Steps.Add(step);
            }
            else if (plan.WasOurs(step, Api, part.Set)) plan.Notes.Add($"the default version is {part.Before} already");
            else plan.Changes.Add($"the default version was set back to {part.Before} by somebody else");
        }

        protected override IEnumerable<string> Before(VersionChange part) => ["default version " + part.Before];

        public override IEnumerable<string> Now(PrincipalState now, PriorState prior) =>
            Default(now) is { } version ? ["default version " + version] : [];

        private static string? Default(PrincipalState state) => state.Part<Versions>()?.Default;

        private static Task<ContainmentStep> SetAsync(
            IAmazonIdentityManagementService iam, Principal policy, string versionId, CancellationToken cancellationToken) =>
            IamStep.RunAsync(Api, policy.Name, versionId, () => iam.SetDefaultPolicyVersionAsync(
                new SetDefaultPolicyVersionRequest { PolicyArn = policy.Arn, VersionId = versionId }, cancellationToken));

        /// <summary>
        /// The versions of a customer policy. IAM does not tell which version was the default before, so the newest other version that does
        /// not grant administrator is used instead; a version that cannot be read is not chosen.
        /// </summary>
        private static async Task<Versions> VersionsAsync(
            IAmazonIdentityManagementService iam, Principal policy, CancellationToken cancellationToken)
        {
            var arn = policy.Arn ?? throw new InvalidOperationException("a policy is named by its ARN");
            var versions = await TargetReads.PagesAsync<PolicyVersion>(async marker =>
            {
                var page = await iam.ListPolicyVersionsAsync(
                    new ListPolicyVersionsRequest { PolicyArn = arn, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (page.Versions ?? [], page.IsTruncated == true ? page.Marker : null);
            }).ConfigureAwait(false);

            string? safer = null;
            var others = versions.Where(static v => v.IsDefaultVersion != true).OrderByDescending(static v => Number(v.VersionId));
            foreach (var version in others)
            {
                var request = new GetPolicyVersionRequest { PolicyArn = arn, VersionId = version.VersionId };
                var answer = await iam.GetPolicyVersionAsync(request, cancellationToken).ConfigureAwait(false);
                // Without a time, a date in the version is not believed: what comes into force has to be safe whenever that is.
                var verdict = IdentityAccess.WhatIsGranted(
                    PolicyDocument.Read(Uri.UnescapeDataString(answer.PolicyVersion.Document ?? "")),
                    new Circumstances(
                        policy.AccountId, AwsArn.TryParse(arn, out var name) ? name.Partition : null, null,
                        [new OwnThing("policy", policy.Name)]));
                if (verdict.Level is PowerLevel.Unreadable or PowerLevel.Administrator) continue;
                safer = version.VersionId;
                break;
            }

            return new Versions(versions.FirstOrDefault(static v => v.IsDefaultVersion == true)?.VersionId, safer);
        }

        private static int Number(string versionId) =>
            int.TryParse(versionId.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
