using System.Diagnostics.CodeAnalysis;

namespace Responder.Events;

/// <summary>
/// An Amazon Resource Name, <c>arn:partition:service:region:account:resource</c>, split into its parts. It is compared as a whole or by
/// part, never by substring. Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
/// </summary>
public sealed record AwsArn(string Partition, string Service, string Region, string AccountId, string Resource)
{
    /// <summary>The resource is the last part, whatever colons it contains.</summary>
    private const int MostParts = 6;

    /// <summary>The last segment of the resource: the name of a user or role with a path.</summary>
    public string Name => Resource[(Resource.LastIndexOf('/') + 1)..];

    public static bool TryParse(string? text, [NotNullWhen(true)] out AwsArn? arn)
    {
        arn = null;
        if (text is null || !text.StartsWith("arn:", StringComparison.Ordinal)) return false;
        Span<Range> parts = stackalloc Range[MostParts];
        if (text.AsSpan().Split(parts, ':') < MostParts) return false;
        var (partition, service, resource) = (Text(text, parts[1]), Text(text, parts[2]), text[parts[5]]);
        if (partition.Length == 0 || service.Length == 0 || resource.Length == 0) return false;
        arn = new AwsArn(partition, service, Text(text, parts[3]), Text(text, parts[4]), resource);
        return true;
    }

    /// <summary>A part of the text; strings that nearly every ARN contains are not allocated again.</summary>
    private static string Text(string text, Range part) => text.AsSpan(part) switch
    {
        "" => "",
        "aws" => "aws",
        "iam" => "iam",
        "sts" => "sts",
        var other => other.ToString(),
    };

    /// <summary>True for a partition of AWS's own naming: <c>aws</c> or <c>aws-…</c> in lower case, digits and hyphens.</summary>
    public bool HasAwsPartition => Partition == "aws"
        || (Partition.StartsWith("aws-", StringComparison.Ordinal)
            && Partition.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));

    /// <summary>
    /// True when this is exactly the AWS managed policy of that name, in any partition; a customer policy of that name is not.
    /// </summary>
    public bool IsAwsManagedPolicy(string name) => HasAwsPartition && Service == "iam" && Region.Length == 0 && AccountId == "aws"
        && Resource.StartsWith("policy/", StringComparison.Ordinal) && Resource.AsSpan("policy/".Length).SequenceEqual(name);

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{AccountId}:{Resource}";
}
