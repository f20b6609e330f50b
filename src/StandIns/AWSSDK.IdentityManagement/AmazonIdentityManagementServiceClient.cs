using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Responder.StandIn;

namespace Amazon.IdentityManagement;

public class AmazonIdentityManagementServiceClient : AmazonServiceClient, IAmazonIdentityManagementService
{
    public AmazonIdentityManagementServiceClient() : base(new AmazonIdentityManagementServiceConfig())
    {
    }

    public AmazonIdentityManagementServiceClient(RegionEndpoint region)
        : base(new AmazonIdentityManagementServiceConfig { RegionEndpoint = region })
    {
    }

    public AmazonIdentityManagementServiceClient(AmazonIdentityManagementServiceConfig config) : base(config)
    {
    }

    public AmazonIdentityManagementServiceClient(AWSCredentials credentials)
        : this(credentials, new AmazonIdentityManagementServiceConfig())
    {
    }

    public AmazonIdentityManagementServiceClient(AWSCredentials credentials, RegionEndpoint region)
        : this(credentials, new AmazonIdentityManagementServiceConfig { RegionEndpoint = region })
    {
    }

    public AmazonIdentityManagementServiceClient(AWSCredentials credentials, AmazonIdentityManagementServiceConfig clientConfig)
        : base(credentials, clientConfig)
    {
    }

    public AmazonIdentityManagementServiceClient(string awsAccessKeyId, string awsSecretAccessKey, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, new AmazonIdentityManagementServiceConfig { RegionEndpoint = region })
    {
    }

    public AmazonIdentityManagementServiceClient(
        string awsAccessKeyId, string awsSecretAccessKey, AmazonIdentityManagementServiceConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, clientConfig)
    {
    }

    public AmazonIdentityManagementServiceClient(
        string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, RegionEndpoint region)
        : this(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, new AmazonIdentityManagementServiceConfig { RegionEndpoint = region })
    {
    }

    public AmazonIdentityManagementServiceClient(
        string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken, AmazonIdentityManagementServiceConfig clientConfig)
        : base(awsAccessKeyId, awsSecretAccessKey, awsSessionToken, clientConfig)
    {
    }

    protected override IServiceMetadata ServiceMetadata => Responder.StandIn.ServiceMetadata.Instance;

    public virtual Task<AttachGroupPolicyResponse> AttachGroupPolicyAsync(
        AttachGroupPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<AttachGroupPolicyResponse>(request, cancellationToken);

    public virtual Task<AttachRolePolicyResponse> AttachRolePolicyAsync(
        AttachRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<AttachRolePolicyResponse>(request, cancellationToken);

    public virtual Task<AttachUserPolicyResponse> AttachUserPolicyAsync(
        AttachUserPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<AttachUserPolicyResponse>(request, cancellationToken);

    public virtual Task<CreateUserResponse> CreateUserAsync(CreateUserRequest request, CancellationToken cancellationToken = default) =>
        Call<CreateUserResponse>(request, cancellationToken);

    public virtual Task<DeleteAccessKeyResponse> DeleteAccessKeyAsync(
        DeleteAccessKeyRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteAccessKeyResponse>(request, cancellationToken);

    public virtual Task<DeleteLoginProfileResponse> DeleteLoginProfileAsync(
        DeleteLoginProfileRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteLoginProfileResponse>(request, cancellationToken);

    public virtual Task<DeleteRolePermissionsBoundaryResponse> DeleteRolePermissionsBoundaryAsync(
        DeleteRolePermissionsBoundaryRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteRolePermissionsBoundaryResponse>(request, cancellationToken);

    public virtual Task<DeleteRolePolicyResponse> DeleteRolePolicyAsync(
        DeleteRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteRolePolicyResponse>(request, cancellationToken);

    public virtual Task<DeleteUserResponse> DeleteUserAsync(DeleteUserRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteUserResponse>(request, cancellationToken);

    public virtual Task<DeleteUserPermissionsBoundaryResponse> DeleteUserPermissionsBoundaryAsync(
        DeleteUserPermissionsBoundaryRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteUserPermissionsBoundaryResponse>(request, cancellationToken);

    public virtual Task<DeleteUserPolicyResponse> DeleteUserPolicyAsync(
        DeleteUserPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<DeleteUserPolicyResponse>(request, cancellationToken);

    public virtual Task<DetachGroupPolicyResponse> DetachGroupPolicyAsync(
        DetachGroupPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<DetachGroupPolicyResponse>(request, cancellationToken);

    public virtual Task<DetachRolePolicyResponse> DetachRolePolicyAsync(
        DetachRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<DetachRolePolicyResponse>(request, cancellationToken);

    public virtual Task<DetachUserPolicyResponse> DetachUserPolicyAsync(
        DetachUserPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<DetachUserPolicyResponse>(request, cancellationToken);

    public virtual Task<GetGroupResponse> GetGroupAsync(GetGroupRequest request, CancellationToken cancellationToken = default) =>
        Call<GetGroupResponse>(request, cancellationToken);

    public virtual Task<GetGroupPolicyResponse> GetGroupPolicyAsync(
        GetGroupPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<GetGroupPolicyResponse>(request, cancellationToken);

    public virtual Task<GetInstanceProfileResponse> GetInstanceProfileAsync(
        GetInstanceProfileRequest request, CancellationToken cancellationToken = default) =>
        Call<GetInstanceProfileResponse>(request, cancellationToken);

    public virtual Task<GetLoginProfileResponse> GetLoginProfileAsync(
        GetLoginProfileRequest request, CancellationToken cancellationToken = default) =>
        Call<GetLoginProfileResponse>(request, cancellationToken);

    public virtual Task<GetPolicyResponse> GetPolicyAsync(GetPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<GetPolicyResponse>(request, cancellationToken);

    public virtual Task<GetPolicyVersionResponse> GetPolicyVersionAsync(
        GetPolicyVersionRequest request, CancellationToken cancellationToken = default) =>
        Call<GetPolicyVersionResponse>(request, cancellationToken);

    public virtual Task<GetRoleResponse> GetRoleAsync(GetRoleRequest request, CancellationToken cancellationToken = default) =>
        Call<GetRoleResponse>(request, cancellationToken);

    public virtual Task<GetRolePolicyResponse> GetRolePolicyAsync(
        GetRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<GetRolePolicyResponse>(request, cancellationToken);

    public virtual Task<GetUserResponse> GetUserAsync(CancellationToken cancellationToken = default) =>
        GetUserAsync(new GetUserRequest(), cancellationToken);

    public virtual Task<GetUserResponse> GetUserAsync(GetUserRequest request, CancellationToken cancellationToken = default) =>
        Call<GetUserResponse>(request, cancellationToken);

    public virtual Task<GetUserPolicyResponse> GetUserPolicyAsync(
        GetUserPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<GetUserPolicyResponse>(request, cancellationToken);

    public virtual Task<ListAccessKeysResponse> ListAccessKeysAsync(CancellationToken cancellationToken = default) =>
        ListAccessKeysAsync(new ListAccessKeysRequest(), cancellationToken);

    public virtual Task<ListAccessKeysResponse> ListAccessKeysAsync(
        ListAccessKeysRequest request, CancellationToken cancellationToken = default) =>
        Call<ListAccessKeysResponse>(request, cancellationToken);

    public virtual Task<ListAttachedGroupPoliciesResponse> ListAttachedGroupPoliciesAsync(
        ListAttachedGroupPoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListAttachedGroupPoliciesResponse>(request, cancellationToken);

    public virtual Task<ListAttachedRolePoliciesResponse> ListAttachedRolePoliciesAsync(
        ListAttachedRolePoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListAttachedRolePoliciesResponse>(request, cancellationToken);

    public virtual Task<ListAttachedUserPoliciesResponse> ListAttachedUserPoliciesAsync(
        ListAttachedUserPoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListAttachedUserPoliciesResponse>(request, cancellationToken);

    public virtual Task<ListEntitiesForPolicyResponse> ListEntitiesForPolicyAsync(
        ListEntitiesForPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<ListEntitiesForPolicyResponse>(request, cancellationToken);

    public virtual Task<ListGroupPoliciesResponse> ListGroupPoliciesAsync(
        ListGroupPoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListGroupPoliciesResponse>(request, cancellationToken);

    public virtual Task<ListGroupsForUserResponse> ListGroupsForUserAsync(
        ListGroupsForUserRequest request, CancellationToken cancellationToken = default) =>
        Call<ListGroupsForUserResponse>(request, cancellationToken);

    public virtual Task<ListPolicyVersionsResponse> ListPolicyVersionsAsync(
        ListPolicyVersionsRequest request, CancellationToken cancellationToken = default) =>
        Call<ListPolicyVersionsResponse>(request, cancellationToken);

    public virtual Task<ListRolePoliciesResponse> ListRolePoliciesAsync(
        ListRolePoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListRolePoliciesResponse>(request, cancellationToken);

    public virtual Task<ListUserPoliciesResponse> ListUserPoliciesAsync(
        ListUserPoliciesRequest request, CancellationToken cancellationToken = default) =>
        Call<ListUserPoliciesResponse>(request, cancellationToken);

    public virtual Task<PutRolePermissionsBoundaryResponse> PutRolePermissionsBoundaryAsync(
        PutRolePermissionsBoundaryRequest request, CancellationToken cancellationToken = default) =>
        Call<PutRolePermissionsBoundaryResponse>(request, cancellationToken);

    public virtual Task<PutRolePolicyResponse> PutRolePolicyAsync(
        PutRolePolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<PutRolePolicyResponse>(request, cancellationToken);

    public virtual Task<PutUserPermissionsBoundaryResponse> PutUserPermissionsBoundaryAsync(
        PutUserPermissionsBoundaryRequest request, CancellationToken cancellationToken = default) =>
        Call<PutUserPermissionsBoundaryResponse>(request, cancellationToken);

    public virtual Task<PutUserPolicyResponse> PutUserPolicyAsync(
        PutUserPolicyRequest request, CancellationToken cancellationToken = default) =>
        Call<PutUserPolicyResponse>(request, cancellationToken);

    public virtual Task<RemoveUserFromGroupResponse> RemoveUserFromGroupAsync(
        RemoveUserFromGroupRequest request, CancellationToken cancellationToken = default) =>
        Call<RemoveUserFromGroupResponse>(request, cancellationToken);

    public virtual Task<SetDefaultPolicyVersionResponse> SetDefaultPolicyVersionAsync(
        SetDefaultPolicyVersionRequest request, CancellationToken cancellationToken = default) =>
        Call<SetDefaultPolicyVersionResponse>(request, cancellationToken);

    public virtual Task<UpdateAccessKeyResponse> UpdateAccessKeyAsync(
        UpdateAccessKeyRequest request, CancellationToken cancellationToken = default) =>
        Call<UpdateAccessKeyResponse>(request, cancellationToken);

    public Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request) =>
        Config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request));

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => Pipeline.Customize(pipeline);

    private Task<TResponse> Call<TResponse>(AmazonIdentityManagementServiceRequest request, CancellationToken cancellationToken)
        where TResponse : AmazonWebServiceResponse, new() =>
        InvokeAsync<TResponse>(
            request,
            new InvokeOptions
            {
                RequestMarshaller = QueryMarshaller.Instance,
                ResponseUnmarshaller = new QueryUnmarshaller<TResponse>((IOperationInput<QueryWriter>)request),
            },
            cancellationToken);
}
