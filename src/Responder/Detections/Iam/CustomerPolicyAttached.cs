using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>A customer managed policy was attached. Its name says nothing, so its document is read.</summary>
internal sealed class CustomerPolicyAttached : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.customer-policy-attached",
        Title = "Customer policy equal to administrator attached",
        Description =
            "A customer managed policy was attached to a user, role or group. The event holds its ARN only, so the document is read: "
            + "equal to administrator, alone or together with the policies that its holder has already, it is as bad as "
                + "AdministratorAccess, whatever its name; "
            + "unread it stays MEDIUM. What counts is what the policy said at the call: if its default version was made later, the version "
            + "before it is read, and if another version that was there is equal to administrator, it is CRITICAL and nobody is contained.",
        Severity = Severity.Critical,
        Watches = [IamCall.Watch("AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy")],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.16", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "Read the document: aws iam get-policy --policy-arn {resource}, then aws iam get-policy-version with its DefaultVersionId",
                "When did the policy get its content, and by whom: aws iam list-policy-versions --policy-arn {resource}",
                "Does {target} need what it allows?",
            ],
            Do:
            [
                "If it gives administrator or leads there and nobody planned it, cut off {actor} and detach the policy: {undo}",
                "See who else holds it: aws iam list-entities-for-policy --policy-arn {resource}",
            ],
            BenignCauses:
            [
                "Infrastructure code that attaches a service's own policy to its role.",
                "An old version of the policy, long out of force, is equal to administrator: delete it, it is a way to administrator.",
            ]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var policyArn = e.Request["policyArn"].Text;
        var kind = ManagedPolicies.KindOf(policyArn);
        // Without any ARN there is nothing to read: iam.request-missing reports it. Text that is no ARN counts as unread content.
        if (string.IsNullOrEmpty(policyArn) || kind is not (
            ManagedPolicyKind.Customer or ManagedPolicyKind.Unknown or ManagedPolicyKind.Unreadable)) return null;

        var target = IamCall.Target(e);
        var unread = new Finding(
            Info, Severity.Medium, $"{(kind == ManagedPolicyKind.Unknown ? "AWS" : "Customer")} policy {IamCall.PolicyName(policyArn)} "
                + $"attached to {IamCall.Describe(target, e)}")
        {
            Target = target,
            Resource = policyArn,
            Reasons = PolicyGrants.GrantReasons(e, target, "What the policy allows is not in the event and was not read."),
            UndoCommand = IamCall.Command(target, "detach", "policy", ("--policy-arn", policyArn)),
        };
        return kind == ManagedPolicyKind.Unreadable ? unread : unread with
        {
            Question = new Question.PolicyDocument(policyArn) { At = kind == ManagedPolicyKind.Customer ? e.EventTime : null },
            WhenAnswered = answer => answer is Answer.PolicyDocument read
                ? Read(e, unread, policyArn, read, kind == ManagedPolicyKind.Unknown)
                : unread,
        };
    }

    /// <summary>
    /// What the call gave: what the policy said when it was attached. A default version that was made after the call is not what was given;
    /// the version before it is. Where an older version is the default, nobody can tell since when.
    /// </summary>
    private Finding? Read(CloudTrailEvent e, Finding unread, string policyArn, Answer.PolicyDocument read, bool ofAws)
    {
        var now = PolicyDocument.Read(read.Document);
        if (read.History is not { } history) return Judged(e, unread, policyArn, now, ofAws, []);
        if (history.Failure is { } failure)
            return Judged(e, unread, policyArn, now, ofAws, [$"Whether it said the same at the call was not read: {failure}."]);

        Finding? finding;
        if (history.Age == VersionAge.Older) finding = Judged(e, unread, policyArn, now, ofAws, []);
        else if (history.Then is not { } then)
        {
            // Made in the same second, and nothing else is left: nothing else can be said of it.
            finding = Judged(e, unread, policyArn, now, ofAws, []);
            if (history.Age == VersionAge.Younger && (finding?.Severity ?? Severity.Low) < unread.Severity)
                finding = unread with
                {
                    Reasons = PolicyGrants.GrantReasons(e, unread.Target, WasMadeAfter(history)
                        + " What the policy said at the call is not there any more."),
                };
        }
        else
        {
            var before = PolicyDocument.Read(then.Document);
            var isWorse = LevelOf(e, unread, before, ofAws) > LevelOf(e, unread, now, ofAws);
            finding = history.Age == VersionAge.SameSecond && !isWorse
                ? Judged(e, unread, policyArn, now, ofAws, [])
                : Judged(
                    e, unread, policyArn, before, ofAws, [$"{WasMadeAfter(history)} {then.Id} is the newest that was there before it."]);
            if (isWorse && finding?.Grant is { } grant) finding = finding with { Grant = grant with { IsLapsed = true } };
        }

        if (finding?.Severity == Severity.Critical || Administrators(e, unread, history, ofAws) is not [{ } first, ..]) return finding;
        return unread with
        {
            Severity = Severity.Critical,
            Title = $"Policy {IamCall.PolicyName(policyArn)}, whose version {first.Id} is equal to administrator, attached to "
                + $"{IamCall.Describe(unread.Target, e)}",
            Reasons = PolicyGrants.GrantReasons(
                e, unread.Target,
                $"{first.Id} is not in force now, and was there at the call: IAM keeps no history of default versions, so it "
                + $"may have been in force then. Whoever may make it the default again gives administrator; delete {first.Id} if nobody "
                + "needs it."),
            Question = null,
            WhenAnswered = null,
        };
    }

    private static string WasMadeAfter(PolicyHistory history) => history.Age == VersionAge.Younger
        ? $"{history.Now}, in force now, was made after the call."
        : $"{history.Now}, in force now, was made in the second of the call.";

    private IReadOnlyList<PolicyVersionText> Administrators(
        CloudTrailEvent e, Finding unread, PolicyHistory history, bool ofAws) =>
    [
        .. ((PolicyVersionText?[])[history.Then, .. history.Others]).OfType<PolicyVersionText>()
            .Where(version => LevelOf(e, unread, PolicyDocument.Read(version.Document), ofAws) is PowerLevel.Administrator),
    ];

    private PowerLevel LevelOf(CloudTrailEvent e, Finding unread, PolicyDocument document, bool ofAws) =>
        Verdict(e, unread, document, ofAws).Level;

    private IdentityVerdict Verdict(CloudTrailEvent e, Finding unread, PolicyDocument document, bool ofAws)
    {
        var circumstances = PolicyGrants.Circumstances(e, [unread.Target], [unread.Resource], Estate);
        return ofAws
            ? IdentityAccess.WhatIsGrantedByAws(document, circumstances)
            : IdentityAccess.WhatIsGranted(document, circumstances);
    }

    /// <param name="further">What else there is to say about the document.</param>
    private Finding? Judged(
        CloudTrailEvent e, Finding unread, string policyArn, PolicyDocument document, bool ofAws, IReadOnlyList<string> further)
    {
        var verdict = Verdict(e, unread, document, ofAws);
        var what = "Policy " + IamCall.PolicyName(policyArn);
        return verdict.Level switch
        {
            PowerLevel.Nothing => null,
            // iam.policy-attached reports it as the limited change that it is, unless it completes what the target already has.
            PowerLevel.Limited => new PartialGrant([document], policyArn, null) { Estate = Estate }.Ask(e, unread, unread.Target, what),
            PowerLevel.Unreadable => unread,
            PowerLevel.MayEscalate => new PartialGrant([document], policyArn, null) { Estate = Estate }
                .AskBeyond(e, Told(e, unread, policyArn, verdict, further), what),
            _ => Told(e, unread, policyArn, verdict, further),
        };
    }

    private static Finding Told(
        CloudTrailEvent e, Finding unread, string policyArn, IdentityVerdict verdict, IReadOnlyList<string> further) => unread with
        {
            Severity = PolicyGrants.SeverityOf(verdict.Level),
            Title = $"Policy {IamCall.PolicyName(policyArn)}, {PolicyGrants.Describe(verdict.Level)}, attached to "
                + $"{IamCall.Describe(unread.Target, e)}",
            Reasons = PolicyGrants.GrantReasons(e, unread.Target, [.. verdict.Reasons, .. further]),
            Grant = verdict.IsAdministrator && unread.Target is not null ? new AdministratorGrant(PolicyArn: policyArn) : null,
            Question = null,
            WhenAnswered = null,
        };
}
