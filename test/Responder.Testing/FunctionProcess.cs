using System.Collections.Concurrent;
using System.Diagnostics;

namespace Responder.Testing.Lambda;

/// <summary>
/// The published function as a process, with the environment that Lambda gives it. From this machine it inherits only PATH, DOTNET_ROOT and
/// TMPDIR.
/// </summary>
public sealed class FunctionProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private FunctionProcess(Process process, long startTicks)
    {
        _process = process;
        StartTicks = startTicks;
    }

    public long StartTicks { get; }

    /// <summary>The lines on stdout so far: the structured log.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The peak resident memory so far, in MB (1,000,000 bytes).</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1e6;
        }
    }

    /// <summary>The processor time that all threads have used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>How many assemblies the process has mapped from files of their own.</summary>
    public int Assemblies => File.ReadLines($"/proc/{_process.Id}/maps")
        .Where(static line => line.EndsWith(".dll", StringComparison.Ordinal))
        .Select(static line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct(StringComparer.Ordinal).Count();

    public string Errors => string.Join('\n', _errors);

    /// <param name="executable">A native executable, or a .dll that `dotnet` starts, as Lambda's managed runtime does.</param>
    /// <param name="settings">Added to the variables that Lambda sets; null removes a variable.</param>
    /// <param name="arguments">The arguments of a program that is not a .dll, such as the script for an interpreter.</param>
    public static FunctionProcess Start(
        string executable, RuntimeApi runtime, Uri endpoint, IReadOnlyDictionary<string, string?>? settings = null,
        params IEnumerable<string> arguments)
    {
        var start = executable.EndsWith(".dll", StringComparison.Ordinal)
            ? new ProcessStartInfo(
                Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [executable])
            : new ProcessStartInfo(executable, arguments);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var inherited = start.Environment.Where(static v => v.Key is "PATH" or "DOTNET_ROOT" or "TMPDIR").ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in inherited) start.Environment[name] = value;
        foreach (var (name, value) in DefaultSettings(runtime, endpoint)) start.Environment[name] = value;
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        var startTicks = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start");
        var function = new FunctionProcess(process, startTicks);
        process.OutputDataReceived += (_, line) => Keep(function._output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(function._errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return function;
    }

    /// <summary>Waits for the process to end by itself and for its output to be read to the end, and returns the exit code.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends the process and waits until its output has been read to the end.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }

    private static Dictionary<string, string> DefaultSettings(RuntimeApi runtime, Uri endpoint) => new(StringComparer.Ordinal)
    {
        ["AWS_LAMBDA_RUNTIME_API"] = runtime.HostAndPort,
        ["AWS_LAMBDA_FUNCTION_NAME"] = "responder-iam",
        ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
        ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512",
        ["AWS_LAMBDA_LOG_GROUP_NAME"] = "/aws/lambda/responder-iam",
        ["AWS_LAMBDA_LOG_STREAM_NAME"] = "2026/03/04/[$LATEST]00000000000000000000000000000000",
        ["AWS_EXECUTION_ENV"] = "AWS_Lambda_dotnet10",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_DEFAULT_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
        ["AWS_SESSION_TOKEN"] = "token",
        ["LAMBDA_TASK_ROOT"] = "/var/task",
        ["TZ"] = ":UTC",
        ["RESPONDER_FUNCTION"] = "iam",
        ["RESPONDER_ENDPOINT_URL"] = endpoint.ToString(),
        ["ALERT_TOPIC_ARN"] = "arn:aws:sns:us-east-1:123456789012:alerts",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_EnableDiagnostics"] = "0",
    };
}
