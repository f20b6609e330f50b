using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Responder.Bench;

// Responder.Bench [--runs N] [--packages FOLDER] [--builds aot,single,r2r]: publishes, measures, prints the tables of bench/README.md.
// Responder.Bench --in-process [--runs N]: publishes nothing and prints the last table only.
// With --packages, what FOLDER holds from an earlier run is measured as it is.
var runs = 20;
var isInProcess = args is ["--in-process", ..];
if (isInProcess) args = args[1..];
var builds = Build.All;
string? kept = null;
for (var i = 0; i < args.Length; i += 2)
{
    switch (args[i..])
    {
        case ["--runs", var text, ..] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out runs) && runs > 0: break;
        case ["--packages", var folder, ..]: kept = Path.GetFullPath(folder); break;
        case ["--builds", var names, ..] when names.Split(',').All(static n => Build.All.Any(b => b.Name == n)):
            builds = [.. Build.All.Where(b => names.Split(',').Contains(b.Name, StringComparer.Ordinal))];
            break;
        default:
            Console.Error.WriteLine(
                "usage: Responder.Bench [--runs N] [--packages FOLDER] [--builds aot,single,r2r] | --in-process [--runs N]");
            return 2;
    }
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("Responder.Bench measures what Lambda runs: it needs Linux.");
    return 1;
}

var root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "Responder.sln")))
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The bench runs inside the repository.");
var sample = JsonNode.Parse(File.ReadAllBytes(Path.Combine(root, "events/iam.admin-policy-attached/fires.json")))!;
var quiet = sample.DeepClone();
quiet["detail"]!["eventName"] = "GetUser";
quiet["detail"]!["readOnly"] = true;
if (isInProcess)
{
    InProcess.Write(Path.Combine(root, "events"), quiet, runs, Console.Out);
    return 0;
}

var packages = kept ?? Directory.CreateTempSubdirectory("responder-bench-").FullName;
var subjects = new List<Subject>();
foreach (var build in builds)
{
    foreach (var isEcho in new[] { false, true })
    {
        if (await Subject.PublishAsync(build, isEcho, root, packages) is { } subject) subjects.Add(subject);
    }
}

var python = await Subject.PythonAsync(root);
if (python is not null) subjects.Add(python);
var latency = TimeSpan.FromMilliseconds(20);
var loadBefore = Load();

var cold = new Dictionary<(Subject, Case), List<Cold>>();
for (var run = -1; run < runs; run++) // the first round warms the disk cache and does not count
{
    Console.Error.WriteLine($"cold starts, round {run + 1} of {runs}");
    foreach (var one in Enum.GetValues<Case>())
    {
        foreach (var subject in subjects)
        {
            var result = await Cold.MeasureAsync(
                subject, one == Case.Incident20 ? latency : TimeSpan.Zero, sample, quiet: one == Case.Quiet);
            if (run < 0) cold[(subject, one)] = [];
            else cold[(subject, one)].Add(result);
        }
    }
}

var warm = await Warm.MeasureAsync(subjects, runs, latency, sample);

Console.WriteLine($"Machine: {Environment.ProcessorCount} cores, {ProcessorName()}, {Memory()} GB of memory, "
    + $"{RuntimeInformation.OSDescription.Split(' ')[0]} {RuntimeInformation.OSArchitecture}, .NET {Environment.Version}; load average "
    + $"{loadBefore} at the start, {Load()} at the end.");
Console.WriteLine();
Console.WriteLine(
    $"Cold start: from the start of the process, medians of {runs} interleaved runs, ms. In brackets: to Python's, to the echo's of the "
    + "same build.");
Console.WriteLine();
Console.WriteLine(
    "| Function | first `next` | response, no finding | response, incident, 0 ms a call | contained, 20 ms a call | response, incident, "
    + "20 ms a call | processor, incident (mean) |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
foreach (var subject in subjects)
{
    var contained = subject.IsEcho ? "" : Relative(subject, Case.Incident20, static c => c.Contained);
    Console.WriteLine($"| {subject.Title} | {Relative(subject, Case.Incident, static c => c.Next)} | "
        + $"{Relative(subject, Case.Quiet, static c => c.Response)} | {Relative(subject, Case.Incident, static c => c.Response)} | "
        + $"{contained} | {Relative(subject, Case.Incident20, static c => c.Response)} | "
        + $"{cold[(subject, Case.Incident)].Average(static c => c.Processor):F0} |");
}

Console.WriteLine();
Console.WriteLine($"Warm, 20 ms a call; processor time over {Warm.Events} events each, at 0 ms a call:");
Console.WriteLine();
Console.WriteLine("| Function | contained after round trips | finished after round trips | AWS calls | incident, ms (median) | to "
    + "Python's | processor "
    + "per incident, ms | processor per event without finding, ms |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
foreach (var (subject, w) in warm)
{
    var ratio = python is null || subject == python
        ? ""
        : $"{Of(w.Incidents, static i => i) / Of(warm[python].Incidents, static i => i):F2}";
    Console.WriteLine($"| {subject.Title} | {w.Contained} | {w.Finished} | {w.Calls} | {Of(w.Incidents, static i => i):F0} | {ratio} | "
        + $"{w.ProcessorPerIncident:F2} | {w.ProcessorPerQuiet:F2} |");
}

Console.WriteLine();
Console.WriteLine("Size, and peak memory (VmHWM) after one incident:");
Console.WriteLine();
Console.WriteLine("| Function | zip, MB | unpacked, MB | peak memory, MB | assemblies loaded from files |");
Console.WriteLine("|---|---:|---:|---:|---:|");
foreach (var subject in subjects)
{
    var zero = cold[(subject, Case.Incident)];
    var size = subject.Folder is null ? "n/a | n/a" : $"{subject.ZippedBytes() / 1e6:F1} | {subject.UnpackedBytes / 1e6:F1}";
    Console.WriteLine($"| {subject.Title} | {size} | {Of(zero, static c => c.Megabytes):F0} | "
        + $"{(subject.Build is null ? "n/a" : $"{Of(zero, static c => c.Assemblies):F0}")} |");
}

Console.WriteLine();
InProcess.Write(Path.Combine(root, "events"), quiet, runs, Console.Out);
if (kept is null) Directory.Delete(packages, recursive: true);
return 0;

// The median, followed by its ratios to Python's and to the echo's.
string Relative(Subject subject, Case one, Func<Cold, double> value)
{
    var median = Of(cold[(subject, one)], value);
    var echo = subjects.FirstOrDefault(s => s.IsEcho && !subject.IsEcho && s.Build == subject.Build);
    var ratios = new[] { subject == python ? null : python, echo }.Select(other =>
        other is null || double.IsNaN(Of(cold[(other, one)], value)) ? "–" : $"{median / Of(cold[(other, one)], value):F2}");
    return $"{median:F0}" + (subject == python || subject.IsEcho ? "" : $" ({string.Join(", ", ratios)})");
}

static double Of<T>(IEnumerable<T> results, Func<T, double> value)
{
    var sorted = results.Select(value).Order().ToArray();
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}



static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

static string ProcessorName() => File.ReadLines("/proc/cpuinfo")
    .FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";

static string Memory() => $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0}";

internal enum Case
{
    Quiet,
    Incident,
    Incident20,
}
