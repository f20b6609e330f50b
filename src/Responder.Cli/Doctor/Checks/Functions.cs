using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// The five functions exist, are active, run in their own role and keep events that fail. They are also allowed to run: reserved
/// concurrency of 0 stops a function without a trace in its configuration.
/// </summary>
internal sealed class Functions : ICheck
{
    private const string Active = "GetFunctionConfiguration: Active, its role, its queue; GetFunctionConcurrency: ";

    public string Name => "functions";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        foreach (var rules in EventPatterns.Of(DetectionCatalog.Default).GroupBy(static rule => rule.FunctionId))
        {
            string[] blind = [.. rules.SelectMany(static rule => Blindness.Of(rule.Name, rule.Pattern)).Distinct()];
            CheckResult result;
            try
            {
                result = await JudgeAsync(installation, resources, rules.Key, cancellationToken);
                if (result.Outcome == CheckOutcome.Fail) result = result with { Blind = blind };
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, rules.Key, e) with { Blind = blind };
            }

            yield return result;
        }
    }

    private async Task<CheckResult> JudgeAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, string id, CancellationToken cancellationToken)
    {
        var redeploy = Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString();
        if (!resources.TryGetValue(id, out var function))
            return new CheckResult(Name, id, CheckOutcome.Fail, "ListStackResources: no such function in the stack") { Mend = redeploy };
        var lambda = installation.Call(AwsService.Lambda);
        var path = $"functions/{Uri.EscapeDataString(function.ShortName)}";
        JsonElement answer;
        try
        {
            var configuration = await installation.ConfigurationAsync(function, cancellationToken);
            if (await FlawAsync(installation, resources, function, configuration) is var (flaw, mend))
                return new CheckResult(Name, id, CheckOutcome.Fail, "GetFunctionConfiguration: " + flaw) { Mend = mend ?? redeploy };
            answer = await lambda.RestAsync($"/2019-09-30/{path}/concurrency", new Dictionary<string, string>(), cancellationToken);
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "ResourceNotFoundException")
        {
            return new CheckResult(Name, id, CheckOutcome.Fail, "GetFunctionConfiguration: " + e.Message) { Mend = redeploy };
        }

        if (!answer.TryGetProperty("ReservedConcurrentExecutions", out var reserved))
            return new CheckResult(Name, id, CheckOutcome.Pass, Active + "none reserved, none limited");
        if (reserved.ValueKind != JsonValueKind.Number || !reserved.TryGetInt32(out var count))
            throw new UnreadableAnswerException("GetFunctionConcurrency: ReservedConcurrentExecutions is no number");
        return count > 0
            ? new CheckResult(Name, id, CheckOutcome.Pass, $"{Active}{count} executions reserved")
            : new CheckResult(
                Name, id, CheckOutcome.Fail, "GetFunctionConcurrency: ReservedConcurrentExecutions is 0, so that it never runs")
            {
                Mend = Shell.Command("aws lambda delete-function-concurrency", ("--function-name", function.ShortName)).ToString(),
            };
    }

    private static async Task<(string Rests, string? Mend)?> FlawAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, StackResource function, JsonElement configuration)
    {
        const string Operation = "GetFunctionConfiguration";
        var state = Answer.Text(configuration, "State", Operation);
        if (state != "Active")
            return ($"State is {state}",
                Shell.Command("aws lambda get-function-configuration", ("--function-name", function.ShortName)).ToString());
        if (Answer.Text(configuration, "LastUpdateStatus", Operation) == "Failed")
            return ("LastUpdateStatus is Failed: the code before the update runs", null);

        string Update(string option, string value) =>
            Shell.Command("aws lambda update-function-configuration", ("--function-name", function.ShortName), (option, value)).ToString();
        if (!resources.TryGetValue(function.Id + "Role", out var ownRole)) return ($"ListStackResources: no {function.Id}Role", null);
        var account = await installation.AccountAsync();
        var role = $"arn:{installation.Partition}:iam::{account}:role/{ownRole.ShortName}"; // the template gives roles no path
        if (Answer.Text(configuration, "Role", Operation) is var given && given != role)
            return ($"Role is {given}", Update("--role", role));

        if (!resources.TryGetValue("FunctionDeadLetters", out var queue)) return ("ListStackResources: no FunctionDeadLetters", null);
        var letters = $"arn:{installation.Partition}:sqs:{installation.Region}:{account}:{queue.ShortName}";
        return configuration.TryGetProperty("DeadLetterConfig", out var config) && Answer.TextOrNull(config, "TargetArn") == letters
            ? null
            : ("DeadLetterConfig is not the queue of the functions", Update("--dead-letter-config", "TargetArn=" + letters));
    }
}
