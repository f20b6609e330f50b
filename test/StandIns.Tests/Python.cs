using System.Diagnostics;
using System.Text.Json;

namespace StandIns.Tests;

/// <summary>Scripts beside the tests, run by a Python that has boto3; without one the test says that it was skipped.</summary>
internal static class Python
{
    /// <summary>Runs a script and reads the JSON that it prints.</summary>
    public static JsonDocument Run(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, script));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed");
            throw;
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (errors.Result.Contains("No module named 'boto"))
                Assert.Skip("boto3 is not installed");
            Assert.True(process.ExitCode == 0, errors.Result);
            return JsonDocument.Parse(output);
        }
    }
}
