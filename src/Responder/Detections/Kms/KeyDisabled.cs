using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>A key was disabled: what it encrypts cannot be read.</summary>
internal sealed class KeyDisabled : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-disabled",
        Title = "KMS key disabled",
        Description = "A key was disabled. Everything that it encrypts (volumes, buckets, secrets, log files) is unreadable until it is "
            + "enabled again, and log delivery with it stops. "
            + "Disconnecting a custom key store does the same to every key in it.",
        Severity = Severity.High,
        Watches = [Watch.Calls(KmsCall.Source, "DisableKey", "DisconnectCustomKeyStore")],
        Techniques = ["T1486", "T1489"],
        Controls = ["cis:4.7", "pci-dss:3.7.1", "soc2:A1.2", "soc2:CC6.1", "hipaa:164.312(a)(2)(iv)"],
        Runbook = new Runbook(
            ["See what {resource} encrypts: its description, aliases, grants and recent Decrypt calls.",
                "Ask {actor} whether it was meant; look at what else they did."],
            ["Enable the key again: {undo}", "If a trail uses the key, check that log files arrive again."],
            ["A key taken out of service before its deletion, with its owners informed."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        if (e.EventName == "DisconnectCustomKeyStore")
        {
            var store = e.Request["customKeyStoreId"].Text is { Length: > 0 } id ? id : null;
            yield return new Finding(Info, Severity.High, $"KMS custom key store {store ?? "(not named)"} disconnected")
            {
                Resource = store,
                Reasons = ["What the keys of the store encrypt cannot be read until it is connected again; the event does not say which "
                    + "keys those are"],
                UndoCommand = store is null
                    ? null
                    : Shell.Command(
                        "aws kms connect-custom-key-store", ("--custom-key-store-id", store), CommandPart.Region(e.Region)),
            };
            yield break;
        }

        yield return KmsCall.Loss(
            Info, Estate, e, $"KMS {KmsCall.Named(e)} disabled", "What the key encrypts cannot be read until it is enabled again") with
        {
            UndoCommand = KmsCall.Command(e, "enable-key"),
        };
    }
}
