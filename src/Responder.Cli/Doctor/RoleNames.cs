using Responder.Aws;

namespace Responder.Cli.Doctor;

/// <summary>Roles by their path, and those that Identity Center makes for a permission set.</summary>
internal static class RoleNames
{
    /// <summary>What stands in OnCallRoleArns for the characters that IAM puts behind the name of a permission set.</summary>
    public const string Suffix = "????????????????";

    /// <summary>True when the role is the one that the entry of OnCallRoleArns names.</summary>
    public static bool Fits(string roleArn, string entry) => entry.EndsWith(Suffix, StringComparison.Ordinal)
        ? roleArn.Length == entry.Length && roleArn.StartsWith(entry[..^Suffix.Length], StringComparison.Ordinal)
        : roleArn == entry;

    /// <summary>The ARNs of the roles below a path.</summary>
    /// <param name="path">With slashes before and behind.</param>
    public static async Task<IReadOnlyList<string>> OfPathAsync(AwsCall iam, string path, CancellationToken cancellationToken)
    {
        const string Operation = "ListRoles";
        var arns = new List<string>();
        string? marker = null;
        do
        {
            var parameters = new Dictionary<string, string> { ["PathPrefix"] = path };
            if (marker is not null) parameters["Marker"] = marker;
            var answer = await iam.QueryAsync(Operation, parameters, cancellationToken);
            arns.AddRange(
                Answer.Items(Answer.Element(answer, "Roles", Operation)).Select(static role => Answer.Child(role, "Arn")
                    ?? throw new UnreadableAnswerException($"{Operation}: a role without Arn")));
            var next = Answer.Find(answer, "Marker")?.Value;
            if (next is not null && next == marker) throw new UnreadableAnswerException($"{Operation}: the service repeats its Marker");
            marker = next;
        }
        while (marker is { Length: > 0 });

        return arns;
    }
}
