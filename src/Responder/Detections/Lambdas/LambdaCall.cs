using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Lambdas;

internal static class LambdaCall
{
    /// <summary>The function's name or ARN, as the request gives it; null when it gives none.</summary>
    public static string? Function(CloudTrailEvent e) => e.Request["functionName"].Text is { Length: > 0 } name ? name : null;

    /// <summary>An AWS CLI command on the function, in the region of the call; null when the function is not known.</summary>
    public static ShellCommand? Command(
        CloudTrailEvent e, string? function, string verb, params ReadOnlySpan<CommandPart> options) => function is null
        ? null
        : Shell.Command("aws lambda " + verb, [("--function-name", function), .. options, CommandPart.Region(e.Region)]);
}
