using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Lambdas;

/// <summary>Code of another account was put into a function: it runs as the function's role.</summary>
internal sealed class ForeignLayerAdded : IDetection
{
    /// <summary>
    /// AWS's own accounts of widely used layers: Powertools, SDK for pandas, Lambda Insights, OpenTelemetry. Source: their documentation.
    /// </summary>
    private static readonly string[] s_publishers = ["017000801446", "336392948345", "580247275435", "901920570463"];

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "lambda.foreign-layer-added",
        Title = "Layer of a foreign account added to a function",
        Description = "A function was created or configured with a layer that belongs to another account. The layer's code runs inside the "
            + "function, with its role and its data, and the other account may change what a later version holds.",
        Severity = Severity.Medium,
        // The 2 begins the API's date and keeps CreateFunctionUrlConfig out.
        Watches = [Watch.Calls("lambda.amazonaws.com", "CreateFunction", "CreateFunction2*", "UpdateFunctionConfiguration*")],
        Techniques = ["T1546", "T1525"],
        Controls = ["pci-dss:6.3.2", "soc2:CC6.8", "soc2:CC8.1", "hipaa:164.308(a)(5)(ii)(B)"],
        Runbook = new Runbook(
            ["Whose the account of the layer is: a vendor of {resource}'s owners, or nobody they know",
                "What the role of {resource} may do", "What the layer holds: aws lambda get-layer-version-by-arn"],
            ["If nobody knows it: put the former layers back with aws lambda update-function-configuration --layers",
                "Rotate what the function's environment held, and revoke the sessions of its role"],
            ["The layer of a monitoring or security vendor: copy it into an account of yours, and use that"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var foreign = e.Request["layers"].Items.Select(static item => item.Text ?? item["arn"].Text).OfType<string>()
            .Where(layer => AwsArn.TryParse(layer, out var arn) && arn.AccountId.Length > 0 && !Estate.IsOurs(arn.AccountId, e)
                && !s_publishers.Contains(arn.AccountId))
            .ToList();
        if (foreign.Count == 0) yield break;
        var function = LambdaCall.Function(e);
        yield return new Finding(Info, Severity.Medium, $"Layer of a foreign account added to Lambda function {function ?? "(not named)"}")
        {
            Resource = function,
            Reasons = [.. foreign.Take(5).Select(static layer => $"Layer {layer}"), "Its code runs with the function's role"],
        };
    }
}
