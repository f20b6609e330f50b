using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

/// <summary>How an IAM call names what it acts on. Field names: docs.aws.amazon.com/IAM/latest/APIReference</summary>
internal static class IamCall
{
    internal const string Source = "iam.amazonaws.com";

    internal static Watch Watch(params string[] eventNames) => Detections.Watch.Calls(Source, eventNames);

    /// <summary>Whether the call, by its name, is about a user, a role or a group (<c>AttachRolePolicy</c>).</summary>
    internal static PrincipalKind Kind(CloudTrailEvent e)
    {
        if (e.EventName.Contains("Role", StringComparison.Ordinal)) return PrincipalKind.Role;
        return e.EventName.Contains("Group", StringComparison.Ordinal) ? PrincipalKind.Group : PrincipalKind.User;
    }

    /// <summary>The user, role or group in the request of a call on one; null when the request does not name it.</summary>
    internal static Principal? Target(CloudTrailEvent e) => Kind(e) switch
    {
        PrincipalKind.Role => Principal.Role(e, NameIn(e.Request["roleName"])),
        PrincipalKind.Group => Principal.Group(e, NameIn(e.Request["groupName"])),
        _ => User(e, NameIn(e.Request["userName"])),
    };

    /// <summary>"user mallory", or "an unnamed user" when the event does not say which.</summary>
    internal static string Describe(Principal? target, CloudTrailEvent e) => target?.ToString() ?? Kind(e) switch
    {
        PrincipalKind.Role => "an unnamed role",
        PrincipalKind.Group => "an unnamed group",
        _ => "an unnamed user",
    };

    /// <summary>
    /// The name without its path. An ARN stays whole, because it holds the path and the account. Null when the text is empty or missing.
    /// </summary>
    internal static string? NameIn(JsonView value)
    {
        if (value.Text is not { Length: > 0 } text) return null;
        return AwsArn.TryParse(text, out _) ? text : text[(text.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : null;
    }

    /// <summary>The IAM user of that name or ARN; root when the ARN is root's.</summary>
    internal static Principal? User(CloudTrailEvent e, string? nameOrArn) =>
        AwsArn.TryParse(nameOrArn, out var arn) && arn.Resource == "root"
            ? new Principal(PrincipalKind.Root, arn.AccountId, "root", nameOrArn)
            : Principal.User(e, nameOrArn);

    /// <summary>A policy's name for a title: the last segment of an ARN, or the whole of any other text.</summary>
    internal static string PolicyName(string? arnText) =>
        AwsArn.TryParse(arnText, out var arn) ? arn.Name : arnText is { Length: > 0 } ? arnText : "a policy that the event does not name";

    /// <summary><c>aws iam update-user --user-name NEW --new-user-name OLD</c>.</summary>
    internal static ShellCommand RenameBack(Principal from, Principal to)
    {
        var kind = from.Kind == PrincipalKind.Group ? "group" : "user";
        return Shell.Command($"aws iam update-{kind}", ($"--{kind}-name", to.Name), ($"--new-{kind}-name", from.Name));
    }

    /// <summary><c>aws iam VERB-user-policy --user-name NAME …</c> for the target's kind; null without a target.</summary>
    internal static ShellCommand? Command(Principal? target, string verb, string noun, params ReadOnlySpan<CommandPart> options)
    {
        if (target is null || target.Kind == PrincipalKind.Root) return null;
        var kind = target.Kind switch { PrincipalKind.Role => "role", PrincipalKind.Group => "group", _ => "user" };
        return Shell.Command($"aws iam {verb}-{kind}-{noun}", [($"--{kind}-name", target.Name), .. options]);
    }
}
