using Responder.Cli.Terminal;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

public sealed class EndpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_prints_its_url_serves_what_the_events_name_and_ends_when_interrupted()
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString());
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new SignalingWriter();
        using var error = new StringWriter();
        using var surroundings = new Surroundings(output, error, TextReader.Null, static _ => null);
        var serving = CommandLine.RunAsync(["endpoint", "--listen", "127.0.0.1:0", "--seed", file], surroundings, interrupt.Token);

        var url = await output.Line.Task.WaitAsync(TestContext.Current.CancellationToken);
        var replay = await Cli.RunAsync("replay", file, "--format", "json", "--endpoint", url);
        Assert.Equal("Succeeded", replay.Json[0].GetProperty("containment")[1].GetProperty("result").GetString());
        Assert.Contains("alert topic arn:aws:sns:us-east-1:123456789012:responder-alerts", error.ToString(), StringComparison.Ordinal);

        await interrupt.CancelAsync();
        Assert.Equal(0, await serving);
    }

    [Fact]
    public async Task A_seed_that_cannot_be_read_is_exit_code_3()
    {
        var run = await Cli.RunAsync("endpoint", "--listen", "127.0.0.1:0", "--seed", _folder.Write("seed.yaml", "account: nobody"));
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains("seed.yaml", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_wrong_usage()
    {
        await using var taken = await LocalAwsEndpoint.StartAsync(
            new World(Samples.Account), cancellationToken: TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("endpoint", "--listen", taken.Url.Authority);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("responder: --listen: ", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Hands out its first line while the command is still running.</summary>
    private sealed class SignalingWriter : StringWriter
    {
        public TaskCompletionSource<string> Line { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            Line.TrySetResult(value ?? "");
        }
    }
}
