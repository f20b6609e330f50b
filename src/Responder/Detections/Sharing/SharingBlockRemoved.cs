using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

internal sealed class SharingBlockRemoved : IDetection
{
    private const string PublicDocuments = "/ssm/documents/console/public-sharing-permission";

    /// <summary>The blocks of a region, each with what no longer holds. S3 has a detection of its own.</summary>
    private static readonly TableCall[] s_calls =
    [
        new("ec2", "DisableSnapshotBlockPublicAccess", "EBS snapshots may be made public", Severity.High),
        new("ec2", "DisableImageBlockPublicAccess", "Machine images may be made public", Severity.High),
        new("ec2", "ModifyVpcBlockPublicAccessOptions", "Block on the internet access of VPCs weakened", OfVpcs),
        new("ec2", "CreateVpcBlockPublicAccessExclusion", "Network excluded from the block on internet access", OfExclusion),
        new("ec2", "ModifyVpcBlockPublicAccessExclusion", "Network excluded from the block on internet access", OfExclusion),
        new("ssm", "UpdateServiceSetting", "SSM documents may be made public", Severity.High,
            static e => IsOfDocuments(e) && !CallTable.Is(e.Request["settingValue"], "Disable")),
        new("ssm", "ResetServiceSetting", "SSM documents may be made public", Severity.High, IsOfDocuments),
        new("quicksight", "UpdatePublicSharingSettings", "Dashboards may be shared with everyone", Severity.High,
            static e => CallTable.Unread(e) || e.Request["publicSharingEnabled"].Flag != false),
        new("elasticmapreduce", "PutBlockPublicAccessConfiguration", "Block on public EMR clusters weakened", OfClusters),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "ec2.public-sharing-block-removed",
        Title = "Block on public access or sharing removed",
        Description = "The account refused to make EBS snapshots, machine images, SSM documents or dashboards public, to let the "
            + "internet into its VPCs or EMR clusters, and does so no longer. It is the step before a disk or a network is given to "
            + "everyone.",
        Severity = Severity.High,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1537"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["What was made public since: calls of ModifySnapshotAttribute, ModifyImageAttribute, ModifyDocumentPermission or "
                + "AuthorizeSecurityGroupIngress by {actor}",
                "Whether {actor} has a change open"],
            ["Put the block back: {undo}"],
            ["An image or document is about to be published on purpose", "A VPC that serves the internet is excluded by design"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var resource = e.EventName switch
        {
            "DisableSnapshotBlockPublicAccess" => "snapshot-block-public-access",
            "DisableImageBlockPublicAccess" => "image-block-public-access",
            _ => CallTable.Named(e, "settingId") ?? Wrapped(e)["VpcId"].Text ?? Wrapped(e)["SubnetId"].Text
                ?? Wrapped(e)["ExclusionId"].Text,
        };
        if (CallTable.Find(Info, s_calls, e, resource) is not { } finding) yield break;
        yield return finding with
        {
            Reasons = e.RequestOmitted ? finding.Reasons : ["The account's block on public access is switched off or has a gap"],
            UndoCommand = Undo(e),
        };
    }

    private static ShellCommand? Undo(CloudTrailEvent e) => e.EventName switch
    {
        "DisableSnapshotBlockPublicAccess" => Shell.Command(
            "aws ec2 enable-snapshot-block-public-access", ("--state", "block-all-sharing"), CommandPart.Region(e.Region)),
        "DisableImageBlockPublicAccess" => Shell.Command(
            "aws ec2 enable-image-block-public-access", ("--image-block-public-access-state", "block-new-sharing"),
            CommandPart.Region(e.Region)),
        "UpdateServiceSetting" or "ResetServiceSetting" => Shell.Command(
            "aws ssm update-service-setting", ("--setting-id", PublicDocuments), ("--setting-value", "Disable"),
            CommandPart.Region(e.Region)),
        _ => null,
    };

    /// <summary>EC2 writes some requests below a member that is named like the call.</summary>
    private static JsonView Wrapped(CloudTrailEvent e) =>
        e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;

    private static Severity OfVpcs(CloudTrailEvent e)
    {
        var mode = Wrapped(e)["InternetGatewayBlockMode"];
        return CallTable.Is(mode, "block-bidirectional")
            ? Severity.None
            : CallTable.Is(mode, "block-ingress")
            ? Severity.Low
            : Severity.High;
    }

    private static Severity OfExclusion(CloudTrailEvent e) =>
        CallTable.Is(Wrapped(e)["InternetGatewayExclusionMode"], "allow-egress") ? Severity.Medium : Severity.High;

    private static bool IsOfDocuments(CloudTrailEvent e) => CallTable.Unread(e)
        || e.Request["settingId"].Text?.EndsWith(PublicDocuments, StringComparison.OrdinalIgnoreCase) == true;

    private static Severity OfClusters(CloudTrailEvent e)
    {
        var block = e.Request["blockPublicAccessConfiguration"];
        if (block["blockPublicSecurityGroupRules"].Flag != true) return Severity.High;
        // SSH is the exception that AWS itself puts there.
        var ranges = block["permittedPublicSecurityGroupRuleRanges"].Items.Where(static range => range.IsObject)
            .Any(static range => range["minRange"].Number != 22 || (range["maxRange"].Number ?? 22) != 22);
        return ranges ? Severity.Medium : Severity.None;
    }
}
