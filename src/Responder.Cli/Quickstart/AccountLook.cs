using System.Text.Json;
using Responder.Aws;
using Responder.Cli.Doctor;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Quickstart;

/// <summary>
/// What the account itself says about a first deployment. Reads only; what cannot be read is told, and nothing is assumed.
/// </summary>
internal sealed class AccountLook(AwsClients clients, string region, Action<string> tell) : IDisposable
{
    private const string PermissionSet = "permission-set:";
    private const string ReservedPath = "/aws-reserved/sso.amazonaws.com/";

    private readonly Dictionary<AwsService, AwsCall> _calls = [];

    /// <summary>True when not everything that was asked could be read.</summary>
    public bool HasUnread { get; private set; }

    /// <summary>The trail of all regions that logs; null: there is none, or that could not be read.</summary>
    public Task<FoundTrail?> TrailAsync(CancellationToken cancellationToken) => ReadAsync("the trails", async () =>
    {
        var answer = await Of(AwsService.CloudTrail).JsonAsync(
            "DescribeTrails", static json => json.WriteBoolean("includeShadowTrails", true), cancellationToken);
        foreach (var trail in Answer.List(answer, "trailList", "DescribeTrails"))
        {
            var arn = Answer.Text(trail, "TrailARN", "DescribeTrails");
            if (!Answer.Flag(trail, "IsMultiRegionTrail", "DescribeTrails")) continue;
            var status = await Of(AwsService.CloudTrail).JsonAsync(
                "GetTrailStatus", json => json.WriteString("Name", arn), cancellationToken);
            if (!Answer.Flag(status, "IsLogging", "GetTrailStatus")) continue;
            return new FoundTrail(
                arn, Answer.TextOrNull(trail, "S3BucketName"),
                Answer.TextOrNull(trail, "KmsKeyId") is { } key && key.Contains(":key/", StringComparison.Ordinal) ? key : null,
                LogGroupOf(trail, region));
        }

        return null;
    });

    /// <summary>Executions of Lambda that are not reserved yet; null: not known.</summary>
    public async Task<int?> UnreservedExecutionsAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("Lambda's limits", async () =>
        {
            const string Operation = "GetAccountSettings";
            var answer = await Of(AwsService.Lambda).RestAsync(
                "/2016-08-19/account-settings/", new Dictionary<string, string>(), cancellationToken);
            return answer.TryGetProperty("AccountLimit", out var limit)
                && limit.TryGetProperty("UnreservedConcurrentExecutions", out var left) && left.TryGetInt32(out var count)
                ? new Count(count)
                : throw new UnreadableAnswerException($"{Operation}: the answer has no UnreservedConcurrentExecutions");
        }))?.Value;

    /// <summary>
    /// The ARNs of roles that are named by name, by ARN, or as <c>permission-set:NAME</c>, as OnCallRoleArns takes them.
    /// </summary>
    /// <exception cref="UsageException">The account has no such role.</exception>
    public async Task<IReadOnlyList<string>> OnCallRolesAsync(IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        var arns = new List<string>();
        foreach (var entry in named) arns.Add(await OnCallRoleAsync(entry, cancellationToken));
        return arns;
    }

    private async Task<string> OnCallRoleAsync(string entry, CancellationToken cancellationToken)
    {
        if (entry.StartsWith("arn:", StringComparison.Ordinal))
            return AwsArn.TryParse(entry, out var arn) && arn.Service == "iam" && arn.Resource.StartsWith("role/", StringComparison.Ordinal)
                && !entry.Contains('*', StringComparison.Ordinal)
                ? entry
                : throw new UsageException($"who may release: expected the whole ARN of a role, not {PlainText.OneLine(entry, 200)}");
        var set = entry.StartsWith(PermissionSet, StringComparison.Ordinal) ? entry[PermissionSet.Length..] : null;
        var roles = await RoleNames.OfPathAsync(Of(AwsService.Iam), set is null ? "/" : ReservedPath, cancellationToken);
        var wanted = set is null ? entry : $"AWSReservedSSO_{set}_{RoleNames.Suffix}";
        var found = roles.Where(role => RoleNames.Fits(role[(role.LastIndexOf('/') + 1)..], wanted)).ToArray();
        return found switch
        {
            [var role] when set is null => role,
            [var role] => role[..^RoleNames.Suffix.Length] + RoleNames.Suffix,
            [] => throw new UsageException($"who may release: the account has no role {PlainText.OneLine(entry, 200)}; name an existing "
                + "role, a permission set as permission-set:NAME, or nobody (then users with MFA may)"),
            _ => throw new UsageException($"who may release: more than one role is called {PlainText.OneLine(entry, 200)}; give its ARN"),
        };
    }

    private async Task<T?> ReadAsync<T>(string what, Func<Task<T?>> read) where T : class
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (Examination.IsUnreadable(e))
        {
            HasUnread = true;
            tell($"{what} could not be read: " + (e is UnreadableAnswerException ? e.Message : AwsFailure.Describe("AWS", e)));
            return null;
        }
    }

    /// <summary>Only a log group of the stack's region has alarms there.</summary>
    private static string? LogGroupOf(JsonElement trail, string region) =>
        AwsArn.TryParse(Answer.TextOrNull(trail, "CloudWatchLogsLogGroupArn"), out var arn) && arn.Region == region
        && arn.Resource.Split(':') is ["log-group", var name, ..]
            ? name
            : null;

    private AwsCall Of(AwsService service)
    {
        if (!_calls.TryGetValue(service, out var call))
            _calls[service] = call = new AwsCall(service, clients);
        return call;
    }

    public void Dispose()
    {
        foreach (var call in _calls.Values) call.Dispose();
    }

    private sealed record Count(int Value);
}
