using System.Collections.Frozen;
using Amazon.Runtime;
using Responder.Events;

namespace Responder.Aws;

/// <summary>The ways in which an AWS call fails; everything else is a bug of ours and is not caught.</summary>
public static class AwsFailure
{
    /// <summary>True when AWS refused or failed, the network failed, or the time was up.</summary>
    public static bool Is(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException
        or IOException or OperationCanceledException or TimeoutException;

    /// <summary>
    /// True when another try may succeed: throttled, an error of the service, the network, or the time was up. A refusal and a missing
    /// entity are answers.
    /// </summary>
    public static bool IsPassing(Exception e) => e is AmazonServiceException service
        ? (int)service.StatusCode is 0 or 429 or >= 500 || service.ErrorCode is { } code && s_throttled.Contains(code)
        : Is(e);

    private static readonly FrozenSet<string> s_throttled = FrozenSet.Create(
        StringComparer.Ordinal, "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException",
        "RequestThrottled");

    /// <summary>The failure in AWS's words, on one line: <c>call: ErrorCode: message</c>.</summary>
    public static string Describe(string call, Exception e) => PlainText.OneLine(e switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } service => $"{call}: {code}: {service.Message}",
        OperationCanceledException => $"{call}: timed out",
        _ => $"{call}: {e.Message}",
    }, 400);
}
