using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// A rename keeps the unique id, the policies, the keys and the boundary, and makes every name in an event before it a dead one. So whoever
/// was to be contained under the old name is looked for under the new one.
/// </summary>
internal sealed class UserRenamed : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.user-renamed",
        Title = "IAM user or group renamed",
        Description = "UpdateUser or UpdateGroup gave a user or a group another name. That is rare, and harmless by itself (LOW). Of a "
            + "contained user it is an attempt to evade (CRITICAL): the quarantine stands, and the ledger follows him. Of a user who was "
            + "given administrator rights and could not be contained under his old name, it tells who he is: he is contained under the new "
            + "one (CRITICAL).",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("UpdateUser", "UpdateGroup")],
        Techniques = ["T1036.010", "T1098"],
        Controls = ["cis:4.4", "pci-dss:8.2.4", "pci-dss:10.2.1.5", "soc2:CC6.2", "hipaa:164.312(a)(2)(i)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who asked for the new name of {target}, and does {actor} usually rename users?",
                "What did {target} do under the old name in the last hour, and what was given to it?",
            ],
            Do:
            [
                "Look for the unique id in the logs: names before and after belong to one user.",
                "Cut off {actor} too, if nobody ordered the rename: it was made to hide from containment.",
            ],
            BenignCauses: ["A person changed the name, or a naming rule was introduced."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (IamCall.Target(e) is not { } from) return null;
        var name = IamCall.NameIn(e.Request[from.Kind == PrincipalKind.Group ? "newGroupName" : "newUserName"]);
        if (name is null || string.Equals(name, from.Name, StringComparison.Ordinal)) return null; // only the path changed
        var to = new Principal(from.Kind, from.AccountId, name);
        var finding = new Finding(Info, Severity.Low, $"{Capital(from)} renamed to {name}")
        {
            Target = to,
            Resource = from.Name,
            Reasons = ["A rename keeps the unique id, the policies, the keys and the boundary."],
            UndoCommand = IamCall.RenameBack(from, to),
        };
        return finding with
        {
            Question = new Question.Renamed(from, to),
            WhenAnswered = answer => answer is Answer.Renamed known
                ? Read(finding with { Target = known.To ?? finding.Target }, from, known)
                : finding,
        };
    }

    private static Finding Read(Finding finding, Principal from, Answer.Renamed known) => known switch
    {
        { WasContained: true } => finding with
        {
            Severity = Severity.Critical,
            Title = "Contained " + finding.Title[..1].ToLowerInvariant() + finding.Title[1..],
            Reasons = [(known.PutsBack, from.Kind) switch
            {
                (null, PrincipalKind.Group) => "What was detached stays detached: a rename keeps the policies.",
                (_, PrincipalKind.Group) => "The ledger is open, and a policy that was detached is attached: it is detached again.",
                (null, _) => "The quarantine stands: a rename keeps the boundary.",
                _ => "The ledger is open, and the boundary is not on him: it is put on under the new name.",
            },
                "The ledger follows the unique id."],
            PutsBack = known.PutsBack,
            Rename = new Rename(from, LedgerFollows: true),
        },
        { Wanted: { } wanted } => finding with
        {
            Severity = Severity.Critical,
            Title = $"{finding.Title} after administrator rights were given",
            Reasons = [$"{Capital(from)} was given administrator rights and could not be contained under that name.",
                "IAM shows the grant under the new name."],
            Grant = wanted,
            Rename = new Rename(from, LedgerFollows: false),
        },
        { IsAdministrator: true } => finding with
        {
            Reasons = [
                .. finding.Reasons,
                "He holds administrator rights, or is contained: the new name is kept for a day, so that a late event finds him."],
            Rename = new Rename(from, LedgerFollows: false),
        },
        // Who he is could not be read. That the name means somebody else from now on is known all the same.
        { Failure: not null } => finding with
        {
            Rename = new Rename(from, LedgerFollows: false),
        },
        _ => finding,
    };

    private static string Capital(Principal principal) => principal.ToString() is var text
        ? char.ToUpperInvariant(text[0]) + text[1..]
        : "";
}
