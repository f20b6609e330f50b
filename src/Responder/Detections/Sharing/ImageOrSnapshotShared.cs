using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>An EBS snapshot or a machine image that everyone or a foreign account may copy.</summary>
internal sealed class ImageOrSnapshotShared : IDetection
{
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
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var snapshot = e.EventName == "ModifySnapshotAttribute";
        var id = e.Request[snapshot ? "snapshotId" : "imageId"].Text is { Length: > 0 } text ? text : null;
        var named = (snapshot ? "EBS snapshot " : "Machine image ") + (id ?? "(not named)");
        if (e.RequestOmitted || !e.Request.IsObject)
        {
            // Only the permission of a snapshot can be modified; for an image it may be the description.
            if (e.RequestOmitted || snapshot)
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

        if (Recipients.Of(e, Estate, Added(e.Request, snapshot)).Judge() is not var (severity, with, reason)) yield break;
        yield return new Finding(
            Info, severity, $"{named} shared with {with}")
        { Resource = id, Reasons = [reason], UndoCommand = Undo(e, snapshot, id) };
    }

    private static IEnumerable<string?> Added(JsonView request, bool snapshot)
    {
        foreach (var entry in request[snapshot ? "createVolumePermission" : "launchPermission"]["add"].Items)
        {
            yield return entry["group"].Text;
            yield return entry["userId"].Text;
            yield return entry["organizationArn"].Text;
            yield return entry["organizationalUnitArn"].Text;
        }

        // The older form of the call has the operation and the recipients side by side.
        if (!string.Equals(request["operationType"].Text, "add", StringComparison.OrdinalIgnoreCase)) yield break;
        foreach (var member in (string[])[
            "userId", "userIds", "userGroup", "userGroups", "group", "groups", "groupNames", "organizationArns", "organizationalUnitArns"])
        {
            foreach (var value in request[member].Items) yield return value.Text ?? value["userId"].Text ?? value["group"].Text;
        }
    }

    private static string? Undo(CloudTrailEvent e, bool snapshot, string? id)
    {
        if (id is null) return null;
        string[] words = snapshot
            ? ["reset-snapshot-attribute", "--snapshot-id", id, "--attribute", "createVolumePermission"]
            : ["reset-image-attribute", "--image-id", id, "--attribute", "launchPermission"];
        return Shell.Command(["aws", "ec2", .. words, .. e.Region is { Length: > 0 } region ? (string[])["--region", region] : []]);
    }
}
