using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Events;

namespace Responder.Cli.Doctor;

/// <summary>The EventBridge rules that the resource policy of a function allows to call it.</summary>
/// <param name="Rules">ARNs of the rules.</param>
/// <param name="Refusal">Why no other rule is allowed.</param>
internal sealed record FunctionPolicy(IReadOnlySet<string> Rules, string Refusal)
{
    /// <param name="name">Name of the function.</param>
    public static async Task<FunctionPolicy> ReadAsync(AwsCall lambda, string name, CancellationToken cancellationToken)
    {
        const string Operation = "GetPolicy";
        JsonElement answer;
        try
        {
            answer = await lambda.RestAsync(
                $"/2015-03-31/functions/{Uri.EscapeDataString(name)}/policy", new Dictionary<string, string>(), cancellationToken);
        }
        catch (AmazonServiceException e) when (e.ErrorCode == "ResourceNotFoundException")
        {
            return new FunctionPolicy(new HashSet<string>(), e.Message);
        }

        if (!JsonView.TryParse(Answer.Text(answer, "Policy", Operation), out var document) || !document["Statement"].Exists)
            throw new UnreadableAnswerException($"{Operation}: the policy cannot be read");
        var statements = document["Statement"].Items.ToList();
        if (statements.Exists(static s => s["Effect"].Text != "Allow"))
            return new FunctionPolicy(new HashSet<string>(), "a statement denies calls");
        return new FunctionPolicy(
            statements.Select(RuleOf).OfType<string>().ToHashSet(StringComparer.Ordinal), "no statement lets the rule call the function");
    }

    /// <summary>
    /// The rule that a statement allows, if it is written as deployments write it: with one complete ARN. Other forms do not count.
    /// </summary>
    private static string? RuleOf(JsonView statement)
    {
        if (statement["Action"].Text != "lambda:InvokeFunction" || statement["Principal"]["Service"].Text != "events.amazonaws.com")
            return null;
        return statement["Condition"].Members.ToList() is [(Name: "ArnLike" or "ArnEquals" or "StringEquals", var test)]
            && test.Members.ToList() is [var (key, value)] && key.Equals("aws:SourceArn", StringComparison.OrdinalIgnoreCase)
            ? value.Text
            : null;
    }
}
