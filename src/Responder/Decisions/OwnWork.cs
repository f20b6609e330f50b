using Responder.Detections.Iam;
using Responder.Events;
using Responder.Policies;
using Responder.Settings;

namespace Responder.Decisions;

/// <summary>
/// What the roles of the installation do as their work. A function's role is run by nobody but the function, and is trusted whole; what
/// else its sessions do, responder.role-used-elsewhere tells. The roles that people or other accounts take are trusted only in what they
/// are for: containing takes rights away, and both kinds write the parameters that are theirs. What a release gives back,
/// <see cref="Facts.ReleaseMatch"/> tells.
/// </summary>
internal static class OwnWork
{
    public static bool Is(CloudTrailEvent e, ResponderOptions options)
    {
        if (e.Actor.IssuerArn is not { } arn) return false;
        if (options.ResponderRoleArns.Contains(arn)) return true;
        return options.IsContainingRole(arn) ? TakesAway(e) || Written(e, options) is Kept.Record or Kept.Ledger
            : options.IsReleaseRole(arn) && Written(e, options) is Kept.Record or Kept.Release;
    }

    /// <summary>What the responder keeps in a parameter.</summary>
    private enum Kept
    {
        NothingOfThese,
        Record,

        /// <summary>Undo data, or a note beside it.</summary>
        Ledger,

        /// <summary>The plan and the end of a release.</summary>
        Release,
    }

    /// <summary>True for the calls of containment: each leaves its target with less than before.</summary>
    private static bool TakesAway(CloudTrailEvent e) => e.EventSource == IamCall.Source && e.EventName switch
    {
        "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" => IsDenyAll(e.Request["permissionsBoundary"].Text),
        "DetachUserPolicy" or "DetachRolePolicy" or "DetachGroupPolicy" => !IsDenyAll(e.Request["policyArn"].Text),
        "UpdateAccessKey" => e.Request["status"].Text == "Inactive",
        "DeleteLoginProfile" => true,
        "PutRolePolicy" => PolicyDocument.Read(e.Request["policyDocument"].Text) is { IsReadable: true } document
            && document.Statements.All(static s => s.Effect == PolicyEffect.Deny),
        _ => false,
    };

    private static bool IsDenyAll(string? policyArn) => ManagedPolicies.KindOf(policyArn ?? "") == ManagedPolicyKind.DenyAll;

    private static Kept Written(CloudTrailEvent e, ResponderOptions options)
    {
        if (e.EventSource != "ssm.amazonaws.com" || e.EventName != "PutParameter" || e.Request["name"].Text is not { } name)
            return Kept.NothingOfThese;
        bool IsBelow(string path) => name.StartsWith(options.ParameterRoot + path, StringComparison.Ordinal);
        return IsBelow("/incidents/") ? Kept.Record
            : name == options.ParameterRoot + "/release" ? Kept.Release
            : !IsBelow("/quarantines/") ? Kept.NothingOfThese
            : name.EndsWith(".release", StringComparison.Ordinal) ? Kept.Release
            : Kept.Ledger;
    }
}
