using System.Runtime.CompilerServices;
using System.Text.Json;
using Responder.Aws;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// infra/forwarder.yaml is deployed in every other enabled region of this account: each of its rules exists and is enabled, and its target
/// is the home bus, with a role and an empty dead-letter queue.
/// </summary>
internal sealed class Forwarders : ICheck
{
    private static readonly string[] s_regionsOfIam = ["us-east-1", "us-gov-west-1", "cn-north-1"];

    private static readonly IReadOnlyList<ForwardingRule> s_rules = EventPatterns.Forwarding(DetectionCatalog.Default);

    public string Name => "forwarders";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await installation.Call(AwsService.Ec2)
            .QueryAsync("DescribeRegions", new Dictionary<string, string> { ["AllRegions"] = "false" }, cancellationToken);
        var regions = Answer.Items(Answer.Element(answer, "regionInfo", "DescribeRegions"))
            .Select(static region => Answer.Child(region, "regionName") ?? throw new UnreadableAnswerException(
                "DescribeRegions: a region without a name")).Order(StringComparer.Ordinal).ToList();
        if (!regions.Contains(installation.Region, StringComparer.Ordinal))
            throw new UnreadableAnswerException($"DescribeRegions: {installation.Region} is not among the enabled regions");

        var bus = $"arn:{installation.Partition}:events:{installation.Region}:{await installation.AccountAsync()}:event-bus/default";
        foreach (var region in regions.Where(region => region != installation.Region))
        {
            CheckResult result;
            try
            {
                result = await JudgeAsync(installation, region, bus, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, region, e);
            }

            yield return result;
        }
    }

    private async Task<CheckResult> JudgeAsync(Installation installation, string region, string bus, CancellationToken cancellationToken)
    {
        var events = installation.Call(AwsService.EventBridge, region);
        var forwarding = new List<(string Name, string Pattern, string State)>();
        await foreach (var page in events.JsonPagesAsync(
            "ListRuleNamesByTarget", json => json.WriteString("TargetArn", bus), cancellationToken))
        {
            foreach (var name in Answer.List(page, "RuleNames", "ListRuleNamesByTarget").Select(static name => name.GetString()!))
            {
                var rule = await events.JsonAsync("DescribeRule", json => json.WriteString("Name", name), cancellationToken);
                var state = Answer.Text(rule, "State", "DescribeRule");
                if (Answer.TextOrNull(rule, "EventPattern") is not { } pattern) continue; // somebody else's schedule
                forwarding.Add((name, pattern, state));
            }
        }

        var expected = s_rules.Where(rule => !rule.OfGlobalService || s_regionsOfIam.Contains(region)).ToList();
        var missing = expected.Where(rule => !forwarding.Exists(
            f => Rules.IsSame(rule.Pattern, f.Pattern) && f.State.StartsWith(rule.State, StringComparison.Ordinal))).ToList();
        if (missing.Count > 0)
        {
            var off = missing.Count(rule => forwarding.Exists(f => Rules.IsSame(rule.Pattern, f.Pattern)));
            return Failed(
                $"ListRuleNamesByTarget, DescribeRule: {missing.Count - off} rules are missing, {off} are disabled or take no reads",
                missing);
        }

        var queues = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, pattern, _) in forwarding.Where(f => expected.Exists(rule => Rules.IsSame(rule.Pattern, f.Pattern))))
        {
            var answer = await events.JsonAsync("ListTargetsByRule", json => json.WriteString("Rule", name), cancellationToken);
            var target = Answer.List(answer, "Targets", "ListTargetsByRule")
                .FirstOrDefault(t => Answer.Text(t, "Arn", "ListTargetsByRule") == bus);
            if (target.ValueKind == JsonValueKind.Undefined)
                throw new UnreadableAnswerException($"ListTargetsByRule: {name} has not the target that ListRuleNamesByTarget says it has");
            var ours = expected.Where(rule => Rules.IsSame(rule.Pattern, pattern)).ToList();
            if (Answer.TextOrNull(target, "RoleArn") is null)
                return Failed($"ListTargetsByRule: {name} has no role to put events with", ours);
            if (!target.TryGetProperty("DeadLetterConfig", out var config) || Answer.TextOrNull(config, "Arn") is not { } queue)
                return Failed($"ListTargetsByRule: {name} has no dead-letter queue", []);
            queues.Add(queue);
        }

        foreach (var queue in queues)
        {
            var (sqs, name) = (installation.Call(AwsService.Sqs, region), queue[(queue.LastIndexOf(':') + 1)..]);
            var url = Answer.Element(
                await sqs.QueryAsync("GetQueueUrl", new Dictionary<string, string> { ["QueueName"] = name }, cancellationToken), "QueueUrl",
                "GetQueueUrl").Value;
            if (await QueueDepth.OfAsync(sqs, url, cancellationToken) is var waiting and > 0)
                return new CheckResult(
                    Name, region, CheckOutcome.Fail,
                    $"GetQueueAttributes: about {waiting} messages that could not be forwarded")
                { Mend = QueueDepth.Redrive(installation, url) };
        }

        return new CheckResult(Name, region, CheckOutcome.Pass, "ListRuleNamesByTarget, DescribeRule: every rule is there and ENABLED; "
            + "ListTargetsByRule: each has a role and a queue; GetQueueAttributes: no messages");

        CheckResult Failed(string rests, IReadOnlyList<ForwardingRule> blind) => new(Name, region, CheckOutcome.Fail, rests)
        {
            Blind = [.. blind.SelectMany(static rule => Blindness.Of(rule.Name, rule.Pattern)).Distinct()],
            Mend = Shell.Command(
                "aws cloudformation deploy", ("--region", region), ("--stack-name", installation.Stack + "-forwarder"),
                ("--template-file", "infra/forwarder.yaml"), ("--capabilities", "CAPABILITY_IAM"),
                ("--parameter-overrides", "HomeBusArn=" + bus)).ToString(),
        };
    }
}
