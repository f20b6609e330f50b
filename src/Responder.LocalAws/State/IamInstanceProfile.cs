namespace Responder.LocalAws.State;

/// <summary>The name under which EC2 gives a role to an instance. It is not a principal and holds no policy.</summary>
public sealed class IamInstanceProfile
{
    internal IamInstanceProfile(string name, string path, string id, string arn, DateTimeOffset created)
    {
        Name = name;
        Path = path;
        Id = id;
        Arn = arn;
        Created = created;
    }

    public string Name { get; }

    /// <summary>Begins and ends with a slash.</summary>
    public string Path { get; }

    /// <summary>AIPA….</summary>
    public string Id { get; }

    public string Arn { get; }

    public DateTimeOffset Created { get; }

    /// <summary>The role, of which IAM allows one per profile; null: none yet.</summary>
    public string? RoleName { get; internal set; }

    internal IamInstanceProfile Copy() => (IamInstanceProfile)MemberwiseClone();
}
