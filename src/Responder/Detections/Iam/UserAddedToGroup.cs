using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class UserAddedToGroup : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.user-added-to-group",
        Title = "User added to a group",
        Description =
            "A user joined a group and has its rights at once. The group's policies are read: with administrator among them this is as "
            + "bad as attaching AdministratorAccess, and the user is contained (he stays a member); unread, a group named like an "
                + "administrators' group is HIGH and any other MEDIUM.",
        Severity = Severity.Medium,
        Watches = [IamCall.Watch("AddUserToGroup")],
        Techniques = ["T1098.003"],
        Controls = ["cis:1.15", "cis:4.4", "pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        DefaultStage = Stage.Contain,
        Runbook = new Runbook(
            CheckFirst:
            [
                "What does the group give: aws iam list-attached-group-policies --group-name {resource}; aws iam list-group-policies "
                    + "--group-name {resource}",
                "Did {actor} add itself?",
                "Is there a ticket for {target} joining {resource}?",
            ],
            Do:
            [
                "If nobody planned it, take the user out: {undo}",
                "If the group gives administrator: contain {target}, cut off {actor}, and read what both did since.",
            ],
            BenignCauses: ["Onboarding, or a change of team."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var group = Principal.Group(e, IamCall.NameIn(e.Request["groupName"]));
        if (group is null) return null; // iam.request-missing

        var user = IamCall.User(e, IamCall.NameIn(e.Request["userName"]));
        var who = user?.ToString() ?? "An unnamed user";
        var named = AdministratorNames.Is(group.Name);
        var unread = new Finding(Info, named ? Severity.High : Severity.Medium, $"{Capital(who)} added to group {group.Name}")
        {
            Target = user,
            Resource = group.Arn ?? group.Name,
            Reasons = PolicyGrants.GrantReasons(e, user, named
                ? "The group is named like an administrators' group; its policies were not read."
                : "What the group gives is not in the event and was not read."),
            UndoCommand = user is null
                ? null
                : Shell.Command("aws iam remove-user-from-group", ("--group-name", group.Name), ("--user-name", user.Name)),
        };
        return unread with
        {
            Question = new Question.GroupPolicies(group.Name, user?.Name, e.EventTime),
            WhenAnswered = answer => answer is Answer.GroupPolicies read ? Read(e, unread, group, read, Estate) : unread,
        };
    }

    private static Finding Read(
        CloudTrailEvent e, Finding unread, Principal group, Answer.GroupPolicies read, Estate estate)
    {
        var who = Capital(unread.Target?.ToString() ?? "An unnamed user");
        if (read.Instead is { Count: > 0 } instead)
        {
            // Its name is of somebody else now, or of nobody; the user's own groups tell what he has.
            unread = unread with
            {
                Title = $"{unread.Title}, which has another name now",
                Reasons = [$"No group of that time is called {group.Name} now; the user is in {string.Join(", ", instead.Take(10))}."],
            };
        }

        var kinds = read.AttachedPolicyArns.Select(ManagedPolicies.KindOf).ToList();
        // All documents are judged together: two halves of administrator make a whole.
        IReadOnlyList<PolicyDocument> documents = [.. read.Documents.Select(PolicyDocument.Read)];
        IReadOnlyList<string> groups = read.Instead.Count > 0 ? read.Instead : [group.Name];
        var circumstances = PolicyGrants.Circumstances(
            e, [unread.Target, .. groups.Select(name => Principal.Group(e, name))], read.AttachedPolicyArns, estate);
        var verdict = IdentityAccess.WhatIsGranted(documents, circumstances);
        if (PolicyGrants.AfterDenies(read.AttachedPolicyArns, documents, circumstances) is { } denied)
        {
            verdict = denied;
            // What of a policy that leads to administrator is left leads there only where everything would.
            kinds.RemoveAll(kind => kind == ManagedPolicyKind.Administrator
                || (kind == ManagedPolicyKind.Escalation && denied.Level < PowerLevel.PowerUser));
        }

        if (kinds.Contains(ManagedPolicyKind.Administrator) || verdict.IsAdministrator)
        {
            var attached = read.AttachedPolicyArns.FirstOrDefault(
                static arn => ManagedPolicies.KindOf(arn) == ManagedPolicyKind.Administrator);
            return unread with
            {
                Severity = Severity.Critical,
                Title = $"{who} added to administrators' group {group.Name}",
                Reasons =
                [
                    .. read.Instead.Count > 0 ? unread.Reasons : [],
                    .. PolicyGrants.GrantReasons(e, unread.Target, attached is null ? verdict.Reasons : [$"The group has {attached}."]),
                ],
                Grant = unread.Target is null
                    ? null
                    : read.Instead.Count > 0 ? new AdministratorGrant() : new AdministratorGrant(GroupName: group.Name),
            };
        }

        if (kinds.Contains(ManagedPolicyKind.Escalation) || verdict.Level >= PowerLevel.PowerUser)
        {
            var attached = read.AttachedPolicyArns.FirstOrDefault(
                static arn => ManagedPolicies.KindOf(arn) == ManagedPolicyKind.Escalation);
            return unread with
            {
                Severity = Severity.High,
                Reasons = PolicyGrants.GrantReasons(
                    e, unread.Target, attached is null
                    ? verdict.Reasons
                    : [$"The group has {attached}, from which administrator can be reached."]),
            };
        }

        if (verdict.Level == PowerLevel.Unreadable) return unread;
        var limited = unread with
        {
            Severity = Severity.Medium,
            Reasons = PolicyGrants.GrantReasons(
                e, unread.Target, read.Instead.Count > 0
                    ? [.. unread.Reasons, "The policies of his groups were read and do not lead to administrator."]
                    : ["The group's policies were read and do not lead to administrator."]),
        };
        // Half a way to administrator may be the half that the user lacked. Of his own groups nothing is left to read.
        return read.Instead.Count > 0
            ? limited
            : new PartialGrant(documents, null, null) { Group = group.Name, Arns = read.AttachedPolicyArns, Estate = estate }
                .AskBeyond(e, limited, "Group " + group.Name);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
