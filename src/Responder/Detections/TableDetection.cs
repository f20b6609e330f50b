using Responder.Events;

namespace Responder.Detections;

/// <summary>A detection that is no more than a table of calls.</summary>
/// <param name="calls">The table; <see cref="DetectionInfo.Watches"/> are its <see cref="CallTable.Watches"/>.</param>
/// <param name="named">The request's fields that name what was acted on; the first that has a text counts.</param>
internal abstract class TableDetection(IReadOnlyList<TableCall> calls, params string[] named) : IDetection
{
    public abstract DetectionInfo Info { get; }

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(Info, calls, e, CallTable.Named(e, named)) is { } finding) yield return finding;
    }
}
