using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class ListAttachedGroupPoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string PathPrefix { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("PathPrefix", PathPrefix);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListAttachedGroupPoliciesResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<AttachedPolicyType> AttachedPolicies { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "AttachedPolicies": AttachedPolicies = xml.List<AttachedPolicyType>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}

public class ListGroupPoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListGroupPoliciesResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<string> PolicyNames { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "PolicyNames": PolicyNames = xml.Texts(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}

public class GetGroupRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class GetGroupResponse : AmazonWebServiceResponse, IXmlShape
{
    public Group Group { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    public List<User> Users { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Group": Group = xml.Structure<Group>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
            case "Users": Users = xml.List<User>(); break;
        }
    }
}

public class GetGroupPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string PolicyName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("PolicyName", PolicyName);
    }
}

public class GetGroupPolicyResponse : AmazonWebServiceResponse, IXmlShape
{
    public string GroupName { get; set; }

    public string PolicyName { get; set; }

    public string PolicyDocument { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "GroupName": GroupName = xml.Text(); break;
            case "PolicyName": PolicyName = xml.Text(); break;
            case "PolicyDocument": PolicyDocument = xml.Text(); break;
        }
    }
}

public class AttachGroupPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded InvalidInput PolicyNotAttachable ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class AttachGroupPolicyResponse : AmazonWebServiceResponse;

public class DetachGroupPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class DetachGroupPolicyResponse : AmazonWebServiceResponse;
