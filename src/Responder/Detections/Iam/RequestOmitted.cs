using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class RequestOmitted : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.request-omitted",
        Title = "IAM policy call too large to be logged",
        Description =
            "CloudTrail leaves out requestParameters over 100 KB, yet IAM ignores white space: a policy padded with blanks is accepted "
            + "and its content and target vanish from the log. No honest tool writes such a policy.",
        Severity = Severity.Critical,
        Watches =
        [
            IamCall.Watch(
                "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion",
                "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "CreateRole", "UpdateAssumeRolePolicy", "AddUserToGroup",
                "PutUserPermissionsBoundary", "PutRolePermissionsBoundary"),
        ],
        Techniques = ["T1562.008", "T1098.003"],
        Controls = ["cis:4.4", "pci-dss:10.2.1.5", "pci-dss:10.3.2", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whom did it change? The event does not say: aws iam get-account-authorization-details, and compare with the last known "
                    + "state.",
                "Look at {actor} itself first: it is the likeliest one to have received rights.",
            ],
            Do:
            [
                "Cut off {actor} unless its owner explains the call at once.",
                "Take away what the comparison shows, and read everything {actor} did in the hour around it.",
            ],
            BenignCauses: ["None known: the limit is many times the largest policy that IAM accepts without padding."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        if (!e.RequestOmitted) return null;

        return new Finding(Info, Severity.Critical, $"{e.EventName} with its parameters hidden from the log")
        {
            Resource = e.Response["policy"]["arn"].Text ?? e.Response["role"]["arn"].Text,
            Reasons =
            [
                "The request was too large for CloudTrail, though IAM limits policies to far less: it was padded to hide what it does.",
                "The call worked. Whom it gave what must be read from IAM.",
            ],
        };
    }
}
