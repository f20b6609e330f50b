using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Tests.Ordinary;

/// <summary>The policy documents of the scenarios, as templates, modules and AWS's consoles write them.</summary>
internal static class PolicyText
{
    /// <summary>A trust policy for services.</summary>
    public static string TrustIn(params string[] services) => Document(new
    {
        Effect = "Allow",
        Principal = new { Service = services.Length == 1 ? (object)services[0] : services },
        Action = "sts:AssumeRole",
    });

    /// <summary>An identity policy with one Allow statement.</summary>
    public static string Allow(string[] actions, params string[] resources) =>
        Document(new { Effect = "Allow", Action = actions, Resource = One(resources) });

    /// <summary>A resource policy that admits a service for certain sources; <paramref name="sources"/> are ARNs.</summary>
    public static string ForService(string service, string[] actions, string resource, string sourceOperator, params string[] sources) =>
        Document(new
        {
            Effect = "Allow",
            Principal = new { Service = service },
            Action = One(actions),
            Resource = resource,
            Condition = new Dictionary<string, object>
            {
                [sourceOperator] = new Dictionary<string, object> { ["aws:SourceArn"] = One(sources) },
            },
        });

    /// <summary>The bucket policy that most accounts put on every bucket.</summary>
    public static JsonNode DenyInsecureTransport(string bucket) => Object(new
    {
        Effect = "Deny",
        Principal = "*",
        Action = "s3:*",
        Resource = new[] { "arn:aws:s3:::" + bucket, $"arn:aws:s3:::{bucket}/*" },
        Condition = new Dictionary<string, object> { ["Bool"] = new Dictionary<string, object> { ["aws:SecureTransport"] = "false" } },
    });

    /// <summary>The key policy that KMS, CDK and most modules give to a new key: the account decides with IAM policies.</summary>
    public static string KeyOfAccount(string account) => Document(new
    {
        Sid = "Enable IAM User Permissions",
        Effect = "Allow",
        Principal = new { AWS = $"arn:aws:iam::{account}:root" },
        Action = "kms:*",
        Resource = "*",
    });

    public static JsonNode Object(params object[] statements) => JsonNode.Parse(Document(statements))!;

    public static string Document(params object[] statements) =>
        JsonSerializer.Serialize(new { Version = "2012-10-17", Statement = statements });

    private static object One(string[] texts) => texts.Length == 1 ? texts[0] : texts;
}
