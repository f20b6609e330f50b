using System.Globalization;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>One event and what Lambda said about it.</summary>
internal sealed class Invocation(Stream input, LambdaContext context, string invocationId)
{
    public Stream Input { get; } = input;

    public LambdaContext Context { get; } = context;

    /// <summary>
    /// Echoed with the answer where Lambda sends it: it tells a retry's answer from that of an invocation that timed out.
    /// </summary>
    public string InvocationId { get; } = invocationId;
}

internal sealed class LambdaContext : ILambdaContext, ILambdaLogger
{
    private readonly long _deadline;

    /// <param name="header">The value of a header of the Runtime API's answer, or null.</param>
    public LambdaContext(Func<string, string> header)
    {
        AwsRequestId = header("Lambda-Runtime-Aws-Request-Id");
        InvokedFunctionArn = header("Lambda-Runtime-Invoked-Function-Arn");
        TenantId = header("Lambda-Runtime-Aws-Tenant-Id") ?? "";
        TraceId = header("Lambda-Runtime-Trace-Id") ?? "";
        _ = long.TryParse(header("Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out _deadline);
    }

    public string AwsRequestId { get; }

    public string InvokedFunctionArn { get; }

    public string TenantId { get; }

    public string TraceId { get; }

    public TimeSpan RemainingTime => DateTimeOffset.FromUnixTimeMilliseconds(_deadline) - TimeProvider.System.GetUtcNow();

    public string FunctionName => Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME");

    public string FunctionVersion => Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_VERSION");

    public string LogGroupName => Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_GROUP_NAME");

    public string LogStreamName => Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_STREAM_NAME");

    public int MemoryLimitInMB =>
        int.TryParse(
            Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var megabytes)
            ? megabytes
            : 0;

    // Set by mobile clients only; nothing that Responder serves has them.
    public IClientContext ClientContext => null;

    public ICognitoIdentity Identity => null;

    public ILambdaLogger Logger => this;

    public void Log(string message) => Console.Write(message);

    public void LogLine(string message) => Console.WriteLine(message);
}
