using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Responder.StandIn;

// The AWS Query protocol: parameters in a form, XML back. For IAM and SNS.

/// <summary>Adds form parameters; what is not set is not sent.</summary>
internal readonly struct QueryWriter(ParameterCollection parameters)
{
    public void Add(string name, string value)
    {
        if (value is not null)
            parameters.Add(name, StringUtils.FromString(value));
    }

    public void Add(string name, int? value)
    {
        if (value is { } number)
            parameters.Add(name, StringUtils.FromInt(number));
    }

    /// <summary>A list of structures, each written under <c>name.member.N.</c>.</summary>
    public void Add<T>(string name, List<T> values, Action<QueryWriter, string, T> write) =>
        AddNumbered(name, ".member.", values, write);

    /// <summary>A map, each entry written under <c>name.entry.N.</c>.</summary>
    public void Add<T>(string name, Dictionary<string, T> values, Action<QueryWriter, string, KeyValuePair<string, T>> write) =>
        AddNumbered(name, ".entry.", values, write);

    private void AddNumbered<T>(string name, string infix, ICollection<T> values, Action<QueryWriter, string, T> write)
    {
        if (values is null)
            return;
        if (values.Count == 0)
            parameters.Add(name, "");
        var number = 0;
        foreach (var value in values)
            write(this, $"{name}{infix}{StringUtils.FromInt(++number)}.", value);
    }
}

internal sealed class QueryMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly QueryMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, Service.Name);
        request.Parameters.Add("Action", Pipeline.Operation(request.RequestName));
        request.Parameters.Add("Version", Service.Version);
        ((IOperationInput<QueryWriter>)input).Write(new QueryWriter(request.ParameterCollection));
        return request;
    }
}

/// <summary>A response or structure that takes the members it knows from XML and ignores the others.</summary>
internal interface IXmlShape
{
    void Read(string member, XmlUnmarshallerContext xml);
}

internal static class Xml
{
    /// <summary>Reads the members of the element at which the reader stands.</summary>
    public static void ReadInto(this XmlUnmarshallerContext xml, IXmlShape shape)
    {
        var depth = xml.CurrentDepth;
        while (xml.ReadAtDepth(depth))
            if (xml.IsStartElement && xml.CurrentDepth == depth + 1)
                shape.Read(xml.CurrentElementName, xml);
    }

    public static T Structure<T>(this XmlUnmarshallerContext xml) where T : IXmlShape, new()
    {
        var shape = new T();
        xml.ReadInto(shape);
        return shape;
    }

    /// <summary>The <c>member</c> elements; null when there is none, as the official clients leave the property.</summary>
    public static List<T> List<T>(this XmlUnmarshallerContext xml, Func<XmlUnmarshallerContext, T> read)
    {
        List<T> list = null;
        var depth = xml.CurrentDepth;
        while (xml.ReadAtDepth(depth))
            if (xml.IsStartElement && xml.CurrentDepth == depth + 1)
                (list ??= []).Add(read(xml));
        return list;
    }

    public static List<T> List<T>(this XmlUnmarshallerContext xml) where T : IXmlShape, new() => xml.List(Structure<T>);

    public static List<string> Texts(this XmlUnmarshallerContext xml) => xml.List(static item => item.Text());

    /// <summary>The <c>entry</c> elements of a map from text to text; null when there is none.</summary>
    public static Dictionary<string, string> TextMap(this XmlUnmarshallerContext xml) =>
        xml.List<TextEntry>()?.ToDictionary(entry => entry.Key, entry => entry.Value);

    public static string Text(this XmlUnmarshallerContext xml) => StringUnmarshaller.Instance.Unmarshall(xml);

    public static bool? Boolean(this XmlUnmarshallerContext xml) => NullableBoolUnmarshaller.Instance.Unmarshall(xml);

    public static int? Integer(this XmlUnmarshallerContext xml) => NullableIntUnmarshaller.Instance.Unmarshall(xml);

    public static DateTime? Time(this XmlUnmarshallerContext xml) => NullableDateTimeUnmarshaller.Instance.Unmarshall(xml);

    private sealed class TextEntry : IXmlShape
    {
        public string Key { get; private set; }

        public string Value { get; private set; }

        public void Read(string member, XmlUnmarshallerContext xml)
        {
            if (member == "key")
                Key = xml.Text();
            else if (member == "value")
                Value = xml.Text();
        }
    }
}

/// <summary>
/// Reads <c>XResponse/XResult</c> and the metadata beside it, or the error document. One per call: it holds the declared errors.
/// </summary>
internal sealed class QueryUnmarshaller<TResponse>(IOperationInput<QueryWriter> input) : XmlResponseUnmarshaller
    where TResponse : AmazonWebServiceResponse, new()
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var response = new TResponse();
        context.Read();
        var depth = context.CurrentDepth;
        while (context.ReadAtDepth(depth))
        {
            if (!context.IsStartElement || context.CurrentDepth != depth + 1)
                continue;
            if (context.CurrentElementName == "ResponseMetadata")
                response.ResponseMetadata = ResponseMetadataUnmarshaller.Instance.Unmarshall(context);
            else if (response is IXmlShape shape)
                context.ReadInto(shape);
        }

        return response;
    }

    public override AmazonServiceException UnmarshallException(
        XmlUnmarshallerContext context, Exception innerException, System.Net.HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(context);
        error.InnerException = innerException;
        error.StatusCode = statusCode;
        return Pipeline.Error(error, input.Errors);
    }
}
