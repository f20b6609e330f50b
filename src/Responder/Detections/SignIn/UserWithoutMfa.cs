using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class UserWithoutMfa : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.user-without-mfa",
        Title = "IAM user signed in to the console without MFA",
        Description = "A password alone opened the console for an IAM user. Sessions of SAML, Identity Center and roles do not count: "
            + "their second factor "
            + "is asked for by the identity provider, and AWS cannot see it.",
        Severity = Severity.High,
        Watches = [new Watch("signin.amazonaws.com", ["ConsoleLogin"], WatchKind.SignIn)],
        Techniques = ["T1078.004"],
        Controls = ["cis:1.10", "cis:4.2", "pci-dss:8.4.2", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether the person knows of the sign-in and whether the source address is theirs",
                "Whether the user has an MFA device at all: aws iam list-mfa-devices --user-name {target}",
                "What the session did since",
            ],
            Do:
            [
                "When nobody knows it: cut the user off (responder contain) and reset the password",
                "Give the user an MFA device, and a policy that denies everything without MFA",
            ],
            BenignCauses: ["A new user signs in to register the first MFA device"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!ConsoleLogin.Succeeded(e) || e.Actor.Type != ActorType.IamUser || ConsoleLogin.IsFederated(e)) yield break;
        var mfa = ConsoleLogin.MfaUsed(e);
        if (mfa == true) yield break;

        yield return new Finding(Info, mfa is null ? Severity.Medium : Severity.High,
            Capital(ConsoleLogin.Who(e))
                + (mfa is null ? " signed in, whether with MFA is not in the record" : " signed in to the console without MFA"))
        {
            Target = ConsoleLogin.Principal(e),
            Says = [mfa is null ? "MFA not known" : "no MFA"],
            Reasons = [mfa is null ? "The record does not say whether MFA was used" : "A password alone was enough", ConsoleLogin.From(e)],
        };
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
