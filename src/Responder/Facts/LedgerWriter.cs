using Responder.Events;

namespace Responder.Facts;

/// <summary>Who wrote a parameter last, as Parameter Store's history has it.</summary>
/// <param name="By">The ARN of the user or session; null: Parameter Store does not say.</param>
/// <param name="Versions">How often it was written; an entry of ours is written once.</param>
public sealed record LedgerWriter(string Name, string? By, int Versions)
{
    /// <summary>Who wrote its first version; null: Parameter Store does not say, or does not keep it any more.</summary>
    public string? FirstBy { get; init; }

    /// <summary>Every version that is kept: at most 100.</summary>
    public IReadOnlyList<WrittenVersion> All { get; init; } = [];

    /// <summary>True when a session of one of these roles wrote it last.</summary>
    /// <param name="roleArns">Whole ARNs of roles. A session's ARN has the role's name without its path.</param>
    public bool IsOneOf(IEnumerable<string> roleArns) => IsOneOf(By, roleArns);

    /// <summary>True for a session of one of these roles.</summary>
    /// <param name="by">The ARN of a user or session.</param>
    /// <param name="roleArns">Whole ARNs of roles.</param>
    public static bool IsOneOf(string? by, IEnumerable<string> roleArns) => AwsArn.TryParse(by, out var session) && session.Service == "sts"
        && session.Resource.Split('/') is ["assumed-role", var name, _]
        && roleArns.Any(arn => AwsArn.TryParse(arn, out var role) && role.Service == "iam"
            && role.Resource.StartsWith("role/", StringComparison.Ordinal) && role.AccountId == session.AccountId && role.Name == name);
}

/// <summary>One version of a parameter.</summary>
/// <param name="By">The ARN of the user or session; null: Parameter Store does not say.</param>
/// <param name="Text">The value.</param>
/// <param name="Version">Its number, from 1.</param>
public sealed record WrittenVersion(string? By, string Text, long Version);
