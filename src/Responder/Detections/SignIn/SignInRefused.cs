using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class SignInRefused : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.refused",
        Title = "Sign-in refused",
        Description =
            "A wrong password, a wrong code, or a failed recovery. One is a slip and is recorded; of root even one is worth a look, "
            + "because nobody should be trying.",
        Severity = Severity.Low,
        Watches = [new Watch("signin.amazonaws.com", [], WatchKind.SignIn)],
        Techniques = ["T1110"],
        Controls = ["cis:4.6", "pci-dss:10.2.4", "soc2:CC7.2", "hipaa:164.308(a)(5)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst: ["Whether the same address fails for other names as well", "Whether a sign-in from it succeeded afterwards"],
            Do: ["Of root: ask its holder; when nobody tried, make sure that MFA is on and the mailbox safe"],
            BenignCauses: ["A mistyped password", "A password manager with the old password"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Outcome != CallOutcome.Refused || e.Actor.IsAwsServiceOnItsOwn) yield break;
        var who = ConsoleLogin.Who(e);
        yield return new Finding(Info, e.Actor.IsRoot ? Severity.Medium : Severity.Low, $"{e.EventName} refused to {who}")
        {
            Target = ConsoleLogin.Principal(e),
            Says = [e.EventName, who],
            Reasons = [e.ErrorMessage ?? "Failed", ConsoleLogin.From(e)],
        };
    }
}
