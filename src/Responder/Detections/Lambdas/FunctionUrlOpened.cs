using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Lambdas;

internal sealed class FunctionUrlOpened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "lambda.function-url-opened",
        Title = "Lambda function URL without authentication",
        Description = "A function got an address on the internet that asks nobody who he is, or its check was switched off. Webhooks are "
            + "made like that; "
            + "so is a back door that runs with the function's role.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls("lambda.amazonaws.com", "CreateFunctionUrlConfig*", "UpdateFunctionUrlConfig*")],
        Techniques = ["T1648", "T1133"],
        Controls = ["pci-dss:1.4.2", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            ["What {resource} does with a request, and what its role may do", "Whether its code was changed shortly before, and by whom",
                "Whether {actor} has a change open for it"],
            ["Ask for signed requests: {undo}", "Look in the function's log for requests since the call"],
            ["A webhook or a public page that checks its callers itself"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var unread = e.RequestOmitted || !e.Request.IsObject;
        if (!unread && !string.Equals(e.Request["authType"].Text, "NONE", StringComparison.OrdinalIgnoreCase)) yield break;
        var function = LambdaCall.Function(e);
        yield return unread
            ? new Finding(Info, Severity.Low, "URL of a Lambda function set, whether it asks for signatures is unknown")
            {
                Reasons = ["The event does not say what was set"],
            }
            : new Finding(Info, Severity.Medium, $"Lambda function {function ?? "(not named)"} has a URL that asks for no authentication")
            {
                Resource = function,
                Reasons = ["Everyone on the internet can call it as soon as its policy allows that"],
                UndoCommand = LambdaCall.Command(e, function, "update-function-url-config", ("--auth-type", "AWS_IAM")),
            };
    }
}
