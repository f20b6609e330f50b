using Amazon.Runtime;

namespace Amazon.SimpleSystemsManagement;

public class ParameterType : ConstantClass
{
    public static readonly ParameterType String = new("String");

    public static readonly ParameterType StringList = new("StringList");

    public static readonly ParameterType SecureString = new("SecureString");

    public ParameterType(string value) : base(value)
    {
    }

    public static ParameterType FindValue(string value) => FindValue<ParameterType>(value);

    public static implicit operator ParameterType(string value) => FindValue(value);
}

public class ParameterTier : ConstantClass
{
    public static readonly ParameterTier Standard = new("Standard");

    public static readonly ParameterTier Advanced = new("Advanced");

    public static readonly ParameterTier IntelligentTiering = new("Intelligent-Tiering");

    public ParameterTier(string value) : base(value)
    {
    }

    public static ParameterTier FindValue(string value) => FindValue<ParameterTier>(value);

    public static implicit operator ParameterTier(string value) => FindValue(value);
}

public class ResourceTypeForTagging : ConstantClass
{
    public static readonly ResourceTypeForTagging Document = new("Document");

    public static readonly ResourceTypeForTagging ManagedInstance = new("ManagedInstance");

    public static readonly ResourceTypeForTagging MaintenanceWindow = new("MaintenanceWindow");

    public static readonly ResourceTypeForTagging Parameter = new("Parameter");

    public static readonly ResourceTypeForTagging PatchBaseline = new("PatchBaseline");

    public static readonly ResourceTypeForTagging OpsItem = new("OpsItem");

    public static readonly ResourceTypeForTagging OpsMetadata = new("OpsMetadata");

    public static readonly ResourceTypeForTagging Automation = new("Automation");

    public static readonly ResourceTypeForTagging Association = new("Association");

    public ResourceTypeForTagging(string value) : base(value)
    {
    }

    public static ResourceTypeForTagging FindValue(string value) => FindValue<ResourceTypeForTagging>(value);

    public static implicit operator ResourceTypeForTagging(string value) => FindValue(value);
}

public class ParametersFilterKey : ConstantClass
{
    public static readonly ParametersFilterKey Name = new("Name");

    public static readonly ParametersFilterKey Type = new("Type");

    public static readonly ParametersFilterKey KeyId = new("KeyId");

    public ParametersFilterKey(string value) : base(value)
    {
    }

    public static ParametersFilterKey FindValue(string value) => FindValue<ParametersFilterKey>(value);

    public static implicit operator ParametersFilterKey(string value) => FindValue(value);
}
