using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class CreateUserRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string Path { get; set; }

    public string UserName { get; set; }

    public string PermissionsBoundary { get; set; }

    public List<Tag> Tags { get; set; }

    string IOperationInput<QueryWriter>.Errors =>
        "LimitExceeded EntityAlreadyExists NoSuchEntity InvalidInput ConcurrentModification ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("Path", Path);
        query.Add("UserName", UserName);
        query.Add("PermissionsBoundary", PermissionsBoundary);
        query.Add("Tags", Tags, static (list, prefix, tag) =>
        {
            list.Add(prefix + "Key", tag.Key);
            list.Add(prefix + "Value", tag.Value);
        });
    }
}

public class CreateUserResponse : AmazonWebServiceResponse, IXmlShape
{
    public User User { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        if (member == "User")
            User = xml.Structure<User>();
    }
}

public class DeleteUserRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "LimitExceeded NoSuchEntity DeleteConflict ConcurrentModification ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query) => query.Add("UserName", UserName);
}

public class DeleteUserResponse : AmazonWebServiceResponse;

public class DeleteAccessKeyRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string UserName { get; set; }

    public string AccessKeyId { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("UserName", UserName);
        query.Add("AccessKeyId", AccessKeyId);
    }
}

public class DeleteAccessKeyResponse : AmazonWebServiceResponse;

public class RemoveUserFromGroupRequest : AmazonIdentityManagementServiceRequest, IOperationInput<QueryWriter>
{
    public string GroupName { get; set; }

    public string UserName { get; set; }

    string IOperationInput<QueryWriter>.Errors => "NoSuchEntity LimitExceeded ServiceFailure";

    void IOperationInput<QueryWriter>.Write(QueryWriter query)
    {
        query.Add("GroupName", GroupName);
        query.Add("UserName", UserName);
    }
}

public class RemoveUserFromGroupResponse : AmazonWebServiceResponse;
