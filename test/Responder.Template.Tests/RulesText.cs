using System.Text;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Operations.Routing;

namespace Responder.Template.Tests;

/// <summary>
/// Writes the parts of template.yaml that are generated from what the detections watch; they stand between the marks <c># rules: NAME</c>
/// and <c># end of rules</c>.
/// </summary>
internal static class RulesText
{
    private const int Width = 140;

    public static IReadOnlyList<RoutingRule> Rules { get; } = EventPatterns.Of(DetectionCatalog.Default);

    public static IReadOnlyList<ForwardingRule> Forwarding { get; } = EventPatterns.Forwarding(DetectionCatalog.Default);

    /// <summary>The template with all of these parts rewritten; equal to the input if they are up to date.</summary>
    public static string Apply(string template)
    {
        foreach (var function in EventPatterns.Functions)
            template = MarkedPart.Replace(
                template, $"rules: {function}", "end of rules", indent => Events(Rules.Where(rule => rule.Function == function), indent));
        return MarkedPart.Replace(
            template, "rules: arns", "end of rules", static indent =>
                string.Concat(Rules.Select(rule => $"{indent}- !GetAtt {LogicalId(rule)}.Arn\n")));
    }

    /// <summary>The text of infra/forwarder.yaml with its rules rewritten.</summary>
    public static string ApplyForwarding(string template)
    {
        template = MarkedPart.Replace(
            template, "rules: forwarding", "end of rules", static indent =>
                string.Join('\n', Forwarding.Select(rule => Forward(rule, indent))));
        return MarkedPart.Replace(template, "rules: arns", "end of rules", static indent => string.Concat(Forwarding.Select(rule =>
            $"{indent}- {(rule.OfGlobalService ? $"!If [ForwardsIam, !GetAtt {LogicalId(rule)}.Arn, !Ref AWS::NoValue]"
                : $"!GetAtt {LogicalId(rule)}.Arn")}\n")));
    }

    public static string LogicalId(ForwardingRule rule) => rule.Name + "Rule";

    /// <summary>The id that SAM makes from the names of the function and the event.</summary>
    public static string LogicalId(RoutingRule rule) => SamTemplate.FunctionOf(rule.Function) + rule.Name;

    private static string Events(IEnumerable<RoutingRule> rules, string indent)
    {
        var text = new StringBuilder();
        foreach (var rule in rules)
        {
            text.Append(indent).Append(rule.Name).Append(":\n");
            foreach (var line in (string[])
                [
                    "  Type: EventBridgeRule", "  Properties:", $"    State: {rule.State}",
                    "    DeadLetterConfig: {Arn: !GetAtt RuleDeadLetters.Arn}",
                    "    RetryPolicy: {MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185}", "    Pattern:",
                ])
            {
                text.Append(indent).Append(line).Append('\n');
            }

            Block(text, rule.Pattern, indent + "      ");
        }

        return text.ToString();
    }

    private static string Forward(ForwardingRule rule, string indent)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(indent).Append(line).Append('\n');
        Line(LogicalId(rule) + ":");
        Line("  Type: AWS::Events::Rule");
        Line("  Condition: " + (rule.OfGlobalService ? "ForwardsIam" : "Forwards"));
        Line("  Properties:");
        Line($"    State: {rule.State}");
        Line("    EventPattern:");
        Block(text, rule.Pattern, indent + "      ");
        Line("    Targets:");
        Line("      - Id: Home");
        Line("        Arn: !Ref HomeBusArn");
        Line("        RoleArn: !GetAtt ForwarderRole.Arn");
        Line("        DeadLetterConfig: {Arn: !GetAtt DeadLetters.Arn}");
        Line("        RetryPolicy: {MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185}");
        return text.ToString();
    }

    private static void Block(StringBuilder text, JsonObject map, string indent)
    {
        foreach (var (name, value) in map)
        {
            text.Append(indent).Append(name).Append(':');
            if (value is JsonObject nested)
            {
                text.Append('\n');
                Block(text, nested, indent + "  ");
                continue;
            }

            var items = ((JsonArray)value!).Select(static item => Flow(item!)).ToList();
            var line = $" [{string.Join(", ", items)}]";
            if (indent.Length + name.Length + 1 + line.Length <= Width)
            {
                text.Append(line).Append('\n');
                continue;
            }

            text.Append('\n');
            foreach (var item in items) text.Append(indent).Append("  - ").Append(item).Append('\n');
        }
    }

    private static string Flow(JsonNode node) => node switch
    {
        JsonObject map => "{" + string.Join(", ", map.Select(static p => $"{p.Key}: {Flow(p.Value!)}")) + "}",
        JsonArray list => "[" + string.Join(", ", list.Select(static item => Flow(item!))) + "]",
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag ? "true" : "false",
        _ when node.GetValue<string>().Contains('*', StringComparison.Ordinal) => $"\"{node.GetValue<string>()}\"",
        _ => Scalar(node.GetValue<string>()),
    };

    /// <summary>The text without quotes; fails if YAML could misread it.</summary>
    private static string Scalar(string text) =>
        char.IsAsciiLetter(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or '-' or '_')
            && text is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? text
            : throw new NotSupportedException($"'{text}' needs quotes: no event name, source or code that AWS writes does");
}
