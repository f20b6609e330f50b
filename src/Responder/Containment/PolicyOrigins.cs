using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Aws;

namespace Responder.Containment;

/// <summary>When a policy and its versions were made, for a release that would put it back. No method throws when AWS fails.</summary>
public static class PolicyOrigins
{
    /// <summary>When the policy was made; null: not known. Its first version may be deleted, as a busy policy's is.</summary>
    public static async Task<DateTime?> MadeAsync(
        IAmazonIdentityManagementService iam, string arn, IReadOnlyList<PolicyVersion> versions, CancellationToken cancellationToken)
    {
        if (versions.FirstOrDefault(static v => v.VersionId == "v1") is { } first) return first.CreateDate?.ToUniversalTime();
        try
        {
            return (await iam.GetPolicyAsync(new GetPolicyRequest { PolicyArn = arn }, cancellationToken).ConfigureAwait(false))
                .Policy?.CreateDate?.ToUniversalTime();
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return null; // what it says today is newer in any case, which is told
        }
    }

    /// <summary>All versions; empty: IAM knows no such policy; null: they could not be read, and why.</summary>
    public static async Task<(IReadOnlyList<PolicyVersion>? Versions, string? Failure)> VersionsAsync(
        IAmazonIdentityManagementService iam, string arn, CancellationToken cancellationToken)
    {
        try
        {
            return (await TargetReads.PagesAsync<PolicyVersion>(async marker =>
            {
                var page = await iam.ListPolicyVersionsAsync(
                    new ListPolicyVersionsRequest { PolicyArn = arn, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (page.Versions ?? [], page.IsTruncated == true ? page.Marker : null);
            }).ConfigureAwait(false), null);
        }
        catch (NoSuchEntityException)
        {
            return ([], null);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return (null, AwsFailure.Describe("ListPolicyVersions", e));
        }
    }
}
