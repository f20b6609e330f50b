using Amazon.Runtime;

namespace Amazon.IdentityManagement;

public class StatusType : ConstantClass
{
    public static readonly StatusType Active = new("Active");

    public static readonly StatusType Inactive = new("Inactive");

    public static readonly StatusType Expired = new("Expired");

    public StatusType(string value) : base(value)
    {
    }

    public static StatusType FindValue(string value) => FindValue<StatusType>(value);

    public static implicit operator StatusType(string value) => FindValue(value);
}

public class EntityType : ConstantClass
{
    public static readonly EntityType User = new("User");

    public static readonly EntityType Role = new("Role");

    public static readonly EntityType Group = new("Group");

    public static readonly EntityType LocalManagedPolicy = new("LocalManagedPolicy");

    public static readonly EntityType AWSManagedPolicy = new("AWSManagedPolicy");

    public EntityType(string value) : base(value)
    {
    }

    public static EntityType FindValue(string value) => FindValue<EntityType>(value);

    public static implicit operator EntityType(string value) => FindValue(value);
}

public class PolicyUsageType : ConstantClass
{
    public static readonly PolicyUsageType PermissionsPolicy = new("PermissionsPolicy");

    public static readonly PolicyUsageType PermissionsBoundary = new("PermissionsBoundary");

    public PolicyUsageType(string value) : base(value)
    {
    }

    public static PolicyUsageType FindValue(string value) => FindValue<PolicyUsageType>(value);

    public static implicit operator PolicyUsageType(string value) => FindValue(value);
}

public class PermissionsBoundaryAttachmentType : ConstantClass
{
    public static readonly PermissionsBoundaryAttachmentType PermissionsBoundaryPolicy = new("PermissionsBoundaryPolicy");

    public PermissionsBoundaryAttachmentType(string value) : base(value)
    {
    }

    public static PermissionsBoundaryAttachmentType FindValue(string value) => FindValue<PermissionsBoundaryAttachmentType>(value);

    public static implicit operator PermissionsBoundaryAttachmentType(string value) => FindValue(value);
}
