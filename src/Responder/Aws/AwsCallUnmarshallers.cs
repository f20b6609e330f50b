using System.Net;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Responder.Aws;

/// <summary>Reads the body as it is, and errors in the format of JSON services.</summary>
internal sealed class AwsJsonUnmarshaller : JsonResponseUnmarshaller
{
    public static readonly AwsJsonUnmarshaller Instance = new();

    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input) => new AwsCallAnswer
    {
        Body = AwsError.All(input.Stream),
    };

    public override AmazonServiceException UnmarshallException(
        JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return AwsError.Exception(error.Code, error.Message, error.RequestId, innerException, statusCode);
    }
}

/// <summary>Reads the body as it is, and errors in the format of Query services and EC2: Code and Message inside the first Error.</summary>
internal sealed class AwsXmlUnmarshaller : XmlResponseUnmarshaller
{
    public static readonly AwsXmlUnmarshaller Instance = new();

    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext input) => new AwsCallAnswer
    {
        Body = AwsError.All(input.Stream),
    };

    public override AmazonServiceException UnmarshallException(
        XmlUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var body = Encoding.UTF8.GetString(AwsError.All(input.Stream));
        XElement root;
        try
        {
            root = XElement.Parse(body);
        }
        catch (XmlException)
        {
            // A body that is not from AWS (a proxy's page) has no code.
            return AwsError.Exception(null, body, null, innerException, statusCode);
        }

        var error = First(root, "Error") ?? root;
        return AwsError.Exception(
            First(error, "Code")?.Value, First(error, "Message")?.Value, (First(root, "RequestId") ?? First(root, "RequestID"))?.Value,
            innerException, statusCode);
    }

    private static XElement? First(XElement element, string name) => element.DescendantsAndSelf()
        .FirstOrDefault(child => child.Name.LocalName == name);
}

internal static class AwsError
{
    public static AmazonServiceException Exception(
        string? code, string? message, string? requestId, Exception inner, HttpStatusCode status) =>
        new(string.IsNullOrWhiteSpace(message) ? $"the service answered with HTTP {(int)status}" : message, inner,
            (int)status >= 500 ? ErrorType.Receiver : ErrorType.Sender, code, requestId, status);

    public static byte[] All(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
