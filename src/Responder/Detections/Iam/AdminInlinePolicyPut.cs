using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class AdminInlinePolicyPut : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.admin-inline-policy-put",
        Title = "Inline policy equal to administrator",
        Description =
            "An inline policy was written into a user, role or group, and its content gives administrator rights or leads to them, "
            + "alone or together with the policies that its holder has already. Inline policies escape every review that looks at managed "
                + "policies only. Content that cannot be read stays MEDIUM.",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("PutUserPolicy", "PutRolePolicy", "PutGroupPolicy")],
        Techniques = ["T1098.003", "T1078.004"],
        Controls = [
            "cis:1.15", "cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "soc2:CC7.2",
            "hipaa:164.308(a)(4)(ii)(C)", "hipaa:164.312(b)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Read the document in the event's requestParameters.policyDocument, or with aws iam get-user-policy, get-role-policy or "
                    + "get-group-policy.",
                "Did {actor} write it into itself? Then it was not confined any more from that moment.",
                "What has {target} done since: aws cloudtrail lookup-events --region {region} --lookup-attributes "
                    + "AttributeKey=Username,AttributeValue={target}",
            ],
            Do:
            [
                "If nobody planned it, keep a copy of the document for the investigation and delete the inline policy: {undo}",
                "Cut off {actor} as well, and deactivate (do not delete) the access keys of {target}.",
                "Look for other doors opened meanwhile: new users, keys, login profiles, role trusts.",
            ],
            BenignCauses: ["Infrastructure code that still writes broad inline policies; narrow it rather than silence this."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var document = e.Request["policyDocument"];
        if (!document.Exists) return null; // iam.request-missing or iam.request-omitted

        var target = IamCall.Target(e);
        var verdict = PolicyGrants.Judge(e, document, target, null, Estate);
        if (verdict.Level == PowerLevel.Nothing) return null;

        var name = e.Request["policyName"].Text;
        var finding = new Finding(
            Info, PolicyGrants.SeverityOf(verdict.Level),
            $"Inline policy {PolicyGrants.Describe(verdict.Level)} put on {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = name,
            Reasons = PolicyGrants.GrantReasons(e, target, verdict.Reasons),
            Grant = verdict.IsAdministrator && target is not null && name is not null
                ? new AdministratorGrant(InlinePolicyName: name)
                : null,
            UndoCommand = name is null ? null : IamCall.Command(target, "delete", "policy", ("--policy-name", name)),
        };
        var part = new PartialGrant([PolicyDocument.Read(document)], null, name) { Estate = Estate };
        return verdict.Level switch
        {
            PowerLevel.Limited => part.Ask(e, finding, target, "Inline policy"),
            PowerLevel.MayEscalate => part.AskBeyond(e, finding, "Inline policy"),
            _ => finding,
        };
    }
}
