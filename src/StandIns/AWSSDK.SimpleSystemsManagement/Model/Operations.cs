using System.Text.Json;
using Amazon.Runtime;
using Responder.StandIn;

namespace Amazon.SimpleSystemsManagement.Model;

public class GetParameterRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public string Name { get; set; }

    public bool? WithDecryption { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InternalServerError InvalidKeyId ParameterNotFound ParameterVersionNotFound";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Name", Name);
        json.Add("WithDecryption", WithDecryption);
    }
}

public class GetParameterResponse : AmazonWebServiceResponse, IJsonShape
{
    public Parameter Parameter { get; set; }

    void IJsonShape.Read(JsonElement json) => Parameter = json.Structure<Parameter>("Parameter");
}

public class GetParametersRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public List<string> Names { get; set; }

    public bool? WithDecryption { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InvalidKeyId InternalServerError";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Names", Names);
        json.Add("WithDecryption", WithDecryption);
    }
}

public class GetParametersResponse : AmazonWebServiceResponse, IJsonShape
{
    public List<Parameter> Parameters { get; set; }

    public List<string> InvalidParameters { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Parameters = json.List<Parameter>("Parameters");
        InvalidParameters = json.Texts("InvalidParameters");
    }
}

public class PutParameterRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public string Name { get; set; }

    public string Description { get; set; }

    public string Value { get; set; }

    public ParameterType Type { get; set; }

    public string KeyId { get; set; }

    public bool? Overwrite { get; set; }

    public string AllowedPattern { get; set; }

    public List<Tag> Tags { get; set; }

    public ParameterTier Tier { get; set; }

    public string Policies { get; set; }

    public string DataType { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InternalServerError InvalidKeyId ParameterLimitExceeded TooManyUpdates "
        + "ParameterAlreadyExists HierarchyLevelLimitExceededException HierarchyTypeMismatchException InvalidAllowedPatternException "
        + "ParameterMaxVersionLimitExceeded ParameterPatternMismatchException UnsupportedParameterType PoliciesLimitExceededException "
        + "InvalidPolicyTypeException InvalidPolicyAttributeException IncompatiblePolicyException";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Name", Name);
        json.Add("Description", Description);
        json.Add("Value", Value);
        json.Add("Type", Type);
        json.Add("KeyId", KeyId);
        json.Add("Overwrite", Overwrite);
        json.Add("AllowedPattern", AllowedPattern);
        json.Add("Tags", Tags);
        json.Add("Tier", Tier);
        json.Add("Policies", Policies);
        json.Add("DataType", DataType);
    }
}

public class PutParameterResponse : AmazonWebServiceResponse, IJsonShape
{
    public long? Version { get; set; }

    public ParameterTier Tier { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Version = json.Long("Version");
        Tier = json.Text("Tier");
    }
}

public class DeleteParameterRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public string Name { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InternalServerError ParameterNotFound";

    void IOperationInput<JsonMembers>.Write(JsonMembers json) => json.Add("Name", Name);
}

public class DeleteParameterResponse : AmazonWebServiceResponse;

public class DeleteParametersRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public List<string> Names { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InternalServerError";

    void IOperationInput<JsonMembers>.Write(JsonMembers json) => json.Add("Names", Names);
}

public class DeleteParametersResponse : AmazonWebServiceResponse, IJsonShape
{
    public List<string> DeletedParameters { get; set; }

    public List<string> InvalidParameters { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        DeletedParameters = json.Texts("DeletedParameters");
        InvalidParameters = json.Texts("InvalidParameters");
    }
}

public class GetParametersByPathRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public string Path { get; set; }

    public bool? Recursive { get; set; }

    public List<ParameterStringFilter> ParameterFilters { get; set; }

    public bool? WithDecryption { get; set; }

    public int? MaxResults { get; set; }

    public string NextToken { get; set; }

    string IOperationInput<JsonMembers>.Errors =>
        "InternalServerError InvalidFilterKey InvalidFilterOption InvalidFilterValue InvalidKeyId InvalidNextToken";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Path", Path);
        json.Add("Recursive", Recursive);
        json.Add("ParameterFilters", ParameterFilters);
        json.Add("WithDecryption", WithDecryption);
        json.Add("MaxResults", MaxResults);
        json.Add("NextToken", NextToken);
    }
}

public class GetParametersByPathResponse : AmazonWebServiceResponse, IJsonShape
{
    public List<Parameter> Parameters { get; set; }

    public string NextToken { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Parameters = json.List<Parameter>("Parameters");
        NextToken = json.Text("NextToken");
    }
}

public class GetParameterHistoryRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public string Name { get; set; }

    public bool? WithDecryption { get; set; }

    public int? MaxResults { get; set; }

    public string NextToken { get; set; }

    string IOperationInput<JsonMembers>.Errors => "InternalServerError ParameterNotFound InvalidNextToken InvalidKeyId";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Name", Name);
        json.Add("WithDecryption", WithDecryption);
        json.Add("MaxResults", MaxResults);
        json.Add("NextToken", NextToken);
    }
}

public class GetParameterHistoryResponse : AmazonWebServiceResponse, IJsonShape
{
    public List<ParameterHistory> Parameters { get; set; }

    public string NextToken { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Parameters = json.List<ParameterHistory>("Parameters");
        NextToken = json.Text("NextToken");
    }
}

public class DescribeParametersRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public List<ParametersFilter> Filters { get; set; }

    public List<ParameterStringFilter> ParameterFilters { get; set; }

    public int? MaxResults { get; set; }

    public string NextToken { get; set; }

    public bool? Shared { get; set; }

    string IOperationInput<JsonMembers>.Errors =>
        "InternalServerError InvalidFilterKey InvalidFilterOption InvalidFilterValue InvalidNextToken";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("Filters", Filters);
        json.Add("ParameterFilters", ParameterFilters);
        json.Add("MaxResults", MaxResults);
        json.Add("NextToken", NextToken);
        json.Add("Shared", Shared);
    }
}

public class DescribeParametersResponse : AmazonWebServiceResponse, IJsonShape
{
    public List<ParameterMetadata> Parameters { get; set; }

    public string NextToken { get; set; }

    void IJsonShape.Read(JsonElement json)
    {
        Parameters = json.List<ParameterMetadata>("Parameters");
        NextToken = json.Text("NextToken");
    }
}

public class AddTagsToResourceRequest : AmazonSimpleSystemsManagementRequest, IOperationInput<JsonMembers>
{
    public ResourceTypeForTagging ResourceType { get; set; }

    public string ResourceId { get; set; }

    public List<Tag> Tags { get; set; }

    string IOperationInput<JsonMembers>.Errors =>
        "InvalidResourceType InvalidResourceId InternalServerError TooManyTagsError TooManyUpdates";

    void IOperationInput<JsonMembers>.Write(JsonMembers json)
    {
        json.Add("ResourceType", ResourceType);
        json.Add("ResourceId", ResourceId);
        json.Add("Tags", Tags);
    }
}

public class AddTagsToResourceResponse : AmazonWebServiceResponse;
