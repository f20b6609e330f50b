using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>What policies and groups were at the time of a call, as far as IAM tells it now.</summary>
internal sealed partial class IamPolicies
{
    /// <summary>
    /// What a customer policy said at a time: its default version and the others that were there then. Two round trips, as for
    /// <see cref="DocumentAsync"/>; where the list of versions is refused, only the default version is read and the answer says so.
    /// </summary>
    public async Task<Answer> DocumentAsOfAsync(string policyArn, DateTimeOffset at, CancellationToken cancellationToken)
    {
        List<PolicyVersion> versions;
        try
        {
            versions = await PagesAsync(async marker =>
            {
                var page = await iam.ListPolicyVersionsAsync(
                    new ListPolicyVersionsRequest { PolicyArn = policyArn, Marker = marker }, cancellationToken).ConfigureAwait(false);
                return ((IEnumerable<PolicyVersion>?)page.Versions, page.IsTruncated, page.Marker);
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !AwsFailure.IsPassing(e) && e is not NoSuchEntityException)
        {
            return new Answer.PolicyDocument(await DocumentAsync(policyArn, null, cancellationToken).ConfigureAwait(false))
            {
                History = new PolicyHistory("", VersionAge.Older, null, []) { Failure = AwsFailure.Describe("ListPolicyVersions", e) },
            };
        }

        if (versions.Find(static v => v.IsDefaultVersion == true) is not { } now)
            return new Answer.PolicyDocument(await DocumentAsync(policyArn, null, cancellationToken).ConfigureAwait(false));
        var document = DocumentAsync(policyArn, now.VersionId, cancellationToken);
        var others = await Task.WhenAll(versions
            .Where(version => version != now && !(version.CreateDate > at))
            .OrderByDescending(static version => version.CreateDate).ThenByDescending(static version => version.VersionId.Length)
            .ThenByDescending(static version => version.VersionId, StringComparer.Ordinal)
            .Select(async version => new PolicyVersionText(
                version.VersionId,
                await EmptyIfUnreadAsync(DocumentAsync(policyArn, version.VersionId, cancellationToken)).ConfigureAwait(false))))
            .ConfigureAwait(false);
        var age = now.CreateDate is not { } made || made < at ? VersionAge.Older
            : made == at ? VersionAge.SameSecond
            : VersionAge.Younger;
        return new Answer.PolicyDocument(await document.ConfigureAwait(false))
        {
            History = new PolicyHistory(now.VersionId, age, others.FirstOrDefault(), [.. others.Skip(1)]),
        };
    }

    /// <summary>
    /// The policies of a group. Nobody has its name: it was renamed or deleted, and what its member has now is in his own groups.
    /// </summary>
    public async Task<Answer> GroupAsync(Question.GroupPolicies group, CancellationToken cancellationToken)
    {
        try
        {
            var made = group.At is null
                ? Task.FromResult<DateTime?>(null)
                : MadeAsync(group.GroupName, cancellationToken);
            var own = OwnAsync(PrincipalKind.Group, group.GroupName, readsAwsManaged: false, cancellationToken);
            await Task.WhenAll(made, own).ConfigureAwait(false);
            var held = await own.ConfigureAwait(false);
            if (!(await made.ConfigureAwait(false) is { } at && at.ToUniversalTime() > group.At))
                return new Answer.GroupPolicies(ArnsOf(held), DocumentsOf(held));
        }
        catch (NoSuchEntityException) when (group.Member is not null)
        {
        }

        if (group.Member is not { } member) return new Answer.Unanswered($"group {group.GroupName} was made after the call");
        var names = await GroupsAsync(member, cancellationToken).ConfigureAwait(false);
        if (names.Count == 0)
            return new Answer.Unanswered($"no group of that time is called {group.GroupName} now, and {member} is in none");
        var all = await Task.WhenAll(names.Select(name => OwnAsync(PrincipalKind.Group, name, readsAwsManaged: false, cancellationToken)))
            .ConfigureAwait(false);
        HeldPolicy[] theirs = [.. all.SelectMany(static held => held)];
        return new Answer.GroupPolicies(ArnsOf(theirs), DocumentsOf(theirs)) { Instead = names };
    }

    private async Task<DateTime?> MadeAsync(string group, CancellationToken cancellationToken)
    {
        try
        {
            return (await iam.GetGroupAsync(new GetGroupRequest { GroupName = group, MaxItems = 1 }, cancellationToken)
                .ConfigureAwait(false)).Group?.CreateDate;
        }
        catch (Exception e) when (AwsFailure.Is(e) && e is not NoSuchEntityException)
        {
            return null; // who cannot be asked is taken for the one that was named
        }
    }

    /// <summary>What a version says, and whether it is in force; one that is gone is not.</summary>
    private async Task<(string? Document, bool? IsInForce)> VersionAsync(
        string policyArn, string versionId, CancellationToken cancellationToken)
    {
        try
        {
            var version = (await iam.GetPolicyVersionAsync(
                new GetPolicyVersionRequest { PolicyArn = policyArn, VersionId = versionId }, cancellationToken)
                .ConfigureAwait(false)).PolicyVersion;
            return (Uri.UnescapeDataString(version.Document ?? ""), version.IsDefaultVersion);
        }
        catch (NoSuchEntityException)
        {
            return (null, false);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            if (AwsFailure.IsPassing(e)) Unread.Enqueue(AwsFailure.Describe("GetPolicyVersion", e));
            return (null, null);
        }
    }
}
