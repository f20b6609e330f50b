using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>
/// A role that is, or leads to, administrator was handed to a service: whoever controls what runs there acts as the role.
/// </summary>
internal sealed class PrivilegedRolePassed : IDetection
{
    /// <summary>How many roles of one call are looked up; any further role is reported without being read.</summary>
    private const int MostAsked = 10;

    /// <summary>What belongs to the installation; without trusted roles none is silent.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "iam.privileged-role-passed",
        Title = "Privileged role passed to a service",
        Description = "An instance, function, task, build, notebook or the like got a role that is, or leads to, administrator. Whoever "
            + "may give it code "
            + "acts as that role: the usual way up for a principal that may pass roles. CloudTrail logs no PassRole, so the calls that "
                + "carry a role are watched and the "
            + "role's policies are read; unread, and for a role with limited rights, it is the daily work of deployments. A role of "
                + "TRUSTED_PRINCIPAL_ARNS is at least MEDIUM, unless a template is deployed with it: whoever runs as it is not paged.",
        Severity = Severity.High,
        Watches = [.. RoleCarriers.All.GroupBy(static carrier => carrier.EventSource)
            .Select(static source => Watch.Calls(source.Key, [.. source.Select(static carrier => carrier.EventName).Distinct()]))],
        Techniques = ["T1548.005", "T1078.004"],
        Controls = ["cis:1.16", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "May {actor} do what {target} may? If not, this call lifted it up",
                "What runs as {target} now, and who can change its code or log in there",
                "Does {target} need its rights: aws iam list-attached-role-policies --role-name {target}; aws iam list-role-policies "
                    + "--role-name {target}",
            ],
            Do:
            [
                "If nobody planned it: stop what got the role, and cut off {actor}",
                "Read what {target} did since: CloudTrail has its calls under sessionIssuer",
                "Narrow iam:PassRole of {actor} to the roles it needs, by ARN and iam:PassedToService",
            ],
            BenignCauses:
            [
                "A build or automation that administers the account by design",
                "CloudFormation and the CDK deploy with an administrator role: MEDIUM; list the deploying role in TRUSTED_PRINCIPAL_ARNS "
                    + "to silence it",
            ]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn || RoleCarriers.Of(e) is not { } carrier) yield break;
        if (CallTable.Unread(e))
        {
            // Most of the calls that only the models tell of need not name a role.
            if (!carrier.IsExpected) yield break;
            yield return new Finding(
                Info, Severity.Low, $"{carrier.To[..1].ToUpperInvariant()}{carrier.To[1..]} made or changed, with which role is unknown")
            {
                Reasons = ["The call worked, and its parameters are missing"],
            };
            yield break;
        }

        if (Attaches(e) is { } attached) yield return attached;
        var roles = carrier.Roles(e).Where(static role => !role.IsServiceLinked).ToList();
        for (var i = 0; i < roles.Count; i++)
        {
            yield return Passed(e, carrier, roles[i], isAsked: i < MostAsked);
        }
    }

    /// <summary>A budget's action attaches a policy, with a role of its own, when the budget is used up or somebody runs it.</summary>
    private Finding? Attaches(CloudTrailEvent e)
    {
        var action = e.Request["definition"]["iamActionDefinition"];
        if (e.EventSource != "budgets.amazonaws.com" || action["policyArn"].Text is not { Length: > 0 } policy
            || ManagedPolicies.KindOf(policy) is not (ManagedPolicyKind.Administrator or ManagedPolicyKind.Escalation)) return null;
        var whom = ((string[])["users", "groups", "roles"]).SelectMany(kind => action[kind].Items)
            .Select(static name => name.Text).OfType<string>().ToList();
        return new Finding(Info, Severity.High, $"Budget action attaches {IamCall.PolicyName(policy)} to {string.Join(", ", whom.Take(5))}")
        {
            Resource = policy,
            Reasons = ["The policy is attached when the budget is used up, or when somebody runs the action; no call of IAM by a person "
                + "shows that."],
        };
    }

    private Finding Passed(CloudTrailEvent e, RoleCarrier carrier, PassedRole role, bool isAsked)
    {
        // When only the instance profile is known, the answer names the role.
        var target = role.IsInstanceProfile ? null : Principal.Role(e, role.AccountId is null ? role.Name : role.NameOrArn);
        var unread = new Finding(
            Info, Severity.Low, $"{(role.IsInstanceProfile ? "Instance profile" : "Role")} {role.Name} passed to {carrier.To}")
        {
            Target = target,
            Resource = role.NameOrArn,
            Reasons = ["What the role may do is not in the event and was not read."],
        };
        // IAM answers only for its own account, and no role has a name that IAM does not accept.
        if (!isAsked || !IsName(role.Name) || (role.AccountId is { } account && account != (e.Actor.AccountId ?? e.AccountId)))
            return unread;
        if (Trusted(e, carrier, unread, target?.Name, read: false) is { } trusted) unread = trusted;
        return unread with
        {
            Question = role.IsInstanceProfile ? new Question.InstanceProfile(role.Name) : new Question.RolePolicies(role.Name),
            WhenAnswered = answer => answer is Answer.RolePolicies read
                ? Known(e, carrier, unread, read)
                : unread,
        };
    }

    private Finding? Known(CloudTrailEvent e, RoleCarrier carrier, Finding unread, Answer.RolePolicies read)
    {
        var known = Read(e, carrier, unread, read);
        if (known is { Severity: >= Severity.Medium }) return known;
        var finding = (known ?? unread) with { Target = unread.Target ?? Principal.Role(e, read.RoleName) };
        return Trusted(e, carrier, finding, read.RoleName, read: true) ?? known;
    }

    /// <summary>MEDIUM where the role is trusted: what runs as it is trusted as well. Null for any other role.</summary>
    private Finding? Trusted(CloudTrailEvent e, RoleCarrier carrier, Finding finding, string? role, bool read) =>
        !carrier.Deploys && Estate.IsTrustedName(Estate.TrustedRoleArns, role, e)
            ? finding with
            {
                Severity = Severity.Medium,
                Title = $"Trusted role {role} passed to {carrier.To}",
                Reasons = [
                    "The role is in TRUSTED_PRINCIPAL_ARNS: what runs there is not paged.",
                    .. read ? (string[])[] : ["What the role may do is not in the event and was not read."]],
                Question = null,
                WhenAnswered = null,
            }
            : null;

    private static Finding? Read(CloudTrailEvent e, RoleCarrier carrier, Finding unread, Answer.RolePolicies read)
    {
        var (level, reasons) = PowerOf(e, read);
        var target = unread.Target ?? Principal.Role(e, read.RoleName);
        return level switch
        {
            // What was found proves nothing bad, and a part of it is still unread.
            PowerLevel.Unreadable => unread with { Target = target, Reasons = reasons },
            PowerLevel.Nothing or PowerLevel.Limited or PowerLevel.MayEscalate => read is { AttachedPolicyArns: [], Documents: [] }
                ? unread with { Target = target, Reasons = ["IAM shows no policy on the role yet."] }
                : null,
            _ => unread with
            {
                Severity = SeverityOf(level, carrier.Deploys),
                Title = $"Role {read.RoleName}, {PolicyGrants.Describe(level)}, passed to {carrier.To}",
                Target = target,
                Reasons = [
                    .. reasons, carrier.Deploys
                    ? "Whoever writes the template acts as the role."
                    : "Whoever controls what runs there acts as the role."],
            },
        };
    }

    private static (PowerLevel, IReadOnlyList<string>) PowerOf(CloudTrailEvent e, Answer.RolePolicies read)
    {
        string? Attached(ManagedPolicyKind kind) => read.AttachedPolicyArns.FirstOrDefault(arn => ManagedPolicies.KindOf(arn) == kind);

        if (Attached(ManagedPolicyKind.DenyAll) is { } denyAll) return (PowerLevel.Nothing, [$"The role has {denyAll}."]);
        // All documents are judged together: two halves of administrator make a whole.
        IReadOnlyList<PolicyDocument> documents = [.. read.Documents.Select(PolicyDocument.Read)];
        var circumstances = PolicyGrants.Circumstances(e, [Principal.Role(e, read.RoleName)], read.AttachedPolicyArns);
        var denied = PolicyGrants.AfterDenies(read.AttachedPolicyArns, documents, circumstances);
        if (Attached(ManagedPolicyKind.Administrator) is { } administrator)
            return denied is null
                ? (PowerLevel.Administrator, [$"The role has {administrator}."])
                : (denied.Level, [$"The role has {administrator}, of which its other policies deny a part.", .. denied.Reasons]);
        var verdict = denied ?? IdentityAccess.WhatIsGranted(documents, circumstances);
        if (denied is { Level: < PowerLevel.PowerUser }) return (denied.Level, denied.Reasons);
        if (verdict.IsAdministrator || Attached(ManagedPolicyKind.Escalation) is not { } escalation)
            return (verdict.Level, verdict.Reasons);
        var isPowerUser = AwsArn.TryParse(escalation, out var arn) && arn.IsAwsManagedPolicy("PowerUserAccess");
        return verdict.IsEscalationCapable || isPowerUser
            ? (verdict.IsEscalationCapable ? verdict.Level : PowerLevel.PowerUser,
                [$"The role has {escalation}.", .. verdict.IsEscalationCapable ? verdict.Reasons : []])
            : (PowerLevel.EscalationCapable, [$"The role has {escalation}, from which administrator can be reached."]);
    }

    private static Severity SeverityOf(PowerLevel level, bool deploys) => level switch
    {
        PowerLevel.Administrator or PowerLevel.EscalationCapable => deploys ? Severity.Medium : Severity.High,
        _ => deploys ? Severity.Low : Severity.Medium,
    };

    private static bool IsName(string name) => name.Length is > 0 and <= 128
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-');
}
