using System.Text.Json;
using Responder.StandIn;

namespace Amazon.SimpleSystemsManagement.Model;

public class Parameter : IJsonShape
{
    public string Name { get; set; }

    public ParameterType Type { get; set; }

    public string Value { get; set; }

    public long? Version { get; set; }

    public string Selector { get; set; }

    public string SourceResult { get; set; }

    public DateTime? LastModifiedDate { get; set; }

    public string ARN { get; set; }

    public string DataType { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Name = json.Text("Name");
        Type = json.Text("Type");
        Value = json.Text("Value");
        Version = json.Long("Version");
        Selector = json.Text("Selector");
        SourceResult = json.Text("SourceResult");
        LastModifiedDate = json.Time("LastModifiedDate");
        ARN = json.Text("ARN");
        DataType = json.Text("DataType");
    }
}

public class Tag : IJsonStructure
{
    public string Key { get; set; }

    public string Value { get; set; }

    void IJsonStructure.Write(JsonMembers json)
    {
        json.Add("Key", Key);
        json.Add("Value", Value);
    }
}

public class ParameterStringFilter : IJsonStructure
{
    public string Key { get; set; }

    public string Option { get; set; }

    public List<string> Values { get; set; }

    void IJsonStructure.Write(JsonMembers json)
    {
        json.Add("Key", Key);
        json.Add("Option", Option);
        json.Add("Values", Values);
    }
}

public class ParameterHistory : IJsonShape
{
    public string Name { get; set; }

    public ParameterType Type { get; set; }

    public string KeyId { get; set; }

    public DateTime? LastModifiedDate { get; set; }

    public string LastModifiedUser { get; set; }

    public string Description { get; set; }

    public string Value { get; set; }

    public string AllowedPattern { get; set; }

    public long? Version { get; set; }

    public List<string> Labels { get; set; }

    public ParameterTier Tier { get; set; }

    public List<ParameterInlinePolicy> Policies { get; set; }

    public string DataType { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Name = json.Text("Name");
        Type = json.Text("Type");
        KeyId = json.Text("KeyId");
        LastModifiedDate = json.Time("LastModifiedDate");
        LastModifiedUser = json.Text("LastModifiedUser");
        Description = json.Text("Description");
        Value = json.Text("Value");
        AllowedPattern = json.Text("AllowedPattern");
        Version = json.Long("Version");
        Labels = json.Texts("Labels");
        Tier = json.Text("Tier");
        Policies = json.List<ParameterInlinePolicy>("Policies");
        DataType = json.Text("DataType");
    }
}

public class ParametersFilter : IJsonStructure
{
    public ParametersFilterKey Key { get; set; }

    public List<string> Values { get; set; }

    void IJsonStructure.Write(JsonMembers json)
    {
        json.Add("Key", Key);
        json.Add("Values", Values);
    }
}

public class ParameterMetadata : IJsonShape
{
    public string Name { get; set; }

    public string ARN { get; set; }

    public ParameterType Type { get; set; }

    public string KeyId { get; set; }

    public DateTime? LastModifiedDate { get; set; }

    public string LastModifiedUser { get; set; }

    public string Description { get; set; }

    public string AllowedPattern { get; set; }

    public long? Version { get; set; }

    public ParameterTier Tier { get; set; }

    public List<ParameterInlinePolicy> Policies { get; set; }

    public string DataType { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Name = json.Text("Name");
        ARN = json.Text("ARN");
        Type = json.Text("Type");
        KeyId = json.Text("KeyId");
        LastModifiedDate = json.Time("LastModifiedDate");
        LastModifiedUser = json.Text("LastModifiedUser");
        Description = json.Text("Description");
        AllowedPattern = json.Text("AllowedPattern");
        Version = json.Long("Version");
        Tier = json.Text("Tier");
        Policies = json.List<ParameterInlinePolicy>("Policies");
        DataType = json.Text("DataType");
    }
}

public class ParameterInlinePolicy : IJsonShape
{
    public string PolicyText { get; set; }

    public string PolicyType { get; set; }

    public string PolicyStatus { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        PolicyText = json.Text("PolicyText");
        PolicyType = json.Text("PolicyType");
        PolicyStatus = json.Text("PolicyStatus");
    }
}
