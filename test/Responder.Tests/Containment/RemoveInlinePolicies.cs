using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Tests.Containment;

/// <summary>
/// An action that is not part of the product: it deletes a user's inline policies, and a release puts them back. It is written like those
/// below src/Responder/Containment/Actions, to show that an action needs only a file and a place in a list.
/// </summary>
internal static class RemoveInlinePolicies
{
    public static ContainmentAction Action { get; } = new(
        "remove-inline-policies", PrincipalKind.User, "deletes the inline policies", "puts them again", new Inline())
    { WaitsForLedger = true };

    /// <param name="Policies">The name and text of each policy.</param>
    private sealed record InlineBefore(IReadOnlyDictionary<string, string> Policies) : PriorPart
    {
        public override IEnumerable<string> OnPage() =>
            [$"before:   inline policies {string.Join(", ", Policies.Keys.Select(static n => PlainText.OneLine(n, 128)))}"];
    }

    private sealed record InlineNow(IReadOnlyDictionary<string, string> Policies) : StatePart;

    private sealed class Inline : Measure<InlineBefore>
    {
        public override IReadOnlyList<string> Reads(PrincipalKind kind) => ["ListUserPolicies", "GetUserPolicy"];

        public override IReadOnlyList<string> Does(PrincipalKind kind) => ["DeleteUserPolicy"];

        public override IReadOnlyList<string> Undoes(PrincipalKind kind) => ["PutUserPolicy"];

        public override async Task<StatePart?> ReadAsync(TargetReads reads) =>
            await reads.TryAsync("ListUserPolicies, GetUserPolicy", (iam, c) => PoliciesAsync(iam, reads.Target.Name, c)) is { } policies
                ? new InlineNow(policies) : null;

        public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
        {
            if (decision.Facts.Target.Value?.Part<InlineNow>() is null) yield return PlannedCall.Unread("DeleteUserPolicy", decision);
            foreach (var name in prior.Part<InlineBefore>()?.Policies.Keys ?? [])
            {
                yield return new PlannedCall("DeleteUserPolicy", name)
                {
                    Run = (iam, c) => IamStep.RunAsync("DeleteUserPolicy", target.Name, name, () => iam.DeleteUserPolicyAsync(
                        new DeleteUserPolicyRequest { UserName = target.Name, PolicyName = name }, c)),
                    Effect = now => now.Part<InlineNow>()?.Policies.ContainsKey(name) != true,
                };
            }
        }

        protected override InlineBefore Take(Decision decision, InlineBefore? known) =>
            Both(known, new InlineBefore(decision.Facts.Target.Value?.Part<InlineNow>()?.Policies ?? new Dictionary<string, string>()));

        protected override InlineBefore Together(InlineBefore standing, InlineBefore read) => Both(standing, read);

        protected override bool Covers(InlineBefore? standing, InlineBefore? prior) =>
            (prior?.Policies.Keys ?? []).All(name => standing?.Policies.ContainsKey(name) == true);

        protected override void Write(Utf8JsonWriter writer, InlineBefore? part)
        {
            if (part is null) return;
            writer.WriteStartObject("inline");
            foreach (var (name, text) in part.Policies) writer.WriteString(name, text);
            writer.WriteEndObject();
        }

        public override PriorPart? Read(JsonView prior, bool isTaken) => isTaken || prior["inline"].Exists
            ? new InlineBefore(prior["inline"].Members.ToDictionary(static m => m.Name, static m => m.Value.Text ?? ""))
            : null;

        public override TakenOff? TakenOffBy(CloudTrailEvent e) =>
            e.EventName == "PutUserPolicy" && e.Request["policyName"].Text is { } name && IamCall.Target(e) is { } target
                ? new TakenOff(this, target, name, "inline policy put again")
                : null;

        protected override bool WasOn(TakenOff taken, InlineBefore part) => part.Policies.ContainsKey(taken.Subject!);

        protected override void PlanUndo(UndoPlan plan, InlineBefore part)
        {
            foreach (var (name, text) in part.Policies)
            {
                var step = new PlannedStep("PutUserPolicy", name)
                {
                    Run = (iam, c) => IamStep.RunAsync("PutUserPolicy", plan.Target.Name, name, () => iam.PutUserPolicyAsync(
                        new PutUserPolicyRequest { UserName = plan.Target.Name, PolicyName = name, PolicyDocument = text }, c)),
                    Difference = now => now.Part<InlineNow>()?.Policies.GetValueOrDefault(name) == text
                        ? null : $"read back: inline policy {name} is not there",
                };
                if (plan.Now.Part<InlineNow>()?.Policies.ContainsKey(name) != true) plan.Steps.Add(step);
                else if (plan.WasOurs(step, "DeleteUserPolicy", name)) plan.Notes.Add($"inline policy {name} is there already");
                else plan.Changes.Add($"inline policy {name} was put again by somebody else");
            }
        }

        protected override IEnumerable<string> Before(InlineBefore part) =>
            part.Policies.Keys.Select(static name => "inline policy " + name);

        public override IEnumerable<string> Now(PrincipalState now, PriorState prior) =>
            (now.Part<InlineNow>()?.Policies.Keys ?? []).Select(static name => "inline policy " + name);

        private static InlineBefore Both(InlineBefore? first, InlineBefore second) => new(
            (first?.Policies ?? new Dictionary<string, string>()).Concat(second.Policies)
            .DistinctBy(static p => p.Key).ToDictionary(static p => p.Key, static p => p.Value));

        private static async Task<IReadOnlyDictionary<string, string>> PoliciesAsync(
            IAmazonIdentityManagementService iam, string user, CancellationToken cancellationToken)
        {
            var names = await iam.ListUserPoliciesAsync(new ListUserPoliciesRequest { UserName = user }, cancellationToken);
            var policies = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in names.PolicyNames ?? [])
            {
                var request = new GetUserPolicyRequest { UserName = user, PolicyName = name };
                var answer = await iam.GetUserPolicyAsync(request, cancellationToken);
                policies[name] = Uri.UnescapeDataString(answer.PolicyDocument);
            }

            return policies;
        }
    }
}
