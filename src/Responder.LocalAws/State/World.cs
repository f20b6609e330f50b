using System.Collections.Immutable;

namespace Responder.LocalAws.State;

/// <summary>Quotas, at AWS's defaults.</summary>
public sealed class Limits
{
    /// <value>10; AWS raises it to 20 at most.</value>
    public int ManagedPoliciesPerPrincipal { get; set; } = 10;

    /// <value>10,000 per region.</value>
    public int StandardParameters { get; set; } = 10_000;

    /// <value>100,000 per region.</value>
    public int AdvancedParameters { get; set; } = 100_000;

    /// <value>100; beyond that, the oldest one is dropped.</value>
    public int ParameterVersions { get; set; } = 100;
}

/// <summary>
/// The state behind an endpoint: accounts with their IAM, SSM and SNS. A call acts in the account of its access key: one added by
/// <see cref="MapAccessKey"/>, one of a user in the world, or one of a session from AssumeRole. Any other key stands for
/// <see cref="DefaultCallerArn"/> in the home account. Thread-safe; every call is atomic.
/// </summary>
public sealed partial class World
{
    private readonly Dictionary<string, Caller> _callers = new(StringComparer.Ordinal);
    private readonly List<TrailRecord> _trail = [];
    private ImmutableSortedDictionary<string, Account> _accounts = Ordinal.Map<Account>();

    /// <param name="accountId">12 digits: the home account.</param>
    /// <param name="partition"><c>aws</c>, <c>aws-cn</c> or <c>aws-us-gov</c>.</param>
    /// <param name="time">Clock for all dates in the world; by default the machine's.</param>
    /// <exception cref="ArgumentException">The account id does not have 12 digits.</exception>
    public World(string accountId, string partition = "aws", TimeProvider? time = null)
    {
        Partition = partition;
        Time = time ?? TimeProvider.System;
        Region = partition switch { "aws-cn" => "cn-north-1", "aws-us-gov" => "us-gov-west-1", _ => "us-east-1" };
        AwsPolicies = AwsManagedPolicies.All(AwsPolicyPrefix);
        Home = Account(accountId);
        DefaultCallerArn = $"arn:{partition}:sts::{accountId}:assumed-role/local-caller/local";
    }

    internal Lock Gate { get; } = new();

    internal TimeProvider Time { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    public string Partition { get; }

    /// <summary>Region of seeded parameters and topics; calls carry their own in the signature.</summary>
    public string Region { get; }

    /// <summary>The account of every access key that belongs to no other.</summary>
    public Account Home { get; }

    public Limits Limits { get; } = new();

    /// <summary>
    /// IAM is eventually consistent: for this long, by the world's clock, its Get* and List* calls answer as if a change had not
    /// happened. Changes act on the true state, which is also what this class shows. Zero by default; a change that was made while it was
    /// zero is seen at once.
    /// </summary>
    public TimeSpan IamReadLag { get; set; }

    /// <summary>The identity that an unknown access key stands for.</summary>
    public string DefaultCallerArn { get; }

    /// <summary>The accounts by id.</summary>
    public ImmutableSortedDictionary<string, Account> Accounts => Volatile.Read(ref _accounts);

    /// <summary>AWS managed policies by ARN.</summary>
    public ImmutableSortedDictionary<string, IamManagedPolicy> AwsPolicies { get; internal set; }

    internal string AwsPolicyPrefix => $"arn:{Partition}:iam::aws:policy/";

    /// <summary>The account, created empty if it is new.</summary>
    /// <exception cref="ArgumentException">The id does not have 12 digits.</exception>
    public Account Account(string id)
    {
        if (id.Length != 12 || !id.All(char.IsAsciiDigit))
            throw new ArgumentException($"'{id}' is not a 12-digit account id.", nameof(id));
        lock (Gate)
        {
            if (!_accounts.TryGetValue(id, out var account))
                Volatile.Write(ref _accounts, _accounts.Add(id, account = new Account(this, id)));
            return account;
        }
    }

    /// <summary>Makes this access key stand for the user, assumed role or root with that ARN, in its account.</summary>
    /// <exception cref="ArgumentException">The text is not such an ARN.</exception>
    public void MapAccessKey(string accessKey, string callerArn)
    {
        Caller.Check(callerArn);
        AddCaller(new Caller(accessKey, callerArn));
    }

    /// <summary>What CloudTrail would deliver for the IAM changes so far, including refused ones, in order.</summary>
    public IReadOnlyList<TrailRecord> Trail
    {
        get
        {
            lock (Gate)
                return [.. _trail];
        }
    }

    /// <summary>Every message that SNS accepted, in all accounts, in order.</summary>
    public ImmutableList<SnsMessage> Messages { get; internal set; } = [];

    internal void AddCaller(Caller caller)
    {
        lock (Gate)
        {
            Account(caller.Account);
            _callers[caller.AccessKey] = caller;
        }
    }

    internal Caller CallerOf(string accessKey)
    {
        lock (Gate)
        {
            if (_callers.TryGetValue(accessKey, out var caller))
                return caller;
            var owner = _accounts.Values.SelectMany(account => account.Users.Values)
                .FirstOrDefault(user => user.AccessKeys.ContainsKey(accessKey));
            return new Caller(accessKey, owner?.Arn ?? DefaultCallerArn);
        }
    }

    internal void Record(TrailRecord record)
    {
        lock (Gate)
            _trail.Add(record);
    }
}
