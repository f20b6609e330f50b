using Responder.Events;

namespace Responder.Cli.Replay;

/// <summary>The five functions of the deployment, and which of them EventBridge gives an event to.</summary>
internal static class FunctionRoute
{
    /// <summary>By the name of the function and by its logical name in template.yaml.</summary>
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["iam"] = "iam",
        ["security-group"] = "security-group",
        ["kms"] = "kms",
        ["s3"] = "s3",
        ["account"] = "account",
        ["IamFunction"] = "iam",
        ["SecurityGroupFunction"] = "security-group",
        ["KmsFunction"] = "kms",
        ["S3Function"] = "s3",
        ["AccountFunction"] = "account",
    };

    /// <exception cref="UsageException">No such function.</exception>
    public static string Named(string name) => s_names.TryGetValue(name, out var function)
        ? function
        : throw new UsageException($"--handler: expected one of {string.Join(", ", s_names.Keys)}");

    public static string Of(CloudTrailEvent e) => e switch
    {
        { IsInsight: true } => "account",
        { EventSource: "iam.amazonaws.com" } => "iam",
        { EventSource: "kms.amazonaws.com" } => "kms",
        { EventSource: "s3.amazonaws.com" } => "s3",
        { EventSource: "ec2.amazonaws.com" } when e.EventName.Contains("SecurityGroup", StringComparison.Ordinal) => "security-group",
        _ => "account",
    };
}
