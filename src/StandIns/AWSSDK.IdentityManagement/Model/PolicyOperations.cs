using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class GetPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string PolicyArn { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("PolicyArn", PolicyArn);
}

public class GetPolicyResponse : AmazonWebServiceResponse, IXmlShape
{
    public ManagedPolicy Policy { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "Policy")
            Policy = xml.Structure<ManagedPolicy>();
    }
}

public class GetPolicyVersionRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string PolicyArn { get; set; }

    public string VersionId { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("PolicyArn", PolicyArn);
        query.Add("VersionId", VersionId);
    }
}

public class GetPolicyVersionResponse : AmazonWebServiceResponse, IXmlShape
{
    public PolicyVersion PolicyVersion { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "PolicyVersion")
            PolicyVersion = xml.Structure<PolicyVersion>();
    }
}

public class ListPolicyVersionsRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string PolicyArn { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("PolicyArn", PolicyArn);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListPolicyVersionsResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<PolicyVersion> Versions { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Versions": Versions = xml.List<PolicyVersion>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}

public class SetDefaultPolicyVersionRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string PolicyArn { get; set; }

    public string VersionId { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput LimitExceeded ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("PolicyArn", PolicyArn);
        query.Add("VersionId", VersionId);
    }
}

public class SetDefaultPolicyVersionResponse : AmazonWebServiceResponse;

public class ListEntitiesForPolicyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string PolicyArn { get; set; }

    public EntityType EntityFilter { get; set; }

    public string PathPrefix { get; set; }

    public PolicyUsageType PolicyUsageFilter { get; set; }

    public string Marker { get; set; }

    public int? MaxItems { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity InvalidInput ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("PolicyArn", PolicyArn);
        query.Add("EntityFilter", EntityFilter);
        query.Add("PathPrefix", PathPrefix);
        query.Add("PolicyUsageFilter", PolicyUsageFilter);
        query.Add("Marker", Marker);
        query.Add("MaxItems", MaxItems);
    }
}

public class ListEntitiesForPolicyResponse : AmazonWebServiceResponse, IXmlShape
{
    public List<PolicyGroup> PolicyGroups { get; set; }

    public List<PolicyUser> PolicyUsers { get; set; }

    public List<PolicyRole> PolicyRoles { get; set; }

    public bool? IsTruncated { get; set; }

    public string Marker { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "PolicyGroups": PolicyGroups = xml.List<PolicyGroup>(); break;
            case "PolicyUsers": PolicyUsers = xml.List<PolicyUser>(); break;
            case "PolicyRoles": PolicyRoles = xml.List<PolicyRole>(); break;
            case "IsTruncated": IsTruncated = xml.Boolean(); break;
            case "Marker": Marker = xml.Text(); break;
        }
    }
}
