using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Eks;

/// <summary>An identity was made administrator of a Kubernetes cluster.</summary>
internal sealed class ClusterAdminGranted : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "eks.cluster-admin-granted",
        Title = "Administrator of a Kubernetes cluster made",
        Description = "AmazonEKSClusterAdminPolicy was associated with an access entry: its holder may do everything in the cluster, read "
            + "every secret in it and act as the roles of "
            + "its pods and nodes. Infrastructure code grants it whenever it makes a cluster, so it pages only for a foreign account.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("eks.amazonaws.com", "AssociateAccessPolicy")],
        Techniques = ["T1098.006", "T1098"],
        Controls = ["pci-dss:7.2.2", "pci-dss:10.2.1.5", "soc2:CC6.3", "hipaa:164.308(a)(4)(ii)(C)"],
        Runbook = new Runbook(
            ["Whether the principal named needs the whole cluster, and whether {actor} gave it to itself",
                "What it did in the cluster since: the audit log of {resource}"],
            ["If nobody planned it, take it back: {undo}",
                "Rotate the secrets of the cluster, and see what the roles of its pods and nodes did"],
            ["Infrastructure code that makes a cluster and its operators"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var cluster = e.Request["name"].Text is { Length: > 0 } name ? name : e.Request["clusterName"].Text;
        if (e.RequestOmitted || !e.Request.IsObject)
        {
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.High : Severity.Medium, "Access to a Kubernetes cluster given, to whom is unknown")
            {
                Reasons = ["The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        if (!AwsArn.TryParse(e.Request["policyArn"].Text, out var policy)
            || !policy.Resource.EndsWith("/AmazonEKSClusterAdminPolicy", StringComparison.Ordinal)) yield break;
        // It is part of the call's path, so it may be URL-escaped.
        var principal = e.Request["principalArn"].Text is { Length: > 0 } text ? Uri.UnescapeDataString(text) : null;
        var foreign = AwsArn.TryParse(principal, out var arn) && arn.AccountId.Length > 0 && !Estate.IsOurs(arn.AccountId, e)
            ? arn.AccountId
            : null;
        var confined = string.Equals(e.Request["accessScope"]["type"].Text, "namespace", StringComparison.OrdinalIgnoreCase);
        yield return new Finding(
            Info, foreign is not null ? Severity.High : confined ? Severity.Low : Severity.Medium,
            $"{principal ?? "An unnamed principal"} made administrator of {(confined ? "namespaces of " : "")}Kubernetes cluster "
                + $"{cluster ?? "(not named)"}")
        {
            Resource = cluster,
            Reasons = foreign is not null ? [$"The principal belongs to foreign account {foreign}"]
                : confined ? ["Only in the namespaces that the call names"]
                : ["It may do everything in the cluster, and act as the roles of its pods and nodes"],
            UndoCommand = cluster is null || principal is null ? null : Shell.Command(
                "aws eks disassociate-access-policy", ("--cluster-name", cluster), ("--principal-arn", principal),
                ("--policy-arn", policy.ToString()), CommandPart.Region(e.Region)),
        };
    }
}
