using System.Text.Json;
using System.Text.RegularExpressions;
using Responder.Cli.Tests.Aws;

namespace Responder.Cli.Tests.Integrity;

/// <summary>Compares our results with those of `aws cloudtrail validate-logs` on the same buckets.</summary>
public sealed partial class AwsCliTests
{
    [Fact]
    public async Task The_aws_cli_counts_the_same_for_every_tampering()
    {
        var cases = new List<(string Name, bool IsSilent, FakeChain Chain, FakeTrail Trail, FakeAws Aws, WireServer Server)>();
        try
        {
            foreach (var tampering in Tampering.All.Where(static tampering => tampering.AwsCli is null))
            {
                var trail = new FakeTrail(FakeTrail.Main);
                tampering.Apply(trail);
                var aws = new FakeAws(trail, FakeTrail.Main);
                cases.Add((tampering.Name, tampering.AwsCliIsSilent, FakeTrail.Main, trail, aws, await aws.StartAsync()));
            }

            foreach (var chain in FakeTrail.Chains.Skip(1))
            {
                var trail = new FakeTrail();
                var aws = new FakeAws(trail, chain);
                cases.Add(($"{chain.Account} {chain.Region}", false, chain, trail, aws, await aws.StartAsync()));
            }

            var (start, end) = (Workplace.Time(FakeTrail.Start), Workplace.Time(FakeTrail.End));
            var theirs = await PythonAsync(
                JsonSerializer.Serialize(
                    cases.Select(
                        one => (string?[])[one.Server.Url.ToString(), one.Aws.TrailArn, one.Chain.Region, one.Chain.Account, start, end])));

            Assert.Equal(cases.Count, theirs.Length);
            foreach (var (one, their) in cases.Zip(theirs))
            {
                var (out_, err) = (their.GetProperty("out").GetString()!, their.GetProperty("err").GetString()!);
                // The keys come from CloudTrail's ListPublicKeys here, as they do for the AWS CLI.
                var run = await Cli.RunAsync(
                    "validate-logs", "s3://" + FakeTrail.Bucket, "--endpoint", one.Server.Url.ToString(), "--region", one.Chain.Region,
                    "--account", one.Chain.Account,
                    "--start", start, "--end", end, "--verbose");
                var because = $"{one.Name}\n--- aws\n{out_}{err}\n--- ours\n{run.Output}{run.Error}";
                Assert.True(Ratios(out_).SequenceEqual(Ratios(run.Output)), because);
                Assert.True(Found(out_).SequenceEqual(Found(run.Output)), because);
                Assert.True(Valid(out_).SetEquals(Valid(run.Output)), because);
                // The AWS CLI exits with 0 when there are only gaps, and sees no gap after the newest existing digest; we report both.
                Assert.True(
                    (one.IsSilent || their.GetProperty("exit").GetInt32() != 0
                        || err.Contains("No log files were delivered", StringComparison.Ordinal)) == (run.ExitCode == 1), because);
            }
        }
        finally
        {
            foreach (var one in cases) await one.Server.DisposeAsync();
        }
    }

    private static IEnumerable<string> Ratios(string text) => Ratio().Matches(text).Select(static match => match.Value);

    private static IEnumerable<string> Found(string text) => Results().Matches(text).Select(static match => match.Value);

    private static HashSet<string> Valid(string text) =>
        [.. text.Split('\n').Where(static line => line.EndsWith("\tvalid", StringComparison.Ordinal))];

    [GeneratedRegex("[0-9]+/[0-9]+ (?:backfill digest|digest|log) files (?:valid|INVALID)")]
    private static partial Regex Ratio();

    [GeneratedRegex("Results (?:requested|found) for [^ ]+ to [^ ]+Z|No valid digests found in range|No digests found")]
    private static partial Regex Results();

    private static async Task<JsonElement[]> PythonAsync(string input)
    {
        using var answers = JsonDocument.Parse(await Python.RunAsync(Path.Combine("Integrity", "validate_logs.py"), ["awscli"], input));
        return [.. answers.RootElement.EnumerateArray().Select(static answer => answer.Clone())];
    }
}
