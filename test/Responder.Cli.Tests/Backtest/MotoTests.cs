using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Responder.Cli.Tests.Html;
using Responder.Cli.Tests.Integrity;

namespace Responder.Cli.Tests.Backtest;

/// <summary>
/// Runs the commands that read logs against an S3 that we did not write, where moto is present: they must say the same of a bucket as of
/// its copy.
/// </summary>
public sealed partial class MotoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_over_logs_reads_a_bucket_of_moto_as_it_reads_the_copy()
    {
        const string Day = "AWSLogs/123456789012/CloudTrail/us-east-1/2026/03/04/";
        foreach (var (record, i) in Intrusion.Records().Select(static (record, i) => (record, i)))
            Put($"{Day}{i:00} +%20&=é.json.gz", record.ToJsonString());
        Put(Day + "broken.json.gz", "{");
        Put("AWSLogs/123456789012/CloudTrail/us-east-1/2024/01/01/old.json.gz", Samples.Attach(id: "old").ToJsonString());
        Put("AWSLogs/123456789012/CloudTrail-Digest/us-east-1/2026/03/04/digest.json.gz", "{}");
        Put("elsewhere/other.json.gz", Samples.Attach(id: "other").ToJsonString());
        string[][] commands =
        [
            ["backtest", "s3://trail/AWSLogs", "--since", "2026-01-01", "--format", "json"],
            ["hunt", "administrator-attachments", "s3://trail/AWSLogs", "--until", "2026-03-05T00:00:00Z", "--format", "csv"],
            ["timeline", "arn:aws:iam::123456789012:user/alice", "s3://trail/AWSLogs", "--format", "json"],
        ];

        var output = Python.Run(
            "s3_moto.py", ["boto3", "moto.server"], JsonSerializer.Serialize(commands),
            _folder.Root, "trail", Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            Path.Combine(AppContext.BaseDirectory, "responder.dll"));

        var runs = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement.EnumerateArray().ToArray();
        Assert.Equal(commands.Length, runs.Length);
        foreach (var (command, run) in commands.Zip(runs))
        {
            var copy = await Cli.RunAsync([.. command.Select(word => word.Replace("s3://trail", _folder.Root, StringComparison.Ordinal))]);
            Assert.Equal(
                (copy.ExitCode, Plain(copy.Output), Plain(copy.Error)),
                (run.GetProperty("exit").GetInt32(), Plain(run.GetProperty("output").GetString()!),
                    Plain(run.GetProperty("error").GetString()!)));
            // The broken file is reported, and files elsewhere or from before the window are not.
            Assert.Equal(3, copy.ExitCode);
            Assert.Contains("broken.json.gz", copy.Error, StringComparison.Ordinal);
            Assert.True(copy.Lines.Count > 1, copy.Output);
        }
    }

    /// <summary>The text without the path of the copy and the time that the command took.</summary>
    private string Plain(string text) => Seconds()
        .Replace(text.Replace(_folder.Root, "s3://trail", StringComparison.Ordinal), "\"seconds\":0");

    private void Put(string key, string text) => _folder.Write(key, FakeTrail.Gzip(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("\"seconds\":[0-9.]+")]
    private static partial Regex Seconds();
}
