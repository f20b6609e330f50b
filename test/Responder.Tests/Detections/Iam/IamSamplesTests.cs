using Responder.Detections;
using Responder.Events;

namespace Responder.Tests.Detections.Iam;

/// <summary>Every sample of an IAM detection shows what its name says.</summary>
public sealed class IamSamplesTests
{
    public static TheoryData<string> Ids => [.. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id).Where(static id => id.StartsWith("iam.", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Fires_and_quiet_are_what_they_say(string id)
    {
        foreach (var (name, e) in Samples(id))
        {
            var fires = e.Finding(id) is not null;
            Assert.True(fires == name.StartsWith("fires", StringComparison.Ordinal), $"{id}/{name} {(fires ? "fires" : "is quiet")}");
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_plain_sample_fires_at_the_severity_of_the_detection(string id) =>
        Assert.Equal(DetectionCatalog.Default.Find(id)!.Info.Severity, Samples(id).Single(static s => s.Name == "fires.json").Event.Finding(id)!.Severity);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_detection_has_a_firing_a_refused_and_an_opposite_call(string id)
    {
        var quiet = Samples(id).Where(static s => s.Name.StartsWith("quiet", StringComparison.Ordinal)).ToList();

        var refused = quiet.Where(static s => s.Event.Outcome == CallOutcome.Refused).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(quiet, static s => s.Event.Outcome == CallOutcome.Succeeded);
        // The refused call is the one that would have fired, so that the refusal alone keeps it quiet.
        Assert.Contains(refused, s => DetectionCatalog.Default.DetectAsIfSucceeded(s.Event).Any(f => f.Detection.Id == id));
    }

    private static List<(string Name, CloudTrailEvent Event)> Samples(string id) =>
        [.. Directory.GetFiles(Path.Combine(Root(), "events", id), "*.json").Order(StringComparer.Ordinal).Select(static path => (Path.GetFileName(path), Read(path)))];

    private static CloudTrailEvent Read(string path)
    {
        var parsed = EventParser.Parse(File.ReadAllBytes(path));
        Assert.True(parsed.Error is null, $"{path}: {parsed.Error}");
        return parsed.Event!;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Responder.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Responder.sln");
        return folder;
    }
}
