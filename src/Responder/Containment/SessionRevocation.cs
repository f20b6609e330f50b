using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Decisions;
using Responder.Detections.OwnStack;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// An inline policy on a role that denies everything to sessions issued before it, as the console's "Revoke active sessions" does. Idempotent:
/// putting it again replaces it. Whoever may assume the role gets a new session nevertheless: its trust has to be looked at, too.
/// Source: docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
/// </summary>
public sealed partial class SessionRevocation(IAmazonIdentityManagementService iam)
{
    public const string DoAction = "PutRolePolicy";
    public const string UndoAction = "DeleteRolePolicy";

    /// <summary>The denial that an incident puts; never under a name that the role has already, so nothing is overwritten.</summary>
    /// <param name="taken">Names of the role's inline policies.</param>
    public static SessionDenial DenialOf(Decision decision, IReadOnlyList<string> taken)
    {
        var hash = MarkChange.SessionDenialPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(decision.Event.IncidentId)).AsSpan(0, 4));
        var name = hash;
        for (var n = 2; taken.Contains(name, StringComparer.OrdinalIgnoreCase); n++) name = string.Create(CultureInfo.InvariantCulture, $"{hash}-{n}");
        return new SessionDenial(name, WholeSeconds(decision.Facts.Now), UserIdOf(decision));
    }

    public Task<ContainmentStep> DoAsync(Principal role, SessionDenial denial, CancellationToken cancellationToken) => IamStep.RunAsync(
        DoAction, role.Name, denial.PolicyName, () => iam.PutRolePolicyAsync(
            new PutRolePolicyRequest { RoleName = role.Name, PolicyName = denial.PolicyName, PolicyDocument = Document(denial) }, cancellationToken));

    /// <summary>Deletes the inline policy.</summary>
    public Task<ContainmentStep> UndoAsync(Principal role, string policyName, CancellationToken cancellationToken) => IamStep.RunAsync(
        UndoAction, role.Name, policyName, () => iam.DeleteRolePolicyAsync(
            new DeleteRolePolicyRequest { RoleName = role.Name, PolicyName = policyName }, cancellationToken));

    /// <summary>The policy's text; the same for the same denial, so that a release can tell ours from another one of that name.</summary>
    public static string Document(SessionDenial denial) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Version", "2012-10-17");
        writer.WriteStartArray("Statement");
        writer.WriteStartObject();
        writer.WriteString("Sid", "MayBeLiftedAfter" + (denial.Before + RoleSessions.Longest).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        writer.WriteString("Effect", "Deny");
        writer.WriteString("Action", "*");
        writer.WriteString("Resource", "*");
        writer.WriteStartObject("Condition");
        writer.WriteStartObject("DateLessThan");
        writer.WriteString("aws:TokenIssueTime", denial.Before.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
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

    /// <summary>The calling session when it is one of the role itself; an id that does not look like one denies all sessions instead.</summary>
    private static string? UserIdOf(Decision decision) => decision is { Target: { } role, Event.Actor: { PrincipalId: { } id, SessionIssuerArn: { } issuer } }
        && AwsArn.TryParse(issuer, out var arn) && arn.AccountId == role.AccountId
        && arn.Resource.StartsWith("role/", StringComparison.Ordinal) && string.Equals(arn.Name, role.Name, StringComparison.OrdinalIgnoreCase)
        && SessionId().IsMatch(id) ? id : null;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    [GeneratedRegex(@"^AROA[A-Z0-9]{4,40}:[A-Za-z0-9_+=,.@-]{2,64}\z")]
    private static partial Regex SessionId();
}
