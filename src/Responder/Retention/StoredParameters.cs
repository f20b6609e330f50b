using System.Runtime.CompilerServices;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Responder.Retention;

/// <summary>Lists everything below a path of Parameter Store, page by page.</summary>
public static class StoredParameters
{
    /// <summary>The most that SSM returns in one page.</summary>
    private const int PageSize = 10;

    /// <summary>How often a throttled call is made, besides what the SDK retries.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <exception cref="AmazonSimpleSystemsManagementException">AWS refused, or throttled for too long.</exception>
    public static async IAsyncEnumerable<Parameter> BelowAsync(
        IAmazonSimpleSystemsManagement ssm, string path, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new GetParametersByPathRequest { Path = path, Recursive = true, MaxResults = PageSize };
        do
        {
            var page = await WithPatienceAsync(() => ssm.GetParametersByPathAsync(request, cancellationToken), time, cancellationToken)
                .ConfigureAwait(false);
            foreach (var parameter in page.Parameters ?? []) yield return parameter;
            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });
    }

    /// <summary>
    /// Waits a second when AWS throttles, and tries again. Nobody waits for this work; whoever contains needs the throughput more.
    /// </summary>
    internal static async Task<T> WithPatienceAsync<T>(Func<Task<T>> call, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (AmazonSimpleSystemsManagementException e) when (IsThrottling(e) && attempt < Attempts)
            {
                await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal static bool IsThrottling(Exception e) =>
        e is AmazonSimpleSystemsManagementException { ErrorCode: "ThrottlingException" or "Throttling" or "TooManyUpdates" };
}
