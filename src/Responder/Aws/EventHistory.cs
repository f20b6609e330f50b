using System.Collections.Concurrent;
using System.Text;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Aws;

/// <summary>
/// CloudTrail's event history of one account, read with credentials of that account. The client of a region is created when that region is
/// first asked, so whoever contains nobody pays nothing for it.
/// </summary>
public sealed class EventHistory(AwsClients clients, TimeProvider time)
{
    /// <summary>The time for all pages together. It is short, because the alert about the incident waits for it.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1.5);

    /// <summary>The most pages, of 50 events each. CloudTrail answers two calls a second, so more would not arrive in time.</summary>
    public const int MostPages = 4;

    private const int MostSessions = 3;

    private readonly ConcurrentDictionary<string, Lazy<AwsCall>> _regions = new(StringComparer.Ordinal);

    /// <summary>The IAM actions that reading takes; the policies in template.yaml and infra/member-role.yaml allow them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["cloudtrail:LookupEvents"];

    /// <summary>
    /// The roles that the user assumed within the longest life of a session. Never throws when AWS or the network fails: the answer says
    /// how far it reaches and why.
    /// </summary>
    /// <param name="user">The user, with the account.</param>
    /// <param name="region">An AWS region's name.</param>
    public async Task<AssumedRoles> RolesAssumedByAsync(Principal user, string region, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - RoleSessions.Longest;
        using var limit = new CancellationTokenSource(MostTime, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var found = new Found(user, since);
        string? failure = null;
        var pages = 0;
        try
        {
            // One try: the page waits for this, and everybody in the account shares the two calls a second that CloudTrail answers.
            var cloudTrail = _regions.GetOrAdd(
                region, name => new Lazy<AwsCall>(
                    () => new AwsCall(AwsService.CloudTrail, clients with { Region = name, MaxErrorRetry = 0 }))).Value;
            await foreach (var page in cloudTrail.JsonPagesAsync("LookupEvents", writer =>
            {
                writer.WriteStartArray("LookupAttributes");
                writer.WriteStartObject();
                writer.WriteString("AttributeKey", "Username");
                writer.WriteString("AttributeValue", user.Name);
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteNumber("StartTime", since.ToUnixTimeSeconds());
                writer.WriteNumber("MaxResults", 50);
            }, both.Token).ConfigureAwait(false))
            {
                var answer = new JsonView(page);
                if (!answer["Events"].IsArray)
                {
                    failure = "LookupEvents: the answer holds no events";
                    break;
                }

                foreach (var item in answer["Events"].Items) found.Add(item);
                if (++pages < MostPages || answer["NextToken"].Text is not { Length: > 0 }) continue;
                failure = $"LookupEvents: the newest {MostPages * 50} events of this name were read, there are more";
                break;
            }
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            failure = AwsFailure.Describe("LookupEvents", e);
        }

        return found.Roles(region) with { Failure = failure, ReadBackTo = failure is null ? null : found.Oldest };
    }

    /// <summary>What the pages have told so far; they come newest event first.</summary>
    private sealed class Found(Principal user, DateTimeOffset since)
    {
        private const double Year9999 = 253_370_764_800; // seconds since 1970

        private static readonly TimeSpan s_defaultSession = TimeSpan.FromHours(1);

        private readonly Dictionary<string, AssumedRole> _roles = new(StringComparer.Ordinal);
        private int _unnamed;

        public DateTimeOffset? Oldest { get; private set; }

        public AssumedRoles Roles(string region) =>
            new(region, since, [.. _roles.Values.OrderByDescending(static r => r.Last).ThenBy(static r => r.Arn, StringComparer.Ordinal)])
            {
                Unnamed = _unnamed,
            };

        public void Add(JsonView item)
        {
            if (item["EventTime"].Number is { } seconds and >= 0 and < Year9999) Oldest = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
            if (item["EventName"].Text is { } name && !IsAssumeRole(name)) return;
            if (item["CloudTrailEvent"].Text is not { } text || EventParser.Parse(Encoding.UTF8.GetBytes(text)).Event is not { } e)
            {
                _unnamed++;
                return;
            }

            // The attribute also finds sessions to which somebody gave the user's name.
            if (e.EventSource != "sts.amazonaws.com" || !IsAssumeRole(e.EventName) || e.Outcome != CallOutcome.Succeeded
                || e.EventTime < since || !IsByUser(e.Actor)) return;
            var session = e.Response["assumedRoleUser"]["arn"].Text;
            if (RoleOf(e, session) is not { } arn)
            {
                _unnamed++;
                return;
            }

            var until = e.EventTime
                + (e.Request["durationSeconds"].Integer is { } asked and > 0
                    ? TimeSpan.FromSeconds(Math.Min(asked, RoleSessions.Longest.TotalSeconds))
                    : s_defaultSession);
            var role = _roles.GetValueOrDefault(arn) ?? new AssumedRole(arn, 0, e.EventTime, e.EventTime, []) { Until = until };
            _roles[arn] = role with
            {
                Count = role.Count + 1,
                First = e.EventTime < role.First || role.First is null ? e.EventTime : role.First,
                Last = e.EventTime > role.Last || role.Last is null ? e.EventTime : role.Last,
                Until = until > role.Until || role.Until is null ? until : role.Until,
                Sessions = session is null || role.Sessions.Count == MostSessions || role.Sessions.Contains(session, StringComparer.Ordinal)
                    ? role.Sessions
                    : [.. role.Sessions, session],
            };
        }

        private static bool IsAssumeRole(string name) => name.StartsWith("AssumeRole", StringComparison.Ordinal);

        /// <summary>
        /// Compares the account and the name that AWS vouches for. A name is unique in its account, whatever its path and case.
        /// </summary>
        private bool IsByUser(Actor actor) => AwsArn.TryParse(actor.IssuerArn, out var arn) && arn.Service == "iam"
            && arn.AccountId == user.AccountId
            && arn.Resource.StartsWith("user/", StringComparison.Ordinal)
            && string.Equals(arn.Name, user.Name, StringComparison.OrdinalIgnoreCase);

        private static string? RoleOf(CloudTrailEvent e, string? session)
        {
            if (e.Request["roleArn"].Text is { } asked && AwsArn.TryParse(asked, out var arn) && arn.Service == "iam"
                && arn.Resource.StartsWith("role/", StringComparison.Ordinal)) return asked;
            return AwsArn.TryParse(session, out var assumed) && assumed.Service == "sts"
                && assumed.Resource.Split('/') is ["assumed-role", { Length: > 0 } role, ..]
                ? $"arn:{assumed.Partition}:iam::{assumed.AccountId}:role/{role}"
                : null;
        }
    }
}
