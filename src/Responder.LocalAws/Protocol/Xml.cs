using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Responder.LocalAws.Protocol;

/// <summary>Builds AWS Query responses.</summary>
internal static class Xml
{
    public static XElement Text(string name, string value) => new(name, value);

    public static XElement? Optional(string name, string? value) => value is null ? null : new XElement(name, value);

    public static XElement Date(string name, DateTimeOffset value) =>
        new(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public static XElement Flag(string name, bool value) => new(name, value ? "true" : "false");

    public static XElement Number(string name, int value) => new(name, value.ToString(CultureInfo.InvariantCulture));

    public static XElement List(string name, IEnumerable<XElement> members) => new(name, members);

    public static XElement Member(params object?[] content) => new("member", content);

    /// <summary>IAM returns documents percent-encoded (RFC 3986).</summary>
    public static XElement Document(string name, string document) => new(name, Uri.EscapeDataString(document));

    public static byte[] Answer(string xmlns, string operation, IReadOnlyList<XElement>? result, string requestId)
    {
        var root = new XElement(operation + "Response");
        if (result is not null)
            root.Add(new XElement(operation + "Result", result));
        root.Add(new XElement("ResponseMetadata", new XElement("RequestId", requestId)));
        return Bytes(root, xmlns);
    }

    public static byte[] Error(string xmlns, AwsError error, string requestId) =>
        Bytes(
            new XElement(
                "ErrorResponse",
                new XElement(
                    "Error", new XElement("Type", error.Type), new XElement("Code", error.Code),
                    new XElement("Message", Printable(error.Message))),
                new XElement("RequestId", requestId)),
            xmlns);

    private static byte[] Bytes(XElement root, string xmlns)
    {
        XNamespace space = xmlns;
        foreach (var element in root.DescendantsAndSelf())
            element.Name = space + element.Name.LocalName;
        return Encoding.UTF8.GetBytes(root.ToString(SaveOptions.DisableFormatting));
    }

    // A message repeats what the caller sent, and XML 1.0 cannot represent most control characters.
    private static string Printable(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));
}
