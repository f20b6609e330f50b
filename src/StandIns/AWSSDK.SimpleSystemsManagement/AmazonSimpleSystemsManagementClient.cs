using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.SimpleSystemsManagement.Model;
using Responder.StandIn;

namespace Amazon.SimpleSystemsManagement;

public class AmazonSimpleSystemsManagementClient : AmazonServiceClient, IAmazonSimpleSystemsManagement
{
    public AmazonSimpleSystemsManagementClient() : base(new AmazonSimpleSystemsManagementConfig())
    {
    }

    public AmazonSimpleSystemsManagementClient(RegionEndpoint region)
        : base(new AmazonSimpleSystemsManagementConfig { RegionEndpoint = region })
    {
    }

    public AmazonSimpleSystemsManagementClient(AmazonSimpleSystemsManagementConfig config) : base(config)
    {
    }

    public AmazonSimpleSystemsManagementClient(AWSCredentials credentials) : this(credentials, new AmazonSimpleSystemsManagementConfig())
    {
    }

    public AmazonSimpleSystemsManagementClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonSimpleSystemsManagementConfig { RegionEndpoint = region })
    {
    }

    public AmazonSimpleSystemsManagementClient(AWSCredentials credentials, AmazonSimpleSystemsManagementConfig clientConfig)
        : base(credentials, clientConfig)
    {
    }

    public AmazonSimpleSystemsManagementClient(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonSimpleSystemsManagementConfig { RegionEndpoint = region })
    {
    }

    public AmazonSimpleSystemsManagementClient(
        string awsAccessKeyId, string awsSecretAccessKey, AmazonSimpleSystemsManagementConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig)
    {
    }

    public AmazonSimpleSystemsManagementClient(
        string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new AmazonSimpleSystemsManagementConfig { RegionEndpoint = region })
    {
    }

    public AmazonSimpleSystemsManagementClient(
        string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, AmazonSimpleSystemsManagementConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig)
    {
    }

    protected override IServiceMetadata ServiceMetadata => Responder.StandIn.ServiceMetadata.Instance;

    public virtual Task<AddTagsToResourceResponse> AddTagsToResourceAsync(
        AddTagsToResourceRequest request, CancellationToken cancellationToken = default) =>
        Call<AddTagsToResourceResponse>(request, cancellationToken);

    public virtual Task<DeleteParameterResponse> DeleteParameterAsync(
        DeleteParameterRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteParameterResponse>(request, cancellationToken);

    public virtual Task<DeleteParametersResponse> DeleteParametersAsync(
        DeleteParametersRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteParametersResponse>(request, cancellationToken);

    public virtual Task<DescribeParametersResponse> DescribeParametersAsync(
        DescribeParametersRequest request, CancellationToken cancellationToken = default) =>
        Call<DescribeParametersResponse>(request, cancellationToken);

    public virtual Task<GetParameterResponse> GetParameterAsync(
        GetParameterRequest request, CancellationToken cancellationToken = default) =>
        Call<GetParameterResponse>(request, cancellationToken);

    public virtual Task<GetParameterHistoryResponse> GetParameterHistoryAsync(
        GetParameterHistoryRequest request, CancellationToken cancellationToken = default) =>
        Call<GetParameterHistoryResponse>(request, cancellationToken);

    public virtual Task<GetParametersResponse> GetParametersAsync(
        GetParametersRequest request, CancellationToken cancellationToken = default) =>
        Call<GetParametersResponse>(request, cancellationToken);

    public virtual Task<GetParametersByPathResponse> GetParametersByPathAsync(
        GetParametersByPathRequest request, CancellationToken cancellationToken = default) =>
        Call<GetParametersByPathResponse>(request, cancellationToken);

    public virtual Task<PutParameterResponse> PutParameterAsync(
        PutParameterRequest request, CancellationToken cancellationToken = default) =>
        Call<PutParameterResponse>(request, cancellationToken);

    public Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request) =>
        Config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request));

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => Pipeline.Customize(pipeline);

    private Task<TResponse> Call<TResponse>(AmazonSimpleSystemsManagementRequest request, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(
            request,
            new InvokeOptions
            {
                RequestMarshaller = JsonMarshaller.Instance,
                ResponseUnmarshaller = new JsonUnmarshaller<TResponse>((IOperationInput<JsonMembers>)request),
            },
            cancellationToken);
}
