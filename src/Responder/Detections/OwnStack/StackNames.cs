using Responder.Events;

namespace Responder.Detections.OwnStack;

/// <summary>
/// What belongs to the responder: the stack named <c>responder</c>, the resources to which CloudFormation gives names that begin with
/// <c>responder-</c>, and the parameters below <c>/security</c> that the responder writes. A detection has no configuration, so a stack or
/// parameter root with another name is not recognized here.
/// </summary>
internal static class StackNames
{
    public const string Stack = "responder";

    private static readonly string[] s_parameters = [
        "/security/mode", "/security/incidents", "/security/quarantines", "/security/budget", "/security/release",
        "/security/settings"];

    private static readonly string[] s_functionRoles = [
        .. ((string[])["Iam", "SecurityGroup", "Kms", "S3", "Account", "Retention"]).Select(static f => $"{Stack}-{f}FunctionRole-")];

    /// <summary>
    /// True when the actor is a session of a role that a function of ours runs as, recognized by the name that CloudFormation gives it.
    /// </summary>
    public static bool IsFunctionRole(Actor actor) => actor.SessionIssuer is { Service: "iam" } issuer
        && issuer.Resource.StartsWith("role/", StringComparison.Ordinal) && issuer.Name is var name
        && name.StartsWith(Stack + "-", StringComparison.Ordinal)
        && Array.Exists(s_functionRoles, role => name.StartsWith(role, StringComparison.Ordinal));

    /// <summary>
    /// The roles that people take, as patterns of their ARNs: here by the names that CloudFormation gives them, in member accounts by the
    /// default name of the containment role.
    /// </summary>
    public static IReadOnlyList<string> PeoplesRoles { get; } =
    [
        $"arn:*:iam::*:role/{Stack}-ReleaseRole-*", $"arn:*:iam::*:role/{Stack}-OperatorRole-*",
        "arn:*:iam::*:role/ResponderContainment-release", "arn:*:iam::*:role/ResponderContainment-operator",
    ];

    /// <summary>
    /// The first resource of ours that one of these request fields names, as the event writes it; null when none is ours.
    /// </summary>
    public static string? OursAmong(CloudTrailEvent e, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            foreach (var item in e.Request[field].Items)
            {
                if (item.Text is { Length: > 0 } text && IsOurs(e, text)) return text;
            }
        }

        return null;
    }

    /// <summary>
    /// True for something of ours, given as a name, an ARN (also a function's without <c>arn:</c>), a queue URL, a function's log group or
    /// a parameter path.
    /// </summary>
    public static bool IsOurs(CloudTrailEvent e, string text)
    {
        if (AwsArn.TryParse(text, out var arn))
        {
            if (e.AccountId is { } account && arn.AccountId.Length > 0 && arn.AccountId != account) return false;
            if (arn.Service == "ssm") return arn.Resource.IndexOf('/') is > 0 and var path && IsOurParameter(arn.Resource[path..]);
            return NameIn(arn) is { } name && IsOurName(name);
        }

        if (text.StartsWith('/'))
            return IsOurParameter(text)
                || (text.StartsWith("/aws/lambda/", StringComparison.Ordinal) && IsOurName(text["/aws/lambda/".Length..]));
        if (text.StartsWith("https://", StringComparison.Ordinal)) return IsOurName(text[(text.LastIndexOf('/') + 1)..]);
        var function = text.IndexOf("function:", StringComparison.Ordinal); // 123456789012:function:NAME
        return IsOurName(function < 0 ? text : text[(function + "function:".Length)..]);
    }

    private static bool IsOurName(string name) => name == Stack || name.StartsWith(Stack + "-", StringComparison.Ordinal)
        || name.StartsWith(Stack + ":", StringComparison.Ordinal);

    private static bool IsOurParameter(string path) =>
        s_parameters.Any(ours => path == ours || (path.StartsWith(ours, StringComparison.Ordinal) && path[ours.Length] is '/' or ':'));

    /// <summary>
    /// The part of the ARN's resource that is its name, in the format of each service; null for services in which we have nothing.
    /// </summary>
    private static string? NameIn(AwsArn arn) => arn.Service switch
    {
        "lambda" or "cloudwatch" => After(arn.Resource, ':'), // function:NAME:ALIAS, alarm:NAME
        "logs" => After(arn.Resource, ':') is { } group && group.StartsWith("/aws/lambda/", StringComparison.Ordinal)
            ? group["/aws/lambda/".Length..]
            : After(arn.Resource, ':'),
        "cloudformation" => After(arn.Resource, '/')?.Split('/')[0], // stack/NAME/UUID
        "events" or "iam" => arn.Name, // rule/NAME, rule/BUS/NAME, role/PATH/NAME
        "sns" or "sqs" => arn.Resource, // TOPIC, TOPIC:SUBSCRIPTION, QUEUE
        _ => null,
    };

    private static string? After(string text, char separator) => text.IndexOf(separator) is >= 0 and var at ? text[(at + 1)..] : null;
}
