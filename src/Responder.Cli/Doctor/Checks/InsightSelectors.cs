using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The trails record Insights on the rate of calls and of errors.</summary>
internal sealed class InsightSelectors : ICheck
{
    private static readonly string[] s_types = ["ApiCallRateInsight", "ApiErrorRateInsight"];

    public string Name => "insight-selectors";

    public IReadOnlyList<string> Concerns => Blindness.Insights;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trails = (await installation.TrailsAsync()).Where(static t => t.IsLogging).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var trail in trails) seen.UnionWith(await TypesAsync(installation, trail, cancellationToken));
        var missing = s_types.Where(type => !seen.Contains(type)).ToList();
        if (missing.Count == 0)
        {
            yield return new CheckResult(Name, "trail", CheckOutcome.Pass, "GetInsightSelectors: " + string.Join(" and ", s_types));
            yield break;
        }

        yield return new CheckResult(
            Name, trails.Count > 0 ? trails[0].Arn : "trail", CheckOutcome.Fail, $"GetInsightSelectors: no {string.Join(", no ", missing)}")
        {
            Blind = Blindness.Insights,
            Mend = trails.Count == 0 ? null : Shell.Command(
                "aws cloudtrail put-insight-selectors", ("--trail-name", trails[0].Arn),
                CommandPart.Fixed("--insight-selectors", """[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]""")).ToString(),
        };
    }

    private static async Task<IEnumerable<string>> TypesAsync(
        Installation installation, TrailState trail, CancellationToken cancellationToken)
    {
        const string Operation = "GetInsightSelectors";
        try
        {
            var answer = await installation.Call(AwsService.CloudTrail)
                .JsonAsync(Operation, json => json.WriteString("TrailName", trail.Arn), cancellationToken);
            return [.. Answer.List(answer, "InsightSelectors", Operation)
                .Select(static selector => Answer.Text(selector, "InsightType", Operation))];
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "InsightNotEnabledException")
        {
            return [];
        }
    }
}
