using System.Text.Json;

namespace Responder.Cli.Tests.Integrity;

/// <summary>A temporary folder with a key list, and a way to run the command on it.</summary>
internal sealed class Workplace : IDisposable
{
    public Workplace()
    {
        Keys = Path.Combine(Folder, "keys.json");
        File.WriteAllText(Keys, SigningKey.PublicKeys(secondAsSubjectPublicKeyInfo: true));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("responder-integrity-").FullName;

    public string Keys { get; }

    public string Mirror => Path.Combine(Folder, "mirror");

    public static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    public Task<CliRun> RunAsync(string path, params string[] more) =>
        Cli.RunAsync(
            ["validate-logs", path, "--public-keys", Keys, "--start", Time(FakeTrail.Start), "--end", Time(FakeTrail.End), .. more]);

    /// <summary>The lines of the files by location, the gaps, and the summary. A log that two digests name is listed once.</summary>
    public static (Dictionary<string, string> Verdicts, JsonElement[] Gaps, JsonElement Summary) Read(CliRun run)
    {
        var files = run.Json.Where(static line => !line.TryGetProperty("summary", out _)).ToArray();
        return (
            files.Where(static line => line.GetProperty("kind").GetString() != "period")
                .ToDictionary(
                    static line => $"s3://{line.GetProperty("bucket").GetString()}/{line.GetProperty("key").GetString()}", static line =>
                        line.GetProperty("verdict").GetString()!, StringComparer.Ordinal),
            [.. files.Where(static line => line.GetProperty("verdict").GetString() == "gap")],
            run.Json.Single(static line => line.TryGetProperty("summary", out _)));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
