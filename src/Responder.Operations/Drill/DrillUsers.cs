using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Events;

namespace Responder.Operations.Drill;

/// <summary>What is on a user: whatever would let him do something, or somebody act as him.</summary>
internal sealed record DrillHoldings(
    IReadOnlyList<string> Attached, IReadOnlyList<string> Inline, IReadOnlyList<string> Groups, IReadOnlyList<string> Keys,
    bool HasPassword)
{
    /// <summary>In words, without what the drill itself gave.</summary>
    /// <param name="given">The policy that the drill gave; null: none.</param>
    public IReadOnlyList<string> Beside(string? given) =>
    [
        .. Attached.Where(arn => arn != given).Select(static arn => "policy " + PlainText.OneLine(arn, 300)),
        .. Inline.Select(static name => "inline policy " + PlainText.OneLine(name, 128)),
        .. Groups.Select(static name => "group " + PlainText.OneLine(name, 128)),
        .. Keys.Select(static id => "access key " + PlainText.OneLine(id, 128)),
        .. HasPassword ? (string[])["console password"] : [],
    ];
}

/// <summary>The users of drills in IAM, with the credentials of whoever drills.</summary>
internal sealed class DrillUsers(IAmazonIdentityManagementService iam, AwsTime clock, Pauses pauses)
{
    /// <summary>IAM's reads lag its writes by three to four seconds; they are believed after this many looks.</summary>
    private const int Looks = 8;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    /// <summary>A note that is older than this is no matter of lag.</summary>
    private static readonly TimeSpan s_young = TimeSpan.FromMinutes(5);

    /// <summary>Makes the user, without any credentials.</summary>
    /// <returns>His unique id.</returns>
    /// <exception cref="DrillException">Somebody else has the name.</exception>
    public async Task<string> CreateAsync(DrillNote note, CancellationToken cancellationToken)
    {
        try
        {
            var request = new CreateUserRequest
            {
                UserName = note.Name,
                Path = DrillNote.UserPath,
                Tags = [new Tag { Key = DrillNote.TagKey, Value = note.Token }],
            };
            return (await iam.CreateUserAsync(request, cancellationToken).ConfigureAwait(false)).User.UserId;
        }
        catch (EntityAlreadyExistsException) when (!cancellationToken.IsCancellationRequested)
        {
            // A call whose answer was lost was made again: then the user has our token.
            return await FindAsync(note, cancellationToken).ConfigureAwait(false) is { } user && IsOurs(note, user)
                ? user.UserId
                : throw new DrillException($"there is a user {note.Name} already, and the drill did not make him");
        }
    }

    /// <returns>When IAM had answered.</returns>
    public async Task<DateTimeOffset> AttachAsync(string name, string policyArn, CancellationToken cancellationToken)
    {
        await iam.AttachUserPolicyAsync(new AttachUserPolicyRequest { UserName = name, PolicyArn = policyArn }, cancellationToken)
            .ConfigureAwait(false);
        return clock.Now;
    }

    /// <summary>The user of that name; null: IAM knows none.</summary>
    public async Task<User?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await iam.GetUserAsync(new GetUserRequest { UserName = name }, cancellationToken).ConfigureAwait(false)).User;
        }
        catch (NoSuchEntityException)
        {
            return null;
        }
    }

    /// <summary>The user of a note. Where the note is young, IAM is asked for a while before "there is none" is believed.</summary>
    public async Task<User?> FindAsync(DrillNote note, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var user = await ReadAsync(note.Name, cancellationToken).ConfigureAwait(false);
            if (user is not null || look == Looks || clock.Now - note.StartedAt > s_young) return user;
            await pauses.ForAsync(s_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// True for the user that the drill made: on its path, with the id that was written down, or the token where no id was.
    /// </summary>
    public static bool IsOurs(DrillNote note, User user) => user.Path == DrillNote.UserPath
        && (note.Id is { } id
            ? user.UserId == id
            : user.Tags?.Exists(tag => tag.Key == DrillNote.TagKey && tag.Value == note.Token) == true);

    public async Task<IReadOnlyList<string>> AttachedAsync(string name, CancellationToken cancellationToken) =>
        await TargetReads.PagesAsync<string>(async marker =>
        {
            var request = new ListAttachedUserPoliciesRequest { UserName = name, Marker = marker };
            var page = await iam.ListAttachedUserPoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            return ((page.AttachedPolicies ?? []).Select(static p => p.PolicyArn), page.IsTruncated == true ? page.Marker : null);
        }).ConfigureAwait(false);

    public async Task<DrillHoldings> HoldingsAsync(string name, CancellationToken cancellationToken)
    {
        var attached = await AttachedAsync(name, cancellationToken).ConfigureAwait(false);
        var inline = await TargetReads.PagesAsync<string>(async marker =>
        {
            var request = new ListUserPoliciesRequest { UserName = name, Marker = marker };
            var page = await iam.ListUserPoliciesAsync(request, cancellationToken).ConfigureAwait(false);
            return (page.PolicyNames ?? [], page.IsTruncated == true ? page.Marker : null);
        }).ConfigureAwait(false);
        var groups = await TargetReads.PagesAsync<string>(async marker =>
        {
            var request = new ListGroupsForUserRequest { UserName = name, Marker = marker };
            var page = await iam.ListGroupsForUserAsync(request, cancellationToken).ConfigureAwait(false);
            return ((page.Groups ?? []).Select(static g => g.GroupName), page.IsTruncated == true ? page.Marker : null);
        }).ConfigureAwait(false);
        var keys = await TargetReads.PagesAsync<string>(async marker =>
        {
            var request = new ListAccessKeysRequest { UserName = name, Marker = marker };
            var page = await iam.ListAccessKeysAsync(request, cancellationToken).ConfigureAwait(false);
            return ((page.AccessKeyMetadata ?? []).Select(static k => k.AccessKeyId), page.IsTruncated == true ? page.Marker : null);
        }).ConfigureAwait(false);
        return new DrillHoldings(attached, inline, groups, keys, await HasPasswordAsync(name, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Takes everything from the user, the policies first.</summary>
    public async Task TakeAsync(string name, DrillHoldings holdings, CancellationToken cancellationToken)
    {
        foreach (var arn in holdings.Attached)
            await GoneAsync(() => iam.DetachUserPolicyAsync(
                new DetachUserPolicyRequest { UserName = name, PolicyArn = arn }, cancellationToken)).ConfigureAwait(false);
        foreach (var policy in holdings.Inline)
            await GoneAsync(() => iam.DeleteUserPolicyAsync(
                new DeleteUserPolicyRequest { UserName = name, PolicyName = policy }, cancellationToken)).ConfigureAwait(false);
        foreach (var group in holdings.Groups)
            await GoneAsync(() => iam.RemoveUserFromGroupAsync(
                new RemoveUserFromGroupRequest { UserName = name, GroupName = group }, cancellationToken)).ConfigureAwait(false);
        foreach (var key in holdings.Keys)
            await GoneAsync(() => iam.DeleteAccessKeyAsync(
                new DeleteAccessKeyRequest { UserName = name, AccessKeyId = key }, cancellationToken)).ConfigureAwait(false);
        if (holdings.HasPassword)
            await GoneAsync(() => iam.DeleteLoginProfileAsync(
                new DeleteLoginProfileRequest { UserName = name }, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>
    /// Deletes the user. IAM itself refuses while he has a policy, a group or a credential of any kind, so that nothing can come between.
    /// </summary>
    /// <returns>True when IAM has said that there is no such user.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                await GoneAsync(() => iam.DeleteUserAsync(new DeleteUserRequest { UserName = name }, cancellationToken))
                    .ConfigureAwait(false);
                break;
            }
            catch (DeleteConflictException) when (look < Looks)
            {
                // What was taken from him may not show yet.
                await pauses.ForAsync(s_pause, cancellationToken).ConfigureAwait(false);
            }
        }

        for (var look = 1; ; look++)
        {
            if (await ReadAsync(name, cancellationToken).ConfigureAwait(false) is null) return true;
            if (look == Looks) return false;
            await pauses.ForAsync(s_pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> HasPasswordAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await iam.GetLoginProfileAsync(new GetLoginProfileRequest { UserName = name }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NoSuchEntityException)
        {
            return false;
        }
    }

    private static async Task GoneAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (NoSuchEntityException)
        {
            // Gone already: a call whose answer was lost, or the function took it off.
        }
    }
}
