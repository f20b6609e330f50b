using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Account;

/// <param name="catalog">Returns the catalog that judges the call as if it had succeeded; a function, because the catalog contains this
/// detection.</param>
internal sealed class RefusedCall(Func<DetectionCatalog> catalog) : IDetection
{
    private readonly Lazy<Dictionary<string, HashSet<string>>> _sourcesByName = new(() => SourcesByName(catalog()));

    public DetectionInfo Info { get; } = new()
    {
        Id = "account.call-refused",
        Title = "Call refused for lack of permission",
        Description = "Somebody tried to change something without being allowed to. Once is a mistake and is recorded; an attempt at what "
            + "would have been "
            + "critical (the trail, administrator rights, the organization, a detection service) is worth a look. Refused reads and role "
                + "assumptions find nothing.",
        Severity = Severity.Low,
        Watches = [new Watch(null, [], WatchKind.Refused)],
        Techniques = ["T1580", "T1526"],
        Controls = ["cis:4.1", "pci-dss:10.2.4", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What else {actor} was refused in the same hour, and what it was allowed",
                "Whether the source address and user agent are usual for {actor}"],
            Do: ["When {actor} has no reason to try: rotate its credentials; whoever holds them is looking around"],
            BenignCauses: [
                "A deployment whose role lacks a permission", "A person who clicked where they may not",
                "A scanner that probes with dry permissions"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        // Sign-ins have a detection of their own; a service that is refused its own housekeeping is nobody's attempt.
        if (e.Outcome != CallOutcome.Refused || e.EventSource == "signin.amazonaws.com" || e.Actor.IsAwsServiceOnItsOwn) yield break;
        if (IsUnderWrongSource(e)) yield break;

        var because = CouldHaveBeen(e);
        if (because is null && CallClass.IsRead(e)) yield break;

        yield return new Finding(
            Info, because is null ? Severity.Low : Severity.Medium,
            $"{CallClass.ServiceOf(e)} {e.EventName} refused to {SignIn.ConsoleLogin.Who(e)}")
        {
            Resource = CallClass.ServiceOf(e) + ":" + e.EventName,
            Reasons = because is null ? [e.ErrorCode ?? "Refused"] : [because, e.ErrorCode ?? "Refused"],
        };
    }

    /// <summary>Why the attempt counts more than an ordinary refusal; null when it does not.</summary>
    private string? CouldHaveBeen(CloudTrailEvent e)
    {
        if (IsNamedWorst(e)) return "Had it worked, it could have been critical";
        foreach (var finding in catalog().DetectAsIfSucceeded(e))
        {
            if (finding.Severity == Severity.Critical) return "Had it worked: " + finding.Title;
            if (finding.Detection.Id == "account.detection-service-disabled") return "Had it worked: " + finding.Title;
        }

        return null;
    }

    /// <summary>True for calls that count as the worst case, because the event seldom shows their content in full.</summary>
    private static bool IsNamedWorst(CloudTrailEvent e)
    {
        var name = e.EventName;
        return e.EventSource switch
        {
            "cloudtrail.amazonaws.com" => name is "StopLogging" or "DeleteTrail" or "UpdateTrail" or "PutEventSelectors"
                or "PutInsightSelectors" or "UpdateEventDataStore" or "DeleteEventDataStore" or "StopEventDataStoreIngestion",
            "iam.amazonaws.com" => name is "CreatePolicyVersion" or "SetDefaultPolicyVersion" or "AddUserToGroup"
                || (name.EndsWith("Policy", StringComparison.Ordinal)
                    && (name.StartsWith("Attach", StringComparison.Ordinal) || name.StartsWith("Put", StringComparison.Ordinal))),
            "kms.amazonaws.com" => name is "PutKeyPolicy",
            "s3.amazonaws.com" => name is "PutBucketPolicy",
            "organizations.amazonaws.com" => name is "LeaveOrganization",
            _ => false,
        };
    }

    /// <summary>
    /// True for a call name that the catalog knows, under a service that has no such call: the call does not exist.
    /// </summary>
    private bool IsUnderWrongSource(CloudTrailEvent e)
    {
        var sources = _sourcesByName.Value;
        return sources.TryGetValue(e.EventName, out var owners) && !owners.Contains(e.EventSource)
            && Namesakes.LacksCall(e.EventSource, e.EventName);
    }

    private static Dictionary<string, HashSet<string>> SourcesByName(DetectionCatalog catalog)
    {
        var sources = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var watch in catalog.Detections.SelectMany(static detection => detection.Info.Watches))
        {
            if (watch.EventSource is not { } source) continue;
            foreach (var name in watch.EventNames)
            {
                if (EventNamePattern.IsBeginning(name)) continue;
                if (!sources.TryGetValue(name, out var owners)) sources[name] = owners = new HashSet<string>(StringComparer.Ordinal);
                owners.Add(source);
            }
        }

        return sources;
    }
}
