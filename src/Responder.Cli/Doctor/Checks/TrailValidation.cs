using System.Runtime.CompilerServices;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>A logging trail has log file validation on; without digests nobody can prove that a log file is unchanged.</summary>
internal sealed class TrailValidation : ICheck
{
    public string Name => "trail-validation";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trails = (await installation.TrailsAsync()).Where(static t => t.IsLogging).ToList();
        if (trails.Count == 0) yield return new CheckResult(Name, "trail", CheckOutcome.Fail, "GetTrailStatus: no trail logs");
        else if (trails.FirstOrDefault(static t => t.IsValidated) is { } validated)
            yield return new CheckResult(Name, validated.Arn, CheckOutcome.Pass, "DescribeTrails: LogFileValidationEnabled is true");
        else
            yield return new CheckResult(Name, trails[0].Arn, CheckOutcome.Fail, "DescribeTrails: LogFileValidationEnabled is not true")
            {
                Mend = Shell.Command("aws cloudtrail update-trail", ("--name", trails[0].Arn), "--enable-log-file-validation").ToString(),
            };
    }
}
