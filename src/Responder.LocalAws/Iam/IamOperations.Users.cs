using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Iam;

internal sealed partial class IamOperations
{
    private const int AccessKeysPerUser = 2;
    private const int GroupsPerUser = 10;

    private static object?[] Describe(IamUser user, bool whole) =>
    [
        Xml.Text("Path", user.Path),
        Xml.Text("UserName", user.Name),
        Xml.Text("UserId", user.Id),
        Xml.Text("Arn", user.Arn),
        Xml.Date("CreateDate", user.Created),
        whole ? Boundary(user) : null,
        whole ? Tags(user.Tags) : null,
    ];

    private XElement[] GetUser() => [new XElement("User", Describe(UserOrCaller(), whole: true))];

    // The list leaves boundary and tags out, as IAM's does.
    private XElement[] ListUsers()
    {
        var prefix = PathPrefix();
        return Page(
            "Users", account.Users.Values.Where(user => user.Path.StartsWith(prefix, StringComparison.Ordinal)), user => user.Name, user =>
                Xml.Member(Describe(user, whole: false)));
    }

    private XElement[] CreateUser()
    {
        var name = Name("UserName", 64);
        var path = PathOf();
        var boundary = query.Get("PermissionsBoundary") is null ? null : ExistingBoundary();
        if (account.Users.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw AwsError.AlreadyExists($"User with name {name} already exists.");
        var user = account.EnsureUser(name, path, account.World.Now);
        user.BoundaryArn = boundary;
        user.Tags = user.Tags.SetItems(query.Tags());
        return [new XElement("User", Describe(user, whole: true))];
    }

    // A rename that only changes the case is none that another user stands in the way of.
    private XElement[]? UpdateUser()
    {
        var user = User();
        var name = query.Get("NewUserName") is null ? user.Name : Name("NewUserName", 64);
        var path = PathOf("NewPath");
        if (account.Users.Values.Any(other => other != user && other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw AwsError.AlreadyExists($"User with name {name} already exists.");
        account.Rename(user, name, path);
        return null;
    }

    private XElement[]? DeleteUser()
    {
        var user = User();
        if (!user.AttachedPolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must detach all policies first.");
        if (!user.InlinePolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete policies first.");
        if (!user.AccessKeys.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete access keys first.");
        if (user.LoginProfile is not null)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete login profile first.");
        if (!user.MfaDevices.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete MFA device first.");
        if (!user.Groups.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must remove users from group first.");
        account.Users = account.Users.Remove(user.Name);
        return null;
    }

    private XElement[] ListAccessKeys()
    {
        var user = UserOrCaller();
        return Page("AccessKeyMetadata", user.AccessKeys.Values, key => key.Id, key => Xml.Member(
            Xml.Text("UserName", user.Name),
            Xml.Text("AccessKeyId", key.Id),
            Xml.Text("Status", key.Status),
            Xml.Date("CreateDate", key.Created)));
    }

    private XElement[] CreateAccessKey()
    {
        var user = UserOrCaller();
        if (user.AccessKeys.Count >= AccessKeysPerUser)
            throw AwsError.LimitExceeded($"Cannot exceed quota for AccessKeysPerUser: {AccessKeysPerUser}");
        var key = account.EnsureAccessKey(user, account.NewId("AKIA", user.Arn)[..20]);
        return
        [
            new XElement(
                "AccessKey",
                Xml.Text("UserName", user.Name),
                Xml.Text("AccessKeyId", key.Id),
                Xml.Text("Status", key.Status),
                Xml.Text("SecretAccessKey", Secrets.NewKey()),
                Xml.Date("CreateDate", key.Created)),
        ];
    }

    private IamAccessKey AccessKey(IamUser user)
    {
        var id = query.Required("AccessKeyId");
        return user.AccessKeys.GetValueOrDefault(id) ?? throw AwsError.NoSuchEntity($"The Access Key with id {id} cannot be found.");
    }

    private XElement[]? UpdateAccessKey()
    {
        var user = UserOrCaller();
        var status = query.Required("Status");
        if (status is not ("Active" or "Inactive" or "Expired"))
            throw QueryParameters.Constraint(status, "Status", "Member must satisfy enum value set: [Active, Inactive, Expired]");
        if (status == "Expired")
            throw AwsError.InvalidInput("The status of an access key can be set to Active or Inactive only.");
        var key = AccessKey(user);
        user.AccessKeys = user.AccessKeys.SetItem(key.Id, key with { Active = status == "Active" });
        return null;
    }

    private XElement[]? DeleteAccessKey()
    {
        var user = UserOrCaller();
        user.AccessKeys = user.AccessKeys.Remove(AccessKey(user).Id);
        return null;
    }

    private static XElement[] Describe(IamUser user, IamLoginProfile profile) =>
    [
        new XElement(
            "LoginProfile",
            Xml.Text("UserName", user.Name),
            Xml.Date("CreateDate", profile.Created),
            Xml.Flag("PasswordResetRequired", profile.PasswordResetRequired)),
    ];

    private static IamLoginProfile LoginProfile(IamUser user) =>
        user.LoginProfile ?? throw AwsError.NoSuchEntity($"Login Profile for User {user.Name} cannot be found.");

    private XElement[] GetLoginProfile()
    {
        var user = UserOrCaller();
        return Describe(user, LoginProfile(user));
    }

    private XElement[] CreateLoginProfile()
    {
        var user = UserOrCaller();
        CheckPassword(query.Required("Password"));
        if (user.LoginProfile is not null)
            throw AwsError.AlreadyExists($"Login Profile for user {user.Name} already exists.");
        user.LoginProfile = new IamLoginProfile(world.Now, query.Flag("PasswordResetRequired"));
        return Describe(user, user.LoginProfile);
    }

    private XElement[]? UpdateLoginProfile()
    {
        var user = User();
        var profile = LoginProfile(user);
        if (query.Get("Password") is { } password)
            CheckPassword(password);
        if (query.Get("PasswordResetRequired") is not null)
            user.LoginProfile = profile with { PasswordResetRequired = query.Flag("PasswordResetRequired") };
        return null;
    }

    private XElement[]? DeleteLoginProfile()
    {
        var user = UserOrCaller();
        _ = LoginProfile(user);
        user.LoginProfile = null;
        return null;
    }

    // IAM's default password policy.
    private static void CheckPassword(string password)
    {
        var kinds =
            new[] { password.Any(char.IsAsciiLetterUpper), password.Any(char.IsAsciiLetterLower), password.Any(char.IsAsciiDigit),
                password.Any(c => !char.IsAsciiLetterOrDigit(c)) };
        if (password.Length is < 8 or > 128 || kinds.Count(kind => kind) < 3)
            throw new AwsError(
                "PasswordPolicyViolation",
                400,
                "Password should have a minimum length of 8 and three of: uppercase letters, lowercase letters, numbers, symbols");
    }

    private XElement[] ListMfaDevices()
    {
        var user = UserOrCaller();
        return Page("MFADevices", user.MfaDevices, serial => serial, serial => Xml.Member(
            Xml.Text("UserName", user.Name),
            Xml.Text("SerialNumber", serial),
            Xml.Date("EnableDate", user.Created)));
    }

    private XElement[] ListGroupsForUser() =>
        Page("Groups", User().Groups.Select(name => account.Groups[name]), group => group.Name, group => Xml.Member(Describe(group)));

    private XElement[]? AddUserToGroup()
    {
        var group = Group();
        var user = User();
        var groups = user.Groups.Add(group.Name);
        if (groups.Count > GroupsPerUser)
            throw AwsError.LimitExceeded($"Cannot exceed quota for GroupsPerUser: {GroupsPerUser}");
        user.Groups = groups;
        return null;
    }

    // Removing somebody who is not a member succeeds, as it does in IAM.
    private XElement[]? RemoveUserFromGroup()
    {
        var group = Group();
        var user = User();
        user.Groups = user.Groups.Remove(group.Name);
        return null;
    }

    private static object?[] Describe(IamGroup group) =>
    [
        Xml.Text("Path", group.Path),
        Xml.Text("GroupName", group.Name),
        Xml.Text("GroupId", group.Id),
        Xml.Text("Arn", group.Arn),
        Xml.Date("CreateDate", group.Created),
    ];

    private XElement[] GetGroup()
    {
        var group = Group();
        return
        [
            new XElement("Group", Describe(group)),
            .. Page("Users", account.Users.Values.Where(user => user.Groups.Contains(group.Name)), user => user.Name,
                user => Xml.Member(Describe(user, whole: false))),
        ];
    }

    private XElement[] ListGroups()
    {
        var prefix = PathPrefix();
        return Page(
            "Groups", account.Groups.Values.Where(group => group.Path.StartsWith(prefix, StringComparison.Ordinal)), group => group.Name,
            group => Xml.Member(Describe(group)));
    }

    private XElement[] CreateGroup()
    {
        var name = Name("GroupName", 128);
        var path = PathOf();
        if (account.Groups.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw AwsError.AlreadyExists($"Group with name {name} already exists.");
        return [new XElement("Group", Describe(account.EnsureGroup(name, path, account.World.Now)))];
    }

    private XElement[]? UpdateGroup()
    {
        var group = Group();
        var name = query.Get("NewGroupName") is null ? group.Name : Name("NewGroupName", 128);
        var path = PathOf("NewPath");
        if (account.Groups.Values.Any(other => other != group && other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw AwsError.AlreadyExists($"Group with name {name} already exists.");
        account.Rename(group, name, path);
        return null;
    }

    private XElement[]? DeleteGroup()
    {
        var group = Group();
        if (account.Users.Values.Any(user => user.Groups.Contains(group.Name)))
            throw AwsError.DeleteConflict("Cannot delete entity, must remove users from group first.");
        if (!group.AttachedPolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must detach all policies first.");
        if (!group.InlinePolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete policies first.");
        account.Groups = account.Groups.Remove(group.Name);
        return null;
    }
}
