using Responder.Events;
using Responder.Settings;

namespace Responder.Analysis.Timeline;

/// <summary>
/// What the responder did to a principal (contained or released it), recognized by its own calls in the logs: those whose whole issuer ARN
/// is that of one of its roles.
/// </summary>
public static class ResponderAct
{
    public const string Contained = "contained";
    public const string Released = "released";

    /// <summary>Null: not a step of a containment or release.</summary>
    public static string? Of(CloudTrailEvent e, ResponderOptions options)
    {
        if (e.EventSource != "iam.amazonaws.com" || e.Outcome != CallOutcome.Succeeded || e.Actor.IssuerArn is not { } issuer) return null;
        if (!options.ResponderRoleArns.Contains(issuer) && issuer != options.ReleaseRoleArn
            && issuer != options.OperatorRoleArn)
            return null;
        return e.EventName switch
        {
            "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" => IsDenyAll(e.Request["permissionsBoundary"].Text)
                ? Contained
                : Released,
            "DetachUserPolicy" or "DetachRolePolicy" or "DeleteLoginProfile" or "PutUserPolicy" or "PutRolePolicy" => Contained,
            "DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary" or "AttachUserPolicy" or "AttachRolePolicy"
                or "DeleteUserPolicy" or "DeleteRolePolicy" => Released,
            "UpdateAccessKey" => e.Request["status"].Text == "Active" ? Released : Contained,
            _ => null,
        };
    }

    private static bool IsDenyAll(string? text) => AwsArn.TryParse(text, out var arn) && arn.IsAwsManagedPolicy("AWSDenyAll");
}
