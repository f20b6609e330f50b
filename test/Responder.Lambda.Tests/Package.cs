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

    /// <summary>When the zip was written. Skips the test if the package was not built here.</summary>
    public DateTime PublishedAt
    {
        get
        {
            if (_missing is not null) Assert.Skip(_missing);
            if (_temporary is null) Assert.Skip($"{variable} names an unpacked package");
            return File.GetLastWriteTimeUtc(ZipIn(_temporary));
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

    /// <summary>The mode of this build, for what is published; nobody takes the one that packages have by default.</summary>
#if OFFICIAL_AWS_PACKAGES
    protected const string OfficialAwsPackages = "true";
#else
    protected const string OfficialAwsPackages = "false";
#endif

    protected static string System => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    /// <summary>What was published, unpacked or not, or null if the package was made elsewhere.</summary>
    protected string? Temporary => _temporary;

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

    /// <summary>Writes responder.zip into the folder.</summary>
    protected virtual Task<(int ExitCode, string Output)> PublishAsync(string folder, params IEnumerable<string> settings) =>
        Command.RunAsync("dotnet", [
            "publish", Path.Combine(Samples.Root, "src", "Responder.Lambda"), "-c", "Release", "-r", System,
            "--artifacts-path", folder, "-o", Path.Combine(folder, "package"), "-p:PackageZip=" + ZipIn(folder), "-nologo", "-v", "q",
            "-p:RunAnalyzers=false", // the build of these tests has already analyzed the same sources
            "-p:OfficialAwsPackages=" + OfficialAwsPackages, .. settings]);
}

/// <summary>The package for the managed runtime: framework-dependent, ReadyToRun.</summary>
public sealed class ReadyToRunPackage() : Package("RESPONDER_PACKAGE", "Responder.Lambda.dll")
{
    protected override Task<(int ExitCode, string Output)> PublishAsync(string folder, params IEnumerable<string> settings) =>
        base.PublishAsync(folder, [.. settings, "-p:PublishReadyToRun=true"]);

    protected override string? MissingFrom(string output) =>
        output.Contains("NETSDK1094", StringComparison.Ordinal)
            || (output.Contains("NU110", StringComparison.Ordinal) && output.Contains("crossgen2", StringComparison.OrdinalIgnoreCase))
            ? "The ReadyToRun compiler (Microsoft.NETCore.App.Crossgen2) is not on this machine and not in its registry."
            : null;
}

/// <summary>
/// What is deployed: a single native executable. It is made as SAM makes it, by the Makefile's target of the first function.
/// </summary>
public sealed class NativeAotPackage() : Package("RESPONDER_AOT_PACKAGE", "Responder.Lambda")
{
    private const string First = "IamFunction";

    /// <summary>
    /// Runs the Makefile's target of one function as SAM does: in another folder, with the name of the Makefile, and with the folder for
    /// the result in ARTIFACTS_DIR. Skips the test if the package was made elsewhere or there is no make.
    /// </summary>
    /// <returns>The folder with the result.</returns>
    public async Task<string> BuildAsync(string function)
    {
        if (Temporary is null) Assert.Skip("RESPONDER_AOT_PACKAGE names an unpacked package");
        if (!Command.IsThere("make")) Assert.Skip("There is no make, which SAM runs.");
        var (exitCode, output) = await MakeAsync(function, Temporary);
        Assert.True(exitCode == 0, output);
        return ArtifactsOf(function, Temporary);
    }

    protected override Task<(int ExitCode, string Output)> PublishAsync(string folder, params IEnumerable<string> settings) =>
        Command.IsThere("make")
            ? MakeAsync(First, folder)
            : base.PublishAsync(folder, [.. settings, .. Chosen.Select(static setting => $"-p:{setting.Key}={setting.Value}")]);

    protected override string? MissingFrom(string output)
    {
        if (output.Contains("Platform linker", StringComparison.Ordinal))
            return "Native AOT needs a C linker (clang or gcc); there is none.";
        if (output.Contains("asks for glibc", StringComparison.Ordinal))
            return "The C library of this machine is newer than Lambda's.";
        return output.Contains("NU110", StringComparison.Ordinal) || output.Contains("NETSDK1204", StringComparison.Ordinal)
            || output.Contains("NETSDK1207", StringComparison.Ordinal)
            ? "The Native AOT compiler packs are not on this machine and not in its registry."
            : null;
    }

    /// <summary>Only for linux-x64 is the native package the default.</summary>
    private static Dictionary<string, string?> Chosen =>
        System == "linux-x64" ? [] : new Dictionary<string, string?> { ["PublishAot"] = "true" };

    private static async Task<(int ExitCode, string Output)> MakeAsync(string function, string place)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(place, "scratch")).FullName;
        var makefile = Path.Combine(Samples.Root, "src", "Responder.Lambda", "Makefile");
        return await Command.RunAsync("make", ["--makefile", makefile, "build-" + function], new Dictionary<string, string?>(Chosen)
        {
            ["ARTIFACTS_DIR"] = ArtifactsOf(function, place),
            ["RESPONDER_PACKAGE_PLACE"] = place,
            ["RuntimeIdentifier"] = System,
            ["OfficialAwsPackages"] = OfficialAwsPackages,
            ["RunAnalyzers"] = "false", // the build of these tests has already analyzed the same sources
        }, scratch);
    }

    private static string ArtifactsOf(string function, string place) => Path.Combine(place, "functions", function);
}
