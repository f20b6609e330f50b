using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Responder.Testing.Lambda;

namespace Responder.Bench;

/// <summary>How a package is built; the function and the echo use the same settings.</summary>
internal sealed record Build(string Name, string Title, bool IsManaged, params string[] Settings)
{
    public static IReadOnlyList<Build> All { get; } =
    [
        new("aot", "Native AOT (default)", false, "-p:PublishAot=true"),
        new("single", "trimmed self-contained composite ReadyToRun", false, "-p:PublishReadyToRun=true", "-p:SelfContained=true",
            "-p:PublishTrimmed=true", "-p:PublishReadyToRunComposite=true", "-p:PublishSingleFile=true"),
        new("r2r", "framework-dependent ReadyToRun", true, "-p:PublishReadyToRun=true"),
    ];
}

/// <summary>A function that is measured.</summary>
/// <param name="Title">The name in the tables.</param>
/// <param name="Build">Null for Python.</param>
/// <param name="Folder">The deployed files, unpacked; null where the runtime brings most of them.</param>
internal sealed record Subject(string Title, Build? Build, bool IsEcho, string? Folder, string Executable, IReadOnlyList<string> Arguments)
{
    public FunctionProcess Start(RuntimeApi runtime, Uri endpoint) => FunctionProcess.Start(
        Executable, runtime, endpoint, new Dictionary<string, string?> { ["CONTAINMENT_BUDGET_PER_HOUR"] = "1000000" }, Arguments);

    public long UnpackedBytes => new DirectoryInfo(Folder!).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);

    public long ZippedBytes()
    {
        using var zip = new MemoryStream();
        ZipFile.CreateFromDirectory(Folder!, zip, CompressionLevel.SmallestSize, includeBaseDirectory: false);
        return zip.Length;
    }

    /// <summary>Publishes the package unless <paramref name="packages"/> already holds it.</summary>
    /// <returns>Null if this machine cannot publish it; the reason goes to stderr.</returns>
    public static async Task<Subject?> PublishAsync(Build build, bool isEcho, string root, string packages)
    {
        var folder = Path.Combine(packages, (isEcho ? "echo-" : "ours-") + build.Name);
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"publish {folder}");
            var project = Path.Combine(root, isEcho ? "bench/Echo" : "src/Responder.Lambda");
            var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
            var (code, output) = await RunAsync("dotnet", [
                "publish", project, "-c", "Release", "-r", architecture, "-o", folder, "--artifacts-path",
                Path.Combine(packages, "obj", Path.GetFileName(folder)),
                "-nologo", "-v", "q", "-nodeReuse:false",
#if OFFICIAL_AWS_PACKAGES
                "-p:OfficialAwsPackages=true",
#else
                "-p:OfficialAwsPackages=false",
#endif
                .. build.Settings]);
            if (code != 0)
            {
                Console.Error.WriteLine($"absent, since this machine cannot publish it: {folder}\n{output}");
                return null;
            }
        }

        var name = isEcho ? "echo" : "Responder.Lambda";
        return new Subject(
            $"{(isEcho ? "Echo" : "**Responder**")}, {build.Title}", build, isEcho, folder,
            Path.Combine(folder, build.IsManaged ? name + ".dll" : name), []);
    }

    /// <returns>Null if Python or boto3 is missing.</returns>
    public static async Task<Subject?> PythonAsync(string root)
    {
        try
        {
            // Take the interpreter itself, since the name on the path may be a shell script that looks for one first.
            var (code, output) = await RunAsync(
                "python3", ["-c", "import sys, boto3; print(sys.executable, sys.version.split()[0], boto3.__version__)"]);
            if (code == 0 && output.Split() is [var executable, var version, var boto, ..])
                return new Subject(
                    $"Python {version}, boto3 {boto}", null, false, null, executable,
                    [Path.Combine(root, "bench/python/bootstrap.py"), "responder.handle"]);
            Console.Error.WriteLine($"absent: Python with boto3\n{output}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Console.Error.WriteLine($"absent: Python ({e.Message})");
        }

        return null;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
