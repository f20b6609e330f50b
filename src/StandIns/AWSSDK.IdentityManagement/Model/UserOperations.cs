using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class GetUserRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("UserName", UserName);
}

public class GetUserResponse : AmazonWebServiceResponse, IXmlShape
{
    public User User { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "User")
            User = xml.Structure<User>();
    }
}

public class PutUserPermissionsBoundaryRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PermissionsBoundary { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput PolicyNotAttachable ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PermissionsBoundary", PermissionsBoundary);
    }
}

public class PutUserPermissionsBoundaryResponse : AmazonWebServiceResponse;

public class DeleteUserPermissionsBoundaryRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("UserName", UserName);
}

public class DeleteUserPermissionsBoundaryResponse : AmazonWebServiceResponse;

public class AttachUserPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded InvalidInput PolicyNotAttachable ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class AttachUserPolicyResponse : AmazonWebServiceResponse;

public class DetachUserPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class DetachUserPolicyResponse : AmazonWebServiceResponse;

public class ListAttachedUserPoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PathPrefix { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PathPrefix", PathPrefix);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListAttachedUserPoliciesResponse : AmazonWebServiceResponse, IXmlShape
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

public class ListUserPoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListUserPoliciesResponse : AmazonWebServiceResponse, IXmlShape
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

public class GetUserPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PolicyName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PolicyName", PolicyName);
    }
}

public class GetUserPolicyResponse : AmazonWebServiceResponse, IXmlShape
{
    public string UserName { get; set; }

    public string PolicyName { get; set; }

    public string PolicyDocument { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "UserName": UserName = xml.Text(); break;
            case "PolicyName": PolicyName = xml.Text(); break;
            case "PolicyDocument": PolicyDocument = xml.Text(); break;
        }
    }
}

public class PutUserPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PolicyName { get; set; }

    public string PolicyDocument { get; set; }

    string IOperationInput<QueryWriter>.Errors => "LimitExceeded MalformedPolicyDocument NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PolicyName", PolicyName);
        query.Add("PolicyDocument", PolicyDocument);
    }
}

public class PutUserPolicyResponse : AmazonWebServiceResponse;

public class DeleteUserPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string PolicyName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("PolicyName", PolicyName);
    }
}

public class DeleteUserPolicyResponse : AmazonWebServiceResponse;

public class ListAccessKeysRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListAccessKeysResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<AccessKeyMetadata> AccessKeyMetadata { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "AccessKeyMetadata": AccessKeyMetadata = xml.List<AccessKeyMetadata>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}

public class UpdateAccessKeyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string AccessKeyId { get; set; }

    public StatusType Status { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded ServiceFailure InvalidInput";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("AccessKeyId", AccessKeyId);
        query.Add("Status", Status);
    }
}

public class UpdateAccessKeyResponse : AmazonWebServiceResponse;

public class ListGroupsForUserRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListGroupsForUserResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<Group> Groups { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Groups": Groups = xml.List<Group>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}

public class GetLoginProfileRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("UserName", UserName);
}

public class GetLoginProfileResponse : AmazonWebServiceResponse, IXmlShape
{
    public LoginProfile LoginProfile { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "LoginProfile")
            LoginProfile = xml.Structure<LoginProfile>();
    }
}

public class DeleteLoginProfileRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "EntityTemporarilyUnmodifiable NoSuchEntity LimitExceeded ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("UserName", UserName);
}

public class DeleteLoginProfileResponse : AmazonWebServiceResponse;
