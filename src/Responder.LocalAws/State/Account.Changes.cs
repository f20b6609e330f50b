using System.Collections.Immutable;

namespace Responder.LocalAws.State;

/// <content>What somebody else does to the account while a test runs, and the account as a late reader sees it.</content>
public sealed partial class Account
{
    // The account before each change, oldest first. Empty while reads do not lag.
    private ImmutableList<(DateTimeOffset Changed, Account Before)> _past = [];

    /// <summary>Gives a user another name and, if one is given, another path. It keeps all else but its ARN.</summary>
    /// <exception cref="ArgumentException">Another user has that name, whatever its case; or name or path is not one of IAM.</exception>
    public void Rename(IamUser user, string name, string? path = null)
    {
        lock (World.Gate)
        {
            Remember();
            var moved = Users.Remove(user.Name);
            CheckFree(moved.Keys, name);
            Move(user, name, path);
            Users = moved.Add(name, user);
        }
    }

    /// <summary>Gives a group another name and, if one is given, another path. It keeps its id, its policies and its members.</summary>
    /// <exception cref="ArgumentException">As for a user.</exception>
    public void Rename(IamGroup group, string name, string? path = null)
    {
        lock (World.Gate)
        {
            Remember();
            var (old, moved) = (group.Name, Groups.Remove(group.Name));
            CheckFree(moved.Keys, name);
            Move(group, name, path);
            Groups = moved.Add(name, group);
            foreach (var member in Users.Values.Where(user => user.Groups.Contains(old)))
                member.Groups = member.Groups.Remove(old).Add(name);
        }
    }

    /// <summary>Deletes a policy of the account. Whoever has it attached is left as he is: a test takes it off first.</summary>
    public void DeletePolicy(string arn)
    {
        lock (World.Gate)
        {
            Remember();
            Policies = Policies.Remove(arn);
        }
    }

    /// <summary>Deletes a user with everything that it has.</summary>
    public void Delete(IamUser user)
    {
        lock (World.Gate)
        {
            Remember();
            Users = Users.Remove(user.Name);
        }
    }

    /// <summary>
    /// Keeps the IAM of the account as it is before a change, if reads lag. Of the changes of one moment the first one counts, because no
    /// reader sees the account between them.
    /// </summary>
    internal void Remember()
    {
        if (World.IamReadLag > TimeSpan.Zero && (_past.IsEmpty || _past[^1].Changed < World.Now))
            _past = _past.Add((World.Now, Copy()));
    }

    /// <summary>The account with its IAM as it was that long ago: as it was before the first change since then.</summary>
    internal Account Ago(TimeSpan lag)
    {
        if (lag <= TimeSpan.Zero)
            return this;
        var seen = World.Now - lag;
        return _past.Find(change => change.Changed > seen).Before ?? this;
    }

    // The collections are immutable, so that a copy of each entity is enough.
    private Account Copy()
    {
        var copy = (Account)MemberwiseClone();
        copy.Users = Copies(Users, user => (IamUser)user.Copy());
        copy.Roles = Copies(Roles, role => (IamRole)role.Copy());
        copy.Groups = Copies(Groups, group => (IamGroup)group.Copy());
        copy.InstanceProfiles = Copies(InstanceProfiles, profile => profile.Copy());
        copy.Policies = Copies(Policies, policy => policy.Copy());
        copy._past = [];
        return copy;
    }

    private static ImmutableSortedDictionary<string, T> Copies<T>(ImmutableSortedDictionary<string, T> all, Func<T, T> copy) =>
        all.SetItems(all.Select(entry => KeyValuePair.Create(entry.Key, copy(entry.Value))));

    private void Move(IamEntity entity, string name, string? path)
    {
        path = Rooted(path ?? entity.Path);
        entity.Move(Named(name), path, Arn($"{entity.Kind}{path}{name}"));
    }

    private static void CheckFree(IEnumerable<string> names, string name)
    {
        if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new ArgumentException($"There is a '{name}' already.", nameof(name));
    }
}
