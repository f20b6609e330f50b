using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Iam;

internal sealed partial class IamOperations
{
    private static object?[] Describe(IamRole role, bool whole) =>
    [
        Xml.Text("Path", role.Path),
        Xml.Text("RoleName", role.Name),
        Xml.Text("RoleId", role.Id),
        Xml.Text("Arn", role.Arn),
        Xml.Date("CreateDate", role.Created),
        Xml.Document("AssumeRolePolicyDocument", role.TrustPolicy),
        Xml.Optional("Description", role.Description),
        Xml.Number("MaxSessionDuration", role.MaxSessionDuration),
        whole ? Boundary(role) : null,
        whole ? Tags(role.Tags) : null,
    ];

    private XElement[] GetRole() => [new XElement("Role", Describe(Role(), whole: true))];

    private XElement[] ListRoles()
    {
        var prefix = PathPrefix();
        return Page(
            "Roles", account.Roles.Values.Where(role => role.Path.StartsWith(prefix, StringComparison.Ordinal)), role => role.Name, role =>
                Xml.Member(Describe(role, whole: false)));
    }

    private XElement[] CreateRole()
    {
        var name = Name("RoleName", 64);
        var path = PathOf();
        if (path.StartsWith("/aws-service-role/", StringComparison.Ordinal) || path.StartsWith("/aws-reserved/", StringComparison.Ordinal))
            throw AwsError.Validation("The specified value for path is invalid: it is reserved for roles that AWS creates.");
        var trust = query.Required("AssumeRolePolicyDocument");
        PolicyDocument.Check("AssumeRolePolicyDocument", trust, isTrust: true);
        var duration = query.Number("MaxSessionDuration", 3600, 43_200) ?? 3600;
        var boundary = query.Get("PermissionsBoundary") is null ? null : ExistingBoundary();
        if (account.Roles.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw AwsError.AlreadyExists($"Role with name {name} already exists.");
        var role = account.EnsureRole(name, path, trust, account.World.Now);
        role.Description = query.Get("Description");
        role.MaxSessionDuration = duration;
        role.BoundaryArn = boundary;
        role.Tags = role.Tags.SetItems(query.Tags());
        return [new XElement("Role", Describe(role, whole: true))];
    }

    private XElement[]? DeleteRole()
    {
        var role = ModifiableRole();
        if (!role.AttachedPolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must detach all policies first.");
        if (!role.InlinePolicies.IsEmpty)
            throw AwsError.DeleteConflict("Cannot delete entity, must delete policies first.");
        if (account.InstanceProfiles.Values.Any(profile => profile.RoleName == role.Name))
            throw AwsError.DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
        account.Roles = account.Roles.Remove(role.Name);
        return null;
    }

    private XElement[]? UpdateAssumeRolePolicy()
    {
        var role = ModifiableRole();
        var document = query.Required("PolicyDocument");
        PolicyDocument.Check("PolicyDocument", document, isTrust: true);
        if (PolicyDocument.Size(document) > 2048)
            throw AwsError.LimitExceeded("Cannot exceed quota for ACLSizePerRole: 2048");
        role.TrustPolicy = document;
        return null;
    }
}
