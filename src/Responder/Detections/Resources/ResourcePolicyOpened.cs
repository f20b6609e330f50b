using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Resources;

/// <summary>
/// The policy of a secret, repository, queue, topic, vault, file system, data catalog and the like now lets everyone or a foreign account
/// in.
/// </summary>
internal sealed class ResourcePolicyOpened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "resource.policy-opened",
        Title = "Resource policy lets everyone or a foreign account in",
        Description = "Reads the policy that was put on a secret, repository, topic, queue, backup vault, file system, table, stream, data "
            + "catalogue, event bus, function layer, search domain, log destination, certificate authority or any other resource that "
            + "takes one, and reports whom it lets in from outside the account. Wildcards that a condition really confines are not "
                + "reported as open.",
        Severity = Severity.High,
        Watches = [
            .. ResourcePolicies.All.GroupBy(static entry => entry.Source)
            .Select(static of => Watch.Calls(of.Key, [.. of.SelectMany(static entry => entry.Calls).Distinct()]))],
        Techniques = ["T1530", "T1537", "T1098"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Read the reasons: who is let in, and by which principal.",
                "Ask the owner of {resource} whether the sharing was meant, and whether the account or organisation named is known."],
            ["Put the former policy back from version control or AWS Config, or delete the policy.",
                "Look for reads of {resource} by others since the call; rotate a secret that was open."],
            ["A topic, queue or repository that is shared by agreement with another account: name the organisation in a condition."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn
            || ResourcePolicies.Of(e) is not { } entry) yield break;

        var name = entry.Names.Select(member => e.Request[member].Text).FirstOrDefault(static text => text is { Length: > 0 });
        var named = $"{entry.Kind} {name ?? "(not named)"}";
        var policy = entry.Policy(e);
        if (e.RequestOmitted || (!policy.Exists && !entry.MaySetOtherThings))
        {
            yield return new Finding(Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"Policy of {named} set, content unknown")
            {
                Resource = name,
                Reasons = [
                    e.RequestOmitted
                    ? "CloudTrail left the parameters out because they were too large, which hides what was set"
                    : "The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        // An empty text removes the policy.
        if (!policy.Exists || (policy.IsString && string.IsNullOrWhiteSpace(policy.Text))) yield break;

        var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read(policy), Estate.OwnerOf(e));
        var (severity, what) = verdict.Widest switch
        {
            Audience.Everyone when IsInNetwork(e) => (Severity.Low, "lets everyone of its network in"),
            Audience.Everyone => (Severity.High, "lets everyone in"),
            Audience.Foreign =>
                (entry.Foreign, verdict.OneForeigner is { } foreigner
                    ? $"lets {foreigner} in"
                    : "lets foreign accounts in"),
            Audience.OpenFederation => (Severity.High, "lets any identity of a federation in"),
            Audience.CannotBeTold => (Severity.Medium, "lets somebody in whose account cannot be told"),
            Audience.Unreadable => (Severity.Medium, "cannot be read"),
            Audience.Organization => (Severity.Low, "lets a whole organisation in"),
            _ => (Severity.None, ""),
        };
        if (severity != Severity.None)
            yield return new Finding(Info, severity, $"Policy of {named} {what}")
            {
                Resource = name,
                Reasons = verdict.Reasons,
                Says = [what, .. verdict.WaysIn],
                Width = (int)verdict.Widest,
            };
    }

    /// <summary>True for a search domain inside a VPC: whatever its policy says, it is reached only through security groups.</summary>
    private static bool IsInNetwork(CloudTrailEvent e)
    {
        if (e.EventSource != "es.amazonaws.com") return false;
        JsonView[] places = [
            e.Request["vPCOptions"], e.Response["domainStatus"]["vPCOptions"], e.Response["domainConfig"]["vPCOptions"]["options"],
            e.Response["domainConfig"]["vPCOptions"]];
        return places.Any(static options => options["subnetIds"].Items.Any() || options["vPCId"].Text is { Length: > 0 });
    }
}
