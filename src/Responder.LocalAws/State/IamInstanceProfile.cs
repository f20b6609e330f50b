namespace Responder.LocalAws.State;

/// <summary>What EC2 hands to an instance: the name under which it gets a role. Not a principal; holds no policy.</summary>
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

    /// <summary>IAM takes one role for each profile; null: none yet.</summary>
    public string? RoleName { get; internal set; }
}
