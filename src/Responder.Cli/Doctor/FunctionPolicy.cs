using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Events;

namespace Responder.Cli.Doctor;

/// <summary>Which rules of EventBridge the resource policy of a function lets call it.</summary>
/// <param name="Rules">ARNs.</param>
/// <param name="Refusal">Why no other is let in.</param>
internal sealed record FunctionPolicy(IReadOnlySet<string> Rules, string Refusal)
{
    /// <param name="name">Of the function.</param>
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
    /// The rule that a statement lets in, written as deployments do: one whole ARN. What is written otherwise does not count.
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
