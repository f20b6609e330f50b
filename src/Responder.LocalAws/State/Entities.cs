using System.Collections.Immutable;

namespace Responder.LocalAws.State;

/// <summary>What users, roles and groups have in common. Reading is safe while calls run: every collection is a snapshot.</summary>
public abstract class IamEntity
{
    private protected IamEntity(string kind, string name, string path, string id, string arn, DateTimeOffset created)
    {
        Kind = kind;
        Name = name;
        Path = path;
        Id = id;
        Arn = arn;
        Created = created;
    }

    /// <summary><c>user</c>, <c>role</c> or <c>group</c>.</summary>
    public string Kind { get; }

    public string Name { get; private set; }

    /// <summary>Begins and ends with a slash.</summary>
    public string Path { get; private set; }

    /// <summary>AIDA…, AROA… or AGPA….</summary>
    public string Id { get; }

    public string Arn { get; private set; }

    public DateTimeOffset Created { get; }

    /// <summary>ARNs of the attached managed policies.</summary>
    public ImmutableSortedSet<string> AttachedPolicies { get; internal set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Documents of the inline policies by name, exactly as they were put.</summary>
    public ImmutableSortedDictionary<string, string> InlinePolicies { get; internal set; } = Ordinal.Map<string>();

    /// <summary>Number of characters, without white space, that all inline policies together may have.</summary>
    internal abstract int InlineQuota { get; }

    /// <summary>ARN of the permissions boundary; groups have none.</summary>
    public string? BoundaryArn { get; internal set; }

    internal void Move(string name, string path, string arn) => (Name, Path, Arn) = (name, path, arn);

    internal IamEntity Copy() => (IamEntity)MemberwiseClone();
}

public sealed class IamUser : IamEntity
{
    internal IamUser(string name, string path, string id, string arn, DateTimeOffset created)
        : base("user", name, path, id, arn, created)
    {
    }

    /// <summary>Names of the groups.</summary>
    public ImmutableSortedSet<string> Groups { get; internal set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>By access key id.</summary>
    public ImmutableSortedDictionary<string, IamAccessKey> AccessKeys { get; internal set; } = Ordinal.Map<IamAccessKey>();

    /// <summary>Null: the user has no console password.</summary>
    public IamLoginProfile? LoginProfile { get; internal set; }

    /// <summary>Serial numbers (ARNs) of the MFA devices.</summary>
    public ImmutableSortedSet<string> MfaDevices { get; internal set; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, string> Tags { get; internal set; } = Ordinal.Map<string>();

    internal override int InlineQuota => 2048;
}

public sealed class IamRole : IamEntity
{
    internal IamRole(string name, string path, string id, string arn, DateTimeOffset created, string trustPolicy)
        : base("role", name, path, id, arn, created) => TrustPolicy = trustPolicy;

    /// <summary>The trust policy document, exactly as it was put.</summary>
    public string TrustPolicy { get; internal set; }

    public string? Description { get; internal set; }

    /// <summary>Seconds.</summary>
    public int MaxSessionDuration { get; internal set; } = 3600;

    public ImmutableSortedDictionary<string, string> Tags { get; internal set; } = Ordinal.Map<string>();

    /// <summary>True below <c>/aws-service-role/</c>.</summary>
    public bool IsServiceLinked => Path.StartsWith("/aws-service-role/", StringComparison.Ordinal);

    /// <summary>Service-linked roles and those of Identity Center refuse every change (UnmodifiableEntity).</summary>
    public bool IsProtected =>
        IsServiceLinked || Path.StartsWith("/aws-reserved/", StringComparison.Ordinal)
            || Name.StartsWith("AWSReservedSSO_", StringComparison.Ordinal);

    internal override int InlineQuota => 10_240;
}

public sealed class IamGroup : IamEntity
{
    internal IamGroup(string name, string path, string id, string arn, DateTimeOffset created)
        : base("group", name, path, id, arn, created)
    {
    }

    internal override int InlineQuota => 5_120;
}

/// <param name="Id">AKIA….</param>
/// <param name="Active">False once deactivated.</param>
public sealed record IamAccessKey(string Id, bool Active, DateTimeOffset Created)
{
    internal string Status => Active ? "Active" : "Inactive";
}

public sealed record IamLoginProfile(DateTimeOffset Created, bool PasswordResetRequired);

/// <param name="Number">1 for v1.</param>
/// <param name="Document">Exactly as it was put.</param>
public sealed record IamPolicyVersion(int Number, string Document, DateTimeOffset Created)
{
    /// <summary><c>v1</c>.</summary>
    public string Id => $"v{Number}";
}

/// <summary>A managed policy, of the account or of AWS.</summary>
public sealed class IamManagedPolicy
{
    internal IamManagedPolicy(string arn, string id, IamPolicyVersion first, string? description)
    {
        Arn = arn;
        Id = id;
        Created = Updated = first.Created;
        Description = description;
        Versions = ImmutableSortedDictionary<int, IamPolicyVersion>.Empty.Add(first.Number, first);
        Default = first;
        NextVersion = first.Number + 1;
    }

    public string Arn { get; }

    /// <summary>ANPA….</summary>
    public string Id { get; }

    public string Name => Arn[(Arn.LastIndexOf('/') + 1)..];

    public string Path => Arn[(Arn.IndexOf(":policy/", StringComparison.Ordinal) + 7)..(Arn.LastIndexOf('/') + 1)];

    public string? Description { get; }

    public DateTimeOffset Created { get; }

    public DateTimeOffset Updated { get; internal set; }

    public ImmutableSortedDictionary<int, IamPolicyVersion> Versions { get; internal set; }

    public IamPolicyVersion Default { get; internal set; }

    /// <summary>True for <c>arn:…:iam::aws:policy/…</c>.</summary>
    public bool IsAwsManaged => Arn.Contains(":iam::aws:policy/", StringComparison.Ordinal);

    /// <summary>False for the policies of service-linked roles.</summary>
    public bool IsAttachable => !Path.StartsWith("/aws-service-role/", StringComparison.Ordinal);

    // The numbers of deleted versions are never used again.
    internal int NextVersion { get; set; }

    internal IamManagedPolicy Copy() => (IamManagedPolicy)MemberwiseClone();
}

internal static class Ordinal
{
    public static ImmutableSortedDictionary<string, T> Map<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
