using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

/// <summary>Reads a console sign-in record. It has no errorCode and no request; the response is under the event's own name.</summary>
internal static class ConsoleLogin
{
    public static bool Is(CloudTrailEvent e) => e.EventName == "ConsoleLogin";

    /// <summary>True when somebody signed in, or when the record does not tell the outcome: missing data never means "safe".</summary>
    public static bool Succeeded(CloudTrailEvent e) => Is(e) && e.Outcome == CallOutcome.Succeeded;

    /// <summary>
    /// Whether MFA was used, from <c>additionalEventData.MFAUsed</c> (Yes, No, YES) or else from the session's flag; null when the record
    /// does not say.
    /// </summary>
    public static bool? MfaUsed(CloudTrailEvent e)
    {
        var used = e.AdditionalEventData["MFAUsed"];
        if (used.Flag is { } flag) return flag;
        return used.Text?.Trim() switch
        {
            { } text when text.Equals("Yes", StringComparison.OrdinalIgnoreCase) => true,
            { } text when text.Equals("No", StringComparison.OrdinalIgnoreCase) => false,
            _ => e.Actor.KnownMfa,
        };
    }

    /// <summary>
    /// True when another identity provider let the person in (SAML, Identity Center, a role or federation token): MFA happens there, and
    /// AWS writes <c>MFAUsed: No</c> all the same. The caller can choose none of these signs.
    /// </summary>
    public static bool IsFederated(CloudTrailEvent e) => e.Actor.Type is not (ActorType.IamUser or ActorType.Root)
        || e.Actor.SessionIssuerArn is not null
        || e.AdditionalEventData["SamlProviderArn"].Text is { Length: > 0 };

    /// <summary>"user alice", "root of 123456789012", "role Deploy".</summary>
    public static string Who(CloudTrailEvent e) => e.Actor switch
    {
        { IsRoot: true, IsAssumedRoot: true } => "root of " + (e.Actor.AccountId ?? e.AccountId ?? "an unknown account")
            + " (AssumeRoot session)",
        { IsRoot: true } => "root of " + (e.Actor.AccountId ?? e.AccountId ?? "an unknown account"),
        { Type: ActorType.IamUser, UserName: { Length: > 0 } name } => "user " + name,
        { UserName: { Length: > 0 } name } => "role " + name,
        _ => e.Actor.StableId,
    };

    /// <summary>Whoever signed in, as a principal; null for sessions, which belong to a role.</summary>
    public static Principal? Principal(CloudTrailEvent e) => e.Actor switch
    {
        { IsRoot: true } => new Principal(PrincipalKind.Root, e.Actor.AccountId ?? e.AccountId, "root", e.Actor.Arn),
        { Type: ActorType.IamUser, UserName: { Length: > 0 } name } =>
            new Principal(PrincipalKind.User, e.Actor.AccountId ?? e.AccountId, name, e.Actor.Arn),
        _ => null,
    };

    /// <summary>Where the sign-in came from, for the reasons of a finding.</summary>
    public static string From(CloudTrailEvent e) => "From "
        + (e.SourceIpAddress is { Length: > 0 } address ? address : "an unknown address");
}
