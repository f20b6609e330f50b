using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Responder.Tests;

namespace Responder.Template.Tests;

/// <summary>Checks by programs that are there on some machines only; a test that needs one that is missing says so and is skipped.</summary>
internal static class Python
{
    private static readonly ConcurrentDictionary<string, bool> s_found = new();

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a script of this project; skips the test when Python or one of its modules is missing.</summary>
    public static string Run(string script, IReadOnlyList<string> modules, string? input, params string[] arguments)
    {
        foreach (var module in modules)
        {
            if (!s_found.GetOrAdd(module, static m => Start("python3", ["-c", "import " + m], null) is { ExitCode: 0 })) Assert.Skip($"python3 with the module {module} is not on this machine");
        }

        var (exitCode, output, error) = Start("python3", [Path.Combine(AppContext.BaseDirectory, script), .. arguments], input)!.Value;
        Assert.True(exitCode == 0, $"{script}: exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    /// <summary>Runs a script by node; skips the test when node or the npm package that the script needs is missing, which it tells by exit code 3.</summary>
    public static string Node(string script, string package, string input)
    {
        var run = Start("node", [Path.Combine(AppContext.BaseDirectory, script)], input);
        if (run is null or { ExitCode: 3 }) Assert.Skip($"node with the package {package} (npm install -g {package}) is not on this machine");
        Assert.True(run.Value.ExitCode == 0, $"{script}: {run.Value.Output}{run.Value.Error}");
        return run.Value.Output;
    }

    /// <summary>What cfn-lint has to say about a file; empty when nothing. Skips the test when it is missing.</summary>
    public static string CfnLint(string path)
    {
        if (Start("cfn-lint", ["--version"], null) is not { ExitCode: 0 }) Assert.Skip("cfn-lint is not on this machine");
        var (exitCode, output, error) = Start("cfn-lint", ["--include-checks", "I", "--regions", "us-east-1", "--", path], null)!.Value;
        return exitCode == 0 ? output.Trim() : output + error;
    }

    /// <summary>Null when there is no such program.</summary>
    private static (int ExitCode, string Output, string Error)? Start(string program, IReadOnlyList<string> arguments, string? input)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Repository.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        info.Environment["AWS_DEFAULT_REGION"] = "us-east-1"; // botocore inside them wants one; nothing is called
        try
        {
            using var process = Process.Start(info)!;
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
}
