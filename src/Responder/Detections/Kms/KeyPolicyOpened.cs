using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Kms;

/// <summary>A key policy that lets the world or a foreign account use or administer a key.</summary>
internal sealed class KeyPolicyOpened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "kms.key-policy-opened",
        Title = "KMS key policy lets everyone or a foreign account in",
        Description =
            "Reads the policy given with PutKeyPolicy, CreateKey or ReplicateKey and reports whom it lets in from outside the account. "
            + "A key open to everyone gives up all that it encrypts; a foreign account may read it or take the key over. "
            + "Of a trail's key (TRAIL_KEY_ARNS), a policy that no longer lets CloudTrail encrypt stops the trail and is reported as well.",
        Severity = Severity.Critical,
        Watches = [Watch.Calls(KmsCall.Source, "PutKeyPolicy", "CreateKey", "ReplicateKey")],
        Techniques = ["T1098", "T1530"],
        Controls = ["pci-dss:3.6.1", "pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Read the reasons: who is let in, and by which principal.",
                "See what {resource} encrypts: its description, aliases, grants and recent Decrypt calls from other accounts."],
            [
                "Put the former policy back from version control or AWS Config: aws kms put-key-policy --key-id {resource} --policy-name "
                    + "default --policy file://former-policy.json --region {region}",
                "List grants that were made meanwhile and revoke them: aws kms list-grants --key-id {resource} --region {region}",
            ],
            ["A key shared with a partner or another account of the organisation by agreement."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var isPut = e.EventName == "PutKeyPolicy";
        var policy = e.Request["policy"];
        var given = policy.Exists && !(policy.IsString && string.IsNullOrWhiteSpace(policy.Text));
        if (e.RequestOmitted || !e.Request.IsObject || (isPut && !given))
        {
            yield return KmsCall.Unread(Info, e, $"Policy of KMS {KmsCall.Named(e)} set, content unknown");
            yield break;
        }

        if (!given) yield break; // a new key without a policy gets the default one: its own account

        var document = PolicyDocument.Read(policy);
        if (isPut && document.IsReadable && Estate.IsTrailKey(KmsCall.Key(e), e) && !TrailKeyPolicy.LetsTrailEncrypt(document))
        {
            yield return KmsCall.Finding(
                Info, e, Severity.Critical, $"Policy of KMS {KmsCall.Named(e)}, the trail's key, no longer lets CloudTrail encrypt",
                "The trail's log files are encrypted with it (TRAIL_KEY_ARNS): delivery stops",
                "No statement lets cloudtrail.amazonaws.com call kms:GenerateDataKey, or one denies it") with
            { IsTampering = true };
        }

        var verdict = ResourceAccess.WhoIsLetIn(document, Estate.OwnerOf(e, Account(e)));
        var unlocked = e.Request["bypassPolicyLockoutSafetyCheck"].Flag == true;
        var (severity, what) = verdict.Widest switch
        {
            Audience.Everyone => (Severity.Critical, "lets everyone in"),
            Audience.Foreign =>
                (Severity.High, verdict.OneForeigner is { } foreigner
                    ? $"lets {foreigner} in"
                    : "lets foreign accounts in"),
            Audience.OpenFederation => (Severity.High, "lets any identity of a federation in"),
            Audience.CannotBeTold => (Severity.Medium, "lets somebody in whose account cannot be told"),
            Audience.Unreadable => (Severity.Medium, "cannot be read"),
            Audience.Organization => (Severity.Low, "lets a whole organisation in"),
            Audience.AwsService when !e.Actor.IsAwsServiceOnItsOwn => (Severity.Low, "lets an AWS service in"),
            _ when unlocked && !e.Actor.IsAwsServiceOnItsOwn => (Severity.Low, "set without the lockout check"),
            _ => (Severity.None, ""),
        };
        if (severity == Severity.None) yield break;
        IReadOnlyList<string> reasons = unlocked
            ? [.. verdict.Reasons, "The check that keeps the caller from being locked out was bypassed"]
            : verdict.Reasons;
        yield return KmsCall.Finding(Info, e, severity, $"Policy of KMS {KmsCall.Named(e)} {what}", reasons) with
        {
            Says = [what, .. verdict.WaysIn, unlocked ? "unlocked" : ""],
            Width = (int)verdict.Widest,
        };
    }

    /// <summary>The account that the key belongs to; the key's ARN tells it when the event's own account is missing.</summary>
    private static string? Account(CloudTrailEvent e) => e.AccountId
        ?? (AwsArn.TryParse(
            e.Response["replicaKeyMetadata"]["arn"].Text ?? e.Response["keyMetadata"]["arn"].Text ?? e.Response["keyId"].Text, out var arn)
            ? arn.AccountId
            : null);
}
