using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

internal sealed class ParameterChanged : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("ssm", "DeleteParameter", "Record or switch of the responder deleted", Severity.Critical),
        new("ssm", "DeleteParameters", "Records or switches of the responder deleted", Severity.Critical),
        new("ssm", "PutParameter", "Record or switch of the responder written by somebody else", Severity.Critical),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.parameter-changed",
        Title = "Record, ledger, budget, settings or kill switch of the responder changed by somebody else",
        Description = "A parameter below /security that the responder keeps was written or deleted by another principal: incident records, "
            + "the ledger that a "
            + "release restores from, the budget of containments, the settings that containment by hand reads, or the kill switch that "
            + "stops the containments. The values are not in the event.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1565.001", "T1070"],
        Controls = ["cis:4.9", "pci-dss:10.3.2", "soc2:CC7.2", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            CheckFirst: [
                "The parameter and who wrote it: aws ssm get-parameter-history --name {resource}",
                "Whether the kill switch stands on observe: aws ssm get-parameter --name /security/mode"],
            Do: ["Put the kill switch back if nobody meant it: aws ssm delete-parameter --name /security/mode",
                "Rebuild a lost ledger from the prior state in the function's log", "Cut off {actor} until it has explained itself"],
            BenignCauses: [
                "The kill switch was thrown on purpose", "Old records were cleaned up",
                "A release by a person instead of the release role"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (StackNames.OursAmong(e, "name", "names") is { } ours && CallTable.Find(Info, s_calls, e, ours) is { } finding)
            yield return finding;
    }
}
