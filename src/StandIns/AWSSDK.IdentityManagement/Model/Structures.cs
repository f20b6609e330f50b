using Amazon.Runtime.Internal.Transform;
using Responder.StandIn;

namespace Amazon.IdentityManagement.Model;

public class User : IXmlShape
{
    public string Path { get; set; }

    public string UserName { get; set; }

    public string UserId { get; set; }

    public string Arn { get; set; }

    public DateTime? CreateDate { get; set; }

    public DateTime? PasswordLastUsed { get; set; }

    public AttachedPermissionsBoundary PermissionsBoundary { get; set; }

    public List<Tag> Tags { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Path": Path = xml.Text(); break;
            case "UserName": UserName = xml.Text(); break;
            case "UserId": UserId = xml.Text(); break;
            case "Arn": Arn = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
            case "PasswordLastUsed": PasswordLastUsed = xml.Time(); break;
            case "PermissionsBoundary": PermissionsBoundary = xml.Structure<AttachedPermissionsBoundary>(); break;
            case "Tags": Tags = xml.List<Tag>(); break;
        }
    }
}

public class Role : IXmlShape
{
    public string Path { get; set; }

    public string RoleName { get; set; }

    public string RoleId { get; set; }

    public string Arn { get; set; }

    public DateTime? CreateDate { get; set; }

    public string AssumeRolePolicyDocument { get; set; }

    public string Description { get; set; }

    public int? MaxSessionDuration { get; set; }

    public AttachedPermissionsBoundary PermissionsBoundary { get; set; }

    public List<Tag> Tags { get; set; }

    public RoleLastUsed RoleLastUsed { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Path": Path = xml.Text(); break;
            case "RoleName": RoleName = xml.Text(); break;
            case "RoleId": RoleId = xml.Text(); break;
            case "Arn": Arn = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
            case "AssumeRolePolicyDocument": AssumeRolePolicyDocument = xml.Text(); break;
            case "Description": Description = xml.Text(); break;
            case "MaxSessionDuration": MaxSessionDuration = xml.Integer(); break;
            case "PermissionsBoundary": PermissionsBoundary = xml.Structure<AttachedPermissionsBoundary>(); break;
            case "Tags": Tags = xml.List<Tag>(); break;
            case "RoleLastUsed": RoleLastUsed = xml.Structure<RoleLastUsed>(); break;
        }
    }
}

public class AttachedPolicyType : IXmlShape
{
    public string PolicyName { get; set; }

    public string PolicyArn { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "PolicyName": PolicyName = xml.Text(); break;
            case "PolicyArn": PolicyArn = xml.Text(); break;
        }
    }
}

public class AccessKeyMetadata : IXmlShape
{
    public string UserName { get; set; }

    public string AccessKeyId { get; set; }

    public StatusType Status { get; set; }

    public DateTime? CreateDate { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "UserName": UserName = xml.Text(); break;
            case "AccessKeyId": AccessKeyId = xml.Text(); break;
            case "Status": Status = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
        }
    }
}

public class Group : IXmlShape
{
    public string Path { get; set; }

    public string GroupName { get; set; }

    public string GroupId { get; set; }

    public string Arn { get; set; }

    public DateTime? CreateDate { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Path": Path = xml.Text(); break;
            case "GroupName": GroupName = xml.Text(); break;
            case "GroupId": GroupId = xml.Text(); break;
            case "Arn": Arn = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
        }
    }
}

public class ManagedPolicy : IXmlShape
{
    public string PolicyName { get; set; }

    public string PolicyId { get; set; }

    public string Arn { get; set; }

    public string Path { get; set; }

    public string DefaultVersionId { get; set; }

    public int? AttachmentCount { get; set; }

    public int? PermissionsBoundaryUsageCount { get; set; }

    public bool? IsAttachable { get; set; }

    public string Description { get; set; }

    public DateTime? CreateDate { get; set; }

    public DateTime? UpdateDate { get; set; }

    public List<Tag> Tags { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "PolicyName": PolicyName = xml.Text(); break;
            case "PolicyId": PolicyId = xml.Text(); break;
            case "Arn": Arn = xml.Text(); break;
            case "Path": Path = xml.Text(); break;
            case "DefaultVersionId": DefaultVersionId = xml.Text(); break;
            case "AttachmentCount": AttachmentCount = xml.Integer(); break;
            case "PermissionsBoundaryUsageCount": PermissionsBoundaryUsageCount = xml.Integer(); break;
            case "IsAttachable": IsAttachable = xml.Boolean(); break;
            case "Description": Description = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
            case "UpdateDate": UpdateDate = xml.Time(); break;
            case "Tags": Tags = xml.List<Tag>(); break;
        }
    }
}

public class PolicyVersion : IXmlShape
{
    public string Document { get; set; }

    public string VersionId { get; set; }

    public bool? IsDefaultVersion { get; set; }

    public DateTime? CreateDate { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Document": Document = xml.Text(); break;
            case "VersionId": VersionId = xml.Text(); break;
            case "IsDefaultVersion": IsDefaultVersion = xml.Boolean(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
        }
    }
}

public class LoginProfile : IXmlShape
{
    public string UserName { get; set; }

    public DateTime? CreateDate { get; set; }

    public bool? PasswordResetRequired { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "UserName": UserName = xml.Text(); break;
            case "CreateDate": CreateDate = xml.Time(); break;
            case "PasswordResetRequired": PasswordResetRequired = xml.Boolean(); break;
        }
    }
}

public class PolicyGroup : IXmlShape
{
    public string GroupName { get; set; }

    public string GroupId { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "GroupName": GroupName = xml.Text(); break;
            case "GroupId": GroupId = xml.Text(); break;
        }
    }
}

public class PolicyUser : IXmlShape
{
    public string UserName { get; set; }

    public string UserId { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "UserName": UserName = xml.Text(); break;
            case "UserId": UserId = xml.Text(); break;
        }
    }
}

public class PolicyRole : IXmlShape
{
    public string RoleName { get; set; }

    public string RoleId { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "RoleName": RoleName = xml.Text(); break;
            case "RoleId": RoleId = xml.Text(); break;
        }
    }
}

public class AttachedPermissionsBoundary : IXmlShape
{
    public PermissionsBoundaryAttachmentType PermissionsBoundaryType { get; set; }

    public string PermissionsBoundaryArn { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "PermissionsBoundaryType": PermissionsBoundaryType = xml.Text(); break;
            case "PermissionsBoundaryArn": PermissionsBoundaryArn = xml.Text(); break;
        }
    }
}

public class Tag : IXmlShape
{
    public string Key { get; set; }

    public string Value { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "Key": Key = xml.Text(); break;
            case "Value": Value = xml.Text(); break;
        }
    }
}

public class RoleLastUsed : IXmlShape
{
    public DateTime? LastUsedDate { get; set; }

    public string Region { get; set; }

    void IXmlShape.Read(string member, XmlUnmarshallerContext xml)
    {
        switch (member)
        {
            case "LastUsedDate": LastUsedDate = xml.Time(); break;
            case "Region": Region = xml.Text(); break;
        }
    }
}
