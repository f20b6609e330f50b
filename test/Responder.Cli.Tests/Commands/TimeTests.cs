using System.Text.Json;
using Responder.Cli.Terminal;
using Responder.Cli.Tests.Integrity;

namespace Responder.Cli.Tests.Commands;

/// <summary>Times mean the same in every command that takes them: a day counts as a whole, and the output names the window.</summary>
public sealed class TimeTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 4, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] s_moments =
    [
        "2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z", "2026-03-31T12:00:00Z", "2026-03-31T23:59:59Z",
        "2026-04-01T00:00:00Z",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly Workplace _digests = new();
    private int _packages;

    public TimeTests() => _folder.Write("logs/a.jsonl", string.Concat(s_moments.Select(static time =>
    {
        var record = Samples.Attach(id: time);
        record["eventTime"] = time;
        return record.ToJsonString() + "\n";
    })));

    public static TheoryData<string> Commands => ["backtest", "hunt", "timeline", "evidence"];

    private string Logs => Path.Combine(_folder.Root, "logs");

    public void Dispose()
    {
        _folder.Dispose();
        _digests.Dispose();
    }

    /// <summary>In all commands but the backtest, March once ended on the 30th.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_auditors_March_has_31_days(string command)
    {
        Assert.Equal(4, await CountAsync(command, "--since", "2026-03-01", "--until", "2026-03-31"));
        Assert.Equal(3, await CountAsync(command, "--since", "2026-03-31", "--until", "2026-03-31"));
        Assert.Equal(2, await CountAsync(command, "--since", "2026-02-28", "--until", "2026-03-30"));
    }

    /// <summary>
    /// The days of a hunt are counted back from the beginning of its last day, so that this day is added and no earlier day is lost.
    /// </summary>
    [Fact]
    public async Task A_hunt_with_a_day_as_its_end_loses_no_day_at_its_beginning()
    {
        var run = await Cli.RunAtAsync(s_now, "hunt", "iam-changes", Logs, "--until", "2026-03-31", "--format", "json");
        Assert.Equal("3 rows from 6 records, 2026-03-24T00:00:00Z to 2026-03-31T23:59:59Z\n", run.Error);
    }

    [Theory]
    [InlineData("2026-03-31", 4)]
    [InlineData("2026-03-31T12:00Z", 3)]
    [InlineData("2026-03-31T12:00:00Z", 3)]
    [InlineData("2026-03-31T12:00", 3)]
    [InlineData("2026-03-31T12:00:00.5Z", 2)]
    [InlineData("2026-03-31T14:00+02:00", 3)]
    [InlineData("2026-03-31 12:00:00", 3)]
    [InlineData("20260331T120000Z", 3)]
    [InlineData("2d", 3)]
    [InlineData("48h", 3)]
    [InlineData("2880m", 3)]
    [InlineData("2879m", 2)]
    public async Task The_beginning_takes_a_day_a_time_or_an_age_in_every_command(string since, int expected)
    {
        foreach (var command in Commands)
            Assert.Equal((command.Data, expected), (command.Data, await CountAsync(command.Data, "--since", since)));
        var start = Summary(await ValidateAsync("--start", since)).Start;
        // The start is shown in whole seconds.
        if (!since.Contains('.', StringComparison.Ordinal))
            Assert.Equal(expected, s_moments.Count(time => string.CompareOrdinal(time, start) >= 0));
    }

    [Theory]
    [InlineData("2026-03-31", 5, 5)]
    [InlineData("2026-03-31T12:00Z", 4, 3)] // a backtest leaves the end itself out
    [InlineData("2026-03-31T23:59:59.9Z", 5, 5)]
    [InlineData("36h", 6, 5)]
    [InlineData("9999-12-31", 6, 6)]
    [InlineData("9999-12-31T23:59:59Z", 6, 6)]
    public async Task The_end_takes_the_same_and_counts_a_day_whole(string until, int expected, int inBacktest)
    {
        foreach (var command in Commands)
        {
            var counted = await CountAsync(command.Data, "--since", "2026-01-01", "--until", until);
            Assert.Equal((command.Data, command.Data == "backtest" ? inBacktest : expected), (command.Data, counted));
        }
    }

    [Fact]
    public async Task Digests_are_checked_to_the_end_of_the_day()
    {
        var march = Summary(await ValidateAsync("--start", "2026-03-01", "--end", "2026-03-31"));
        Assert.Equal(("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), march);
        Assert.Equal(("2026-03-26T12:00:00Z", "2026-04-02T12:00:00Z"), Summary(await ValidateAsync("--start", "7d")));
        var less = Summary(await ValidateAsync("--start", "2026-03-01", "--end", "2026-03-31T00:00Z"));
        Assert.Equal(("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"), less);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-02-30")]
    [InlineData("04.03.2026")]
    [InlineData("2026-03")]
    [InlineData("2026-03-04T25:00Z")]
    [InlineData("7w")]
    [InlineData("d")]
    [InlineData("1.5h")]
    [InlineData("99999999999999999999d")]
    [InlineData("40000d")]
    [InlineData("")]
    public async Task Anything_else_is_a_wrong_usage_that_says_what_is_expected(string value)
    {
        foreach (var (option, arguments) in Asking(value))
        {
            var run = await Cli.RunAtAsync(s_now, arguments);
            Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
            Assert.Equal(
                $"responder: {option}: expected a day (2026-03-04), a time (2026-03-04T09:00Z) or an age (7d, 12h, 30m), not \"{value}\"\n",
                run.Error);
        }
    }

    [Theory]
    [InlineData("2026-03-05", "2026-03-04", "2026-03-04T23:59:59Z")]
    [InlineData("2026-03-04T09:00Z", "2026-03-04T09:00:00Z", "2026-03-04T09:00:00Z")]
    [InlineData("1h", "2h", "2026-04-02T10:00:00Z")]
    public async Task A_beginning_that_is_not_before_the_end_is_a_wrong_usage(string since, string until, string end)
    {
        foreach (var command in Commands)
        {
            var run = await RunAsync(command.Data, ["--since", since, "--until", until]);
            Assert.Equal(ExitCode.Usage, run.ExitCode);
            var expected = $"--since: expected a time before that of --until ({end}), not \"{since}\"";
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        }

        var validated = await ValidateAsync("--start", since, "--end", until);
        Assert.Equal(ExitCode.Usage, validated.ExitCode);
        Assert.Contains("--start: expected a time before that of --end", validated.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backtest", "text", "asked for 2026-03-01 00:00:00Z to 2026-03-31 23:59:59Z")]
    [InlineData("backtest", "html", "since 2026-03-01 00:00:00Z; before 2026-04-01 00:00:00Z")]
    [InlineData("timeline", "text", "asked for 2026-03-01 00:00:00Z to 2026-03-31 23:59:59Z")]
    [InlineData("timeline", "html", "2026-03-01 00:00:00Z to 2026-03-31 23:59:59Z")]
    [InlineData("evidence", "text", "asked for 2026-03-01T00:00:00Z to 2026-03-31T23:59:59Z")]
    public async Task Text_and_page_name_the_window(string command, string format, string expected)
    {
        var run = await RunAsync(command, ["--since", "2026-03-01", "--until", "2026-03-31", "--format", format]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backtest")]
    [InlineData("timeline")]
    [InlineData("evidence")]
    public async Task A_summary_has_the_window(string command)
    {
        var summary = (await RunAsync(command, ["--since", "2026-03-01", "--until", "2026-03-31", "--format", "json"])).Json[^1];
        Assert.Equal(
            ("2026-03-01T00:00:00.000Z", "2026-03-31T23:59:59.999Z"),
            (summary.GetProperty("since").GetString(), summary.GetProperty("until").GetString()));
        // Without a window, evidence has always written null, and the other commands omit the members as they did before there were
        // windows.
        var open = (await RunAsync(command, ["--format", "json"])).Json[^1];
        Assert.Equal(command == "evidence", open.TryGetProperty("since", out var since));
        Assert.Equal(command == "evidence", open.TryGetProperty("until", out var until));
        if (command == "evidence") Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (since.ValueKind, until.ValueKind));
    }

    [Fact]
    public async Task The_package_names_the_window()
    {
        await RunAsync("evidence", ["--since", "2026-03-01", "--until", "2026-03-31", "--format", "json"]);
        var package = Path.Combine(_folder.Root, $"package-{_packages}");
        var page = File.ReadAllText(Path.Combine(package, "report.html"));
        Assert.Contains("2026-03-01T00:00:00Z to 2026-03-31T23:59:59Z", page, StringComparison.Ordinal);
        var period = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "index.json"))).RootElement.GetProperty("period");
        Assert.Equal("2026-03-31T23:59:59.999Z", period.GetProperty("until").GetString());
        // The hours of a day without records reach to the end of that day.
        Assert.Contains("2026-03-31T23:00:00Z", File.ReadAllText(Path.Combine(package, "gaps.csv")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backtest", "--since", "--until")]
    [InlineData("hunt", "--since", "--until")]
    [InlineData("timeline", "--since", "--until")]
    [InlineData("evidence", "--since", "--until")]
    [InlineData("validate-logs", "--start", "--end")]
    public async Task The_help_says_it_in_the_same_words(string command, string since, string until)
    {
        var run = await Cli.RunAsync(command, "--help");
        var help = string.Join(' ', run.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{since} <TIME>", help, StringComparison.Ordinal);
        Assert.Contains($"{until} <TIME> Nothing after, in the same forms; a day counts to its end.", help, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing before: a day (2026-03-04), a time (2026-03-04T09:00Z) or an age (7d, 12h, 30m). "
                + "UTC, unless a time has an offset; an age counts back from now.",
            help, StringComparison.Ordinal);
    }

    /// <summary>Neither of the two roles for people may read what `doctor` asks for.</summary>
    [Theory]
    [InlineData("incidents list", "those of OperatorRole or ReleaseRole")]
    [InlineData("incidents show", "those of OperatorRole or ReleaseRole")]
    [InlineData("incidents close", "those of OperatorRole.")]
    [InlineData("mode show", "those of OperatorRole or ReleaseRole")]
    [InlineData("mode observe", "those of OperatorRole.")]
    [InlineData("mode enforce", "those of OperatorRole.")]
    [InlineData("redrive", "those of OperatorRole.")]
    [InlineData("contain", "Profile with the credentials of OperatorRole, which contains and lifts nothing.")]
    [InlineData("release", "Profile with the credentials of ReleaseRole, which lifts and contains nobody.")]
    [InlineData("doctor", "SecurityAudit")]
    public async Task The_help_names_the_role_that_may_do_it(string command, string needs)
    {
        var help = (await Cli.RunAsync([.. command.Split(' '), "--help"])).Output;
        Assert.Contains(needs, help, StringComparison.Ordinal);
        foreach (var role in (string[])["OperatorRole", "ReleaseRole"])
            Assert.Equal(needs.Contains(role, StringComparison.Ordinal), help.Contains(role, StringComparison.Ordinal));
    }

    private static (string Start, string End) Summary(CliRun run) =>
        (run.Json[^1].GetProperty("start").GetString()!, run.Json[^1].GetProperty("end").GetString()!);

    private Task<CliRun> ValidateAsync(params string[] more) =>
        Cli.RunAtAsync(s_now, ["validate-logs", _digests.Folder, "--public-keys", _digests.Keys, "--format", "json", .. more]);

    private IEnumerable<(string Option, string[] Arguments)> Asking(string value)
    {
        foreach (var command in Commands)
        {
            yield return ("--since", [.. Arguments(command.Data), "--since", value]);
            yield return ("--until", [.. Arguments(command.Data), "--until", value]);
        }

        yield return ("--start", ["validate-logs", _digests.Folder, "--start", value]);
        yield return ("--end", ["validate-logs", _digests.Folder, "--start", "2026-03-01", "--end", value]);
        yield return ("--since", ["incidents", "list", "--since", value]);
    }

    private string[] Arguments(string command) => command switch
    {
        "hunt" => ["hunt", "iam-changes", Logs],
        "timeline" => ["timeline", $"arn:aws:iam::{Samples.Account}:user/alice", Logs],
        "evidence" => ["evidence", Logs, "--framework", "cis", "--output", Path.Combine(_folder.Root, $"package-{++_packages}")],
        _ => [command, Logs],
    };

    private Task<CliRun> RunAsync(string command, string[] more) => Cli.RunAtAsync(s_now, [.. Arguments(command), .. more]);

    /// <summary>How many events fell into the window.</summary>
    private async Task<int> CountAsync(string command, params string[] more)
    {
        var run = await RunAsync(command, [.. more, "--format", "json"]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return command switch
        {
            "hunt" => run.Lines.Count,
            "timeline" => run.Json[^1].GetProperty("events").GetInt32(),
            _ => run.Json[^1].GetProperty("records").GetInt32(),
        };
    }
}
