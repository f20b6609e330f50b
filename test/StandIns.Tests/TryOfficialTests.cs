using System.Diagnostics;
using System.IO.Compression;

namespace StandIns.Tests;

/// <summary>
/// Tests src/StandIns/try-official, which says whether a registry serves what is stood in for, against a folder as the registry.
/// What the real registry serves is nobody's failure, so that no test asks it.
/// </summary>
public sealed class TryOfficialTests : IDisposable
{
    private readonly TemporaryFolder _feed = new();

    private static string[] StandIns => [.. Directory.EnumerateDirectories(Repository.PathOf("src", "StandIns"))
        .Select(static folder => Path.GetFileName(folder)!)
        .Where(static name => name.StartsWith("AWSSDK.", StringComparison.Ordinal) || name.StartsWith("Amazon.", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task A_name_that_has_come_is_said_and_the_others_are_not()
    {
        Assert.Contains("Amazon.Lambda.Core", StandIns);
        await ServeAsync("Amazon.Lambda.Core");
        var (exitCode, output) = await AskAsync(_feed.Root);
        var expected = StandIns.Select(static name => (name == "Amazon.Lambda.Core" ? "served      " : "not served  ") + name)
            .Append(
                $"1 of {StandIns.Length} can be had: reference them from the package, take their stand-in away (src/StandIns/README.md).");
        Assert.Equal((0, string.Join('\n', expected)), (exitCode, output.TrimEnd()));
    }

    [Fact]
    public async Task A_registry_without_any_is_said()
    {
        var (exitCode, output) = await AskAsync(_feed.Root);
        Assert.Equal(0, exitCode);
        Assert.EndsWith($"None of the {StandIns.Length} is served; the stand-ins are needed.", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_serves_nothing_that_could_be_said()
    {
        var (exitCode, output) = await AskAsync(Path.Combine(_feed.Root, "gone"));
        Assert.Equal((3, ""), (exitCode, output));
    }

    /// <summary>The least that NuGet takes for a package.</summary>
    private async Task ServeAsync(string name)
    {
        await using var archive = await ZipFile.OpenAsync(Path.Combine(_feed.Root, name + ".1.0.0.nupkg"), ZipArchiveMode.Create);
        await using var entry = await archive.CreateEntry(name + ".nuspec").OpenAsync();
        await using var text = new StreamWriter(entry);
        await text.WriteAsync(
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
            <id>{name}</id><version>1.0.0</version><authors>a</authors><description>d</description>
            </metadata></package>
            """);
    }

    private static async Task<(int ExitCode, string Output)> AskAsync(string registry)
    {
        var start = new ProcessStartInfo("bash", [Repository.PathOf("src", "StandIns", "try-official"), "--source", registry])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // The variables that the outer `dotnet test` sets for its own builds are not meant for this one.
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
