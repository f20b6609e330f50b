using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// Every generated rule exists, is enabled and has our pattern. Its target is its function, which the rule may call, with a queue for
/// events that cannot be delivered.
/// </summary>
internal sealed class Rules : ICheck
{
    public string Name => "rules";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        var policies = new Dictionary<string, FunctionPolicy>(StringComparer.Ordinal);
        foreach (var rule in EventPatterns.Of(DetectionCatalog.Default))
        {
            var blind = Blindness.Of(rule.Name, rule.Pattern);
            CheckResult result;
            try
            {
                var flaw = await FlawAsync(installation, resources, policies, rule, cancellationToken);
                result = flaw is var (rests, mend)
                    ? new CheckResult(Name, rule.LogicalId, CheckOutcome.Fail, rests)
                    {
                        Blind = blind,
                        Mend = mend ?? Redeploy(installation),
                    }
                    : new CheckResult(
                        Name, rule.LogicalId, CheckOutcome.Pass,
                        "DescribeRule: ENABLED, our pattern; ListTargetsByRule: its function, its queue; GetPolicy: it may call");
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, rule.LogicalId, e) with { Blind = blind };
            }

            yield return result;
        }
    }

    private static async Task<(string Rests, string? Mend)?> FlawAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, Dictionary<string, FunctionPolicy> policies,
        RoutingRule rule, CancellationToken cancellationToken)
    {
        if (!resources.TryGetValue(rule.LogicalId, out var resource)) return ("ListStackResources: no such rule in the stack", null);
        if (!resources.TryGetValue(rule.FunctionId, out var function)) return ("ListStackResources: no " + rule.FunctionId, null);
        if (!resources.TryGetValue("RuleDeadLetters", out var queue)) return ("ListStackResources: no RuleDeadLetters", null);

        var events = installation.Call(AwsService.EventBridge);
        JsonElement described;
        try
        {
            described = await events.JsonAsync("DescribeRule", json => json.WriteString("Name", resource.ShortName), cancellationToken);
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "ResourceNotFoundException")
        {
            return ("DescribeRule: " + e.Message, Put(resource, rule));
        }

        var state = Answer.Text(described, "State", "DescribeRule");
        if (!state.StartsWith(rule.State, StringComparison.Ordinal))
            return rule.TakesReads
                ? ($"DescribeRule: State is {state}, so that calls that read do not reach it", Put(resource, rule))
                : ($"DescribeRule: State is {state}", Shell.Command("aws events enable-rule", ("--name", resource.ShortName)).ToString());
        if (!IsSame(rule.Pattern, Answer.Text(described, "EventPattern", "DescribeRule")))
            return ("DescribeRule: EventPattern is another", Put(resource, rule));

        var answer = await events.JsonAsync("ListTargetsByRule", json => json.WriteString("Rule", resource.ShortName), cancellationToken);
        var targets = Answer.List(answer, "Targets", "ListTargetsByRule");
        var account = await installation.AccountAsync();
        var arn = $"arn:{installation.Partition}:lambda:{installation.Region}:{account}:function:{function.ShortName}";
        var letters = $"arn:{installation.Partition}:sqs:{installation.Region}:{account}:{queue.ShortName}";
        var target = targets.FirstOrDefault(t => Answer.Text(t, "Arn", "ListTargetsByRule") == arn);
        if (target.ValueKind == JsonValueKind.Undefined)
            return ($"ListTargetsByRule: none of {targets.Count} targets is {function.ShortName}", Aim(rule.LogicalId));
        if (!target.TryGetProperty("DeadLetterConfig", out var config) || Answer.TextOrNull(config, "Arn") != letters)
            return ("ListTargetsByRule: DeadLetterConfig is not the queue of the rules",
                Aim(Answer.Text(target, "Id", "ListTargetsByRule")));

        if (!policies.TryGetValue(rule.FunctionId, out var policy))
            policies[rule.FunctionId] = policy = await FunctionPolicy.ReadAsync(
                installation.Call(AwsService.Lambda), function.ShortName, cancellationToken);
        var source = Answer.Text(described, "Arn", "DescribeRule");
        return policy.Rules.Contains(source)
            ? null
            : ($"GetPolicy: {policy.Refusal}",
                Shell.Command(
                    "aws lambda add-permission", ("--function-name", function.ShortName), ("--statement-id", "doctor-" + rule.LogicalId),
                    ("--action", "lambda:InvokeFunction"), ("--principal", "events.amazonaws.com"), ("--source-arn", source)).ToString());

        string Aim(string id) =>
            Shell.Command(
                "aws events put-targets", ("--rule", resource.ShortName),
                CommandPart.Fixed("--targets", $"Id={id},Arn={arn},DeadLetterConfig={{Arn={letters}}}")).ToString();
    }

    /// <summary>True if both are the same pattern, however EventBridge formats it.</summary>
    public static bool IsSame(JsonObject ours, string theirs)
    {
        try
        {
            return JsonNode.DeepEquals(ours, JsonNode.Parse(theirs));
        }
        catch (JsonException)
        {
            return false; // EventBridge accepts only JSON as a pattern, so this one is not ours either
        }
    }

    /// <summary>The command that writes the rule, because a new deployment does not recreate what the stack believes to exist.</summary>
    private static string Put(StackResource resource, RoutingRule rule) =>
        Shell.Command(
            "aws events put-rule",
            [
                ("--name", resource.ShortName), .. rule.TakesReads ? (CommandPart[])[("--state", rule.State)] : [],
                CommandPart.Fixed("--event-pattern", rule.Json),
            ]).ToString();

    private static string Redeploy(Installation installation) =>
        Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString();
}
