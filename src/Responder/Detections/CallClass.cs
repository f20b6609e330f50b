using Responder.Events;

namespace Responder.Detections;

/// <summary>Whether a call reads or changes, as far as one can tell without knowing the service.</summary>
internal static class CallClass
{
    private static readonly string[] s_readPrefixes =
    [
        "Describe", "Get", "List", "BatchGet", "BatchDescribe", "BatchCheck", "Lookup", "Search", "Head", "Query", "Scan", "Select",
        "Check", "Preview",
        "Simulate", "Estimate", "Validate", "View", "Discover", "Filter", "Generate", "Test", "Verify", "Detect", "Is", "Count", "Download",
        "Export",
        "AssumeRole",
    ];

    /// <summary>
    /// The record's <c>readOnly</c> is AWS's own word; older records lack it, there the name decides. Credentials that a call hands out
    /// are a change, whatever its name says.
    /// </summary>
    public static bool IsRead(CloudTrailEvent e)
    {
        if (e.EventSource == "sts.amazonaws.com")
        {
            if (e.EventName is "GetFederationToken" or "GetSessionToken" or "AssumeRoot") return false;
            // A role is assumed all day, by whatever way; its refusals are judged in bursts.
            if (e.EventName is "AssumeRole" or "AssumeRoleWithSAML" or "AssumeRoleWithWebIdentity") return true;
        }

        if (e.ReadOnly is { } readOnly) return readOnly;
        return s_readPrefixes.Any(prefix => e.EventName.StartsWith(prefix, StringComparison.Ordinal)
            && (e.EventName.Length == prefix.Length || !char.IsAsciiLetterLower(e.EventName[prefix.Length])));
    }

    /// <summary>"iam" for <c>iam.amazonaws.com</c>.</summary>
    public static string ServiceOf(CloudTrailEvent e) =>
        e.EventSource.EndsWith(".amazonaws.com", StringComparison.Ordinal) ? e.EventSource[..^".amazonaws.com".Length] : e.EventSource;
}
