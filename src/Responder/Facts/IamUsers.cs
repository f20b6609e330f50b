using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;

namespace Responder.Facts;

/// <summary>The state of an IAM user, read in one round trip.</summary>
public static class IamUsers
{
    /// <summary>What the calls below need.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["iam:GetUser", "iam:ListAttachedUserPolicies"];

    /// <summary>Boundary and managed policies; a state that does not exist when IAM knows no such user.</summary>
    public static async Task<PrincipalState> ReadAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        try
        {
            var user = iam.GetUserAsync(new GetUserRequest { UserName = name }, cancellationToken);
            var policies = AttachedPoliciesAsync(iam, name, cancellationToken);
            await Task.WhenAll(user, policies).ConfigureAwait(false);
            var answer = (await user.ConfigureAwait(false)).User;
            return new PrincipalState(true, answer.Arn, answer.PermissionsBoundary?.PermissionsBoundaryArn, await policies.ConfigureAwait(false));
        }
        catch (NoSuchEntityException)
        {
            return new PrincipalState(false, null, null, []);
        }
    }

    private static async Task<IReadOnlyList<string>> AttachedPoliciesAsync(IAmazonIdentityManagementService iam, string name, CancellationToken cancellationToken)
    {
        var arns = new List<string>();
        var request = new ListAttachedUserPoliciesRequest { UserName = name };
        do
        {
            var page = await iam.ListAttachedUserPoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            arns.AddRange((page.AttachedPolicies ?? []).Select(static p => p.PolicyArn));
            request.Marker = page.IsTruncated == true ? page.Marker : null;
        }
        while (request.Marker is not null);

        return arns;
    }
}
