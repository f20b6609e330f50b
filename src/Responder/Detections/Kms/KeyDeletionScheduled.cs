using System.Globalization;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>A key was scheduled for deletion: after the waiting period nobody can ever read what it encrypts.</summary>
internal sealed class KeyDeletionScheduled : IDetection
{
    /// <summary>The waiting period, in days, that KMS uses when the request names none.</summary>
    private const int DefaultWindowDays = 30;

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-deletion-scheduled",
        Title = "KMS key scheduled for deletion",
        Description = "A key was scheduled for deletion. It is disabled at once, and after the waiting period (7 to 30 days) everything "
            + "that it encrypts is lost for ever.",
        Severity = Severity.High,
        Watches = [Watch.Calls(KmsCall.Source, "ScheduleKeyDeletion")],
        Techniques = ["T1485", "T1486"],
        Controls = ["cis:4.7", "pci-dss:3.7.5", "soc2:A1.2", "soc2:CC6.1", "hipaa:164.312(a)(2)(iv)"],
        Runbook = new Runbook(
            ["See what {resource} encrypts: its description, aliases, grants and recent Decrypt calls.",
                "Ask {actor} whether it was meant; look for further keys scheduled by them."],
            ["Cancel the deletion; the key stays disabled: {undo}",
                "Then enable it: aws kms enable-key --key-id {resource} --region {region}"],
            ["A test key, or a key whose data was re-encrypted before, with its owners informed."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var days = e.Request["pendingWindowInDays"].Integer ?? e.Response["pendingWindowInDays"].Integer;
        var reason = days is { } named
            ? $"After {named.ToString(CultureInfo.InvariantCulture)} days everything that the key encrypts is lost"
            : $"After {DefaultWindowDays} days, unless the event left out another period, everything that the key encrypts is lost";
        yield return KmsCall.Loss(Info, Estate, e, $"KMS {KmsCall.Named(e)} scheduled for deletion", reason) with
        {
            UndoCommand = KmsCall.Command(e, "cancel-key-deletion"),
        };
    }
}
