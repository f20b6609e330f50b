using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>A grant that lets a principal of a foreign account use a key, without any change of the key policy.</summary>
internal sealed class ForeignGrantCreated : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.foreign-grant-created",
        Title = "KMS grant to a foreign account",
        Description = "A grant gives the use of a key without changing its policy, and few look at grants. One to a principal of a foreign "
            + "account lets that account decrypt or encrypt.",
        Severity = Severity.High,
        Watches = [Watch.Calls(KmsCall.Source, "CreateGrant")],
        Techniques = ["T1098", "T1530"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["See which account and operations the reasons name.",
                "Look for shared snapshots or images of the same key: sharing them needs such a grant."],
            ["Revoke the grant: {undo}", "See which other grants the key has: aws kms list-grants --key-id {resource} --region {region}"],
            ["A snapshot or image shared with another account of the organisation by agreement."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var grantee = e.Request["granteePrincipal"].Text;
        if (e.RequestOmitted || !e.Request.IsObject)
        {
            yield return KmsCall.Unread(Info, e, $"Grant on KMS {KmsCall.Named(e)} created, grantee unknown");
            yield break;
        }

        var account = Account(grantee);
        var undo = e.Response["grantId"].Text is { Length: > 0 } id
            ? KmsCall.Command(e, "revoke-grant", ("--grant-id", id))
            : null;
        if (account is null)
        {
            if (IsService(grantee)) yield break;
            yield return KmsCall.Finding(
                Info, e, Severity.Medium, $"Grant on KMS {KmsCall.Named(e)} to a principal whose account is unknown",
                "The event does not say which account the grantee belongs to") with
            { UndoCommand = undo };
        }
        else if (!Estate.IsOurs(account, e))
        {
            var operations = e.Request["operations"].Items.Select(static o => o.Text).OfType<string>().ToList();
            yield return KmsCall.Finding(Info, e, Severity.High, $"Grant on KMS {KmsCall.Named(e)} to foreign account {account}",
                $"The grantee belongs to account {account}",
                operations.Count > 0 ? "It may call " + string.Join(", ", operations) : "The event does not say what it may call") with
            {
                UndoCommand = undo,
            };
        }
    }

    /// <summary>
    /// The account in an ARN, in a bare account id, or in <c>123456789012:aws:ec2-infrastructure:i-…</c>, as EC2 names its instances; null
    /// otherwise.
    /// </summary>
    private static string? Account(string? grantee)
    {
        if (AwsArn.TryParse(grantee, out var arn)) return arn.AccountId.Length > 0 ? arn.AccountId : null;
        var head = grantee?.Split(':')[0];
        return head is { Length: 12 } && head.All(char.IsAsciiDigit) ? head : null;
    }

    /// <summary>A service, or "AWS Internal", as AWS names itself.</summary>
    private static bool IsService(string? grantee) => grantee == "AWS Internal"
        || (grantee is not null && !grantee.Contains(':', StringComparison.Ordinal)
        && (grantee.EndsWith(".amazonaws.com", StringComparison.Ordinal)
            || grantee.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal)));
}
