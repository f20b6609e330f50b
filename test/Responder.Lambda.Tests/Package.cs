using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Responder.Lambda.Tests;

/// <summary>
/// A package as it is deployed: published and zipped once per run, outside of the tree (a publish inside it would change the tree's restore
/// state), and unpacked as Lambda unpacks it. If an environment variable names a folder, that one is tested instead, so that it is exactly
/// what is deployed.
/// </summary>
public abstract class Package(string variable, string executable) : IAsyncLifetime
{
    private string? _folder;
    private string? _temporary;
    private string? _missing;

    /// <summary>The file that starts the function. Skips the test if the toolchain to build the package is missing.</summary>
    public string Executable
    {
        get
        {
            if (_missing is not null) Assert.Skip(_missing);
            return Path.Combine(_folder!, executable);
        }
    }

    /// <summary>The size of the zip in bytes. Skips the test if the package was not built here.</summary>
    public long ZippedBytes
    {
        get
        {
            if (_missing is not null) Assert.Skip(_missing);
            if (_temporary is null) Assert.Skip($"{variable} names an unpacked package");
            return new FileInfo(ZipIn(_temporary)).Length;
        }
    }

    public async ValueTask InitializeAsync()
    {
        _folder = Environment.GetEnvironmentVariable(variable);
        if (_folder is null) await MakeAsync();
    }

    public ValueTask DisposeAsync()
    {
        if (_temporary is not null) Directory.Delete(_temporary, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected abstract IReadOnlyList<string> Settings { get; }

    /// <summary>Why this machine cannot build the package, judging from the output of publish; null if the fault is ours.</summary>
    protected abstract string? MissingFrom(string output);

    private async Task MakeAsync()
    {
        _temporary = Directory.CreateTempSubdirectory("responder-package-").FullName;
        var (exitCode, output) = await PublishAsync(_temporary);
        if (exitCode == 0)
        {
            _folder = Path.Combine(_temporary, "unpacked");
            await ZipFile.ExtractToDirectoryAsync(ZipIn(_temporary), _folder);
            return;
        }

        _missing = MissingFrom(output);
        Assert.True(_missing is not null, output);
    }

    private static string ZipIn(string folder) => Path.Combine(folder, "responder.zip");

    private async Task<(int ExitCode, string Output)> PublishAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [
            "publish", Path.Combine(Samples.Root, "src", "Responder.Lambda"), "-c", "Release",
            "-r", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64",
            "--artifacts-path", folder, "-o", Path.Combine(folder, "package"), "-p:PackageZip=" + ZipIn(folder), "-nologo", "-v", "q",
            "-nodeReuse:false",
            "-p:RunAnalyzers=false", // the build of these tests has already analyzed the same sources
#if OFFICIAL_AWS_PACKAGES
            "-p:OfficialAwsPackages=true",
#endif
            .. Settings])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The variables that the outer `dotnet test` sets for its own builds are not meant for this one.
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}

/// <summary>The default package: framework-dependent, ReadyToRun, for the managed runtime.</summary>
public sealed class ReadyToRunPackage() : Package("RESPONDER_PACKAGE", "Responder.Lambda.dll")
{
    protected override IReadOnlyList<string> Settings => [];

    protected override string? MissingFrom(string output) =>
        output.Contains("NETSDK1094", StringComparison.Ordinal)
            || (output.Contains("NU110", StringComparison.Ordinal) && output.Contains("crossgen2", StringComparison.OrdinalIgnoreCase))
            ? "The ReadyToRun compiler (Microsoft.NETCore.App.Crossgen2) is not on this machine and not in its registry."
            : null;
}

/// <summary>
/// A single native executable. It targets net9.0 unless official packages are used, because a registry without these may lack the net10.0
/// compiler packs, too.
/// </summary>
public sealed class NativeAotPackage() : Package("RESPONDER_AOT_PACKAGE", "Responder.Lambda")
{
#if OFFICIAL_AWS_PACKAGES
    protected override IReadOnlyList<string> Settings => ["-p:PublishAot=true"];
#else
    protected override IReadOnlyList<string> Settings => ["-p:PublishAot=true", "-p:AotFramework=net9.0"];
#endif

    protected override string? MissingFrom(string output)
    {
        if (output.Contains("Platform linker", StringComparison.Ordinal))
            return "Native AOT needs a C linker (clang or gcc); there is none.";
        return output.Contains("NU110", StringComparison.Ordinal) || output.Contains("NETSDK1204", StringComparison.Ordinal)
            || output.Contains("NETSDK1207", StringComparison.Ordinal)
            ? "The Native AOT compiler packs are not on this machine and not in its registry."
            : null;
    }
}
