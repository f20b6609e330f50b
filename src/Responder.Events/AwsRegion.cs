namespace Responder.Events;

/// <summary>The region that an event names, safe to use in a host name.</summary>
public static class AwsRegion
{
    /// <summary>
    /// The event's region; when it names none, or no possible region name, the region in which the partition keeps its global services.
    /// </summary>
    public static string Of(CloudTrailEvent e) => e.Region is { Length: > 0 and <= 32 } region
        && region.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        ? region
        : e.Partition switch { "aws-cn" => "cn-north-1", "aws-us-gov" => "us-gov-west-1", _ => "us-east-1" };
}
