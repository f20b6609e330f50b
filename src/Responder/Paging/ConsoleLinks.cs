using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>Links to AWS console pages, by partition. Every part that comes from an event is percent-encoded.</summary>
internal static class ConsoleLinks
{
    public static string Event(CloudTrailEvent e) => e.EventId is not { } id ? ""
        : $"https://{AwsRegion.Of(e)}.{Host(e)}/cloudtrailv2/home?region={AwsRegion.Of(e)}#/events/{Uri.EscapeDataString(id)}";

    public static string Principal(CloudTrailEvent e, Principal principal) => principal.Kind == PrincipalKind.Root ? ""
        : $"https://{Host(e)}/iam/home#/"
            + $"{principal.Kind switch { PrincipalKind.User => "users", PrincipalKind.Role => "roles", _ => "groups" }}/details/"
            + $"{Uri.EscapeDataString(principal.Name)}";

    /// <param name="region">The responder's own region, where its parameters are.</param>
    public static string Record(CloudTrailEvent e, string region, string name) =>
        $"https://{region}.{Host(e)}/systems-manager/parameters{name}/description?region={region}";

    private static string Host(CloudTrailEvent e) => e.Partition switch
    {
        "aws-cn" => "console.amazonaws.cn",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        _ => "console.aws.amazon.com",
    };
}
