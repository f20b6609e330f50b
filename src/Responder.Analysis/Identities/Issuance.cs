using Responder.Detections;
using Responder.Events;

namespace Responder.Analysis.Identities;

/// <summary>
/// A call that issued a credential: who called, and which access key id was returned. That id is what ties a session to the call that
/// opened it; session names are chosen by callers and prove nothing.
/// </summary>
/// <param name="KeyId">The access key id in the response.</param>
/// <param name="Gives">"session of role arn:…", "session of its own", "access key of user bob": not escaped.</param>
/// <param name="CallerKeyId">The key that the call was made with; null: none (SAML, web identity, console).</param>
/// <param name="Caller">The issuer of the caller's session, or the caller itself.</param>
public sealed record Issuance(
    string KeyId, string Call, string Gives, string? CallerKeyId, string Caller, string? Address, DateTimeOffset? Time, string? EventId)
{
    private static readonly string[] s_sessionCalls =
        ["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot", "GetSessionToken", "GetFederationToken"];

    /// <summary>The calls that issue credentials; no other call does.</summary>
    public static IReadOnlyList<Watch> Watches { get; } = [
        Watch.Calls("sts.amazonaws.com", s_sessionCalls), Watch.Calls("iam.amazonaws.com", "CreateAccessKey")];

    /// <summary>Null: the event issued nothing, or does not say what.</summary>
    public static Issuance? Of(CloudTrailEvent e)
    {
        if (e.Outcome != CallOutcome.Succeeded) return null;
        var isSession = e.EventSource == "sts.amazonaws.com" && s_sessionCalls.Contains(e.EventName, StringComparer.Ordinal);
        if (!isSession && !e.Is("iam.amazonaws.com", "CreateAccessKey")) return null;
        if (e.Response[isSession ? "credentials" : "accessKey"]["accessKeyId"].Text is not { Length: > 0 } key) return null;

        var gives = e.EventName switch
        {
            "CreateAccessKey" => "access key of user "
                + (e.Response["accessKey"]["userName"].Text ?? e.Request["userName"].Text ?? "unknown"),
            "GetSessionToken" => "session of its own",
            "GetFederationToken" => "federated session " + (e.Request["name"].Text ?? "without a name"),
            "AssumeRoot" => "root session in " + (e.Request["targetPrincipal"].Text ?? "an unknown account"),
            _ => "session of role " + (e.Request["roleArn"].Text ?? "unknown"),
        };
        return new Issuance(key, e.EventName, gives, e.Actor.AccessKeyId, e.Actor.StableId, e.SourceIpAddress, e.EventTime, e.EventId);
    }
}
