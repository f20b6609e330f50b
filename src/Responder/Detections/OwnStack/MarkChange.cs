using Responder.Detections.Iam;
using Responder.Events;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

/// <summary>What a call takes off, if a containment of ours put it on.</summary>
public enum Mark
{
    /// <summary>AWSDenyAll as permissions boundary: deleted, or replaced by another.</summary>
    Boundary,

    /// <summary>The inline policy that denies older sessions: deleted or rewritten.</summary>
    SessionDenial,

    /// <summary>A managed policy that containment detached: attached again.</summary>
    DetachedPolicy,

    /// <summary>An access key that containment deactivated: active again.</summary>
    AccessKey,
}

/// <summary>
/// A call that undoes a containment if there is one. The event does not tell: a boundary goes without a word on what it was. The ledger of
/// the target does, so this is a question to it.
/// </summary>
/// <param name="Subject">The policy, inline policy or access key; null for a boundary.</param>
/// <param name="Document">New text of the inline policy; null when it was deleted, and for other marks.</param>
/// <param name="What">What was done, for a title.</param>
public sealed record MarkChange(Mark Mark, Principal Target, string? Subject, string? Document, string What)
{
    /// <summary>Every denial of ours begins with it.</summary>
    public const string SessionDenialPrefix = "ResponderRevokeSessions-";

    private static readonly DetectionInfo s_info = new QuarantineUndone().Info;

    /// <summary>Null: the call did not succeed, or it takes off nothing that a containment puts on.</summary>
    public static MarkChange? Of(CloudTrailEvent e)
    {
        if (e.EventSource != IamCall.Source || e.Outcome != CallOutcome.Succeeded || e.IsDataOrNetworkCopy) return null;
        var target = e.EventName == "UpdateAccessKey" ? Ownership.Read(e).Holder : IamCall.Target(e);
        if (target is not { Kind: PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group }) return null;
        return e.EventName switch
        {
            "DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary" => new MarkChange(Mark.Boundary, target, null, null, "permissions boundary removed"),
            "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" => Replaced(e, target),
            "DeleteRolePolicy" or "PutRolePolicy" => Denial(e, target),
            "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy" => Attached(e, target),
            "UpdateAccessKey" => Activated(e, target),
            _ => null,
        };
    }

    /// <summary>The finding, once the ledger has said that the mark was ours.</summary>
    /// <param name="putsBack">What containment had done to the target.</param>
    public Finding Undone(IReadOnlyList<ContainmentAction> putsBack) => new(s_info, Severity.Critical, $"Quarantine of {Target} undone: {What}")
    {
        Target = Target,
        Resource = Subject,
        Reasons = ["The ledger of the quarantine is open: nobody has released it"],
        PutsBack = putsBack,
    };

    private static MarkChange? Replaced(CloudTrailEvent e, Principal target)
    {
        var boundary = e.Request["permissionsBoundary"].Text;
        return ManagedPolicies.KindOf(boundary ?? "") == ManagedPolicyKind.DenyAll
            ? null
            : new MarkChange(Mark.Boundary, target, null, null, $"permissions boundary replaced by {IamCall.PolicyName(boundary)}");
    }

    private static MarkChange? Denial(CloudTrailEvent e, Principal target)
    {
        if (e.Request["policyName"].Text is not { } name || !name.StartsWith(SessionDenialPrefix, StringComparison.OrdinalIgnoreCase)) return null;
        return e.EventName == "DeleteRolePolicy"
            ? new MarkChange(Mark.SessionDenial, target, name, null, "denial of its sessions deleted")
            : new MarkChange(Mark.SessionDenial, target, name, e.Request["policyDocument"].Text ?? "", "denial of its sessions rewritten");
    }

    private static MarkChange? Attached(CloudTrailEvent e, Principal target) =>
        e.Request["policyArn"].Text is { Length: > 0 } arn && ManagedPolicies.KindOf(arn) is ManagedPolicyKind.Administrator or ManagedPolicyKind.Customer
            ? new MarkChange(Mark.DetachedPolicy, target, arn, null, $"{IamCall.PolicyName(arn)} attached again")
            : null;

    private static MarkChange? Activated(CloudTrailEvent e, Principal target) =>
        e.Request["status"].Text is not ("Inactive" or "Expired") && e.Request["accessKeyId"].Text is { Length: > 0 } key
            ? new MarkChange(Mark.AccessKey, target, key, null, "access key switched on again")
            : null;
}
