using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>An EBS snapshot or a machine image that everyone or a foreign account may copy.</summary>
internal sealed class ImageOrSnapshotShared : IDetection
{
    private static readonly string[] s_members = ["group", "userId", "organizationArn", "organizationalUnitArn"];

    /// <summary>The lists of the call's older form, and the member that an entry of each has in the newer one.</summary>
    private static readonly (string List, string Member)[] s_lists =
    [
        ("userId", "userId"), ("userIds", "userId"), ("userGroup", "group"), ("userGroups", "group"), ("group", "group"),
        ("groups", "group"), ("groupNames", "group"), ("organizationArns", "organizationArn"),
        ("organizationalUnitArns", "organizationalUnitArn"),
    ];

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "ec2.image-or-snapshot-shared",
        Title = "EBS snapshot or machine image shared with everyone or a foreign account",
        Description = "A snapshot or image is a whole disk. Sharing it with another account is the quietest way to carry one out: "
            + "the copy is made in the other account and never shows in this one.",
        Severity = Severity.High,
        Watches = [Watch.Calls("ec2.amazonaws.com", "ModifySnapshotAttribute", "ModifyImageAttribute")],
        Techniques = ["T1537", "T1530"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.7", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["What is on {resource}, and from which volume or instance it was made",
                "Whether the account named is known, and whether {actor} planned this"],
            ["Take the permission back: {undo}", "Assume that the disk was copied: rotate every secret that was on it"],
            ["An image that a platform team shares with the other accounts of the organisation: share with the organisation instead",
                "An image that is published on purpose"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var snapshot = e.EventName == "ModifySnapshotAttribute";
        var id = e.Request[snapshot ? "snapshotId" : "imageId"].Text is { Length: > 0 } text ? text : null;
        var named = (snapshot ? "EBS snapshot " : "Machine image ") + (id ?? "(not named)");
        if (e.RequestOmitted || !e.Request.IsObject)
        {
            // Only the permission of a snapshot can be modified; for an image it may be the description.
            if (!e.Actor.IsAwsServiceOnItsOwn && (e.RequestOmitted || snapshot))
            {
                yield return new Finding(
                    Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"{named}: permissions changed, for whom is unknown")
                {
                    Resource = id,
                    Reasons = ["The call worked, and the event does not say what was set"],
                };
            }

            yield break;
        }

        var added = Added(e.Request, snapshot).ToList();
        var recipients = Recipients.Of(e, Estate, added.Select(static one => one.Value));
        if (recipients.Judge() is not var (severity, with, reason)) yield break;
        // A public image is public whoever made it so; with single accounts a service shares what somebody told it to.
        if (e.Actor.IsAwsServiceOnItsOwn && !recipients.Everyone) yield break;
        yield return new Finding(
            Info, severity, $"{named} shared with {with}")
        { Resource = id, Reasons = [reason], Width = recipients.Width, UndoCommand = Undo(e, snapshot, id, added) };
    }

    /// <summary>Whom the call added, and under which member; the value is null when the event does not tell it.</summary>
    private static IEnumerable<(string Member, string? Value)> Added(JsonView request, bool snapshot)
    {
        foreach (var entry in request[snapshot ? "createVolumePermission" : "launchPermission"]["add"].Items)
        {
            var named = s_members.Where(member => entry[member].Text is { Length: > 0 }).ToList();
            if (named.Count == 0) yield return ("", null);
            foreach (var member in named) yield return (member, entry[member].Text);
        }

        // The older form of the call has the operation and the recipients side by side.
        if (!string.Equals(request["operationType"].Text, "add", StringComparison.OrdinalIgnoreCase)) yield break;
        foreach (var (list, member) in s_lists)
        {
            foreach (var value in request[list].Items)
                yield return (member, value.Text ?? value["userId"].Text ?? value["group"].Text);
        }
    }

    /// <summary>Removes whom the call added, and nobody else; null when the event does not tell all of them.</summary>
    private static ShellCommand? Undo(CloudTrailEvent e, bool snapshot, string? id, IReadOnlyList<(string Member, string? Value)> added)
    {
        if (id is null || added.Any(static one => string.IsNullOrEmpty(one.Value))) return null;
        if (!snapshot)
        {
            var removed = added.Select(static one =>
                new JsonObject { [char.ToUpperInvariant(one.Member[0]) + one.Member[1..]] = one.Value });
            return Shell.Command(
                "aws ec2 modify-image-attribute", ("--image-id", id),
                CommandPart.Json("--launch-permission", new JsonObject { ["Remove"] = new JsonArray([.. removed]) }),
                CommandPart.Region(e.Region));
        }

        // A snapshot is not shared with organizations.
        if (added.Any(static one => one.Member is not ("userId" or "group"))) return null;
        return Shell.Command(
            "aws ec2 modify-snapshot-attribute",
            [("--snapshot-id", id), ("--attribute", "createVolumePermission"), ("--operation-type", "remove"),
                .. Options("--user-ids", "userId"), .. Options("--group-names", "group"), CommandPart.Region(e.Region)]);

        CommandPart[] Options(string option, string member) =>
            added.Where(one => one.Member == member).Select(static one => one.Value).ToList() is { Count: > 0 } values
                ? [CommandPart.List(option, values)]
                : [];
    }
}
