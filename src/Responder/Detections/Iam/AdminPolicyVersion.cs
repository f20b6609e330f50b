using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>A managed policy that was harmless when it was attached now gives administrator rights.</summary>
internal sealed class AdminPolicyVersion : IamDetection
{
    private const int MostNamed = 10;

    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.admin-policy-version",
        Title = "Policy changed into one equal to administrator",
        Description =
            "A customer policy got a new default version. Everybody it is attached to has the new rights at once, without any Attach "
            + "call. SetDefaultPolicyVersion names only a version: its document is read, and unread it stays MEDIUM. Who has the policy is "
                + "read, too: the caller himself, "
            + "or the only user who has it, counts as given administrator rights.",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("CreatePolicyVersion", "SetDefaultPolicyVersion")],
        Techniques = ["T1098.003"],
        Controls = [
            "cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "soc2:CC7.2", "hipaa:164.308(a)(4)(ii)(C)",
            "hipaa:164.312(b)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who holds the policy, {actor} perhaps: aws iam list-entities-for-policy --policy-arn {resource}",
                "What does it say now: aws iam list-policy-versions --policy-arn {resource}, then aws iam get-policy-version",
            ],
            Do:
            [
                "If nobody planned it: put the newest version in force that grants less:  responder contain {resource}",
                "Cut off {actor}, and read what the holders of the policy did since.",
                "Keep the bad version until its document is saved, then delete it.",
            ],
            BenignCauses: ["A new version of an administrators' policy, planned and reviewed."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        return e.EventName == "SetDefaultPolicyVersion" ? SetDefault(e, policyArn) : Create(e, policyArn);
    }

    private Finding? Create(CloudTrailEvent e, string? policyArn)
    {
        var document = e.Request["policyDocument"];
        if (!document.Exists) return null; // iam.request-missing or iam.request-omitted

        var verdict = PolicyGrants.Judge(e, document, null, policyArn, Estate);
        if (verdict.Level is PowerLevel.Nothing or PowerLevel.Limited) return null;

        // Only a clear "not the default" lowers the severity: such a version gives nothing until it is made the default.
        var isDefault = e.Request["setAsDefault"].Flag ?? e.Response["policyVersion"]["isDefaultVersion"].Flag;
        if (isDefault is null && !e.Request["setAsDefault"].Exists) isDefault = false; // the API's own default
        var inForce = isDefault != false;
        var severity = inForce ? PolicyGrants.SeverityOf(verdict.Level) : Severity.Medium;
        var finding = new Finding(Info, severity, $"New {(inForce ? "default version" : "version, not yet in force,")} of policy "
            + $"{IamCall.PolicyName(policyArn)} {PolicyGrants.Describe(verdict.Level)}")
        {
            Resource = policyArn,
            Reasons = inForce
                ? [.. verdict.Reasons, "Whoever has the policy has these rights at once."]
                : [.. verdict.Reasons, "It takes one more call, SetDefaultPolicyVersion, to put it in force."],
        };
        if (!inForce || ManagedPolicies.KindOf(policyArn) != ManagedPolicyKind.Customer) return finding;
        return finding with
        {
            Question = new Question.PolicyHolders(policyArn!, e.Response["policyVersion"]["versionId"].Text),
            WhenAnswered = answer => answer is Answer.PolicyHolders read ? Held(e, finding, verdict, read) : finding,
        };
    }

    private Finding? SetDefault(CloudTrailEvent e, string? policyArn)
    {
        var version = e.Request["versionId"].Text;
        if (string.IsNullOrEmpty(policyArn) || string.IsNullOrEmpty(version)) return null; // iam.request-missing

        var unread = new Finding(Info, Severity.Medium, $"Version {version} of policy {IamCall.PolicyName(policyArn)} made the default")
        {
            Resource = policyArn,
            Reasons = [
                "What the version allows is not in the event and was not read.", "Old versions often allow more than the one in force."],
        };
        return unread with
        {
            Question = new Question.PolicyHolders(policyArn, version),
            WhenAnswered = answer => answer is Answer.PolicyHolders { Document: { } document } read
                ? Read(e, unread, policyArn, version, PolicyGrants.Judge(e, document, null, policyArn, Estate), read)
                : unread,
        };
    }

    private static Finding? Read(
        CloudTrailEvent e, Finding unread, string policyArn, string version, IdentityVerdict verdict, Answer.PolicyHolders read) =>
            verdict.Level switch
            {
                // iam.policy-changed notes it as the limited change it is.
                PowerLevel.Nothing or PowerLevel.Limited => null,
                PowerLevel.Unreadable => unread,
                var level => Held(e, unread with
                {
                    Severity = PolicyGrants.SeverityOf(level),
                    Title = $"Version {version} of policy {IamCall.PolicyName(policyArn)}, {PolicyGrants.Describe(level)}, "
                        + "made the default",
                    Reasons = [.. verdict.Reasons, "Whoever has the policy has these rights at once."],
                }, verdict, read),
            };

    /// <summary>
    /// Adds who has the policy. The target is the caller if he is a user who has it, else the only user who has it. Among several others
    /// nobody can tell for whom it was made, and a policy that administrators share is no reason to quarantine the first of them. Whoever
    /// has a policy whose version is not in force any more may have got it later; only the caller is known to have gained by it.
    /// </summary>
    private static Finding Held(CloudTrailEvent e, Finding finding, IdentityVerdict verdict, Answer.PolicyHolders read)
    {
        var (holders, isOver) = (read.Holders, read.IsInForce == false);
        if (isOver) finding = finding with { Reasons = [.. finding.Reasons, "It is not in force any more."] };
        if (holders is null) return finding with { Reasons = [.. finding.Reasons, "Who has it could not be read."] };
        if (holders.Count == 0) return finding with { Reasons = [.. finding.Reasons, "IAM shows nobody who has it now."] };

        var users = holders.Where(static holder => holder.Kind == PrincipalKind.User).ToList();
        var caller = Ownership.Caller(e) is { } own
            ? users.Find(user => string.Equals(user.Name, own.Name, StringComparison.Ordinal))
            : null;
        // A policy that others have as well is somebody's tool: only the caller who gained by it, or the only one it reaches, is contained.
        var target = caller ?? (users is [var only] && holders.Count == 1 && !isOver ? only : null);
        var named = string.Join(", ", holders.Take(MostNamed))
            + (holders.Count > MostNamed ? $" and {holders.Count - MostNamed} more" : "");
        return finding with
        {
            Target = target,
            Reasons = [
                .. finding.Reasons, $"It is attached to {named}.", .. caller is null ? (string[])[] : ["The caller gave it to himself."]],
            // The policy stays attached, so a second delivery of the event names the same target again.
            Grant = verdict.IsAdministrator && target is not null ? new AdministratorGrant { IsLapsed = isOver } : null,
        };
    }
}
