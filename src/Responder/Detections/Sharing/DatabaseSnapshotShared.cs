using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>A snapshot of a database or data warehouse that everyone or a foreign account may restore.</summary>
internal sealed class DatabaseSnapshotShared : IDetection
{
    /// <summary>
    /// The name that lets AWS Support look at a Redshift snapshot. Source: docs.aws.amazon.com/redshift/latest/APIReference
    /// </summary>
    private const string RedshiftSupport = "amazon-redshift-support";

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "rds.snapshot-shared",
        Title = "Database snapshot shared with everyone or a foreign account",
        Description = "Who may restore a snapshot has the whole database, without any password of it. The restore happens in the other "
            + "account and leaves no trace in this one.",
        Severity = Severity.High,
        Watches =
        [
            Watch.Calls("rds.amazonaws.com", "ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"),
            Watch.Calls("redshift.amazonaws.com", "AuthorizeSnapshotAccess"),
        ],
        Techniques = ["T1537", "T1530"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.7", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Which database {resource} is a copy of, and what it holds",
                "Whether the account named is known, and whether {actor} planned this"],
            ["Take the permission back: {undo}",
                "Assume that the data was copied: rotate the secrets in it and tell the owner of the data"],
            ["A copy for another account of the organisation, for backup or for tests"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var request = e.Request;
        var (cluster, warehouse) = (e.EventName == "ModifyDBClusterSnapshotAttribute", e.EventName == "AuthorizeSnapshotAccess");
        var id = request[
            warehouse
            ? "snapshotIdentifier"
            : cluster
            ? "dBClusterSnapshotIdentifier"
            : "dBSnapshotIdentifier"].Text is { Length: > 0 } text ? text : null;
        var named = "Database snapshot " + (id ?? "(not named)");
        if (e.RequestOmitted || !request.IsObject)
        {
            if (e.Actor.IsAwsServiceOnItsOwn) yield break;
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"{named}: permissions changed, for whom is unknown")
            {
                Resource = id,
                Reasons = ["The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        // "restore" is the only attribute there is; a missing name is taken to mean it.
        if (!warehouse && request["attributeName"].Text is { Length: > 0 } attribute
            && !string.Equals(attribute, "restore", StringComparison.OrdinalIgnoreCase)) yield break;
        IReadOnlyList<string?> added = warehouse
            ? [request["accountWithRestoreAccess"].Text]
            : [.. request["valuesToAdd"].Items.Select(static value => value.Text)];
        var recipients = Recipients.Of(e, Estate, added.Where(static name => name != RedshiftSupport));
        if (recipients.Judge() is not var (severity, with, reason)) yield break;
        // A public snapshot is public whoever made it so; with single accounts a service shares what somebody told it to.
        if (e.Actor.IsAwsServiceOnItsOwn && !recipients.Everyone) yield break;
        yield return new Finding(
            Info, severity, $"{named} shared with {with}")
        {
            Resource = id,
            Reasons = [reason],
            Width = recipients.Width,
            UndoCommand = Undo(e, cluster, warehouse, id, added)
        };
    }

    /// <summary>Removes what the call added; null when the event does not tell all of it.</summary>
    private static ShellCommand? Undo(CloudTrailEvent e, bool cluster, bool warehouse, string? id, IReadOnlyList<string?> added)
    {
        if (id is null || added.Count == 0 || added.Any(string.IsNullOrEmpty)) return null;
        if (warehouse)
            return Shell.Command(
                "aws redshift revoke-snapshot-access", ("--snapshot-identifier", id), ("--account-with-restore-access", added[0]),
                CommandPart.Region(e.Region));
        return Shell.Command(
            cluster ? "aws rds modify-db-cluster-snapshot-attribute" : "aws rds modify-db-snapshot-attribute",
            (cluster ? "--db-cluster-snapshot-identifier" : "--db-snapshot-identifier", id), ("--attribute-name", "restore"),
            CommandPart.List("--values-to-remove", added), CommandPart.Region(e.Region));
    }
}
