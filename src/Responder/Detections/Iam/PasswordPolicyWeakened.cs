using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class PasswordPolicyWeakened : IamDetection
{
    private const int ShortestLength = 14;
    private const int FewestRemembered = 24;

    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.password-policy-weakened",
        Title = "Password policy weakened",
        Description = "The account's rules for console passwords were removed, or replaced by rules below the CIS benchmark (at least 14 "
            + "characters, the last 24 not used again). What a replacement does not name falls back to IAM's own weak defaults.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch("UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy")],
        Techniques = ["T1556"],
        Controls = ["cis:1.8", "cis:1.9", "pci-dss:8.3.6", "pci-dss:8.3.7", "soc2:CC6.1", "hipaa:164.308(a)(5)(ii)(D)"],
        Runbook = new Runbook(
            CheckFirst: [
                "aws iam get-account-password-policy",
                "Which passwords were set since: look for CreateLoginProfile, UpdateLoginProfile and ChangePassword."],
            Do: ["Put the account's rules back: aws iam update-account-password-policy --minimum-password-length 14 "
                + "--password-reuse-prevention 24 and the rest of your standard."],
            BenignCauses: ["An account whose people sign in through Identity Center only, and whose baseline sets other rules."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (e.EventName == "DeleteAccountPasswordPolicy")
        {
            return new Finding(Info, Severity.Medium, "Password policy of the account removed")
            {
                Reasons = ["IAM's default rules hold now: eight characters, old passwords may be used again."],
            };
        }

        var weak = new List<string>();
        if (e.Request["minimumPasswordLength"].Integer is not >= ShortestLength)
            weak.Add($"It allows passwords shorter than {ShortestLength} characters.");
        if (e.Request["passwordReusePrevention"].Integer is not >= FewestRemembered)
            weak.Add($"It remembers fewer than {FewestRemembered} old passwords.");
        return weak.Count == 0 ? null : new Finding(Info, Severity.Medium, "Password policy of the account set below the CIS benchmark")
        {
            Reasons = weak,
        };
    }
}
