using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Responder.Lambda.Tests;
using Responder.LocalAws;

// coldstart RUNS EVENT NAME=EXECUTABLE[,VARIABLE=VALUE...]...: for each function, RUNS processes, interleaved; each gets one event.
// Prints medians in ms: process start to first "next" (end of the init phase) and to the first response, processor time, peak memory.
if (args is not [var runsText, var eventFile, _, ..] || !int.TryParse(runsText, NumberStyles.None, CultureInfo.InvariantCulture, out var runs))
{
    Console.Error.WriteLine("usage: coldstart RUNS EVENT NAME=EXECUTABLE[,VARIABLE=VALUE...]...");
    return 2;
}

var subjects = args[2..].Select(Subject.Parse).ToArray();
var sample = JsonNode.Parse(File.ReadAllText(eventFile))!;
for (var run = -1; run < runs; run++) // the first round warms the disk cache and does not count
{
    foreach (var subject in subjects)
    {
        var sampleOfRun = await ColdStart.MeasureAsync(subject, sample);
        if (run >= 0) subject.Results.Add(sampleOfRun);
    }
}

Console.WriteLine("| Function | first next, ms | first response, ms | processor, ms | peak memory, MB | runs |");
Console.WriteLine("|---|---:|---:|---:|---:|---:|");
foreach (var subject in subjects)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {subject.Name} | {Median(subject, static r => r.Next):F0} | {Median(subject, static r => r.Response):F0} | {Median(subject, static r => r.Processor):F0} | {Median(subject, static r => r.Megabytes):F0} | {subject.Results.Count} |"));
}

return 0;

static double Median(Subject subject, Func<Result, double> value)
{
    var sorted = subject.Results.Select(value).Order().ToArray();
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

internal readonly record struct Result(double Next, double Response, double Processor, double Megabytes);

internal sealed record Subject(string Name, string Executable, IReadOnlyDictionary<string, string?> Settings)
{
    public List<Result> Results { get; } = [];

    public static Subject Parse(string text)
    {
        var parts = text.Split(',');
        var named = parts[0].Split('=', 2);
        return new Subject(
            named[0], named[1],
            parts.Skip(1).Select(static p => p.Split('=', 2)).ToDictionary(static p => p[0], static p => (string?)p[1], StringComparer.Ordinal));
    }
}

internal static class ColdStart
{
    public static async Task<Result> MeasureAsync(Subject subject, JsonNode sample)
    {
        var world = new World("123456789012");
        world.Home.Attach(world.Home.EnsureUser("mallory"), "arn:aws:iam::aws:policy/AdministratorAccess");
        world.Home.EnsureTopic("alerts");
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        await using var runtime = await RuntimeApi.StartAsync();
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        sample["detail"]!["eventTime"] = now;
        var answer = runtime.InvokeAsync(System.Text.Encoding.UTF8.GetBytes(sample.ToJsonString()));
        await using var function = FunctionProcess.Start(subject.Executable, runtime, endpoint.Url, subject.Settings);
        var response = await answer.WaitAsync(TimeSpan.FromSeconds(60));
        if (response.Response is null) throw new InvalidOperationException($"{subject.Name}: {response.Error}\n{function.Errors}");
        var next = await runtime.FirstNext;
        return new Result(
            Stopwatch.GetElapsedTime(function.StartTicks, next).TotalMilliseconds,
            Stopwatch.GetElapsedTime(function.StartTicks, response.Ticks).TotalMilliseconds,
            function.ProcessorTime.TotalMilliseconds,
            function.PeakMegabytes);
    }
}
