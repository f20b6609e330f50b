using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class InstanceProfile : IXmlShape
{
    public string Path { get; set; }

    public string InstanceProfileName { get; set; }

    public string InstanceProfileId { get; set; }

    public string Arn { get; set; }

    public DateTime? CreateDate { get; set; }

    public List<Role> Roles { get; set; }

    public List<Tag> Tags { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Path": Path = xml.Text(); break;
            case "InstanceProfileName": InstanceProfileName = xml.Text(); break;
            case "InstanceProfileId": InstanceProfileId = xml.Text(); break;
            case "Arn": Arn = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
            case "Roles": Roles = xml.List<Role>(); break;
            case "Tags": Tags = xml.List<Tag>(); break;
        }
    }
}

public class GetInstanceProfileRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string InstanceProfileName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("InstanceProfileName", InstanceProfileName);
}

public class GetInstanceProfileResponse : AmazonWebServiceResponse, IXmlShape
{
    public InstanceProfile InstanceProfile { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "InstanceProfile")
            InstanceProfile = xml.Structure<InstanceProfile>();
    }
}
