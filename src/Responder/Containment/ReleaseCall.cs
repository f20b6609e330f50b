using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>A call that may be a step of a release.</summary>
internal static class ReleaseCall
{
    /// <summary>The call as plans of releases name it (<see cref="CallName"/>); null when no release makes such a call.</summary>
    public static string? NameOf(CloudTrailEvent e) => e.EventSource != "iam.amazonaws.com" ? null : e.EventName switch
    {
        "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy" => CallName.Of(e.EventName, e.Request["policyArn"].Text),
        "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" => CallName.Of(e.EventName, e.Request["permissionsBoundary"].Text),
        "DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary" => CallName.Of(e.EventName, null),
        "UpdateAccessKey" => CallName.Of(e.EventName, e.Request["accessKeyId"].Text),
        "DeleteRolePolicy" => CallName.Of(e.EventName, e.Request["policyName"].Text),
        "SetDefaultPolicyVersion" => CallName.Of(e.EventName, e.Request["versionId"].Text),
        _ => null,
    };

    /// <summary>The policy whose default version the call sets; null when it sets none.</summary>
    public static Principal? PolicyOf(CloudTrailEvent e) => e.EventSource == "iam.amazonaws.com" && e.EventName == "SetDefaultPolicyVersion"
        && e.Request["policyArn"].Text is { } arn ? Principal.Policy(arn) : null;

    /// <summary>True when the call restores what a containment has taken.</summary>
    public static bool Restores(this ActionCatalog actions, CloudTrailEvent e, PriorState prior) =>
        actions.Measures.Any(m => m.Restores(e, prior));
}
