using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Responder.Testing;

/// <summary>
/// One Python process for all scripts of a test process (scripts.py). It ends with the test process, which holds its standard input.
/// </summary>
internal sealed class ScriptRunner
{
    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<int>> _running = new();
    private readonly Task<string> _errors;
    private int _count;

    public ScriptRunner(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _ = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public (int ExitCode, string Output, string Error) Run(
        string script, IReadOnlyList<string> modules, string? input, IReadOnlyList<string> arguments, TimeSpan limit)
    {
        var id = Interlocked.Increment(ref _count);
        using var folder = new TemporaryFolder();
        var request = JsonSerializer.Serialize(new Request(
            id, script, modules, arguments, folder.Write("input", input ?? ""), folder.Write("output", ""), folder.Write("error", "")),
                JsonSerializerOptions.Web);
        var end = _running[id] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_process)
        {
            _process.StandardInput.WriteLine(request);
            _process.StandardInput.Flush();
        }

        if (!end.Task.Wait(limit)) throw new TimeoutException($"{script} did not end within {limit}");
        return (end.Task.GetAwaiter().GetResult(), File.ReadAllText(Path.Combine(folder.Root, "output")),
            File.ReadAllText(Path.Combine(folder.Root, "error")));
    }

    private void Listen()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            var end = JsonSerializer.Deserialize<End>(line, JsonSerializerOptions.Web)!;
            if (_running.TryRemove(end.Id, out var waiting)) waiting.SetResult(end.Code);
        }

        var died = new InvalidOperationException("scripts.py ended: " + _errors.GetAwaiter().GetResult());
        foreach (var waiting in _running.Values) waiting.TrySetException(died);
    }

    private sealed record Request(
        int Id, string Script, IReadOnlyList<string> Modules, IReadOnlyList<string> Arguments, string Input, string Output, string Error);

    private sealed record End(int Id, int Code);
}
