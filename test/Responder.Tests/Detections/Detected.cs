using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

/// <summary>The verdict of the catalog on an event, in the short form that tests compare.</summary>
internal static class Detected
{
    /// <summary>The severity of the event: the highest of its findings.</summary>
    public static Severity SeverityOf(CloudTrailEvent e) => DetectionCatalog.Default.Detect(e).Select(static finding => finding.Severity)
        .DefaultIfEmpty(Severity.None).Max();

    /// <summary>The only finding of this detection; fails if there is none or more than one.</summary>
    public static Finding Single(CloudTrailEvent e, string id) =>
        Assert.Single(DetectionCatalog.Default.Detect(e), finding => finding.Detection.Id == id);

    public static void Nothing(CloudTrailEvent e, string id) =>
        Assert.DoesNotContain(DetectionCatalog.Default.Detect(e), finding => finding.Detection.Id == id);
}
