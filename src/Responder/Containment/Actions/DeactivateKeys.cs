using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>
/// Sets the access keys of a user to inactive, but never deletes them: their ids are kept for the investigation. Idempotent: setting a
/// status twice changes nothing. It does not end sessions that a key started (GetFederationToken: up to 36 h); the quarantine does.
/// </summary>
internal static class DeactivateKeys
{
    private const string Api = "UpdateAccessKey";

    public static ContainmentAction Action { get; } = new(
        "deactivate-keys", PrincipalKind.User,
        "deactivates the access keys that are active; none is deleted",
        "activates those that were active before",
        new KeyStatus())
    { WaitsForLedger = true, Parameter = "ContainKeys" };

    /// <param name="Id">The access key id, <c>AKIA…</c>.</param>
    internal sealed record KeyState(string Id, bool Active);

    /// <summary>Every access key that containment found, each with its status before.</summary>
    internal sealed record KeysBefore(IReadOnlyList<KeyState> Keys) : PriorPart;

    private sealed record KeysNow(IReadOnlyList<KeyState> Keys) : StatePart;

    private sealed class KeyStatus : Measure<KeysBefore>
    {
        public override IReadOnlyList<string> Reads(PrincipalKind kind) => ["ListAccessKeys"];

        public override IReadOnlyList<string> Does(PrincipalKind kind) => [Api];

        public override IReadOnlyList<string> Undoes(PrincipalKind kind) => [Api];

        public override async Task<StatePart?> ReadAsync(TargetReads reads) =>
            await reads.TryAsync("ListAccessKeys", (iam, c) => KeysAsync(iam, reads.Target.Name, c)).ConfigureAwait(false) is { } keys
                ? new KeysNow(keys)
                : null;

        public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
        {
            if (decision.Facts.Target.Value is not { } state || (state.Exists && state.Part<KeysNow>() is null))
                yield return PlannedCall.Unread(Api, decision);
            foreach (var key in (prior.Part<KeysBefore>()?.Keys ?? []).Where(static k => k.Active))
            {
                yield return new PlannedCall(Api, key.Id)
                {
                    Run = (iam, c) => SetAsync(iam, target, key.Id, StatusType.Inactive, c),
                    Effect = now => now.Part<KeysNow>()?.Keys.Any(k => k.Id == key.Id && k.Active) != true,
                };
            }
        }

        protected override KeysBefore Take(Decision decision, KeysBefore? known) =>
            Together(known ?? new KeysBefore([]), new KeysBefore(decision.Facts.Target.Value?.Part<KeysNow>()?.Keys ?? []));

        protected override KeysBefore Together(KeysBefore standing, KeysBefore read) =>
            new([.. standing.Keys, .. read.Keys.Where(key => standing.Keys.All(k => k.Id != key.Id))]);

        protected override bool Covers(KeysBefore? standing, KeysBefore? prior) =>
            (prior?.Keys ?? []).All(key => standing?.Keys.Any(k => k.Id == key.Id) == true);

        protected override void Write(Utf8JsonWriter writer, KeysBefore? part)
        {
            if (part is not { Keys.Count: > 0 }) return;
            writer.WriteStartObject("keys");
            foreach (var key in part.Keys) writer.WriteString(key.Id, key.Active ? "Active" : "Inactive");
            writer.WriteEndObject();
        }

        public override PriorPart? Read(JsonView prior, bool isTaken)
        {
            KeyState[] keys = [.. prior["keys"].Members.Select(static m => new KeyState(m.Name, m.Value.Text == "Active"))];
            return isTaken || keys.Length > 0 ? new KeysBefore(keys) : null;
        }

        public override TakenOff? TakenOffBy(CloudTrailEvent e) =>
            e.EventName == Api && e.Request["status"].Text is not ("Inactive" or "Expired")
            && e.Request["accessKeyId"].Text is { Length: > 0 } key && Ownership.Read(e).Holder is { } holder
                ? new TakenOff(this, holder, key, "access key switched on again")
                : null;

        protected override bool WasOn(TakenOff taken, KeysBefore part) => part.Keys.Any(key => key.Id == taken.Subject);

        protected override bool Restores(CloudTrailEvent e, KeysBefore part) => e.EventName == Api
            && e.Request["status"].Text == "Active"
            && part.Keys.Any(key => key.Active && key.Id == e.Request["accessKeyId"].Text);

        protected override void PlanUndo(UndoPlan plan, KeysBefore part)
        {
            foreach (var key in part.Keys.Where(static k => k.Active))
            {
                var name = $"access key {PlainText.OneLine(key.Id, 64)}";
                var step = new PlannedStep(Api, key.Id)
                {
                    Run = (iam, c) => SetAsync(iam, plan.Target, key.Id, StatusType.Active, c),
                    Difference = now => Find(now, key.Id) is { Active: true } ? null : $"read back: access key {key.Id} is not active",
                };
                var found = Find(plan.Now, key.Id);
                if (found is null) plan.Changes.Add($"{name} was deleted by somebody else; it cannot be restored");
                else if (!found.Active) plan.Steps.Add(step);
                else if (plan.WasOurs(step, Api, key.Id)) plan.Notes.Add($"{name} is active already");
                else plan.Changes.Add($"{name} was activated again by somebody else");
            }
        }

        protected override IEnumerable<string> Before(KeysBefore part) => part.Keys.Select(Described);

        public override IEnumerable<string> Now(PrincipalState now, PriorState prior) =>
            (now.Part<KeysNow>()?.Keys ?? []).Select(Described);

        private static string Described(KeyState key) => $"access key {key.Id} {(key.Active ? "active" : "inactive")}";

        private static KeyState? Find(PrincipalState now, string id) => now.Part<KeysNow>()?.Keys.FirstOrDefault(k => k.Id == id);

        private static Task<IReadOnlyList<KeyState>> KeysAsync(
            IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken) =>
            TargetReads.PagesAsync(async marker =>
            {
                var page = await iam.ListAccessKeysAsync(
                    new ListAccessKeysRequest { UserName = name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                var keys = (page.AccessKeyMetadata ?? []).Select(static k => new KeyState(k.AccessKeyId, k.Status == StatusType.Active));
                return (keys, page.IsTruncated == true ? page.Marker : null);
            });

        private static Task<ContainmentStep> SetAsync(
            IAmazonIdentityManagementService iam, Principal user, string keyId, StatusType status, CancellationToken cancellationToken) =>
            IamStep.RunAsync(Api, user.Name, keyId, () => iam.UpdateAccessKeyAsync(
                new UpdateAccessKeyRequest { UserName = user.Name, AccessKeyId = keyId, Status = status }, cancellationToken));
    }
}
