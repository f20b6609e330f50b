using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Responder.LocalAws.State;

/// <summary>
/// One AWS account: what is in it, and idempotent helpers that put something into it before a run
/// (they neither count as calls nor write trail records). Thread-safe.
/// </summary>
public sealed partial class Account
{
    /// <summary>Trusts the account itself; the trust policy of a seeded role unless another one is given.</summary>
    private const string OwnAccountTrust =
        """{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:{0}:iam::{1}:root"}},"Action":"sts:AssumeRole"}}]}}""";

    private static readonly CompositeFormat OwnAccountTrustFormat = CompositeFormat.Parse(OwnAccountTrust);

    internal static readonly DateTimeOffset LongAgo = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    internal Account(World world, string id)
    {
        World = world;
        Id = id;
    }

    internal World World { get; }

    /// <summary>12 digits.</summary>
    public string Id { get; }

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, IamUser> Users { get; internal set; } = Ordinal.Map<IamUser>();

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, IamRole> Roles { get; internal set; } = Ordinal.Map<IamRole>();

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, IamGroup> Groups { get; internal set; } = Ordinal.Map<IamGroup>();

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<string, IamInstanceProfile> InstanceProfiles { get; internal set; } =
        Ordinal.Map<IamInstanceProfile>();

    /// <summary>The account's own managed policies by ARN; those of AWS are in <see cref="World.AwsPolicies"/>.</summary>
    public ImmutableSortedDictionary<string, IamManagedPolicy> Policies { get; internal set; } = Ordinal.Map<IamManagedPolicy>();

    /// <summary>SSM parameters by region, then by name.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, SsmParameter>> Parameters { get; internal set; } =
        Ordinal.Map<ImmutableSortedDictionary<string, SsmParameter>>();

    /// <summary>SNS topics by ARN.</summary>
    public ImmutableSortedDictionary<string, SnsTopic> Topics { get; internal set; } = Ordinal.Map<SnsTopic>();

    /// <summary>CloudTrail's event history by region, in the order in which the events were put there.</summary>
    public ImmutableSortedDictionary<string, ImmutableList<HistoryEvent>> Events { get; private set; } =
        Ordinal.Map<ImmutableList<HistoryEvent>>();

    public AthenaState Athena { get; } = new();

    /// <summary>Adds an event to the history of a region, by default the world's own.</summary>
    /// <param name="record">A CloudTrail record, JSON.</param>
    /// <exception cref="ArgumentException">The record is not a JSON object with an eventTime.</exception>
    public HistoryEvent AddEvent(string record, string? region = null)
    {
        lock (World.Gate)
        {
            var added = HistoryEvent.Of(record);
            Events = Events.SetItem(region ?? World.Region, History(region ?? World.Region).Add(added));
            return added;
        }
    }

    internal ImmutableList<HistoryEvent> History(string region) => Events.GetValueOrDefault(region) ?? [];

    /// <summary>The user, created without any permissions if it is new; an existing one keeps its path.</summary>
    /// <param name="created">Null: long ago, because whoever is put here before a run was there before every call of it.</param>
    public IamUser EnsureUser(string name, string path = "/", DateTimeOffset? created = null)
    {
        lock (World.Gate)
        {
            if (Users.TryGetValue(name, out var user))
                return user;
            Remember();
            user = new IamUser(
                Named(name), Rooted(path), NewId("AIDA", "user/" + name), Arn($"user{Rooted(path)}{name}"), created ?? LongAgo);
            Users = Users.Add(name, user);
            return user;
        }
    }

    /// <summary>The role; without <paramref name="trustPolicy"/> a new one trusts the account's root.</summary>
    /// <param name="created">Null: long ago, as for <see cref="EnsureUser"/>.</param>
    public IamRole EnsureRole(string name, string path = "/", string? trustPolicy = null, DateTimeOffset? created = null)
    {
        lock (World.Gate)
        {
            if (Roles.TryGetValue(name, out var role))
                return role;
            Remember();
            trustPolicy ??= string.Format(System.Globalization.CultureInfo.InvariantCulture, OwnAccountTrustFormat, World.Partition, Id);
            role = new IamRole(
                Named(name), Rooted(path), NewId("AROA", "role/" + name), Arn($"role{Rooted(path)}{name}"), created ?? LongAgo,
                trustPolicy);
            Roles = Roles.Add(name, role);
            return role;
        }
    }

    /// <param name="created">Null: long ago, as for <see cref="EnsureUser"/>.</param>
    public IamGroup EnsureGroup(string name, string path = "/", DateTimeOffset? created = null)
    {
        lock (World.Gate)
        {
            if (Groups.TryGetValue(name, out var group))
                return group;
            Remember();
            group = new IamGroup(
                Named(name), Rooted(path), NewId("AGPA", "group/" + name), Arn($"group{Rooted(path)}{name}"), created ?? LongAgo);
            Groups = Groups.Add(name, group);
            return group;
        }
    }

    /// <summary>
    /// The instance profile, created empty if it is new. With <paramref name="roleName"/> it gets that role, which is created if it is new.
    /// </summary>
    public IamInstanceProfile EnsureInstanceProfile(string name, string? roleName = null, string path = "/")
    {
        lock (World.Gate)
        {
            Remember();
            if (!InstanceProfiles.TryGetValue(name, out var profile))
            {
                profile = new IamInstanceProfile(
                    Named(name), Rooted(path), NewId("AIPA", "instance-profile/" + name), Arn($"instance-profile{Rooted(path)}{name}"),
                    World.Now);
                InstanceProfiles = InstanceProfiles.Add(name, profile);
            }

            if (roleName is not null)
                profile.RoleName = EnsureRole(roleName).Name;
            return profile;
        }
    }

    /// <summary>
    /// The managed policy with this document as its default version. An ARN of AWS creates or replaces the AWS managed policy; a policy of
    /// the account that exists with another document gets a new default version.
    /// </summary>
    /// <exception cref="ArgumentException">The ARN is not that of a policy of this account or of AWS.</exception>
    /// <param name="version">Number of the version that holds the document, if the policy is new.</param>
    /// <param name="created">When the version was made; null: long ago, as for <see cref="EnsureUser"/>.</param>
    public IamManagedPolicy EnsurePolicy(string arn, string document, int version = 1, DateTimeOffset? created = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        lock (World.Gate)
        {
            var known = FindPolicy(arn);
            if (known is not null && known.Default.Document == document)
                return known;
            Remember();
            if (known is { IsAwsManaged: false })
            {
                var next = new IamPolicyVersion(known.NextVersion++, document, created ?? LongAgo);
                known.Versions = known.Versions.Add(next.Number, next);
                known.Default = next;
                known.Updated = next.Created;
                return known;
            }

            var policy = new IamManagedPolicy(
                arn, NewId("ANPA", arn), new IamPolicyVersion(version, document, created ?? LongAgo), null);
            if (arn.StartsWith(World.AwsPolicyPrefix, StringComparison.Ordinal))
                World.AwsPolicies = World.AwsPolicies.SetItem(arn, policy);
            else if (arn.StartsWith(Arn("policy/"), StringComparison.Ordinal) && policy.Name.Length > 0)
                Policies = Policies.Add(arn, policy);
            else
                throw new ArgumentException(
                    $"'{arn}' is no managed policy of account {Id} or of AWS in partition {World.Partition}.", nameof(arn));
            return policy;
        }
    }

    /// <summary>
    /// Attaches a policy without checking quotas. An AWS managed policy that the endpoint does not know is created with a document that
    /// grants nothing but reading one's own identity; whoever needs its content calls <see cref="EnsurePolicy"/> first.
    /// </summary>
    /// <exception cref="ArgumentException">The policy is one of the account that was never created.</exception>
    public void Attach(IamEntity entity, string policyArn)
    {
        lock (World.Gate)
        {
            Remember();
            EnsureKnown(policyArn);
            entity.AttachedPolicies = entity.AttachedPolicies.Add(policyArn);
        }
    }

    /// <summary>Sets or, with null, removes the permissions boundary of a user or role.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Attach"/>, or the entity is a group.</exception>
    public void SetBoundary(IamEntity entity, string? policyArn)
    {
        if (entity is IamGroup)
            throw new ArgumentException("A group has no permissions boundary.", nameof(entity));
        lock (World.Gate)
        {
            Remember();
            if (policyArn is not null)
                EnsureKnown(policyArn);
            entity.BoundaryArn = policyArn;
        }
    }

    /// <summary>Puts an inline policy, without checking quotas.</summary>
    public void PutInline(IamEntity entity, string policyName, string document)
    {
        lock (World.Gate)
        {
            Remember();
            entity.InlinePolicies = entity.InlinePolicies.SetItem(policyName, document);
        }
    }

    /// <summary>Adds a user to a group; creates both if they are new.</summary>
    public void AddToGroup(string userName, string groupName)
    {
        lock (World.Gate)
        {
            Remember();
            EnsureGroup(groupName);
            var user = EnsureUser(userName);
            user.Groups = user.Groups.Add(groupName);
        }
    }

    /// <summary>Gives the user this access key, which the endpoint accepts as a caller from now on.</summary>
    public IamAccessKey EnsureAccessKey(IamUser user, string accessKeyId, bool active = true)
    {
        lock (World.Gate)
        {
            Remember();
            var key = new IamAccessKey(accessKeyId, active, user.AccessKeys.GetValueOrDefault(accessKeyId)?.Created ?? World.Now);
            user.AccessKeys = user.AccessKeys.SetItem(accessKeyId, key);
            return key;
        }
    }

    /// <summary>Gives the user a console password.</summary>
    public void EnsureLoginProfile(IamUser user, bool passwordResetRequired = false)
    {
        lock (World.Gate)
        {
            Remember();
            user.LoginProfile = new IamLoginProfile(user.LoginProfile?.Created ?? World.Now, passwordResetRequired);
        }
    }

    /// <summary>Gives the user a virtual MFA device.</summary>
    public void EnsureMfaDevice(IamUser user, string? serialNumber = null)
    {
        lock (World.Gate)
        {
            Remember();
            user.MfaDevices = user.MfaDevices.Add(serialNumber ?? Arn("mfa/" + user.Name));
        }
    }

    /// <summary>The topic with that name, by default in the world's region; created if it is new.</summary>
    public SnsTopic EnsureTopic(string name, string? region = null)
    {
        lock (World.Gate)
        {
            var arn = $"arn:{World.Partition}:sns:{region ?? World.Region}:{Id}:{name}";
            if (!Topics.TryGetValue(arn, out var topic))
                Topics = Topics.Add(arn, topic = new SnsTopic(arn));
            return topic;
        }
    }

    /// <summary>Writes a new version of a Standard String parameter, by default in the world's region, without SSM's checks.</summary>
    public SsmParameter SetParameter(string name, string value, string? region = null)
    {
        lock (World.Gate)
            return ParameterStore.Write(this, region ?? World.Region, name, value, "String", "Standard", null, null);
    }

    /// <summary>The parameter, by default in the world's region; null if there is none.</summary>
    public SsmParameter? Parameter(string name, string? region = null) =>
        Parameters.TryGetValue(region ?? World.Region, out var all) ? all.GetValueOrDefault(name) : null;

    internal string Arn(string resource) => $"arn:{World.Partition}:iam::{Id}:{resource}";

    internal IamManagedPolicy? FindPolicy(string arn) => Policies.GetValueOrDefault(arn) ?? World.AwsPolicies.GetValueOrDefault(arn);

    internal IEnumerable<IamEntity> Entities => Users.Values.AsEnumerable<IamEntity>().Concat(Roles.Values).Concat(Groups.Values);

    /// <summary>
    /// Like AWS's unique ids: 4 letters and 17 characters of A-Z and 2-7. The same in every world, whatever else is in it; counted, so that
    /// a principal that was deleted and created again gets a different one.
    /// </summary>
    internal string NewId(string prefix, string seed)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var identity = $"{Id}/{prefix}/{seed}";
        var nth = _ids[identity] = _ids.GetValueOrDefault(identity) + 1;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{identity}/{nth}"));
        return string.Create(21, (prefix, hash), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            for (var i = state.prefix.Length; i < span.Length; i++)
                span[i] = Alphabet[state.hash[i] & 31];
        });
    }

    private void EnsureKnown(string policyArn)
    {
        if (FindPolicy(policyArn) is not null)
            return;
        if (!policyArn.StartsWith(World.AwsPolicyPrefix, StringComparison.Ordinal))
            throw new ArgumentException(
                $"'{policyArn}' does not exist in account {Id}; make it with EnsurePolicy first.", nameof(policyArn));
        EnsurePolicy(policyArn, AwsManagedPolicies.UnknownContent);
    }

    private static string Named(string name) =>
        name.Length is > 0 and <= 128 && !name.Contains('/', StringComparison.Ordinal)
            ? name
            : throw new ArgumentException($"'{name}' is no IAM name.", nameof(name));

    private static string Rooted(string path) =>
        path is "/" || path.StartsWith('/') && path.EndsWith('/')
            ? path
            : throw new ArgumentException($"The path '{path}' must begin and end with a slash.", nameof(path));
}
