using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// A successful call cannot have lacked a parameter that IAM requires; when the event lacks it, the event cannot be relied on.
/// </summary>
internal sealed class RequestMissing : IamDetection
{
    // The parameters that IAM requires for each call and that judging it needs; the detection that judges a call reports a missing
    // recipient. Credential calls are not listed: without a user name they mean the caller.
    private static readonly Dictionary<string, string[]> s_required = new(StringComparer.Ordinal)
    {
        ["AttachUserPolicy"] = ["policyArn"],
        ["AttachRolePolicy"] = ["policyArn"],
        ["AttachGroupPolicy"] = ["policyArn"],
        ["DetachUserPolicy"] = ["policyArn"],
        ["DetachRolePolicy"] = ["policyArn"],
        ["DetachGroupPolicy"] = ["policyArn"],
        ["PutUserPolicy"] = ["policyDocument"],
        ["PutRolePolicy"] = ["policyDocument"],
        ["PutGroupPolicy"] = ["policyDocument"],
        ["DeleteUserPolicy"] = ["policyName"],
        ["DeleteRolePolicy"] = ["policyName"],
        ["DeleteGroupPolicy"] = ["policyName"],
        ["CreatePolicy"] = ["policyDocument"],
        ["CreatePolicyVersion"] = ["policyDocument"],
        ["SetDefaultPolicyVersion"] = ["policyArn", "versionId"],
        ["DeletePolicy"] = ["policyArn"],
        ["DeletePolicyVersion"] = ["policyArn"],
        ["AddUserToGroup"] = ["groupName"],
        ["UpdateAssumeRolePolicy"] = ["policyDocument"],
        ["CreateRole"] = ["assumeRolePolicyDocument"],
        ["PutUserPermissionsBoundary"] = ["permissionsBoundary"],
        ["PutRolePermissionsBoundary"] = ["permissionsBoundary"],
    };

    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.request-missing",
        Title = "IAM call that worked, without its parameters",
        Description =
            "A call that changes permissions worked, yet the event lacks what IAM requires of it. What it did is unknown, and unknown "
            + "is not harmless.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch([.. s_required.Keys.Order(StringComparer.Ordinal)])],
        Techniques = ["T1098.003"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Look the event up in CloudTrail's history by its id: does the original hold more?",
                "Read the state from IAM: aws iam get-account-authorization-details",
            ],
            Do: ["Ask the owner of {actor} what the call did; if nobody knows, treat it as a grant of administrator."],
            BenignCauses: ["A pipeline between CloudTrail and here that strips fields."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (e.RequestOmitted || !s_required.TryGetValue(e.EventName, out var required)) return null;

        // CreateRole returns the trust policy, so the request's copy may be missing.
        var lacking = required.Where(
            field => !IsThere(field, e.Request[field])
                && !(field == "assumeRolePolicyDocument" && IsThere(field, e.Response["role"][field]))).ToList();
        if (lacking.Count == 0) return null;

        return new Finding(Info, Severity.Medium, $"{e.EventName} worked, but the event lacks {string.Join(" and ", lacking)}")
        {
            Target = IamCall.Target(e),
            Reasons = ["What the call did cannot be told from the event, so it is not taken for harmless."],
        };
    }

    /// <summary>An ARN in a list or an object is none that can be read.</summary>
    private static bool IsThere(string field, JsonView value) => field.EndsWith("Arn", StringComparison.Ordinal)
        ? value.Text is { Length: > 0 }
        : value.Exists && value.Text is not "";
}
