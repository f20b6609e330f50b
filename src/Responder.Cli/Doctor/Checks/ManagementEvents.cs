using System.Runtime.CompilerServices;
using Responder.Aws;
using Responder.Detections.Trail;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The selectors of a logging trail, classic or advanced, let through the management events that detections need.</summary>
internal sealed class ManagementEvents : ICheck
{
    public string Name => "management-events";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trails = (await installation.TrailsAsync()).Where(static t => t is { IsLogging: true, IsMultiRegion: true }).ToList();
        if (trails.Count == 0)
        {
            yield return new CheckResult(Name, "trail", CheckOutcome.Fail, "GetTrailStatus: no multi-region trail logs")
            {
                Blind = Blindness.All,
            };
            yield break;
        }

        var results = new List<CheckResult>();
        foreach (var trail in trails)
        {
            results.Add(Judge(trail, await CoverageAsync(installation, trail, cancellationToken)));
        }

        // One trail that records everything is enough; the others may serve another purpose.
        yield return results.Find(static r => r.Outcome == CheckOutcome.Pass) ?? results.MinBy(static r => r.Blind.Count)!;
    }

    public static async Task<Coverage> CoverageAsync(Installation installation, TrailState trail, CancellationToken cancellationToken)
    {
        var answer = await installation.Call(AwsService.CloudTrail)
            .JsonAsync("GetEventSelectors", json => json.WriteString("TrailName", trail.Arn), cancellationToken);
        return Coverage.Of(new JsonView(answer))
            ?? throw new UnreadableAnswerException("GetEventSelectors: the answer has no selectors");
    }

    /// <summary>The command with which the trail records all management events.</summary>
    public static string RecordAll(TrailState trail) =>
        Shell.Command(
            "aws cloudtrail put-event-selectors", ("--trail-name", trail.Arn),
            CommandPart.Fixed(
                "--advanced-event-selectors", """[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]""")).ToString();

    private CheckResult Judge(TrailState trail, Coverage coverage)
    {
        CheckResult Failed(string rests, IReadOnlyList<string> blind) =>
            new(Name, trail.Arn, CheckOutcome.Fail, "GetEventSelectors: " + rests)
            {
                Blind = blind,
                Mend = RecordAll(trail),
            };

        if (coverage.Writes == CoverageLevel.Off) return Failed("management events that write are not recorded", Blindness.All);
        if (coverage.Writes == CoverageLevel.Narrowed
            && Blindness.OfSources(coverage.Excluded.ToHashSet(StringComparer.Ordinal)) is { Count: > 0 } blind)
            return Failed($"{string.Join(", ", coverage.Excluded)} is left out", blind);
        if (coverage.Reads == CoverageLevel.Off) return Failed("management events that read are not recorded", Blindness.Bursts);
        return new CheckResult(
            Name, trail.Arn, CheckOutcome.Pass, coverage.Excluded.Count == 0
            ? "GetEventSelectors: all management events"
            : $"GetEventSelectors: all management events but those of {string.Join(", ", coverage.Excluded)}, which no detection watches");
    }
}
