using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.IdentityManagement;

/// <summary>The operations that Responder calls; the official interface has the service's whole list.</summary>
public interface IAmazonIdentityManagementService : IAmazonService, IDisposable
{
    Task<AttachGroupPolicyResponse> AttachGroupPolicyAsync(AttachGroupPolicyRequest request, CancellationToken cancellationToken = default);

    Task<AttachRolePolicyResponse> AttachRolePolicyAsync(AttachRolePolicyRequest request, CancellationToken cancellationToken = default);

    Task<AttachUserPolicyResponse> AttachUserPolicyAsync(AttachUserPolicyRequest request, CancellationToken cancellationToken = default);

    Task<CreateUserResponse> CreateUserAsync(CreateUserRequest request, CancellationToken cancellationToken = default);

    Task<DeleteAccessKeyResponse> DeleteAccessKeyAsync(DeleteAccessKeyRequest request, CancellationToken cancellationToken = default);

    Task<DeleteLoginProfileResponse> DeleteLoginProfileAsync(
        DeleteLoginProfileRequest request, CancellationToken cancellationToken = default);

    Task<DeleteRolePermissionsBoundaryResponse> DeleteRolePermissionsBoundaryAsync(
        DeleteRolePermissionsBoundaryRequest request, CancellationToken cancellationToken = default);

    Task<DeleteRolePolicyResponse> DeleteRolePolicyAsync(DeleteRolePolicyRequest request, CancellationToken cancellationToken = default);

    Task<DeleteUserResponse> DeleteUserAsync(DeleteUserRequest request, CancellationToken cancellationToken = default);

    Task<DeleteUserPermissionsBoundaryResponse> DeleteUserPermissionsBoundaryAsync(
        DeleteUserPermissionsBoundaryRequest request, CancellationToken cancellationToken = default);

    Task<DeleteUserPolicyResponse> DeleteUserPolicyAsync(DeleteUserPolicyRequest request, CancellationToken cancellationToken = default);

    Task<DetachGroupPolicyResponse> DetachGroupPolicyAsync(DetachGroupPolicyRequest request, CancellationToken cancellationToken = default);

    Task<DetachRolePolicyResponse> DetachRolePolicyAsync(DetachRolePolicyRequest request, CancellationToken cancellationToken = default);

    Task<DetachUserPolicyResponse> DetachUserPolicyAsync(DetachUserPolicyRequest request, CancellationToken cancellationToken = default);

    Task<GetGroupResponse> GetGroupAsync(GetGroupRequest request, CancellationToken cancellationToken = default);

    Task<GetGroupPolicyResponse> GetGroupPolicyAsync(GetGroupPolicyRequest request, CancellationToken cancellationToken = default);

    Task<GetInstanceProfileResponse> GetInstanceProfileAsync(
        GetInstanceProfileRequest request, CancellationToken cancellationToken = default);

    Task<GetLoginProfileResponse> GetLoginProfileAsync(GetLoginProfileRequest request, CancellationToken cancellationToken = default);

    Task<GetPolicyResponse> GetPolicyAsync(GetPolicyRequest request, CancellationToken cancellationToken = default);

    Task<GetPolicyVersionResponse> GetPolicyVersionAsync(GetPolicyVersionRequest request, CancellationToken cancellationToken = default);

    Task<GetRoleResponse> GetRoleAsync(GetRoleRequest request, CancellationToken cancellationToken = default);

    Task<GetRolePolicyResponse> GetRolePolicyAsync(GetRolePolicyRequest request, CancellationToken cancellationToken = default);

    Task<GetUserResponse> GetUserAsync(CancellationToken cancellationToken = default);

    Task<GetUserResponse> GetUserAsync(GetUserRequest request, CancellationToken cancellationToken = default);

    Task<GetUserPolicyResponse> GetUserPolicyAsync(GetUserPolicyRequest request, CancellationToken cancellationToken = default);

    Task<ListAccessKeysResponse> ListAccessKeysAsync(CancellationToken cancellationToken = default);

    Task<ListAccessKeysResponse> ListAccessKeysAsync(ListAccessKeysRequest request, CancellationToken cancellationToken = default);

    Task<ListAttachedGroupPoliciesResponse> ListAttachedGroupPoliciesAsync(
        ListAttachedGroupPoliciesRequest request, CancellationToken cancellationToken = default);

    Task<ListAttachedRolePoliciesResponse> ListAttachedRolePoliciesAsync(
        ListAttachedRolePoliciesRequest request, CancellationToken cancellationToken = default);

    Task<ListAttachedUserPoliciesResponse> ListAttachedUserPoliciesAsync(
        ListAttachedUserPoliciesRequest request, CancellationToken cancellationToken = default);

    Task<ListEntitiesForPolicyResponse> ListEntitiesForPolicyAsync(
        ListEntitiesForPolicyRequest request, CancellationToken cancellationToken = default);

    Task<ListGroupPoliciesResponse> ListGroupPoliciesAsync(ListGroupPoliciesRequest request, CancellationToken cancellationToken = default);

    Task<ListGroupsForUserResponse> ListGroupsForUserAsync(ListGroupsForUserRequest request, CancellationToken cancellationToken = default);

    Task<ListPolicyVersionsResponse> ListPolicyVersionsAsync(
        ListPolicyVersionsRequest request, CancellationToken cancellationToken = default);

    Task<ListRolePoliciesResponse> ListRolePoliciesAsync(ListRolePoliciesRequest request, CancellationToken cancellationToken = default);

    Task<ListUserPoliciesResponse> ListUserPoliciesAsync(ListUserPoliciesRequest request, CancellationToken cancellationToken = default);

    Task<PutRolePermissionsBoundaryResponse> PutRolePermissionsBoundaryAsync(
        PutRolePermissionsBoundaryRequest request, CancellationToken cancellationToken = default);

    Task<PutRolePolicyResponse> PutRolePolicyAsync(PutRolePolicyRequest request, CancellationToken cancellationToken = default);

    Task<PutUserPermissionsBoundaryResponse> PutUserPermissionsBoundaryAsync(
        PutUserPermissionsBoundaryRequest request, CancellationToken cancellationToken = default);

    Task<PutUserPolicyResponse> PutUserPolicyAsync(PutUserPolicyRequest request, CancellationToken cancellationToken = default);

    Task<RemoveUserFromGroupResponse> RemoveUserFromGroupAsync(
        RemoveUserFromGroupRequest request, CancellationToken cancellationToken = default);

    Task<SetDefaultPolicyVersionResponse> SetDefaultPolicyVersionAsync(
        SetDefaultPolicyVersionRequest request, CancellationToken cancellationToken = default);

    Task<UpdateAccessKeyResponse> UpdateAccessKeyAsync(UpdateAccessKeyRequest request, CancellationToken cancellationToken = default);

    Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request);

    static ClientConfig IAmazonService.CreateDefaultClientConfig() => new AmazonIdentityManagementServiceConfig();

    static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig) =>
        awsCredentials is null
            ? new AmazonIdentityManagementServiceClient((AmazonIdentityManagementServiceConfig)clientConfig)
            : new AmazonIdentityManagementServiceClient(awsCredentials, (AmazonIdentityManagementServiceConfig)clientConfig);
}
