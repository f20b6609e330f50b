using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class LoginProfileCreated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.login-profile-created",
        Title = "Console password created",
        Description = "A user got a console password. Whoever set it knows it, a required reset included: he can sign in first and choose "
            + "the next. "
            + "Giving a password to a service user is a common way to turn a stolen key into a console session.",
        Severity = Severity.High,
        Watches = [IamCall.Watch("CreateLoginProfile")],
        Techniques = ["T1098.001", "T1136.003"],
        Controls = [
            "cis:1.4", "cis:1.10", "cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.308(a)(5)(ii)(D)",
            "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Does {target} belong to a person who should sign in to the console? A service user should not.",
                "Did {target} sign in since, from where, and with MFA?",
            ],
            Do:
            [
                "If nobody ordered it, cut off {actor} and take the password away: {undo}",
                "If it is wanted: see that {target} sets its own password and an MFA device at once.",
            ],
            BenignCauses: ["Onboarding by an administrator."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var owner = Ownership.Read(e, e.Response["loginProfile"]["userName"]);
        var (severity, reason) = owner.Whose switch
        {
            Whose.Roots => (Severity.Critical, "Root has a password again: whoever set it can sign in without limits."),
            Whose.Own => (Severity.Medium, "The caller gave himself a console password: a key alone now opens the console."),
            Whose.Anothers => (Severity.High, "Whoever called knows another user's password."),
            _ => (Severity.High, "The event does not say whose password it is, so it counts as another user's."),
        };
        return new Finding(
            Info, severity, owner.Whose == Whose.Roots
            ? "Console password created for root"
            : $"Console password created for {owner.Of}{(owner.IsOwn ? " by itself" : "")}")
        {
            Target = owner.Holder,
            Reasons = PasswordReasons.Of(e, owner, reason),
            UndoCommand = owner.Holder is { Kind: PrincipalKind.User } holder
                ? Shell.Command("aws iam delete-login-profile", ("--user-name", holder.Name))
                : null,
        };
    }
}
