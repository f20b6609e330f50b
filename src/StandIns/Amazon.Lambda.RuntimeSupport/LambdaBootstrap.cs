using System.Text.Json;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

internal delegate Task<Stream> LambdaHandler(Stream input, ILambdaContext context);

/// <summary>The loop between the Lambda Runtime API and a handler: next event, handler, response or error.</summary>
public class LambdaBootstrap : IDisposable
{
    private readonly LambdaHandler _handler;
    private readonly LambdaBootstrapInitializer _initializer;
    private readonly RuntimeApi _api = new(
        Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")
        ?? throw new InvalidOperationException(
            "AWS_LAMBDA_RUNTIME_API is not set: this executable is started by AWS Lambda or an emulator of its Runtime API."));

    internal LambdaBootstrap(LambdaHandler handler, LambdaBootstrapInitializer initializer)
    {
        _handler = handler;
        _initializer = initializer;
    }

    /// <summary>Initializes, then serves invocations one after the other until cancelled.</summary>
    /// <exception cref="RuntimeApiClientException">The Runtime API refused a call; Lambda then restarts the process.</exception>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_initializer is not null && !await InitializeAsync().ConfigureAwait(false))
            return;
        while (!cancellationToken.IsCancellationRequested)
        {
            Invocation invocation;
            try
            {
                invocation = await _api.NextAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await InvokeAsync(invocation).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _api.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<bool> InitializeAsync()
    {
        try
        {
            return await _initializer().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            await _api.InitializationFailedAsync(LambdaError.Of(exception)).ConfigureAwait(false);
            throw;
        }
    }

    // What the handler throws is the answer to the invocation, whatever it is; the process goes on to the next one.
    private async Task InvokeAsync(Invocation invocation)
    {
        Stream response;
        try
        {
            response = await _handler(invocation.Input, invocation.Context).ConfigureAwait(false) ?? Stream.Null;
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            await _api.FailedAsync(invocation, LambdaError.Of(exception)).ConfigureAwait(false);
            return;
        }

        await using (response.ConfigureAwait(false))
            await _api.RespondAsync(invocation, response).ConfigureAwait(false);
    }
}

/// <summary>An answer of the Runtime API other than success.</summary>
public class RuntimeApiClientException : Exception
{
    internal RuntimeApiClientException(string message, int statusCode) : base(message) => StatusCode = statusCode;

    public int StatusCode { get; }
}

/// <summary>An exception as Lambda shows it: errorType, errorMessage, stackTrace, and causes within.</summary>
internal readonly record struct LambdaError(string Type, byte[] Json)
{
    // The Runtime API's limit for an error is that of a response; a page of stack is of use, a megabyte is not.
    private const int MaximumBytes = 256 * 1024;

    public static LambdaError Of(Exception exception)
    {
        var json = Write(exception, withDetails: true);
        if (json.Length > MaximumBytes)
            json = Write(exception, withDetails: false);
        return new LambdaError(exception.GetType().Name, json);
    }

    private static byte[] Write(Exception exception, bool withDetails)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            WriteException(json, exception, withDetails);
        return buffer.ToArray();
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception, bool withDetails)
    {
        json.WriteStartObject();
        json.WriteString("errorType", exception.GetType().Name);
        json.WriteString("errorMessage", withDetails ? exception.Message : Shortened(exception.Message));
        if (withDetails)
        {
            json.WriteStartArray("stackTrace");
            foreach (var line in (exception.StackTrace ?? "")
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                json.WriteStringValue(line);
            json.WriteEndArray();
            if (exception is AggregateException aggregate)
            {
                json.WriteStartArray("causes");
                foreach (var inner in aggregate.InnerExceptions)
                    WriteException(json, inner, withDetails);
                json.WriteEndArray();
            }
            else if (exception.InnerException is { } cause)
            {
                json.WritePropertyName("cause");
                WriteException(json, cause, withDetails);
            }
        }

        json.WriteEndObject();
    }

    private static string Shortened(string message) => message.Length <= 4096 ? message : string.Concat(message.AsSpan(0, 4096), " (cut)");
}
