using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class UserCreated : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.user-created",
        Title = "IAM user created",
        Description =
            "A new IAM user is a lasting identity outside the company's sign-in. Where people come through Identity Center, new users "
            + "are rare, and an attacker's first back door is often one.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch("CreateUser")],
        Techniques = ["T1136.003"],
        Controls = ["cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.2", "hipaa:164.308(a)(4)(ii)(C)", "hipaa:164.312(a)(2)(i)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Is there a ticket for {target}, and does {actor} usually create users?",
                "Did {target} get a key, a password, a policy or a group in the next minutes? Each has its own alert.",
            ],
            Do:
            [
                "If nobody ordered it: aws iam list-access-keys --user-name {target}, deactivate what is there, then delete the user.",
                "Find out how {actor} was allowed to create users, and contain it if the call was not its owner's.",
            ],
            BenignCauses: ["Onboarding of a service that cannot use roles.", "Infrastructure code that manages users."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var answered = e.Response["user"];
        var target = IamCall.User(e, answered["arn"].Text ?? IamCall.NameIn(answered["userName"]) ?? IamCall.NameIn(e.Request["userName"]));
        return new Finding(Info, Severity.Medium, $"IAM user created: {target?.Name ?? "name not in the event"}")
        {
            Target = target,
            Resource = target?.Arn,
            Reasons = ["A new user is a lasting identity with credentials of its own."],
            UndoCommand = target is null ? null : Shell.Command("aws iam delete-user", ("--user-name", target.Name)),
        };
    }
}
