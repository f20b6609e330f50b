using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Detections;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The five functions exist and may run: reserved executions of 0 stop one without a trace in its configuration.</summary>
internal sealed class Functions : ICheck
{
    public string Name => "functions";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        foreach (var rules in EventPatterns.Of(DetectionCatalog.Default).GroupBy(static rule => rule.FunctionId))
        {
            string[] blind = [.. rules.SelectMany(static rule => Blindness.Of(rule.Name, rule.Pattern)).Distinct()];
            CheckResult result;
            try
            {
                result = await JudgeAsync(installation, resources, rules.Key, cancellationToken);
                if (result.Verdict == Verdict.Fail) result = result with { Blind = blind };
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, rules.Key, e) with { Blind = blind };
            }

            yield return result;
        }
    }

    private async Task<CheckResult> JudgeAsync(Installation installation, IReadOnlyDictionary<string, StackResource> resources, string id, CancellationToken cancellationToken)
    {
        var redeploy = Shell.Command("sam", "deploy", "--stack-name", installation.Stack);
        if (!resources.TryGetValue(id, out var function)) return new CheckResult(Name, id, Verdict.Fail, "ListStackResources: no such function in the stack") { Mend = redeploy };
        JsonElement answer;
        try
        {
            answer = await installation.Call(AwsService.Lambda).RestAsync($"/2019-09-30/functions/{Uri.EscapeDataString(function.ShortName)}/concurrency", new Dictionary<string, string>(), cancellationToken);
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "ResourceNotFoundException")
        {
            return new CheckResult(Name, id, Verdict.Fail, "GetFunctionConcurrency: " + e.Message) { Mend = redeploy };
        }

        if (!answer.TryGetProperty("ReservedConcurrentExecutions", out var reserved)) return new CheckResult(Name, id, Verdict.Pass, "GetFunctionConcurrency: none reserved, none limited");
        if (reserved.ValueKind != JsonValueKind.Number || !reserved.TryGetInt32(out var count)) throw new UnreadableAnswerException("GetFunctionConcurrency: ReservedConcurrentExecutions is no number");
        return count > 0
            ? new CheckResult(Name, id, Verdict.Pass, $"GetFunctionConcurrency: {count} executions reserved")
            : new CheckResult(Name, id, Verdict.Fail, "GetFunctionConcurrency: ReservedConcurrentExecutions is 0, so that it never runs")
            {
                Mend = Shell.Command("aws", "lambda", "delete-function-concurrency", "--function-name", function.ShortName),
            };
    }
}
