using System.Runtime.CompilerServices;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>A multi-region trail is logging. Without one, EventBridge gets nothing, or nothing from the other regions.</summary>
internal sealed class TrailLogging : ICheck
{
    public string Name => "trail-logging";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trails = await installation.TrailsAsync();
        if (trails.Count == 0)
        {
            yield return Failed(
                "trail", "DescribeTrails: no trail",
                Shell.Command("sam deploy", ("--stack-name", installation.Stack), ("--parameter-overrides", "CreateTrail=true")));
            yield break;
        }

        var global = trails.Where(static t => t.IsMultiRegion).ToList();
        if (global.Count == 0)
            yield return Failed(
                trails[0].Arn, "DescribeTrails: IsMultiRegionTrail is false",
                Shell.Command("aws cloudtrail update-trail", ("--name", trails[0].Arn), "--is-multi-region-trail"));
        else if (global.FirstOrDefault(static t => t is { IsLogging: true, DeliveryError: null }) is { } healthy)
            yield return new CheckResult(
                Name, healthy.Arn, CheckOutcome.Pass, "DescribeTrails: IsMultiRegionTrail is true; GetTrailStatus: IsLogging is true");
        else if (global.FirstOrDefault(static t => t.IsLogging) is { } full)
            yield return new CheckResult(
                Name, full.Arn, CheckOutcome.Fail,
                $"GetTrailStatus: LatestDeliveryError is {full.DeliveryError}")
            {
                Mend = Shell.Command("aws cloudtrail get-trail-status", ("--name", full.Arn)).ToString(),
            };
        else yield return Failed(
            global[0].Arn, "GetTrailStatus: IsLogging is false",
            Shell.Command("aws cloudtrail start-logging", ("--name", global[0].Arn)));
    }

    private CheckResult Failed(string subject, string rests, ShellCommand mend) => new(Name, subject, CheckOutcome.Fail, rests)
    {
        Blind = Blindness.All,
        Mend = mend.ToString(),
    };
}
