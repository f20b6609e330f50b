using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>The role that a call created or whose trust it changed, and whom it now trusts.</summary>
internal sealed record RoleTrust(Principal? Role, AccessVerdict Verdict, bool IsNew)
{
    /// <summary>True when nobody may assume the role, but somebody may tag its sessions or name their source.</summary>
    internal bool IsForTagsOnly { get; private init; }

    /// <summary>"role Deploy", "an unnamed role".</summary>
    internal string Name => Role?.ToString() ?? "an unnamed role";

    /// <summary>The last event read: two detections ask about the same event, one right after the other.</summary>
    [ThreadStatic]
    private static (CloudTrailEvent Event, Estate Estate, RoleTrust? Trust)? t_last;

    /// <summary>Null when neither the request nor the response holds a trust policy.</summary>
    internal static RoleTrust? Read(CloudTrailEvent e, Estate estate)
    {
        if (t_last is { } last && ReferenceEquals(last.Event, e) && ReferenceEquals(last.Estate, estate)) return last.Trust;
        var trust = ReadAnew(e, estate);
        t_last = (e, estate, trust);
        return trust;
    }

    private static RoleTrust? ReadAnew(CloudTrailEvent e, Estate estate)
    {
        var isNew = e.EventName == "CreateRole";
        var answered = e.Response["role"];
        var document = isNew ? e.Request["assumeRolePolicyDocument"] : e.Request["policyDocument"];
        if (!document.Exists) document = answered["assumeRolePolicyDocument"];
        if (!document.Exists) return null;

        var role = Principal.Role(e, answered["arn"].Text ?? IamCall.NameIn(e.Request["roleName"]) ?? IamCall.NameIn(answered["roleName"]));
        var policy = PolicyDocument.Read(document);
        var verdict = ResourceAccess.WhoMayAssume(policy, estate.OwnerOf(e));
        return new RoleTrust(role, verdict, isNew)
        {
            IsForTagsOnly = verdict.Widest == Audience.Nobody && policy.Statements.Any(static statement => statement.IsAllow
                && (statement.MatchesAction("sts:TagSession") || statement.MatchesAction("sts:SetSourceIdentity"))),
        };
    }
}
