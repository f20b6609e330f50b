using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Responder.Testing;

/// <summary>
/// Runs programs that only some machines have: Python with its modules, Node, cfn-lint. If one is missing, the test that needs it is
/// skipped (test/expected-skips.txt).
/// </summary>
public static class Python
{
    /// <summary>The exit code of a script that finds a module unsuitable; the name of the module is on standard error.</summary>
    private const int MissingModule = 42;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The Python executable, or null. The command `python3` may be a script that searches for it (pyenv's takes longer than Python
    /// itself), so it is run only once.
    /// </summary>
    private static readonly Lazy<string?> s_python = new(
        static () => Start("python3", ["-c", "import sys; print(sys.executable)"], null) is { ExitCode: 0, Output: var path }
        ? path.Trim()
        : null);

    private static readonly ConcurrentDictionary<string, Lazy<bool>> s_modules = new(StringComparer.Ordinal);

    private static readonly Lazy<ScriptRunner> s_runner = new(
        static () => new ScriptRunner(Process.Start(Info(s_python.Value!, [Path.Combine(AppContext.BaseDirectory, "scripts.py")]))!));

    /// <summary>
    /// Runs a script, given by its path or by its name beside the tests, and returns its output. Skips the test if Python or a module is
    /// missing.
    /// </summary>
    public static string Run(string script, IReadOnlyList<string> modules, string? input, params string[] arguments)
    {
        var python = Require(modules);
        var path = Path.Combine(AppContext.BaseDirectory, script);
        var (exitCode, output, error) = OperatingSystem.IsWindows() // Windows cannot fork
            ? Start(python, [path, .. arguments], input)!.Value
            : s_runner.Value.Run(path, modules, input, arguments, s_limit);
        if (exitCode == MissingModule) Assert.Skip($"python3 with the module {error.Trim()} is not on this machine");
        Assert.True(exitCode == 0, $"{script}: exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    /// <summary>Like <see cref="Run"/>, for a test that serves requests of the script meanwhile.</summary>
    public static Task<string> RunAsync(string script, IReadOnlyList<string> modules, string? input, params string[] arguments)
    {
        Require(modules); // checked here, because only the test's own thread can skip the test
        return Task.Factory.StartNew(
            () => Run(script, modules, input, arguments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Starts a script that runs until its standard input is closed, and waits for the first line that it prints.</summary>
    public static async Task<PythonServer> ServeAsync(string script, IReadOnlyList<string> modules, CancellationToken cancellationToken)
    {
        var process = Process.Start(Info(Require(modules), [Path.Combine(AppContext.BaseDirectory, script)]))!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None); // also drains the log, which would fill the pipe
        if (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line) return new PythonServer(process, line);
        throw new InvalidOperationException(await errors);
    }

    /// <summary>
    /// Runs a script with node. Skips the test if node is missing, or the npm package that the script needs (exit code 3).
    /// </summary>
    public static string Node(string script, string package, string input)
    {
        var run = Start("node", [Path.Combine(AppContext.BaseDirectory, script)], input);
        if (run is null or { ExitCode: 3 })
            Assert.Skip($"node with the package {package} (npm install -g {package}) is not on this machine");
        Assert.True(run.Value.ExitCode == 0, $"{script}: {run.Value.Output}{run.Value.Error}");
        return run.Value.Output;
    }

    /// <summary>The findings of cfn-lint for each file; empty if there are none. Skips the test if cfn-lint is missing.</summary>
    public static IReadOnlyDictionary<string, string> CfnLint(params IReadOnlyList<string> paths)
    {
        var output = Run(
            "cfn_lint.py", ["cfnlint"], null, ["--format", "json", "--include-checks", "I", "--regions", "us-east-1", "--", .. paths]);
        using var matches = JsonDocument.Parse(output);
        var found = matches.RootElement.EnumerateArray()
            .ToLookup(static m => m.GetProperty("Filename").GetString()!, static m => m.ToString());
        Assert.Empty(found.Select(static f => f.Key).Except(paths)); // every finding is about one of the files
        return paths.ToDictionary(static p => p, p => string.Join('\n', found[p]), StringComparer.Ordinal);
    }

    private static string Require(IReadOnlyList<string> modules)
    {
        if (s_python.Value is not { } python)
        {
            Assert.Skip("python3 is not on this machine");
            return "";
        }

        foreach (var module in modules)
        {
            // The module is only looked up: importing it would take seconds.
            var found = s_modules.GetOrAdd(
                module, m =>
                    new(() =>
                        Start(python, ["-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{m}') is None)"],
                            null) is { ExitCode: 0 }));
            if (!found.Value) Assert.Skip($"python3 with the module {module} is not on this machine");
        }

        return python;
    }

    /// <summary>Null if there is no such program.</summary>
    private static (int ExitCode, string Output, string Error)? Start(string program, IReadOnlyList<string> arguments, string? input)
    {
        try
        {
            using var process = Process.Start(Info(program, arguments))!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{program} did not end within {s_limit}");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static ProcessStartInfo Info(string program, IReadOnlyList<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        CleanEnvironment.Clear(info.Environment);
        info.Environment["AWS_DEFAULT_REGION"] = "us-east-1"; // botocore needs a region
        return info;
    }
}

/// <summary>A script that keeps serving until it is disposed.</summary>
/// <param name="Ready">The first line that it printed.</param>
public sealed record PythonServer(Process Process, string Ready) : IDisposable
{
    public void Dispose()
    {
        Process.StandardInput.Close();
        if (!Process.WaitForExit(TimeSpan.FromSeconds(10))) Process.Kill();
        Process.Dispose();
    }
}
