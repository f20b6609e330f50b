using System.Text.Json;
using Responder.Analysis.Bursts;
using Responder.Cli.Terminal;
using Responder.Detections;

namespace Responder.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Version_says_which_packages_run()
    {
        var run = await Cli.RunAsync("--version");
        Assert.Equal(0, run.ExitCode);
#if OFFICIAL_AWS_PACKAGES
        const string Packages = "official AWS packages: IAM, SNS, SSM, STS";
#else
        const string Packages = "official AWS packages: SSM, STS; stand-ins: IAM, SNS";
#endif
        Assert.Matches(
            $@"^responder [0-9]+\.[0-9]+\.[0-9]+ \({Packages}; AWSSDK\.Core 4\.[0-9.]+, \.NET [0-9.]+\)\n$", run.Output);
    }

    [Theory]
    [InlineData("--help", "replay")]
    [InlineData("replay --help", "--endpoint")]
    [InlineData("validate-logs --help", "--public-keys")]
    [InlineData("endpoint --help", "--listen")]
    [InlineData("detections --help", "--format")]
    [InlineData("release --help", "--dry-run")]
    public async Task Help_is_everywhere_and_on_standard_output(string arguments, string expected)
    {
        var run = await Cli.RunAsync(arguments.Split(' '));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("replay")]
    [InlineData("replay x --format yaml")]
    [InlineData("replay x --mode Sometimes")]
    [InlineData("replay x --handler nobody")]
    [InlineData("replay x --endpoint ftp://example.com")]
    [InlineData("replay x --live --endpoint http://127.0.0.1:1")]
    [InlineData("replay x --no-such-option")]
    [InlineData("replay -x")]
    [InlineData("release --no-such-option")]
    [InlineData("release")]
    [InlineData("release x --endpoint nonsense")]
    [InlineData("endpoint --listen nonsense")]
    [InlineData("validate-logs")]
    [InlineData("validate-logs x --start yesterday")]
    [InlineData("validate-logs x --start 2026-03-02 --end 2026-03-01")]
    [InlineData("validate-logs x --start 2026-03-01 --end 2026-03-02 --public-keys no-such-file")]
    [InlineData("validate-logs s3:// --start 2026-03-01 --end 2026-03-02 --endpoint http://127.0.0.1:1")]
    public async Task Wrong_usage_is_exit_code_2_with_a_message_and_no_data(string arguments)
    {
        var run = await Cli.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("responder: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detections_lists_the_whole_catalogue_in_every_format()
    {
        string[] ids = [
            .. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id), .. BurstCatalog.All.Select(static b => b.Info.Id)];
        foreach (var format in (string[])["text", "json", "markdown"])
        {
            var run = await Cli.RunAsync("detections", "--format", format);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.All(ids, id => Assert.Contains(id, run.Output, StringComparison.Ordinal));
            if (format == "json")
            {
                var listed = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToArray();
                Assert.Equal(ids, listed.Select(static d => d.GetProperty("id").GetString()));
                Assert.All(
                    listed, static d =>
                        Assert.Equal(
                            BurstCatalog.Find(d.GetProperty("id").GetString()!) is null ? "Event" : "Burst", d.GetProperty("scope")
                            .GetString()));
            }

            if (format != "json")
                Assert.Equal(
                    BurstCatalog.All.Count,
                    run.Lines.Count(static line => line.Contains("Backtest and CloudWatch alarm", StringComparison.Ordinal)));
            if (format == "markdown") Assert.Equal(ids.Length + 2, run.Lines.Count);
        }
    }

    [Fact]
    public async Task Colours_are_for_terminals_and_no_color_is_respected()
    {
        async Task<string> TextAsync(bool isTerminal, string? noColor)
        {
            using var output = new StringWriter();
            using var surroundings = new Surroundings(output, TextWriter.Null, TextReader.Null, name => name == "NO_COLOR" ? noColor : null)
            {
                OutputIsTerminal = isTerminal,
            };
            Assert.Equal(0, await CommandLine.RunAsync(["detections"], surroundings, TestContext.Current.CancellationToken));
            return output.ToString();
        }

        Assert.Contains('\u001b', await TextAsync(isTerminal: true, null));
        Assert.DoesNotContain('\u001b', await TextAsync(isTerminal: true, "1"));
        Assert.DoesNotContain('\u001b', await TextAsync(isTerminal: false, null));
    }
}
