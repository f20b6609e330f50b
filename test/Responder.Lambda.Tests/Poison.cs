using System.Text;
using Responder.Events;

namespace Responder.Lambda.Tests;

/// <summary>Events that no parser can make sense of.</summary>
internal static class Poison
{
    public static IReadOnlyList<byte[]> All { get; } =
    [
        Utf8("not json"),
        Utf8(""),
        Utf8("{\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{"),
        Utf8("null"),
        Utf8("5"),
        Utf8("\"text\""),
        Utf8("[{\"detail\":{}}]"),
        Utf8("{}"),
        Utf8("""{"detail-type":"AWS API Call via CloudTrail","source":"aws.iam"}"""),
        Utf8("""{"detail-type":"AWS API Call via CloudTrail","detail":null}"""),
        Utf8("""{"detail-type":"AWS API Call via CloudTrail","detail":["AttachUserPolicy"]}"""),
        Utf8("""{"detail-type":"AWS API Call via CloudTrail","detail":"AttachUserPolicy"}"""),
        Utf8("""{"detail-type":5,"account":{},"detail":{"eventSource":5,"eventName":"AttachUserPolicy"}}"""),
        [0xFF, 0xFE, 0x00],
        Utf8("""{"detail":{"eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","userAgent":"TOO LONG"}}""".Replace("TOO LONG", new string('x', EventParser.MaxEventBytes), StringComparison.Ordinal)),
    ];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
