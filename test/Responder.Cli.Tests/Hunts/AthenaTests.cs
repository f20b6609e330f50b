using System.Text.Json;
using Responder.Analysis.Hunting;
using Responder.Cli.Terminal;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Hunts;

/// <summary>
/// A hunt that runs in Athena: the embedded one, and that of moto where it is present. Neither understands the statement.
/// </summary>
public sealed class AthenaTests : IAsyncLifetime
{
    private static readonly string[] s_headings = [.. HuntCatalog.Find("top-callers")!.Headings];

    private readonly World _world = new("123456789012");
    private readonly TemporaryFolder _folder = new();
    private LocalAwsEndpoint _endpoint = null!;

    private AthenaState Athena => _world.Home.Athena;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        Athena.Polls = 0;
        Athena.Columns = s_headings;
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_statement_runs_and_its_rows_come_back_in_every_format()
    {
        Athena.Polls = 1;
        Athena.Rows =
        [
            ["arn:aws:iam::123456789012:user/alice", "123456789012", "12", "3", "1", "2026-03-04T09:00:00Z", "2026-03-04T09:11:00Z"],
            ["ec2.amazonaws.com", null, "7", "1", "0", "2026-03-04T09:00:00Z", "2026-03-04T09:00:00Z"],
        ];

        var run = await RunAsync("--format", "json", "--days", "3");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            {"caller":"arn:aws:iam::123456789012:user/alice","account":"123456789012","calls":12,"actions":3,"addresses":1,"earliest":"2026-03-04T09:00:00Z","latest":"2026-03-04T09:11:00Z"}
            {"caller":"ec2.amazonaws.com","account":null,"calls":7,"actions":1,"addresses":0,"earliest":"2026-03-04T09:00:00Z","latest":"2026-03-04T09:00:00Z"}

            """.ReplaceLineEndings("\n"),
            run.Output);
        var query = Assert.Single(Athena.Queries);
        Assert.Equal("responder-hunting", query.WorkGroup);
        Assert.Equal((await Cli.RunAsync("hunt", "top-callers", "--days", "3", "--sql", "athena")).Output, query.Statement);
        Assert.Equal($"2 rows; query {query.Id}, 123,456,789 bytes read, about 0.0006 USD at 5 USD a TB, 1.5 s\n", run.Error);

        var file = Path.Combine(_folder.Root, "rows.csv");
        Assert.Equal((0, ""), (await RunAsync("--format", "csv", "--output", file, "--workgroup", "primary")) is var csv
            ? (csv.ExitCode, csv.Output) : default);
        Assert.Equal(3, (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Length);
        Assert.Equal("primary", Athena.Queries[^1].WorkGroup);
    }

    [Fact]
    public async Task All_pages_are_read_and_a_full_answer_says_so()
    {
        Athena.Columns = [.. HuntCatalog.Find("deletions")!.Headings];
        Athena.Rows = [.. Enumerable.Range(0, 1000).Select(static i => Enumerable.Repeat((string?)$"t{i}", Width).ToArray())];
        var run = await RunHuntAsync("deletions", "--format", "csv");
        Assert.Equal(1001, run.Lines.Count);
        Assert.StartsWith("t999", run.Lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("1000 rows, the most that are asked for; query ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, _endpoint.Calls.All.Count(static call => call.Operation == "GetQueryResults"));
    }

    private static int Width => HuntCatalog.Find("deletions")!.Headings.Count();

    [Fact]
    public async Task A_query_that_fails_ends_with_its_reason()
    {
        Athena.Failure = "SYNTAX_ERROR: line 1:1: no table";
        var run = await RunAsync();
        Assert.Equal(ExitCode.Step, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("athena: the query failed: SYNTAX_ERROR: line 1:1: no table (query ", run.Error, StringComparison.Ordinal);
        Assert.Contains("about 0.0000 USD", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workgroup_that_is_not_there_is_named()
    {
        var run = await RunAsync("--workgroup", "nobody");
        Assert.Equal(ExitCode.Step, run.ExitCode);
        Assert.Contains("InvalidRequestException: WorkGroup nobody is not found.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_with_other_columns_is_refused()
    {
        Athena.Columns = ["a", "b"];
        Athena.Rows = [["1", "2"]];
        var run = await RunAsync();
        Assert.Equal(ExitCode.Step, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("other columns", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_it_stops_the_query()
    {
        Athena.Polls = int.MaxValue;
        using var interrupted = new CancellationTokenSource();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(output, error, TextReader.Null, static _ => null) { ErrorIsTerminal = true };
        var running = CommandLine.RunAsync(
            ["hunt", "top-callers", "--run", "athena", "--endpoint", _endpoint.Url.ToString()], surroundings, interrupted.Token);
        // The second time it is asked, the first answer has been shown.
        while (_endpoint.Calls.All.Count(static call => call is { Operation: "GetQueryExecution", Status: 200 }) < 2)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await interrupted.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await running);
        var query = Assert.Single(Athena.Queries);
        Assert.Equal("CANCELLED", query.State);
        Assert.Contains($"responder: the query was stopped (query {query.Id}, ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("\rathena: RUNNING, query ", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task A_query_that_cannot_be_stopped_is_named()
    {
        Athena.Polls = int.MaxValue;
        _endpoint.Faults.On("athena", "StopQueryExecution").Refuse();
        using var interrupted = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(TextWriter.Null, error, TextReader.Null, static _ => null);
        Assert.Equal(
            ExitCode.Interrupted,
            await CommandLine.RunAsync(
                ["hunt", "top-callers", "--run", "athena", "--endpoint", _endpoint.Url.ToString()], surroundings, interrupted.Token));
        Assert.Contains($"stop query {Assert.Single(Athena.Queries).Id} by hand", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exclude each other", "--run", "athena", "--sql", "athena")]
    [InlineData("--workgroup: goes with --run", "--workgroup", "x", "--sql", "athena")]
    [InlineData("--workgroup: expected the name", "--run", "athena", "--workgroup", "a b")]
    [InlineData("it takes no PATH", "--run", "athena", "logs")]
    [InlineData("it takes no PATH", "--run", "athena", "--since", "3d")]
    public async Task What_does_not_go_together_is_refused(string expected, params string[] arguments)
    {
        string[] endpoint = arguments.Contains("--run") ? ["--endpoint", _endpoint.Url.ToString()] : [];
        var run = await Cli.RunAsync(["hunt", "top-callers", .. arguments, .. endpoint]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Empty(Athena.Queries);
    }

    [Fact]
    public async Task A_search_runs_there_as_well()
    {
        Athena.Columns = [];
        var run = await Cli.RunAsync("search", "--event", "DeleteUser", "--run", "athena", "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(ExitCode.Step, run.ExitCode);
        Assert.Contains("'DeleteUser'", Assert.Single(Athena.Queries).Statement, StringComparison.Ordinal);
    }

    [Fact]
    public void Moto_starts_it_too_and_returns_the_rows_that_were_put_there()
    {
        string?[] row =
            ["arn:aws:iam::123456789012:user/alice", "123456789012", "12", "3", "1", "2026-03-04T09:00:00Z", "2026-03-04T09:11:00Z"];
        var output = Python.Run(
            "athena_moto.py", ["boto3", "moto.server"], JsonSerializer.Serialize(new { columns = s_headings, rows = new[] { row } }),
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "responder.dll"),
            "hunt", "top-callers", "--run", "athena", "--workgroup", "primary", "--format", "csv");
        var run = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal((0, ""), (run.GetProperty("exit").GetInt32(), run.GetProperty("missing").GetString()));
        Assert.Equal($"{string.Join(',', s_headings)}\n{string.Join(',', row)}\n", run.GetProperty("output").GetString());
        Assert.StartsWith("1 row; query ", run.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private Task<CliRun> RunAsync(params string[] arguments) => RunHuntAsync("top-callers", arguments);

    private Task<CliRun> RunHuntAsync(string hunt, params string[] arguments) =>
        Cli.RunAsync(["hunt", hunt, "--run", "athena", "--endpoint", _endpoint.Url.ToString(), .. arguments]);
}
