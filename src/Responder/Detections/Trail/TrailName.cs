using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Trail;

/// <summary>
/// The trail that a call names, by <c>name</c> or <c>trailName</c>, each a name or an ARN; the response's ARN when the request has neither.
/// </summary>
internal static class TrailName
{
    public static string? Of(CloudTrailEvent e)
    {
        foreach (var view in (JsonView[])[e.Request["name"], e.Request["trailName"], e.Response["trailARN"], e.Response["name"]])
        {
            if (view.Text is { Length: > 0 } text) return text;
        }

        return null;
    }

    /// <summary>"trail main": an ARN is reduced to the name.</summary>
    public static string Describe(string? nameOrArn) => nameOrArn is null ? "a trail"
        : AwsArn.TryParse(nameOrArn, out var arn) ? "trail " + arn.Name
        : "trail " + nameOrArn;

    /// <summary><see cref="Describe"/> at the beginning of a sentence.</summary>
    public static string Begin(string? nameOrArn) => nameOrArn is null ? "A trail" : "Trail" + Describe(nameOrArn)["trail".Length..];

    /// <summary>An AWS CLI command on this trail, in its home region; null when the event names no trail.</summary>
    public static ShellCommand? Command(
        CloudTrailEvent e, string? nameOrArn, string verb, string option, params ReadOnlySpan<CommandPart> more)
    {
        if (nameOrArn is null) return null;
        var region = AwsArn.TryParse(nameOrArn, out var arn) && arn.Region.Length > 0 ? arn.Region : e.Region;
        return Shell.Command("aws cloudtrail " + verb, [(option, nameOrArn), .. more, CommandPart.Region(region)]);
    }
}
