using System.Runtime.CompilerServices;
using Responder.Detections;
using Responder.Detections.Trail;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// A trail records the reads of STS. AssumeRole counts as a read: a trail that writes only write events cannot tell who assumes ReleaseRole
/// or OperatorRole, whatever the rules are.
/// </summary>
internal sealed class RoleSessions : ICheck
{
    private static readonly string[] s_sources = [.. DetectionCatalog.Default.Detections.SelectMany(static d => d.Info.Watches)
        .Where(static w => w.OnRoles.Count > 0).Select(static w => w.EventSource!).Distinct()];

    public string Name => "role-sessions";

    public IReadOnlyList<string> Concerns => Blindness.RoleSessions;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trails = (await installation.TrailsAsync()).Where(static t => t is { IsLogging: true, IsMultiRegion: true }).ToList();
        if (trails.Count == 0)
        {
            yield return new CheckResult(Name, "trail", CheckOutcome.Fail, "GetTrailStatus: no multi-region trail logs")
            {
                Blind = Blindness.RoleSessions,
            };
            yield break;
        }

        var results = new List<CheckResult>();
        foreach (var trail in trails)
            results.Add(Judge(trail, await ManagementEvents.CoverageAsync(installation, trail, cancellationToken)));
        yield return results.Find(static r => r.Outcome == CheckOutcome.Pass) ?? results[0];
    }

    private CheckResult Judge(TrailState trail, Coverage coverage)
    {
        var missing = s_sources.Where(coverage.Excluded.Contains).ToList();
        if (coverage.Reads != CoverageLevel.Off && (coverage.Reads == CoverageLevel.Full || missing.Count == 0))
            return new CheckResult(
                Name, trail.Arn, CheckOutcome.Pass, $"GetEventSelectors: events of {string.Join(", ", s_sources)} that read are recorded");
        var rests = coverage.Reads == CoverageLevel.Off
            ? "management events that read are not recorded, and AssumeRole is one"
            : $"{string.Join(", ", missing)} is left out";
        return new CheckResult(
            Name, trail.Arn, CheckOutcome.Fail, $"GetEventSelectors: {rests}: nobody is told who assumes ReleaseRole or OperatorRole")
        {
            Blind = Blindness.RoleSessions,
            Mend = ManagementEvents.RecordAll(trail),
        };
    }
}
