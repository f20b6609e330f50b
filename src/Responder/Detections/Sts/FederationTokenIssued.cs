using Responder.Detections.Iam;
using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Sts;

/// <summary>A user made himself a federation token with most of his own rights.</summary>
internal sealed class FederationTokenIssued : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "sts.federation-token-issued",
        Title = "Federation token with broad rights issued to an IAM user",
        Description = "GetFederationToken makes a session of up to 36 hours that outlives the access key it was made with, can open the "
            + "console, and carries a name the caller chooses. "
            + "Its policy limits it: with none, an unreadable or a broad one it is a way to stay after the key is switched off.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("sts.amazonaws.com", "GetFederationToken")],
        Techniques = ["T1550.001", "T1098.001", "T1078.004"],
        Controls = ["cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            ["Does an application of {actor} hand out federation tokens, and with this policy?",
                "What the session did: its events have FederatedUser as identity and the user as issuer"],
            [
                "Switching the access key off does not end the session: deny the user everything, which its sessions inherit, or "
                    + "quarantine {actor}",
                "Then rotate the key",
            ],
            ["An old broker application that signs users in to the console"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        // Roles cannot make this call, and another detection reports what root does.
        if (e.Actor.IsAwsServiceOnItsOwn || e.Actor.Type != ActorType.IamUser || Broad(e) is not { } reason) yield break;

        var name = e.Request["name"].Text is { Length: > 0 } text ? text : null;
        yield return new Finding(
            Info, Severity.Medium, $"Federation token {name ?? "(not named)"} issued to user {e.Actor.UserName ?? "(not named)"}")
        {
            Resource = e.Response["federatedUser"]["arn"].Text is { Length: > 0 } arn ? arn : name,
            Reasons = [reason],
        };
    }

    /// <summary>Why the session's rights are broad; null when its policy limits them.</summary>
    private static string? Broad(CloudTrailEvent e)
    {
        if (e.RequestOmitted || !e.Request.IsObject) return "The event does not say what limits the session";

        var policy = e.Request["policy"];
        var inline = policy.Exists && !(policy.IsString && string.IsNullOrWhiteSpace(policy.Text));
        string?[] arns = [.. e.Request["policyArns"].Items.Select(static item => item["arn"].Text ?? item.Text)];
        if (!inline && arns.Length == 0)
            return "No session policy: without one it still has what resource policies give it, and signs in to the console";
        if (inline && PolicyGrants.Judge(e, policy, Ownership.Caller(e), null) is { Level: >= PowerLevel.Unreadable } verdict)
            return verdict.Level == PowerLevel.Unreadable ? "The session policy could not be read" : "It was given a session policy "
                + PolicyGrants.Describe(verdict.Level);
        foreach (var arn in arns)
        {
            var kind = ManagedPolicies.KindOf(arn);
            if (kind is ManagedPolicyKind.Administrator or ManagedPolicyKind.Escalation)
                return $"The session policy {IamCall.PolicyName(arn)} leads to administrator";
            if (kind is ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown or ManagedPolicyKind.Unreadable)
                return $"What the session policy {IamCall.PolicyName(arn)} allows is not in the event";
        }

        return null;
    }
}
