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
/// <param name="Client">Null: it cannot be called.</param>
/// <param name="Failure">Why not, in AWS's words; null with a client.</param>
/// <param name="IsRefused">STS refused the containment role: it is missing or trusts somebody else. Trying again does not help; a person
/// has to.</param>
public sealed record IamAccess(IAmazonIdentityManagementService? Client, string? Failure = null, bool IsRefused = false)
{
    /// <summary>CloudTrail's event history of the same account, by the same credentials; null: it cannot be called.</summary>
    public EventHistory? History { get; init; }
}

/// <summary>
/// IAM, account by account: the responder's own by its own credentials, each member account by the role that it holds there. Credentials
/// and clients are kept until shortly before they expire, so that assuming a role costs a round trip once an hour.
/// </summary>
public sealed class IamAccounts
{
    /// <summary>
    /// Longest life of a session that a role opens by another role's session. Source:
    /// docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html (role chaining)
    /// </summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromHours(1);

    /// <summary>Sessions are renewed this long before their end: an incident that begins with them also ends with them.</summary>
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
        _own = new IamAccess(clients.Iam()) { History = new EventHistory(clients, time) };
        _clients = clients;
        _options = options;
        _roleName = roleName;
        _partition = partition;
        _time = time;
        _sts = new Lazy<IAmazonSecurityTokenService>(clients.Sts);
    }

    /// <summary>STS actions that it takes; the policy in template.yaml allows these.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["sts:AssumeRole"];

    /// <summary>IAM of the account. Never throws on what AWS or the network does.</summary>
    /// <param name="accountId">An account that is not a member is the own one: guardrails keep out what is neither.</param>
    /// <param name="incidentId">Names the session, as a hash: the member's trail leads back to the incident that opened it.</param>
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
            var clients = _clients
                with
            { Credentials = new SessionAWSCredentials(session.AccessKeyId, session.SecretAccessKey, session.SessionToken) };
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

    /// <summary>Nothing in it that anybody chose.</summary>
    private static string SessionName(string incidentId) => "responder-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(incidentId)).AsSpan(0, 8));
}
