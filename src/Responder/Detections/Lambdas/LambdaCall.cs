using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Lambdas;

internal static class LambdaCall
{
    /// <summary>Name or ARN of the function, as the request has it; null when it has none.</summary>
    public static string? Function(CloudTrailEvent e) => e.Request["functionName"].Text is { Length: > 0 } name ? name : null;

    /// <summary>Command on the function, in the region of the call; null when the function is not known.</summary>
    public static string? Command(CloudTrailEvent e, string? function, string verb, params ReadOnlySpan<string> options) => function is null
        ? null
        : Shell.Command(
            ["aws", "lambda", verb, "--function-name", function, .. options, .. e.Region is { Length: > 0 } region
                ? (string[])["--region", region]
                : []]);
}
