using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.SimpleNotificationService.Model;

public class MessageAttributeValue
{
    public string DataType { get; set; }

    public string StringValue { get; set; }

    public MemoryStream BinaryValue { get; set; }

    internal void Write(QueryWriter query, string prefix)
    {
        query.Add(prefix + "DataType", DataType);
        query.Add(prefix + "StringValue", StringValue);
        if (BinaryValue is not null)
            query.Add(prefix + "BinaryValue", Convert.ToBase64String(BinaryValue.ToArray()));
    }
}

public class Tag
{
    public string Key { get; set; }

    public string Value { get; set; }

    internal void Write(QueryWriter query, string prefix)
    {
        query.Add(prefix + "Key", Key);
        query.Add(prefix + "Value", Value);
    }
}

public class Subscription : IXmlShape
{
    public string SubscriptionArn { get; set; }

    public string Owner { get; set; }

    public string Protocol { get; set; }

    public string Endpoint { get; set; }

    public string TopicArn { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "SubscriptionArn": SubscriptionArn = xml.Text(); break;
            case "Owner": Owner = xml.Text(); break;
            case "Protocol": Protocol = xml.Text(); break;
            case "Endpoint": Endpoint = xml.Text(); break;
            case "TopicArn": TopicArn = xml.Text(); break;
        }
    }
}
