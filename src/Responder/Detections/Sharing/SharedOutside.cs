using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>
/// Resources opened to other accounts by a list of account ids instead of a policy: RAM shares, SSM documents, copies of container images.
/// </summary>
internal sealed class SharedOutside : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "resource.shared-outside",
        Title = "Resource shared with everyone or a foreign account",
        Description = "A resource share (RAM), an SSM document, a data share, a catalogue or the like was opened to an account that is "
            + "not ours, or container images, backups, logs or events go to a foreign account. "
            + "Documents that everyone may read have held passwords; a subnet, a rule set or an image shared abroad is out of reach of our "
                + "guardrails.",
        Severity = Severity.High,
        Watches =
        [
            Watch.Calls("ram.amazonaws.com", "CreateResourceShare", "AssociateResourceShare"),
            Watch.Calls("ssm.amazonaws.com", "ModifyDocumentPermission"),
            Watch.Calls("ecr.amazonaws.com", "PutReplicationConfiguration"),
            .. ShareCalls.Watches,
        ],
        Techniques = ["T1537", "T1098"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.7", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Whose the account named is, and whether {actor} planned this",
                "What {resource} holds: read the document, list the resources of the share, the repositories of the registry"],
            ["Take the sharing back: {undo}",
                "The replication of a registry is set as a whole: put its former rules back from version control or AWS Config",
                "Rotate every secret that a document held; assume that images and documents were copied"],
            ["Sharing with another account of the same organisation: list it in TRUSTED_ACCOUNT_IDS, or share with the "
                + "organisation instead"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var share = ShareCalls.Of(e);
        var (named, resource, names) = e.EventSource switch
        {
            _ when share is not null => ($"{share.What} {share.Resource(e) ?? "(not named)"}", share.Resource(e), share.Names(e)),
            "ssm.amazonaws.com" =>
                ($"SSM document {Text(e, "name") ?? "(not named)"}", Text(e, "name"), Items(e.Request["accountIdsToAdd"])),
            "ecr.amazonaws.com" =>
                ("Container images of the registry", e.AccountId,
                    Items(e.Request["replicationConfiguration"]["rules"], "destinations", "registryId")),
            _ => ($"Resource share {Text(e, "name") ?? Text(e, "resourceShareArn") ?? "(not named)"}", Text(e, "resourceShareArn")
                ?? e.Response["resourceShare"]["resourceShareArn"].Text, Principals(e)),
        };
        if (CallTable.Unread(e))
        {
            if (e.Actor.IsAwsServiceOnItsOwn || (share is { MostlyInside: true } && !e.RequestOmitted)) yield break;
            var most = share?.Most ?? Severity.High;
            yield return new Finding(
                Info, e.RequestOmitted && most > Severity.Medium && share is not { MostlyInside: true } ? most : Severity.Medium,
                $"{named}: sharing changed, with whom is unknown")
            {
                Reasons = ["The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        var recipients = Recipients.Of(e, Estate, names);
        if (recipients.Judge() is not var (severity, with, reason)) yield break;
        // What a service makes public is public; with single accounts it shares what somebody told it to in a call of his own.
        if (e.Actor.IsAwsServiceOnItsOwn && !recipients.Everyone) yield break;
        if (share is not null && severity > share.Most) severity = share.Most;
        yield return new Finding(
            Info, severity, $"{named} {share?.Verb ?? (e.EventSource == "ecr.amazonaws.com" ? "replicated to" : "shared with")} {with}")
        {
            Resource = resource,
            Reasons = [reason],
            Width = recipients.Width,
            UndoCommand = Undo(e, resource),
        };
    }

    private static string? Text(CloudTrailEvent e, string member) => e.Request[member].Text is { Length: > 0 } text ? text : null;

    private static IReadOnlyList<string?> Items(JsonView list) => [.. list.Items.Select(static item => item.Text)];

    private static IReadOnlyList<string?> Items(JsonView rules, string inner, string member) =>
        [.. rules.Items.SelectMany(rule => rule[inner].Items).Select(item => item[member].Text)];

    /// <summary>
    /// The accounts named, including those of roles and users; organizations stay ARNs. Services are not accounts, and a share that refuses
    /// external principals admits none outside the organization.
    /// </summary>
    private static IReadOnlyList<string?> Principals(CloudTrailEvent e)
    {
        if (e.Request["allowExternalPrincipals"].Flag == false) return [];
        return
        [
            .. Items(e.Request["principals"]).OfType<string>()
            .Where(static principal => !principal.EndsWith(".amazonaws.com", StringComparison.Ordinal))
                .Select(static principal => AwsArn.TryParse(principal, out var arn) && arn.Service != "organizations"
                    && arn.AccountId.Length > 0 ? arn.AccountId : principal),
        ];
    }

    /// <summary>
    /// Removes whom the call added, named as the call named them; null when the event does not tell all of them. The replication of a
    /// registry is set as a whole, and the event does not say what was set before.
    /// </summary>
    private static ShellCommand? Undo(CloudTrailEvent e, string? resource)
    {
        var added = Items(e.Request[e.EventSource == "ram.amazonaws.com" ? "principals" : "accountIdsToAdd"]);
        if (resource is null || added.Count == 0 || added.Any(string.IsNullOrEmpty)) return null;
        return e.EventSource switch
        {
            "ssm.amazonaws.com" =>
                Shell.Command(
                    "aws ssm modify-document-permission", ("--name", resource), ("--permission-type", "Share"),
                    CommandPart.List("--account-ids-to-remove", added), CommandPart.Region(e.Region)),
            "ram.amazonaws.com" =>
                Shell.Command(
                    "aws ram disassociate-resource-share", ("--resource-share-arn", resource), CommandPart.List("--principals", added),
                    CommandPart.Region(e.Region)),
            _ => null,
        };
    }
}
