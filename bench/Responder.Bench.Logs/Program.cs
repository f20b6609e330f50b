using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Responder.Bench.Logs;

// generate FOLDER MEGABYTES          writes log files
// generate FOLDER recorded FILES     writes so many files of the sizes that an account has
// plain|tree FOLDER WORKERS          one of the loops that backtest is compared with
// [--sizes 10,100,1000] [--recorded FILES] [--runs N] [--cli FOLDER]
//                                    publishes the command line (or takes what is in FOLDER), generates, measures, prints the table of
//                                    bench/README.md, deletes what it made
switch (args)
{
    case ["generate", var target, var megabytes]:
        Console.WriteLine(new LogGenerator(target, long.Parse(megabytes, CultureInfo.InvariantCulture) * 1_000_000).Write());
        return 0;
    case ["generate", var target, "recorded", var number]:
        Console.WriteLine(new LogGenerator(target, 0, int.Parse(number, CultureInfo.InvariantCulture)).Write());
        return 0;
    case [("plain" or "tree") and var kind, var logs, var count]:
        var begun = Stopwatch.GetTimestamp();
        var seen = PlainLoop.Run(logs, int.Parse(count, CultureInfo.InvariantCulture), withTree: kind == "tree");
        Console.WriteLine(
            FormattableString.Invariant($"{{\"records\":{seen},\"seconds\":{Stopwatch.GetElapsedTime(begun).TotalSeconds:0.000}}}"));
        return 0;
}

const string CppLoop = "C++ loop";
var (sizes, recorded, runs, cli) = ((int[])[10, 100, 1000], (int[])[], 3, (string?)null);
for (var i = 0; i < args.Length; i += 2)
{
    switch (args[i..])
    {
        case ["--sizes", var text, ..]:
            sizes = [.. text.Split(',').Select(static size => int.Parse(size, CultureInfo.InvariantCulture))];
            break;
        case ["--recorded", var text, ..]:
            (sizes, recorded) = ([], [int.Parse(text, CultureInfo.InvariantCulture)]);
            break;
        case ["--runs", var text, ..] when int.TryParse(text, CultureInfo.InvariantCulture, out runs) && runs > 0: break;
        case ["--cli", var given, ..]: cli = Path.GetFullPath(given); break;
        default:
            Console.Error.WriteLine("usage: Responder.Bench.Logs [--sizes 10,100,1000] [--recorded FILES] [--runs N] [--cli FOLDER]");
            return 2;
    }
}

var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Responder.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The bench runs inside the repository.");
var published = cli is null ? Directory.CreateTempSubdirectory("responder-cli-") : null;
if (published is not null && !Publish(Path.Combine(root, "src/Responder.Cli"), published.FullName)) return 1;
var responder = Path.Combine(cli ?? published!.FullName, OperatingSystem.IsWindows() ? "responder.exe" : "responder");
var result = Path.GetTempFileName();
var native = Directory.CreateTempSubdirectory("responder-cpp-");
var loop = Compile(Path.Combine(root, "bench/cpp/logs.cpp"), Path.Combine(native.FullName, "logs"));
string[] dotnet = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Responder.Bench.Logs.dll")];
Tool[] tools =
[
    new("backtest", 1, true,
        folder => [responder, "backtest", folder, "--format", "json", "--workers", "1", "--output", result]) { Result = result },
    new("plain loop", 1, true, folder => [.. dotnet, "plain", folder, "1"]),
    new("backtest", 2, true,
        folder => [responder, "backtest", folder, "--format", "json", "--workers", "2", "--output", result]) { Result = result },
    new("plain loop", 2, true, folder => [.. dotnet, "plain", folder, "2"]),
    .. loop is null
        ? (Tool[])[]
        : [new(CppLoop, 1, true, folder => [loop, folder, "1"]), new(CppLoop, 2, true, folder => [loop, folder, "2"])],
    new("JsonDocument of each file", 1, true, folder => [.. dotnet, "tree", folder, "1"]),
    new("jq", 1, false,
        static folder =>
            ["sh", "-c",
                "find \"$0\" -name '*.gz' -exec zcat {} + | jq -c '.Records[] | select(.eventName == \"AttachRolePolicy\") | .eventID'",
                folder]),
    new("Python", 1, false, folder => ["python3", Path.Combine(root, "bench/python/logs.py"), folder]),
];
tools = [.. tools.Where(static tool => tool.IsOurs || IsPresent(tool.Name == "jq" ? "jq" : "python3"))];

Console.WriteLine(
    $"Machine: {Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, .NET "
    + $"{Environment.Version}; load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.");
Console.WriteLine();
Console.WriteLine(
    "| Logs, unpacked | files | records | tool | workers | seconds | processor seconds | records/s | MB/s | of the plain loop "
    + "| of the C++ loop | peak memory, MB |");
Console.WriteLine("|---:|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|");
foreach (var (size, count) in sizes.Select(static size => (size, (int?)null)).Concat(recorded.Select(static count => (0, (int?)count))))
{
    var folder = Directory.CreateTempSubdirectory("responder-logs-");
    try
    {
        var (files, records, bytes) = new LogGenerator(folder.FullName, size * 1_000_000L, count).Write();
        var results = tools.ToDictionary(static tool => tool, static _ => new List<Result>());
        for (var run = 0; run < runs; run++)
        {
            // The other tools are slow, so they run only once.
            foreach (var tool in tools.Where(tool => tool.IsOurs || run == 0)) results[tool].Add(Measure(tool, folder.FullName, records));
        }

        foreach (var tool in tools)
        {
            var seconds = Median(results[tool].Select(static result => result.Seconds));
            var processor = Median(results[tool].Select(static result => result.ProcessorSeconds));
            string RatioTo(string name)
            {
                var other = Array.Find(tools, other => other.Name == name && other.Workers == tool.Workers);
                return other is null || other == tool ? "" : (Median(results[other].Select(static result => result.Seconds)) / seconds)
                    .ToString("0 %", CultureInfo.InvariantCulture);
            }

            Console.WriteLine(
                $"| {bytes / 1e6:#,0} MB | {files:#,0} | {records:#,0} | {tool.Name} | {tool.Workers} | {seconds:0.00} | "
                    + $"{processor:0.00} | {records / seconds:#,0} | {bytes / 1e6 / seconds:0} | {RatioTo("plain loop")} | "
                    + $"{RatioTo(CppLoop)} | "
                    + $"{results[tool].Max(static result => result.PeakMegabytes):0} |");
        }
    }
    finally
    {
        folder.Delete(recursive: true);
    }
}

published?.Delete(recursive: true);
native.Delete(recursive: true);
File.Delete(result);
return 0;

// Publishes the program as users install it (README), rather than measuring what `dotnet run` has just built.
static bool Publish(string project, string folder)
{
    using var process = Process.Start(
        new ProcessStartInfo(
            "dotnet",
            ["publish", project, "-c", "Release", "-o", folder, "--artifacts-path", Path.Combine(folder, "obj")])
        {
            RedirectStandardOutput =
            true
        })!;
    var output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode != 0) Console.Error.WriteLine(output);
    return process.ExitCode == 0;
}

// Null: there is no compiler, or one of the two libraries is missing; that loop is left out then.
static string? Compile(string source, string target)
{
    if (!IsPresent("g++")) return null;
    string[] words = ["-O3", "-march=native", "-std=c++17", "-o", target, source, "-ldeflate", "-lsimdjson", "-pthread"];
    using var process = Process.Start(new ProcessStartInfo("g++", words) { RedirectStandardError = true })!;
    var errors = process.StandardError.ReadToEnd();
    process.WaitForExit();
    if (process.ExitCode == 0) return target;
    Console.Error.WriteLine($"Without the C++ loop: {errors.Split('\n')[0]}");
    return null;
}

static bool IsPresent(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':')
    .Any(folder => File.Exists(Path.Combine(folder, program)));

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

static Result Measure(Tool tool, string folder, long records)
{
    // Reading the files first puts them in memory for every tool, whichever ran before: the disk is not what is measured.
    foreach (var log in Directory.EnumerateFiles(folder, "*.gz", SearchOption.AllDirectories)) File.ReadAllBytes(log);
    var command = tool.Command(folder);
    var (started, before) = (Stopwatch.GetTimestamp(), SecondsOfChildren());
    using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
    var output = process.StandardOutput.ReadToEndAsync();
    var peak = 0.0;
    // The kernel reports the peak so far, so the last sample before the exit is close to the final peak.
    while (!process.WaitForExit(20)) peak = Math.Max(peak, PeakOf(process.Id));
    var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
    var processor = SecondsOfChildren() - before;
    var text = output.GetAwaiter().GetResult();
    if (tool.Result is { } file) text = File.ReadAllText(file);
    if (process.ExitCode != 0) throw new InvalidOperationException($"{tool.Name} ended with {process.ExitCode}.");
    if (!tool.IsOurs) return new Result(wall, processor, peak);
    // The tool's own clock leaves out the start of the runtime, which is the same for every .NET program.
    using var last = JsonDocument.Parse(text.TrimEnd().Split('\n')[^1]);
    if (last.RootElement.GetProperty("records").GetInt64() != records)
        throw new InvalidOperationException($"{tool.Name} saw other records than were written.");
    return new Result(last.RootElement.GetProperty("seconds").GetDouble(), processor, peak);
}

// User and system time of all children that have ended; the system counts in steps of 10 ms.
static double SecondsOfChildren()
{
    var fields = File.ReadAllText("/proc/self/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    return fields[13..15].Sum(static field => long.Parse(field, CultureInfo.InvariantCulture)) / 100.0;
}

static double PeakOf(int process)
{
    try
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .FirstOrDefault(static line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return line is null
            ? 0
            : double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;
    }
    catch (IOException)
    {
        return 0; // it has just ended
    }
}

/// <param name="IsOurs">Whether the tool reports how many records it saw and how long it took.</param>
internal sealed record Tool(string Name, int Workers, bool IsOurs, Func<string, string[]> Command)
{
    /// <summary>
    /// The file that the tool writes to, so that nothing has to read its output on the cores that are measured; null: standard output.
    /// </summary>
    public string? Result { get; init; }
}

internal sealed record Result(double Seconds, double ProcessorSeconds, double PeakMegabytes);
