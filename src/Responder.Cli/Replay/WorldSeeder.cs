using Responder.Events;
using Responder.LocalAws.State;

namespace Responder.Cli.Replay;

/// <summary>
/// Puts into a world what an event shows to exist: the principals that it names and, if the call worked, what it gave them. Each event
/// counts once: a second copy must not undo what containment did in between. Content that no event shows (the document of a customer
/// policy, what a group may do) is left out, so that asking for it fails as it must, instead of answering "nothing".
/// </summary>
internal sealed class WorldSeeder
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public void Seed(World world, CloudTrailEvent e)
    {
        if (!_seen.Add(e.IncidentId)) return;
        SeedActor(world, e.Actor);
        // IAM has no cross-account calls: names live in the caller's account.
        if (e.EventSource != "iam.amazonaws.com" || e.IsInsight || (e.Actor.AccountId ?? e.AccountId) is not { } id || !IsAccount(id))
            return;
        var account = world.Account(id);
        if (e.Outcome == CallOutcome.Succeeded) SeedEffect(world, account, e);
        else if (e.ErrorCode?.StartsWith("NoSuchEntity", StringComparison.Ordinal) != true) SeedNamed(account, e);
    }

    public static bool IsAccount(string? id) => id is { Length: 12 } && id.All(char.IsAsciiDigit);

    private static void SeedActor(World world, Actor actor)
    {
        if (!AwsArn.TryParse(actor.IssuerArn, out var arn) || arn.Service != "iam" || !IsAccount(arn.AccountId)
            || arn.Partition != world.Partition) return;
        var account = world.Account(arn.AccountId);
        if (arn.Resource.StartsWith("user/", StringComparison.Ordinal) && IsName(arn.Name)) account.EnsureUser(arn.Name, PathOf(arn));
        else if (arn.Resource.StartsWith("role/", StringComparison.Ordinal) && IsName(arn.Name)) account.EnsureRole(arn.Name, PathOf(arn));
    }

    /// <summary>Makes the user, role or group that the request names exist, nothing more.</summary>
    private static IamEntity? SeedNamed(Account account, CloudTrailEvent e)
    {
        var path = e.Request["path"].Text is { } text && IsPath(text) ? text : "/";
        if (NameIn(e, "userName") is { } user) return account.EnsureUser(user, path);
        if (NameIn(e, "roleName") is { } role) return account.EnsureRole(role, path, DocumentIn(e, "assumeRolePolicyDocument"));
        // A group is known only once an event shows what it may do, see above.
        if (NameIn(e, "groupName") is { } group) return account.Groups.GetValueOrDefault(group);
        return null;
    }

    private static void SeedEffect(World world, Account account, CloudTrailEvent e)
    {
        switch (e.EventName)
        {
            case "DeleteUser" or "DeleteRole" or "DeleteGroup":
                return;
            case "CreateGroup":
            case "AttachGroupPolicy" or "PutGroupPolicy":
                if (NameIn(e, "groupName") is { } group) account.EnsureGroup(group);
                break;
            case "CreatePolicy":
                if (AwsArn.TryParse(e.Response["policy"]["arn"].Text, out var made))
                    SeedPolicy(world, account, made, DocumentIn(e, "policyDocument"));
                return;
            case "CreatePolicyVersion":
                if (e.Request["setAsDefault"].Flag == true && AwsArn.TryParse(e.Request["policyArn"].Text, out var changed))
                    SeedPolicy(world, account, changed, DocumentIn(e, "policyDocument"), VersionIn(e));
                return;
            case "AddRoleToInstanceProfile":
                if (NameIn(e, "instanceProfileName") is { } profile && NameIn(e, "roleName") is { } handedOut)
                    account.EnsureInstanceProfile(profile, handedOut);
                return;
            case "CreateAccessKey":
                // A request for one's own key may leave the user name out.
                if ((NameIn(e, "userName") ?? NameOf(e.Response["accessKey"]["userName"])) is { } owner
                    && e.Response["accessKey"]["accessKeyId"].Text is { Length: > 0 } key)
                    account.EnsureAccessKey(account.EnsureUser(owner), key);
                return;
            case "AddUserToGroup":
                if (NameIn(e, "userName") is { } member)
                {
                    account.EnsureUser(member);
                    if (NameIn(e, "groupName") is { } joined && account.Groups.ContainsKey(joined)) account.AddToGroup(member, joined);
                }

                return;
            case "UpdateUser" when NameIn(e, "userName") is { } former && NameIn(e, "newUserName") is { } name:
                SeedRename(account, former, name, e.Request["newPath"].Text);
                return;
            case "UpdateGroup" when NameIn(e, "groupName") is { } former && NameIn(e, "newGroupName") is { } name:
                SeedGroupRename(account, former, name, e.Request["newPath"].Text);
                return;
        }

        if (SeedNamed(account, e) is not { } entity) return;
        var policy = e.Request["policyArn"].Text;
        switch (e.EventName)
        {
            case "AttachUserPolicy" or "AttachRolePolicy" or "AttachGroupPolicy" when IsKnown(world, account, policy):
                account.Attach(entity, policy!);
                break;
            case "PutUserPolicy" or "PutRolePolicy" or "PutGroupPolicy" when DocumentIn(e, "policyDocument") is { } document
                && e.Request["policyName"].Text is { Length: > 0 } name:
                account.PutInline(entity, name, document);
                break;
            case "PutUserPermissionsBoundary" or "PutRolePermissionsBoundary" or "CreateUser" or "CreateRole" when entity is not IamGroup
                && IsKnown(world, account, e.Request["permissionsBoundary"].Text):
                account.SetBoundary(entity, e.Request["permissionsBoundary"].Text);
                break;
            case "DeleteUserPermissionsBoundary" or "DeleteRolePermissionsBoundary" when entity is not IamGroup:
                account.SetBoundary(entity, null);
                break;
            case "CreateLoginProfile" or "UpdateLoginProfile" when entity is IamUser user:
                account.EnsureLoginProfile(user, e.Request["passwordResetRequired"].Flag == true);
                break;
        }
    }

    /// <summary>Gives a known user the new name, so that it keeps all else; any other user just exists under the new name.</summary>
    private static void SeedRename(Account account, string former, string name, string? path)
    {
        path = path is not null && IsPath(path) ? path : null;
        if (account.Users.GetValueOrDefault(former) is not { } user) account.EnsureUser(name, path ?? "/");
        else if (IsFree(account.Users.Values, user, name)) account.Rename(user, name, path);
    }

    /// <summary>
    /// The same for a group. One that no event showed is made without policies, because a rename only asks whether IAM knows it.
    /// </summary>
    private static void SeedGroupRename(Account account, string former, string name, string? path)
    {
        path = path is not null && IsPath(path) ? path : null;
        if (account.Groups.GetValueOrDefault(former) is not { } group) account.EnsureGroup(name, path ?? "/");
        else if (IsFree(account.Groups.Values, group, name)) account.Rename(group, name, path);
    }

    /// <summary>False when another one has that name, whatever its case: an earlier event or given.yaml showed it.</summary>
    private static bool IsFree(IEnumerable<IamEntity> all, IamEntity renamed, string name) =>
        !all.Any(other => other != renamed && other.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static void SeedPolicy(World world, Account account, AwsArn arn, string? document, int version = 1)
    {
        if (document is not null && arn is { Service: "iam", Region: "" } && arn.AccountId == account.Id && arn.Partition == world.Partition
            && IsPolicy(arn))
            account.EnsurePolicy(arn.ToString(), document, version);
    }

    /// <summary>The number of the version that was created; without one, 2, since version 1 came with the policy.</summary>
    private static int VersionIn(CloudTrailEvent e) => e.Response["policyVersion"]["versionId"].Text is ['v', .. var digits]
        && int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number > 0 ? number : 2;

    /// <summary>True for a policy that can be attached: one of the account whose document is known, or one of AWS.</summary>
    private static bool IsKnown(World world, Account account, string? policyArn) => policyArn is not null
        && (account.Policies.ContainsKey(policyArn)
            || (AwsArn.TryParse(policyArn, out var arn) && arn is { Service: "iam", Region: "", AccountId: "aws" }
                && arn.Partition == world.Partition && IsPolicy(arn)));

    private static bool IsPolicy(AwsArn arn) => arn.Resource.StartsWith("policy/", StringComparison.Ordinal) && arn.Name.Length > 0;

    private static string? NameIn(CloudTrailEvent e, string member) => NameOf(e.Request[member]);

    private static string? NameOf(JsonView value) => value.Text is { } text && IsName(text) ? text : null;

    private static string? DocumentIn(CloudTrailEvent e, string member) => e.Request[member] is { Exists: true } document
        ? document.IsString ? document.Text : document.ToString()
        : null;

    /// <summary>Whether IAM accepts this as a name; an event that names anything else names nobody.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= 128
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-');

    private static bool IsPath(string path) => path is "/" || (path.Length is > 1 and <= 512 && path[0] == '/' && path[^1] == '/');

    private static string PathOf(AwsArn arn) =>
        arn.Resource[arn.Resource.IndexOf('/', StringComparison.Ordinal)..(arn.Resource.LastIndexOf('/') + 1)];
}
