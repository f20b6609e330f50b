using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

internal sealed class RootAssumed : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "account.root-assumed",
        Title = "Root of a member account assumed",
        Description =
            "AssumeRoot gave somebody in the management or delegated administrator account a short session as root of a member account. "
            + "The session is limited to a task, but the tasks are those that nobody else may do: deleting bucket policies, creating or "
                + "removing root's credentials.",
        Severity = Severity.High,
        Watches = [Watch.Calls("sts.amazonaws.com", "AssumeRoot")],
        Techniques = ["T1098", "T1078.004"],
        Controls = ["cis:1.7", "cis:4.3", "pci-dss:8.2.2", "soc2:CC6.1"],
        Runbook = new Runbook(
            CheckFirst: [
                "Which account and which task policy the session was for",
                "What the session did in that account: its events there have root as identity"],
            Do: ["When nobody asked for it: cut off {actor}",
                "Switch centralized root access off until that is clear: aws iam disable-organizations-root-sessions"],
            BenignCauses: ["A locked bucket or queue policy is being repaired by the cloud team"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var target = e.Request["targetPrincipal"].Text is { Length: > 0 } text ? text : null;
        var account = AwsArn.TryParse(target, out var arn) ? arn.AccountId : target;
        var task = e.Request["taskPolicyArn"]["arn"].Text ?? e.Request["taskPolicyArn"].Text;
        yield return new Finding(Info, Severity.High, $"Root of account {account ?? "(not named)"} assumed")
        {
            Target = new Principal(PrincipalKind.Root, account, "root", AwsArn.TryParse(target, out _) ? target : null),
            Resource = target,
            Reasons = task is { Length: > 0 } ? [$"Task policy {task}"] : [],
        };
    }
}
