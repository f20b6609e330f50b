using System.Globalization;
using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Iam;

internal sealed partial class IamOperations
{
    private const int ManagedPolicySize = 6144;
    private const int VersionsPerPolicy = 5;

    private string ExistingBoundary()
    {
        var arn = PolicyArn("PermissionsBoundary");
        if (account.FindPolicy(arn) is not { IsAttachable: true })
            throw AwsError.NoSuchEntity($"Scope ARN: {arn} does not exist or is not attachable.");
        return arn;
    }

    private XElement[]? PutBoundary(IamEntity entity)
    {
        entity.BoundaryArn = ExistingBoundary();
        return null;
    }

    // Deleting a boundary that is not there succeeds: the call promises that there is none afterwards.
    private static XElement[]? DeleteBoundary(IamEntity entity)
    {
        entity.BoundaryArn = null;
        return null;
    }

    private XElement[]? Attach(IamEntity entity)
    {
        var arn = PolicyArn();
        var policy = account.FindPolicy(arn) ?? throw AwsError.NoSuchEntity($"Policy {arn} does not exist or is not attachable.");
        if (!policy.IsAttachable)
            throw new AwsError("PolicyNotAttachable", 400, "Cannot attach a Service Role Policy to a Customer Role.");
        var attached = entity.AttachedPolicies.Add(arn);
        if (attached.Count > entity.AttachedPolicies.Count && attached.Count > world.Limits.ManagedPoliciesPerPrincipal)
            throw AwsError.LimitExceeded(
                $"Cannot exceed quota for PoliciesPer{Capital(entity.Kind)}: {world.Limits.ManagedPoliciesPerPrincipal}");
        entity.AttachedPolicies = attached;
        return null;
    }

    private XElement[]? Detach(IamEntity entity)
    {
        var arn = PolicyArn();
        if (!entity.AttachedPolicies.Contains(arn))
            throw AwsError.NoSuchEntity($"Policy {arn} was not found.");
        entity.AttachedPolicies = entity.AttachedPolicies.Remove(arn);
        return null;
    }

    private XElement[] ListAttached(IamEntity entity)
    {
        var prefix = PathPrefix();
        return Page(
            "AttachedPolicies",
            entity.AttachedPolicies.Select(arn => account.FindPolicy(arn)!)
                .Where(policy => policy.Path.StartsWith(prefix, StringComparison.Ordinal)),
            policy => policy.Arn,
            policy => Xml.Member(Xml.Text("PolicyName", policy.Name), Xml.Text("PolicyArn", policy.Arn)));
    }

    private XElement[]? PutInline(IamEntity entity)
    {
        var name = Name("PolicyName", 128);
        var document = query.Required("PolicyDocument");
        PolicyDocument.Check("PolicyDocument", document, isTrust: false);
        var policies = entity.InlinePolicies.SetItem(name, document);
        if (policies.Values.Sum(PolicyDocument.Size) > entity.InlineQuota)
            throw AwsError.LimitExceeded($"Maximum policy size of {entity.InlineQuota} bytes exceeded for {entity.Kind} {entity.Name}");
        entity.InlinePolicies = policies;
        return null;
    }

    private string Inline(IamEntity entity, string name) =>
        entity.InlinePolicies.GetValueOrDefault(name)
            ?? throw AwsError.NoSuchEntity($"The {entity.Kind} policy with name {name} cannot be found.");

    private XElement[] GetInline(IamEntity entity, string entityParameter)
    {
        var name = Name("PolicyName", 128);
        return [Xml.Text(entityParameter, entity.Name), Xml.Text("PolicyName", name), Xml.Document("PolicyDocument", Inline(entity, name))];
    }

    private XElement[]? DeleteInline(IamEntity entity)
    {
        var name = Name("PolicyName", 128);
        _ = Inline(entity, name);
        entity.InlinePolicies = entity.InlinePolicies.Remove(name);
        return null;
    }

    private XElement[] ListInline(IamEntity entity) =>
        Page("PolicyNames", entity.InlinePolicies.Keys, name => name, name => Xml.Member(name));

    private IamManagedPolicy Policy()
    {
        var arn = PolicyArn();
        return account.FindPolicy(arn) ?? throw AwsError.NoSuchEntity($"Policy {arn} was not found.");
    }

    private IamManagedPolicy OwnPolicy()
    {
        var policy = Policy();
        if (policy.IsAwsManaged)
            throw new AwsError(
                "AccessDenied",
                403,
                $"The caller {caller.Arn} is not authorized to change the AWS managed policy {policy.Arn}");
        return policy;
    }

    private XElement Describe(IamManagedPolicy policy, string element, bool whole) => new(
        element,
        Xml.Text("PolicyName", policy.Name),
        Xml.Text("PolicyId", policy.Id),
        Xml.Text("Arn", policy.Arn),
        Xml.Text("Path", policy.Path),
        Xml.Text("DefaultVersionId", policy.Default.Id),
        Xml.Number("AttachmentCount", account.Entities.Count(entity => entity.AttachedPolicies.Contains(policy.Arn))),
        Xml.Number("PermissionsBoundaryUsageCount", account.Entities.Count(entity => entity.BoundaryArn == policy.Arn)),
        Xml.Flag("IsAttachable", policy.IsAttachable),
        whole ? Xml.Optional("Description", policy.Description) : null,
        Xml.Date("CreateDate", policy.Created),
        Xml.Date("UpdateDate", policy.Updated));

    private XElement[] GetPolicy() => [Describe(Policy(), "Policy", whole: true)];

    private XElement[] ListPolicies()
    {
        var prefix = PathPrefix();
        var scope = query.Get("Scope") ?? "All";
        if (scope is not ("All" or "AWS" or "Local"))
            throw QueryParameters.Constraint(scope, "Scope", "Member must satisfy enum value set: [All, AWS, Local]");
        var onlyAttached = query.Flag("OnlyAttached");
        var policies = (scope == "Local" ? [] : world.AwsPolicies.Values)
            .Concat(scope == "AWS" ? [] : account.Policies.Values)
            .Where(policy => policy.Path.StartsWith(prefix, StringComparison.Ordinal))
            .Where(policy => !onlyAttached || account.Entities.Any(entity => entity.AttachedPolicies.Contains(policy.Arn)));
        return Page("Policies", policies, policy => policy.Arn, policy => Describe(policy, "member", whole: false));
    }

    private XElement[] CreatePolicy()
    {
        var name = Name("PolicyName", 128);
        var path = PathOf();
        var document = CheckedDocument();
        if (account.Policies.Values.Any(policy => policy.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw AwsError.AlreadyExists($"A policy called {name} already exists. Duplicate names are not allowed.");
        var arn = account.Arn($"policy{path}{name}");
        var made = new IamManagedPolicy(
            arn, account.NewId("ANPA", arn), new IamPolicyVersion(1, document, world.Now), query.Get("Description"));
        account.Policies = account.Policies.Add(arn, made);
        return [Describe(made, "Policy", whole: true)];
    }

    private string CheckedDocument()
    {
        var document = query.Required("PolicyDocument");
        PolicyDocument.Check("PolicyDocument", document, isTrust: false);
        if (PolicyDocument.Size(document) > ManagedPolicySize)
            throw AwsError.LimitExceeded($"Cannot exceed quota for PolicySize: {ManagedPolicySize}");
        return document;
    }

    private XElement[]? DeletePolicy()
    {
        var policy = OwnPolicy();
        if (account.Entities.Any(entity => entity.AttachedPolicies.Contains(policy.Arn) || entity.BoundaryArn == policy.Arn))
            throw AwsError.DeleteConflict("Cannot delete a policy attached to entities.");
        if (policy.Versions.Count > 1)
            throw AwsError.DeleteConflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.");
        account.Policies = account.Policies.Remove(policy.Arn);
        return null;
    }

    private static XElement Describe(IamManagedPolicy policy, IamPolicyVersion version, string element, bool withDocument) => new(
        element,
        withDocument ? Xml.Document("Document", version.Document) : null,
        Xml.Text("VersionId", version.Id),
        Xml.Flag("IsDefaultVersion", version == policy.Default),
        Xml.Date("CreateDate", version.Created));

    private IamPolicyVersion Version(IamManagedPolicy policy)
    {
        var id = query.Required("VersionId");
        if (!(id.StartsWith('v') && int.TryParse(id.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number > 0))
            throw QueryParameters.Constraint(
                id, "VersionId", @"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?");
        return policy.Versions.GetValueOrDefault(number)
            ?? throw AwsError.NoSuchEntity($"Policy {policy.Arn} version {id} does not exist or is not attachable.");
    }

    private XElement[] GetPolicyVersion()
    {
        var policy = Policy();
        return [Describe(policy, Version(policy), "PolicyVersion", withDocument: true)];
    }

    private XElement[] ListPolicyVersions()
    {
        var policy = Policy();
        return Page(
            "Versions",
            policy.Versions.Values,
            version => version.Number.ToString("D9", CultureInfo.InvariantCulture),
            version => Describe(policy, version, "member", withDocument: false));
    }

    private XElement[] CreatePolicyVersion()
    {
        var policy = OwnPolicy();
        var document = CheckedDocument();
        if (policy.Versions.Count >= VersionsPerPolicy)
            throw AwsError.LimitExceeded($"A managed policy can have up to {VersionsPerPolicy} versions. Before you create a new version, "
                + "you must delete an existing version.");
        var version = new IamPolicyVersion(policy.NextVersion++, document, world.Now);
        policy.Versions = policy.Versions.Add(version.Number, version);
        policy.Updated = version.Created;
        if (query.Flag("SetAsDefault"))
            policy.Default = version;
        return [Describe(policy, version, "PolicyVersion", withDocument: false)];
    }

    private XElement[]? DeletePolicyVersion()
    {
        var policy = OwnPolicy();
        var version = Version(policy);
        if (version == policy.Default)
            throw AwsError.DeleteConflict("Cannot delete the default version of a policy.");
        policy.Versions = policy.Versions.Remove(version.Number);
        policy.Updated = world.Now;
        return null;
    }

    private XElement[]? SetDefaultPolicyVersion()
    {
        var policy = OwnPolicy();
        policy.Default = Version(policy);
        policy.Updated = world.Now;
        return null;
    }

    private XElement[] ListEntitiesForPolicy()
    {
        var policy = Policy();
        var prefix = PathPrefix();
        var filter = query.Get("EntityFilter");
        if (filter is not (null or "User" or "Role" or "Group" or "LocalManagedPolicy" or "AWSManagedPolicy"))
            throw QueryParameters.Constraint(
                filter, "EntityFilter", "Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]");
        var usage = query.Get("PolicyUsageFilter");
        if (usage is not (null or "PermissionsPolicy" or "PermissionsBoundary"))
            throw QueryParameters.Constraint(
                usage, "PolicyUsageFilter", "Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]");
        var using_ = account.Entities
            .Where(entity => usage != "PermissionsBoundary" && entity.AttachedPolicies.Contains(policy.Arn) || usage != "PermissionsPolicy"
                && entity.BoundaryArn == policy.Arn)
            .Where(entity => filter is null || Capital(entity.Kind) == filter)
            .Where(entity => entity.Path.StartsWith(prefix, StringComparison.Ordinal));
        var (page, tail) = Page(using_, entity => $"{entity.Kind}/{entity.Name}");

        XElement List(string kind) => Xml.List(
            $"Policy{Capital(kind)}s",
            page.Where(entity => entity.Kind == kind)
                .Select(entity => Xml.Member(Xml.Text(Capital(kind) + "Name", entity.Name), Xml.Text(Capital(kind) + "Id", entity.Id))));
        return [List("group"), List("user"), List("role"), .. tail];
    }

    private static string Capital(string kind) => char.ToUpperInvariant(kind[0]) + kind[1..];
}
