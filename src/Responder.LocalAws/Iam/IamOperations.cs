using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Iam;

/// <summary>
/// IAM, API version 2010-05-08. One instance per call, under the world's gate. Wire names and error codes follow the service model; quotas
/// and rules follow the IAM user guide. Lists are in ordinal order of their names, so that no page depends on another.
/// </summary>
internal sealed partial class IamOperations(World world, Account account, Caller caller, QueryParameters query)
{
    public const string Xmlns = "https://iam.amazonaws.com/doc/2010-05-08/";

    private static readonly FrozenDictionary<string, Func<IamOperations, XElement[]?>> Operations =
        new Dictionary<string, Func<IamOperations, XElement[]?>>(StringComparer.Ordinal)
        {
            ["GetUser"] = o => o.GetUser(),
            ["ListUsers"] = o => o.ListUsers(),
            ["CreateUser"] = o => o.CreateUser(),
            ["UpdateUser"] = o => o.UpdateUser(),
            ["DeleteUser"] = o => o.DeleteUser(),
            ["ListAccessKeys"] = o => o.ListAccessKeys(),
            ["CreateAccessKey"] = o => o.CreateAccessKey(),
            ["UpdateAccessKey"] = o => o.UpdateAccessKey(),
            ["DeleteAccessKey"] = o => o.DeleteAccessKey(),
            ["GetLoginProfile"] = o => o.GetLoginProfile(),
            ["CreateLoginProfile"] = o => o.CreateLoginProfile(),
            ["UpdateLoginProfile"] = o => o.UpdateLoginProfile(),
            ["DeleteLoginProfile"] = o => o.DeleteLoginProfile(),
            ["ListMFADevices"] = o => o.ListMfaDevices(),
            ["ListGroupsForUser"] = o => o.ListGroupsForUser(),
            ["AddUserToGroup"] = o => o.AddUserToGroup(),
            ["RemoveUserFromGroup"] = o => o.RemoveUserFromGroup(),

            ["GetRole"] = o => o.GetRole(),
            ["ListRoles"] = o => o.ListRoles(),
            ["CreateRole"] = o => o.CreateRole(),
            ["DeleteRole"] = o => o.DeleteRole(),
            ["UpdateAssumeRolePolicy"] = o => o.UpdateAssumeRolePolicy(),

            ["GetInstanceProfile"] = o => o.GetInstanceProfile(),
            ["CreateInstanceProfile"] = o => o.CreateInstanceProfile(),
            ["AddRoleToInstanceProfile"] = o => o.AddRoleToInstanceProfile(),
            ["RemoveRoleFromInstanceProfile"] = o => o.RemoveRoleFromInstanceProfile(),

            ["GetGroup"] = o => o.GetGroup(),
            ["ListGroups"] = o => o.ListGroups(),
            ["CreateGroup"] = o => o.CreateGroup(),
            ["UpdateGroup"] = o => o.UpdateGroup(),
            ["DeleteGroup"] = o => o.DeleteGroup(),

            ["PutUserPermissionsBoundary"] = o => o.PutBoundary(o.User()),
            ["PutRolePermissionsBoundary"] = o => o.PutBoundary(o.ModifiableRole()),
            ["DeleteUserPermissionsBoundary"] = o => DeleteBoundary(o.User()),
            ["DeleteRolePermissionsBoundary"] = o => DeleteBoundary(o.ModifiableRole()),

            ["AttachUserPolicy"] = o => o.Attach(o.User()),
            ["AttachRolePolicy"] = o => o.Attach(o.ModifiableRole()),
            ["AttachGroupPolicy"] = o => o.Attach(o.Group()),
            ["DetachUserPolicy"] = o => o.Detach(o.User()),
            ["DetachRolePolicy"] = o => o.Detach(o.ModifiableRole()),
            ["DetachGroupPolicy"] = o => o.Detach(o.Group()),
            ["ListAttachedUserPolicies"] = o => o.ListAttached(o.User()),
            ["ListAttachedRolePolicies"] = o => o.ListAttached(o.Role()),
            ["ListAttachedGroupPolicies"] = o => o.ListAttached(o.Group()),

            ["PutUserPolicy"] = o => o.PutInline(o.User()),
            ["PutRolePolicy"] = o => o.PutInline(o.ModifiableRole()),
            ["PutGroupPolicy"] = o => o.PutInline(o.Group()),
            ["GetUserPolicy"] = o => o.GetInline(o.User(), "UserName"),
            ["GetRolePolicy"] = o => o.GetInline(o.Role(), "RoleName"),
            ["GetGroupPolicy"] = o => o.GetInline(o.Group(), "GroupName"),
            ["DeleteUserPolicy"] = o => o.DeleteInline(o.User()),
            ["DeleteRolePolicy"] = o => o.DeleteInline(o.ModifiableRole()),
            ["DeleteGroupPolicy"] = o => o.DeleteInline(o.Group()),
            ["ListUserPolicies"] = o => o.ListInline(o.User()),
            ["ListRolePolicies"] = o => o.ListInline(o.Role()),
            ["ListGroupPolicies"] = o => o.ListInline(o.Group()),

            ["GetPolicy"] = o => o.GetPolicy(),
            ["ListPolicies"] = o => o.ListPolicies(),
            ["CreatePolicy"] = o => o.CreatePolicy(),
            ["DeletePolicy"] = o => o.DeletePolicy(),
            ["GetPolicyVersion"] = o => o.GetPolicyVersion(),
            ["ListPolicyVersions"] = o => o.ListPolicyVersions(),
            ["CreatePolicyVersion"] = o => o.CreatePolicyVersion(),
            ["DeletePolicyVersion"] = o => o.DeletePolicyVersion(),
            ["SetDefaultPolicyVersion"] = o => o.SetDefaultPolicyVersion(),
            ["ListEntitiesForPolicy"] = o => o.ListEntitiesForPolicy(),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> OperationNames => Operations.Keys;

    public static bool Knows(string operation) => Operations.ContainsKey(operation);

    /// <summary>Read calls leave no trail record here, because EventBridge does not deliver them by default.</summary>
    public static bool Changes(string operation) =>
        Knows(operation) && !operation.StartsWith("Get", StringComparison.Ordinal)
            && !operation.StartsWith("List", StringComparison.Ordinal);

    public XElement[]? Run(string operation) => Operations[operation](this);

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(/|/[\u0021-\u007E]+/)\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^arn:[a-z-]+:iam::(aws|[0-9]{12}):policy/[\u0021-\u007E]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PolicyArnPattern();

    private string Name(string parameter, int max)
    {
        var value = query.Required(parameter);
        if (value.Length == 0)
            throw QueryParameters.Constraint("", parameter, "Member must have length greater than or equal to 1");
        if (value.Length > max)
            throw QueryParameters.Constraint(value, parameter, $"Member must have length less than or equal to {max}");
        if (!NamePattern().IsMatch(value))
        {
            throw AwsError.Validation(
                $"The specified value for {char.ToLowerInvariant(parameter[0])}{parameter[1..]} is invalid. It must contain only "
                    + "alphanumeric characters and/or the following: +=,.@_-");
        }

        return value;
    }

    private string PathOf() => PathOf("Path") ?? "/";

    private string? PathOf(string parameter)
    {
        if (query.Get(parameter) is not { } path)
            return null;
        if (path.Length > 512 || !PathPattern().IsMatch(path))
            throw AwsError.Validation(
                $"The specified value for {char.ToLowerInvariant(parameter[0])}{parameter[1..]} is invalid. It must begin and end with / "
                    + "and contain only alphanumeric characters and/or / characters.");
        return path;
    }

    private string PolicyArn(string parameter = "PolicyArn")
    {
        var arn = query.Required(parameter);
        if (arn.Length < 20)
            throw QueryParameters.Constraint(arn, parameter, "Member must have length greater than or equal to 20");
        if (arn.Length > 2048)
            throw QueryParameters.Constraint(arn, parameter, "Member must have length less than or equal to 2048");
        if (!PolicyArnPattern().IsMatch(arn))
            throw AwsError.InvalidInput($"ARN {arn} is not valid.");
        return arn;
    }

    private IamUser User()
    {
        var name = Name("UserName", 128);
        return account.Users.GetValueOrDefault(name) ?? throw AwsError.NoSuchEntity($"The user with name {name} cannot be found.");
    }

    /// <summary>Some calls apply to the calling user if they name none; a role session has no such user.</summary>
    private IamUser UserOrCaller()
    {
        if (query.Get("UserName") is not null)
            return User();
        if (caller.UserName is not { } name)
            throw AwsError.Validation("Must specify userName when calling with non-User credentials");
        return account.Users.GetValueOrDefault(name) ?? throw AwsError.NoSuchEntity($"The user with name {name} cannot be found.");
    }

    private IamRole Role()
    {
        var name = Name("RoleName", 64);
        return account.Roles.GetValueOrDefault(name) ?? throw AwsError.NoSuchEntity($"The role with name {name} cannot be found.");
    }

    private IamRole ModifiableRole()
    {
        var role = Role();
        if (role.IsProtected)
            throw new AwsError(
                "UnmodifiableEntity",
                400,
                $"Cannot perform the operation on the protected role '{role.Name}' - this role is only modifiable by AWS");
        return role;
    }

    private IamGroup Group()
    {
        var name = Name("GroupName", 128);
        return account.Groups.GetValueOrDefault(name) ?? throw AwsError.NoSuchEntity($"The group with name {name} cannot be found.");
    }

    /// <summary>One page: the members, then IsTruncated and, if there is more, Marker.</summary>
    private XElement[] Page<T>(string listName, IEnumerable<T> items, Func<T, string> key, Func<T, XElement> render)
    {
        var (page, tail) = Page(items, key);
        return [Xml.List(listName, page.Select(render)), .. tail];
    }

    private (IReadOnlyList<T> Page, XElement[] Tail) Page<T>(IEnumerable<T> items, Func<T, string> key)
    {
        var size = query.Number("MaxItems", 1, 1000) ?? 100;
        var rest = items.OrderBy(key, StringComparer.Ordinal);
        var after = query.Get("Marker") is { } marker ? Pages.Decode(marker) ?? throw AwsError.Validation("Invalid Marker.") : null;
        var page = rest.SkipWhile(item => after is not null && string.CompareOrdinal(key(item), after) <= 0).Take(size + 1).ToList();
        if (page.Count <= size)
            return (page, [Xml.Flag("IsTruncated", false)]);
        page.RemoveAt(size);
        return (page, [Xml.Flag("IsTruncated", true), Xml.Text("Marker", Pages.Encode(key(page[^1])))]);
    }

    private string PathPrefix()
    {
        var prefix = query.Get("PathPrefix") ?? "/";
        return prefix.StartsWith('/')
            ? prefix
            : throw AwsError.Validation("The specified value for pathPrefix is invalid. It must begin with /.");
    }

    private static XElement? Boundary(IamEntity entity) => entity.BoundaryArn is null
        ? null
        : new XElement(
            "PermissionsBoundary", Xml.Text("PermissionsBoundaryType", "PermissionsBoundaryPolicy"),
            Xml.Text("PermissionsBoundaryArn", entity.BoundaryArn));

    private static XElement? Tags(IReadOnlyDictionary<string, string> tags) => tags.Count == 0
        ? null
        : Xml.List("Tags", tags.Select(tag => Xml.Member(Xml.Text("Key", tag.Key), Xml.Text("Value", tag.Value))));
}
