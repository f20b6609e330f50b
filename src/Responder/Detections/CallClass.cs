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
    /// True when the call only reads. The record's <c>readOnly</c> is AWS's own statement; older records lack it, and then the name
    /// decides. GetFederationToken, GetSessionToken and AssumeRoot hand out credentials, so they count as changes.
    /// </summary>
    public static bool IsRead(CloudTrailEvent e)
    {
        if (e.EventSource == "sts.amazonaws.com")
        {
            if (e.EventName is "GetFederationToken" or "GetSessionToken" or "AssumeRoot") return false;
            // Roles are assumed all day, in every way; refused assumptions are judged as bursts.
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
