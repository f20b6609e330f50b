using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Iam;

internal sealed partial class IamOperations
{
    private XElement Describe(IamInstanceProfile profile) => new(
        "InstanceProfile",
        Xml.Text("Path", profile.Path),
        Xml.Text("InstanceProfileName", profile.Name),
        Xml.Text("InstanceProfileId", profile.Id),
        Xml.Text("Arn", profile.Arn),
        Xml.Date("CreateDate", profile.Created),
        Xml.List(
            "Roles", profile.RoleName is { } role && account.Roles.TryGetValue(role, out var known)
            ? [Xml.Member(Describe(known, whole: false))]
            : []));

    private IamInstanceProfile InstanceProfile()
    {
        var name = Name("InstanceProfileName", 128);
        return account.InstanceProfiles.GetValueOrDefault(name) ?? throw AwsError.NoSuchEntity($"Instance Profile {name} cannot be found.");
    }

    private XElement[] GetInstanceProfile() => [Describe(InstanceProfile())];

    private XElement[] CreateInstanceProfile()
    {
        var name = Name("InstanceProfileName", 128);
        var path = PathOf();
        if (account.InstanceProfiles.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw AwsError.AlreadyExists($"Instance Profile {name} already exists.");
        return [Describe(account.EnsureInstanceProfile(name, path: path))];
    }

    private XElement[]? AddRoleToInstanceProfile()
    {
        var (profile, role) = (InstanceProfile(), Role());
        if (profile.RoleName is not null)
            throw AwsError.LimitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
        profile.RoleName = role.Name;
        return null;
    }

    private XElement[]? RemoveRoleFromInstanceProfile()
    {
        var (profile, role) = (InstanceProfile(), Role());
        if (profile.RoleName != role.Name)
            throw AwsError.NoSuchEntity($"The role with name {role.Name} cannot be found.");
        profile.RoleName = null;
        return null;
    }
}
