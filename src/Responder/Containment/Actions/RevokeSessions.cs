using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment.Actions;

/// <summary>
/// Puts an inline policy on a role that denies everything to sessions issued before it, as the console's "Revoke active sessions" does.
/// Idempotent: putting it again replaces it. Whoever may assume the role can still get a new session, so its trust has to be checked as
/// well. Source: docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
/// </summary>
internal static partial class RevokeSessions
{
    private const string PutApi = "PutRolePolicy";
    private const string DeleteApi = "DeleteRolePolicy";

    private const string PageTime = "yyyy-MM-dd HH:mm:ss'Z'";

    /// <summary>The beginning of every policy name that we give to a denial.</summary>
    private const string Prefix = "ResponderRevokeSessions-";

    /// <summary>Lambda retries after a minute, so a delivery that comes sooner runs at the same time.</summary>
    private static readonly TimeSpan s_concurrent = TimeSpan.FromSeconds(30);

    public static ContainmentAction Action { get; } = new(
        "revoke-sessions", PrincipalKind.Role,
        "denies everything to sessions issued before now by an inline policy on the role, narrowed to one session where the event names it",
        "deletes that inline policy",
        new Denial())
    { WaitsForLedger = true, Parameter = "ContainRoles" };

    /// <summary>An inline policy of ours that denies everything to a role's older sessions.</summary>
    /// <param name="Before">Sessions issued before this are denied; whole seconds, UTC.</param>
    /// <param name="UserId"><c>AROA…:session</c> when only that session is denied; null: all.</param>
    private sealed record SessionDenial(string PolicyName, DateTimeOffset Before, string? UserId) : PriorPart
    {
        public override IEnumerable<string> OnPage()
        {
            var whose = UserId is { } id ? " to " + PlainText.OneLine(id, 128) : "";
            yield return $"note:     sessions issued before {Text(Before, PageTime)} are denied{whose}; "
                + $"none lasts longer than 12 hours, so {PolicyName} may be lifted after {Text(Before + RoleSessions.Longest, PageTime)}";
        }
    }

    /// <param name="Names">Names of the role's inline policies.</param>
    private sealed record InlinePolicies(IReadOnlyList<string> Names) : StatePart
    {
        /// <summary>The text of the policy that we put, for a release; null when the role has none of that name.</summary>
        public string? Ours { get; init; }
    }

    private sealed class Denial : Measure<SessionDenial>
    {
        public override IReadOnlyList<string> Reads(PrincipalKind kind) => ["ListRolePolicies"];

        public override IReadOnlyList<string> Does(PrincipalKind kind) => [PutApi];

        /// <summary>Reads the policy before it deletes it: the text tells whether it is still ours.</summary>
        public override IReadOnlyList<string> Undoes(PrincipalKind kind) => ["GetRolePolicy", DeleteApi];

        public override async Task<StatePart?> ReadAsync(TargetReads reads) =>
            await reads.TryAsync("ListRolePolicies", (iam, c) => NamesAsync(iam, reads.Target.Name, c)).ConfigureAwait(false) is { } names
                ? new InlinePolicies(names)
                : null;

        public override async Task<StatePart?> ReadForReleaseAsync(TargetReads reads, PriorState prior)
        {
            var listing = ReadAsync(reads);
            var reading = prior.Part<SessionDenial>() is { } denial
                ? reads.TryAsync("GetRolePolicy", (iam, c) => TextAsync(iam, reads.Target.Name, denial.PolicyName, c))
                : Task.FromResult<string?>(null);
            await Task.WhenAll(listing, reading).ConfigureAwait(false);
            var text = await reading.ConfigureAwait(false);
            return await listing.ConfigureAwait(false) is InlinePolicies names ? names with { Ours = text is "" ? null : text } : null;
        }

        public override IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior)
        {
            if (prior.Part<SessionDenial>() is not { } denial) yield break;
            // Without the names in use, somebody else's policy might be overwritten, and nobody could put it back.
            if (decision.Facts.Target.Value is not { } state || (state.Exists && state.Part<InlinePolicies>() is null))
            {
                yield return PlannedCall.Unread(PutApi, decision);
                yield break;
            }

            yield return new PlannedCall(PutApi, denial.PolicyName)
            {
                Run = (iam, c) => PutAsync(iam, target, denial, c),
                Effect = now => now.Part<InlinePolicies>()?.Names.Contains(denial.PolicyName, StringComparer.Ordinal) != false,
            };
        }

        protected override SessionDenial Take(Decision decision, SessionDenial? known)
        {
            var denial = DenialOf(decision, decision.Facts.Target.Value?.Part<InlinePolicies>()?.Names ?? []);
            if (known is null) return denial;
            // Put back: the same denial, extended to everything issued until now.
            if (decision.Strongest?.PutsBack is not null) return known with { Before = denial.Before };
            // Another process got the same event at the same time: two times for one denial would look as if somebody else had rewritten
            // it.
            if (known.PolicyName == DenialOf(decision, []).PolicyName && decision.Facts.Now - known.Before < s_concurrent) return known;
            // One denial per role: a later incident moves its time, and widens it to all sessions unless it means the same one.
            return denial with { PolicyName = known.PolicyName, UserId = denial.UserId == known.UserId ? known.UserId : null };
        }

        /// <summary>One denial per role: it keeps the name that stands, and denies all sessions unless both mean the same one.</summary>
        protected override SessionDenial Together(SessionDenial standing, SessionDenial read) =>
            standing.UserId is null || standing.UserId == read.UserId
                ? standing
                : read with { PolicyName = standing.PolicyName, UserId = null };

        protected override void Write(Utf8JsonWriter writer, SessionDenial? part)
        {
            if (part is null) return;
            writer.WriteStartObject("sessions");
            writer.WriteString("policy", part.PolicyName);
            writer.WriteTime("before", part.Before);
            if (part.UserId is not null) writer.WriteString("userId", part.UserId);
            writer.WriteEndObject();
        }

        public override PriorPart? Read(JsonView prior, bool isTaken)
        {
            var sessions = prior["sessions"];
            return sessions["policy"].Text is { } policy
                && DateTimeOffset.TryParse(sessions["before"].Text, CultureInfo.InvariantCulture, out var before)
                ? new SessionDenial(policy, before, sessions["userId"].Text)
                : null;
        }

        public override TakenOff? TakenOffBy(CloudTrailEvent e)
        {
            if (e.EventName is not (PutApi or DeleteApi) || IamCall.Target(e) is not { } target) return null;
            if (e.Request["policyName"].Text is not { } name || !name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return null;
            if (e.EventName == DeleteApi) return new TakenOff(this, target, name, "denial of its sessions deleted");
            var document = e.Request["policyDocument"].Text ?? "";
            return new TakenOff(this, target, name, "denial of its sessions rewritten") { Document = document };
        }

        protected override bool WasOn(TakenOff taken, SessionDenial part) =>
            string.Equals(part.PolicyName, taken.Subject, StringComparison.OrdinalIgnoreCase)
            && taken.Document != Document(part); // a repeat of our own call has the same text

        protected override bool Restores(CloudTrailEvent e, SessionDenial part) =>
            e.EventName == DeleteApi && e.Request["policyName"].Text == part.PolicyName;

        protected override void PlanUndo(UndoPlan plan, SessionDenial part)
        {
            var name = $"inline policy {PlainText.OneLine(part.PolicyName, 128)}";
            var text = plan.Now.Part<InlinePolicies>()?.Ours;
            var step = new PlannedStep(DeleteApi, part.PolicyName)
            {
                Run = (iam, c) => DeleteAsync(iam, plan.Target, part.PolicyName, c),
                Difference = now => now.Part<InlinePolicies>()?.Ours is null
                    ? null
                    : $"read back: inline policy {part.PolicyName} is still there",
            };
            if (text is not null && IsOurs(text, part)) plan.Steps.Add(step);
            else if (text is not null)
            {
                plan.Changes.Add($"{name} was rewritten by somebody else");
                plan.Steps.Add(step);
            }
            else if (plan.WasOurs(step, PutApi, part.PolicyName)) plan.Notes.Add($"{name} is gone already");
            else plan.Changes.Add($"{name} was deleted by somebody else");
        }

        protected override IEnumerable<string> Before(SessionDenial part) => ["no inline policy " + part.PolicyName];

        public override IEnumerable<string> Now(PrincipalState now, PriorState prior) => prior.Part<SessionDenial>() is { } denial
            ? [(now.Part<InlinePolicies>()?.Ours is null ? "no inline policy " : "inline policy ") + denial.PolicyName]
            : [];

        private static Task<IReadOnlyList<string>> NamesAsync(
            IAmazonIdentityManagementService iam, string role, CancellationToken cancellationToken) =>
            TargetReads.PagesAsync<string>(async marker =>
            {
                var page = await iam.ListRolePoliciesAsync(
                    new ListRolePoliciesRequest { RoleName = role, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (page.PolicyNames ?? [], page.IsTruncated == true ? page.Marker : null);
            });

        /// <summary>Empty when there is no policy of that name.</summary>
        private static async Task<string> TextAsync(
            IAmazonIdentityManagementService iam, string role, string name, CancellationToken cancellationToken)
        {
            try
            {
                var answer = await iam.GetRolePolicyAsync(
                    new GetRolePolicyRequest { RoleName = role, PolicyName = name }, cancellationToken).ConfigureAwait(false);
                return Uri.UnescapeDataString(answer.PolicyDocument ?? "");
            }
            catch (NoSuchEntityException)
            {
                return "";
            }
        }

        private static Task<ContainmentStep> PutAsync(
            IAmazonIdentityManagementService iam, Principal role, SessionDenial denial, CancellationToken cancellationToken)
        {
            var (name, document) = (denial.PolicyName, Document(denial));
            return IamStep.RunAsync(PutApi, role.Name, name, () => iam.PutRolePolicyAsync(
                new PutRolePolicyRequest { RoleName = role.Name, PolicyName = name, PolicyDocument = document }, cancellationToken));
        }

        private static Task<ContainmentStep> DeleteAsync(
            IAmazonIdentityManagementService iam, Principal role, string policyName, CancellationToken cancellationToken) =>
            IamStep.RunAsync(DeleteApi, role.Name, policyName, () => iam.DeleteRolePolicyAsync(
                new DeleteRolePolicyRequest { RoleName = role.Name, PolicyName = policyName }, cancellationToken));
    }

    /// <summary>The denial that an incident puts, under a name that the role does not have yet, so that nothing is overwritten.</summary>
    /// <param name="taken">Names of the role's inline policies.</param>
    private static SessionDenial DenialOf(Decision decision, IReadOnlyList<string> taken)
    {
        var hash = Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(decision.Event.IncidentId)).AsSpan(0, 4));
        var name = hash;
        for (var n = 2; taken.Contains(name, StringComparer.OrdinalIgnoreCase); n++)
            name = string.Create(CultureInfo.InvariantCulture, $"{hash}-{n}");
        return new SessionDenial(name, WholeSeconds(decision.Facts.Now), UserIdOf(decision));
    }

    /// <summary>
    /// The policy's text. It is the same for the same denial, so that a release can tell ours from another one of that name.
    /// </summary>
    private static string Document(SessionDenial denial) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Version", "2012-10-17");
        writer.WriteStartArray("Statement");
        writer.WriteStartObject();
        writer.WriteString("Sid", "MayBeLiftedAfter" + Text(denial.Before + RoleSessions.Longest, "yyyyMMdd'T'HHmmss'Z'"));
        writer.WriteString("Effect", "Deny");
        writer.WriteString("Action", "*");
        writer.WriteString("Resource", "*");
        writer.WriteStartObject("Condition");
        writer.WriteStartObject("DateLessThan");
        writer.WriteString("aws:TokenIssueTime", Text(denial.Before, "yyyy-MM-dd'T'HH:mm:ss'Z'"));
        writer.WriteEndObject();
        if (denial.UserId is { } userId)
        {
            writer.WriteStartObject("StringEquals");
            writer.WriteString("aws:userid", userId);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>
    /// True when the text is that of our denial, whatever its time: of two deliveries at once, one may have written the ledger and the
    /// other one the policy.
    /// </summary>
    private static bool IsOurs(string text, SessionDenial denial) => JsonView.TryParse(text, out var json)
        && json["Statement"].Items.FirstOrDefault()["Condition"]["DateLessThan"]["aws:TokenIssueTime"].Text is { } time
        && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before)
        && (text == Document(denial with { Before = before }) || text == Document(denial with { Before = before, UserId = null }));

    /// <summary>
    /// The id of the calling session when it is one of the role itself; null, which denies all sessions, when it is not or looks unusual.
    /// </summary>
    private static string? UserIdOf(Decision decision) =>
        decision is { Target: { } role, Event.Actor: { PrincipalId: { } id, SessionIssuerArn: { } issuer } }
        && AwsArn.TryParse(issuer, out var arn) && arn.AccountId == role.AccountId
        && arn.Resource.StartsWith("role/", StringComparison.Ordinal)
        && string.Equals(arn.Name, role.Name, StringComparison.OrdinalIgnoreCase)
        && SessionId().IsMatch(id) ? id : null;

    private static string Text(DateTimeOffset time, string format) => time.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    [GeneratedRegex(@"^AROA[A-Z0-9]{4,40}:[A-Za-z0-9_+=,.@-]{2,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SessionId();
}
