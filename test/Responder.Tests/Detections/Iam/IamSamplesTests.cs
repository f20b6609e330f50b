using Responder.Detections;
using Responder.Events;

namespace Responder.Tests.Detections.Iam;

public sealed class IamSamplesTests
{
    public static TheoryData<string> Ids => [.. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id).Where(static id => id.StartsWith("iam.", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_refused_sample_is_quiet_because_it_was_refused_and_for_no_other_reason(string id)
    {
        var refused = Sample.All.Where(sample => sample.Folder == id && sample.Quiet).Select(static sample => sample.Parse()).Where(static e => e.Outcome == CallOutcome.Refused).ToList();

        Assert.Contains(refused, e => DetectionCatalog.Default.DetectAsIfSucceeded(e).Any(f => f.Detection.Id == id));
        Assert.All(refused, e => Assert.DoesNotContain(DetectionCatalog.Default.Detect(e), f => f.Detection.Id == id));
    }
}
