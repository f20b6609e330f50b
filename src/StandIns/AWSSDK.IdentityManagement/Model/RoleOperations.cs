using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class GetRoleRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("RoleName", RoleName);
}

public class GetRoleResponse : AmazonWebServiceResponse, IXmlShape
{
    public Role Role { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "Role")
            Role = xml.Structure<Role>();
    }
}

public class ListAttachedRolePoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PathPrefix { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PathPrefix", PathPrefix);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListAttachedRolePoliciesResponse : AmazonWebServiceResponse, IXmlShape
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

public class AttachRolePolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors =>
        "NoSuchEntity LimitExceeded InvalidInput UnmodifiableEntity PolicyNotAttachable ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class AttachRolePolicyResponse : AmazonWebServiceResponse;

public class DetachRolePolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded InvalidInput UnmodifiableEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PolicyArn", PolicyArn);
    }
}

public class DetachRolePolicyResponse : AmazonWebServiceResponse;

public class PutRolePolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PolicyName { get; set; }

    public string PolicyDocument { get; set; }

    string IOperationInput<QueryWriter>.Errors => "LimitExceeded MalformedPolicyDocument NoSuchEntity UnmodifiableEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PolicyName", PolicyName);
        query.Add("PolicyDocument", PolicyDocument);
    }
}

public class PutRolePolicyResponse : AmazonWebServiceResponse;

public class DeleteRolePolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PolicyName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded UnmodifiableEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PolicyName", PolicyName);
    }
}

public class DeleteRolePolicyResponse : AmazonWebServiceResponse;

public class ListRolePoliciesRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListRolePoliciesResponse : AmazonWebServiceResponse, IXmlShape
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

public class GetRolePolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PolicyName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PolicyName", PolicyName);
    }
}

public class GetRolePolicyResponse : AmazonWebServiceResponse, IXmlShape
{
    public string RoleName { get; set; }

    public string PolicyName { get; set; }

    public string PolicyDocument { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "RoleName": RoleName = xml.Text(); break;
            case "PolicyName": PolicyName = xml.Text(); break;
            case "PolicyDocument": PolicyDocument = xml.Text(); break;
        }
    }
}

public class PutRolePermissionsBoundaryRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    public string PermissionsBoundary { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput UnmodifiableEntity PolicyNotAttachable ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("RoleName", RoleName);
        query.Add("PermissionsBoundary", PermissionsBoundary);
    }
}

public class PutRolePermissionsBoundaryResponse : AmazonWebServiceResponse;

public class DeleteRolePermissionsBoundaryRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string RoleName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity UnmodifiableEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("RoleName", RoleName);
}

public class DeleteRolePermissionsBoundaryResponse : AmazonWebServiceResponse;
