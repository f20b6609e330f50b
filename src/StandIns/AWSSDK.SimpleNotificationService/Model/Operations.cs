using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.SimpleNotificationService.Model;

public class PublishRequest : AmazonSimpleNotificationServiceRequest, IOperationInput<QueryWriter>
{
    public string TopicArn { get; set; }

    public string TargetArn { get; set; }

    public string PhoneNumber { get; set; }

    public string Message { get; set; }

    public string Subject { get; set; }

    public string MessageStructure { get; set; }

    public Dictionary<string, MessageAttributeValue> MessageAttributes { get; set; }

    public string MessageDeduplicationId { get; set; }

    public string MessageGroupId { get; set; }

    string IOperationInput<QueryWriter>.Errors => "InvalidParameter ParameterValueInvalid InternalError NotFound EndpointDisabled "
        + "PlatformApplicationDisabled AuthorizationError KMSDisabled KMSInvalidState KMSNotFound KMSOptInRequired KMSThrottling "
        + "KMSAccessDenied InvalidSecurity ValidationException";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("TopicArn", TopicArn);
        query.Add("TargetArn", TargetArn);
        query.Add("PhoneNumber", PhoneNumber);
        query.Add("Message", Message);
        query.Add("Subject", Subject);
        query.Add("MessageStructure", MessageStructure);
        query.Add("MessageAttributes", MessageAttributes, static (writer, prefix, entry) =>
        {
            writer.Add(prefix + "Name", entry.Key);
            entry.Value.Write(writer, prefix + "Value.");
        });
        query.Add("MessageDeduplicationId", MessageDeduplicationId);
        query.Add("MessageGroupId", MessageGroupId);
    }
}

public class PublishResponse : AmazonWebServiceResponse, IXmlShape
{
    public string MessageId { get; set; }

    public string SequenceNumber { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "MessageId": MessageId = xml.Text(); break;
            case "SequenceNumber": SequenceNumber = xml.Text(); break;
        }
    }
}

public class CreateTopicRequest : AmazonSimpleNotificationServiceRequest, IOperationInput<QueryWriter>
{
    public string Name { get; set; }

    public Dictionary<string, string> Attributes { get; set; }

    public List<Tag> Tags { get; set; }

    public string DataProtectionPolicy { get; set; }

    string IOperationInput<QueryWriter>.Errors => "InvalidParameter TopicLimitExceeded InternalError AuthorizationError InvalidSecurity "
        + "TagLimitExceeded StaleTag TagPolicy ConcurrentAccess";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("Name", Name);
        query.Add("Attributes", Attributes, static (writer, prefix, entry) =>
        {
            writer.Add(prefix + "key", entry.Key);
            writer.Add(prefix + "value", entry.Value);
        });
        query.Add("Tags", Tags, static (writer, prefix, item) => item.Write(writer, prefix));
        query.Add("DataProtectionPolicy", DataProtectionPolicy);
    }
}

public class CreateTopicResponse : AmazonWebServiceResponse, IXmlShape
{
    public string TopicArn { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "TopicArn")
            TopicArn = xml.Text();
    }
}

public class GetTopicAttributesRequest : AmazonSimpleNotificationServiceRequest, IOperationInput<QueryWriter>
{
    public string TopicArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "InvalidParameter InternalError NotFound AuthorizationError InvalidSecurity";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("TopicArn", TopicArn);
}

public class GetTopicAttributesResponse : AmazonWebServiceResponse, IXmlShape
{
    public Dictionary<string, string> Attributes { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "Attributes")
            Attributes = xml.TextMap();
    }
}

public class ListSubscriptionsByTopicRequest : AmazonSimpleNotificationServiceRequest, IOperationInput<QueryWriter>
{
    public string TopicArn { get; set; }

    public string NextToken { get; set; }

    string IOperationInput<QueryWriter>.Errors => "InvalidParameter InternalError NotFound AuthorizationError";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("TopicArn", TopicArn);
        query.Add("NextToken", NextToken);
    }
}

public class ListSubscriptionsByTopicResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<Subscription> Subscriptions { get; set; }

    public string NextToken { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Subscriptions": Subscriptions = xml.List<Subscription>(); break;
            case "NextToken": NextToken = xml.Text(); break;
        }
    }
}
