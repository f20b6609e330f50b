using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Responder.Settings;

namespace Responder.Aws;

/// <summary>IAM of one account, or why it cannot be called.</summary>
/// <param name="Client">Null when IAM cannot be called.</param>
/// <param name="Failure">Why it cannot be called, in AWS's words; null when there is a client.</param>
/// <param name="IsRefused">STS refused the containment role: it is missing or trusts somebody else. A retry does not help; a person has to
/// act.</param>
public sealed record IamAccess(IAmazonIdentityManagementService? Client, string? Failure = null, bool IsRefused = false)
{
    /// <summary>CloudTrail's event history of the same account, with the same credentials; null when it cannot be called.</summary>
    public EventHistory? History { get; init; }
}

/// <summary>
/// IAM of each account: the responder's own account with its own credentials, each member account through the role that the responder has
/// there. Credentials and clients are kept until shortly before they expire, so assuming a role costs one round trip an hour.
/// </summary>
public sealed class IamAccounts
{
    /// <summary>
    /// The longest life of a session that one role's session opens for another role. Source:
    /// docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html (role chaining)
    /// </summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(1);

    /// <summary>Sessions are renewed this long before they end, so that an incident that begins with a session also ends with it.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly IamAccess _own;
    private readonly AwsClients _clients;
    private readonly ResponderOptions _options;
    private readonly string _roleName;
    private readonly string _partition;
    private readonly TimeProvider _time;
    private readonly Lazy<IAmazonSecurityTokenService> _sts;
    private readonly ConcurrentDictionary<string, (IamAccess Access, DateTimeOffset Until)> _members = new(StringComparer.Ordinal);

    /// <param name="roleName">The role to assume in member accounts: the function's or the release's.</param>
    /// <param name="partition"><c>aws</c>, <c>aws-cn</c> or <c>aws-us-gov</c>.</param>
    public IamAccounts(AwsClients clients, ResponderOptions options, string roleName, string partition, TimeProvider time)
    {
        Time = new AwsTime(time);
        clients = clients with { Time = Time };
        _own = new IamAccess(clients.Iam()) { History = new EventHistory(clients, time) };
        _clients = clients;
        _options = options;
        _roleName = roleName;
        _partition = partition;
        _time = time;
        _sts = new Lazy<IAmazonSecurityTokenService>(clients.Sts);
    }

    /// <summary>The time by AWS's clock, as IAM's answers show it.</summary>
    public AwsTime Time { get; }

    /// <summary>The STS actions that this takes; the policy in template.yaml allows them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["sts:AssumeRole"];

    /// <summary>IAM of the account. Never throws when AWS or the network fails.</summary>
    /// <param name="accountId">An account that is not a member is taken to be the responder's own: guardrails keep out any other.</param>
    /// <param name="incidentId">Gives the session its name, as a hash, so that the member's trail leads back to the incident.</param>
    public async Task<IamAccess> OfAsync(string? accountId, string incidentId, CancellationToken cancellationToken)
    {
        if (accountId is null || !_options.MemberAccountIds.Contains(accountId)) return _own;
        if (_members.TryGetValue(accountId, out var member) && _time.GetUtcNow() < member.Until) return member.Access;

        var role = $"arn:{_partition}:iam::{accountId}:role/{_roleName}";
        try
        {
            var answer = await _sts.Value.AssumeRoleAsync(
                new AssumeRoleRequest
                {
                    RoleArn = role,
                    RoleSessionName = SessionName(incidentId),
                    DurationSeconds = (int)SessionLife.TotalSeconds,
                }, cancellationToken).ConfigureAwait(false);
            var session = answer.Credentials;
            var clients = _clients with
            {
                Credentials = new SessionAWSCredentials(session.AccessKeyId, session.SecretAccessKey, session.SessionToken),
            };
            var access = new IamAccess(clients.Iam()) { History = new EventHistory(clients, _time) };
            var until = session.Expiration is { } end ? new DateTimeOffset(end.ToUniversalTime()) : _time.GetUtcNow() + SessionLife;
            _members[accountId] = (access, until - Margin);
            return access;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new IamAccess(
                null, AwsFailure.Describe("AssumeRole " + role, e),
                e is AmazonServiceException { ErrorCode: "AccessDenied" or "RegionDisabledException" });
        }
    }

    /// <summary>The session's name; it contains nothing that anybody chose.</summary>
    private static string SessionName(string incidentId) => "responder-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(incidentId)).AsSpan(0, 8));
}
