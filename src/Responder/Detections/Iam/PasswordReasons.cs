using Responder.Events;

namespace Responder.Detections.Iam;

/// <summary>Why a password that somebody else set is no less dangerous when it must be reset.</summary>
internal static class PasswordReasons
{
    internal static IReadOnlyList<string> Of(CloudTrailEvent e, Ownership owner, string reason) =>
        !owner.IsOwn && e.Request["passwordResetRequired"].Flag == true
            ? [reason, "A reset is required at the next sign-in, which whoever knows the password can do first."]
            : [reason];
}
