using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// What a release does not compare with the state before, because a containment neither takes nor notes it: inline policies, and a user's
/// groups. The boundary held them down; from now on they count.
/// </summary>
internal static class Uncompared
{
    private const int MostNamed = 8;

    /// <summary>A sentence for each kind of which the target has any, or which could not be read.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(
        IAmazonIdentityManagementService iam, Principal target, CancellationToken cancellationToken)
    {
        if (target.Kind is not (PrincipalKind.User or PrincipalKind.Role)) return [];
        const string Api = "ListUserPolicies, ListGroupsForUser, ListRolePolicies";
        try
        {
            return [.. await SentencesAsync(iam, target, cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return [$"whether {target} has inline policies or groups could not be read; they are not restored and not compared: "
                + AwsFailure.Describe(Api, e)];
        }
    }

    private static async Task<IEnumerable<string>> SentencesAsync(
        IAmazonIdentityManagementService iam, Principal target, CancellationToken cancellationToken)
    {
        var isUser = target.Kind == PrincipalKind.User;
        var inline = await TargetReads.PagesAsync<string>(async marker =>
        {
            if (!isUser)
            {
                var ofRole = await iam.ListRolePoliciesAsync(
                    new ListRolePoliciesRequest { RoleName = target.Name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return (ofRole.PolicyNames ?? [], ofRole.IsTruncated == true ? ofRole.Marker : null);
            }

            var ofUser = await iam.ListUserPoliciesAsync(
                new ListUserPoliciesRequest { UserName = target.Name, Marker = marker }, cancellationToken).ConfigureAwait(false);
            return (ofUser.PolicyNames ?? [], ofUser.IsTruncated == true ? ofUser.Marker : null);
        }).ConfigureAwait(false);
        var groups = !isUser
            ? []
            : await TargetReads.PagesAsync<string>(async marker =>
            {
                var page = await iam.ListGroupsForUserAsync(
                    new ListGroupsForUserRequest { UserName = target.Name, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return ((page.Groups ?? []).Select(static g => g.GroupName), page.IsTruncated == true ? page.Marker : null);
            }).ConfigureAwait(false);
        (string Kind, IReadOnlyList<string> Names)[] kinds = [("inline policies", inline), ("groups", groups)];
        return kinds.Where(static kind => kind.Names.Count > 0)
            .Select(static kind => $"not compared with the state before: {kind.Kind} {Named(kind.Names)}. Look whether all of them were "
                + "there before the containment: from now on they count");
    }

    private static string Named(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(static name => PlainText.OneLine(name, 128)))
            + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
