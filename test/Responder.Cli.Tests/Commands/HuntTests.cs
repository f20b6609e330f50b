using System.Text.Json.Nodes;
using Responder.Analysis.Hunting;
using Responder.Analysis.Tables;
using Responder.Cli.Terminal;
using Responder.Events;

namespace Responder.Cli.Tests.Commands;

public sealed class HuntTests : IDisposable
{
    private const string Until = "2026-03-05T00:00:00Z";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_attachment_gives_exactly_these_lines()
    {
        var file = _folder.Write(
            "event.json", Samples.Delivered(Samples.Attach(id: "11111111-2222-3333-4444-555555555555")).ToJsonString());

        var json = await Cli.RunAsync("hunt", "administrator-attachments", file, "--until", Until, "--format", "json");
        Assert.Equal((0, "1 row from 1 records, 2025-12-05T00:00:00Z to 2026-03-05T00:00:00Z\n"), (json.ExitCode, json.Error));
        Assert.Equal(
            """{"event_time":"2026-03-04T09:01:07Z","event":"AttachUserPolicy","source":"iam.amazonaws.com","caller":"arn:aws:iam::123456789012:user/alice","address":"203.0.113.11","given_to":"mallory","policy":"arn:aws:iam::aws:policy/AdministratorAccess","account":"123456789012","region":"us-east-1","event_id":"11111111-2222-3333-4444-555555555555"}""" + "\n",
            json.Output);

        var csv = await Cli.RunAsync("hunt", "administrator-attachments", file, "--until", Until, "--format", "csv");
        Assert.Equal(
            """
            event_time,event,source,caller,address,given_to,policy,account,region,event_id
            2026-03-04T09:01:07Z,AttachUserPolicy,iam.amazonaws.com,arn:aws:iam::123456789012:user/alice,203.0.113.11,mallory,arn:aws:iam::aws:policy/AdministratorAccess,123456789012,us-east-1,11111111-2222-3333-4444-555555555555

            """.ReplaceLineEndings("\n"),
            csv.Output);

        var table = await Cli.RunAsync("hunt", "refusals-by-caller", file, "--until", Until);
        Assert.Equal("Who was refused, and how often?\n  nothing\n", table.Output);
    }

    [Fact]
    public async Task A_table_counts_to_the_right()
    {
        for (var i = 0; i < 12; i++) _folder.Write($"{i}.json", Refused(i).ToJsonString());
        var run = await Cli.RunAsync("hunt", "failed-calls-by-address", _folder.Root, "--until", Until);
        Assert.Equal(
            """
            From where did calls fail, and how often?
              address       failures  callers  actions  earliest              latest
              203.0.113.11        12        1        1  2026-03-04T09:00:00Z  2026-03-04T09:11:00Z

            """.ReplaceLineEndings("\n"),
            run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    /// <summary>Callers choose the names, so no name may have an effect in a spreadsheet or on a terminal.</summary>
    [Theory]
    [InlineData("=1+1", "'=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-2+3,\"x\"", "\"'-2+3,\"\"x\"\"\"", "'-2+3,\"x\"")]
    [InlineData("+cmd", "'+cmd", "'+cmd")]
    [InlineData(" =padded", "\"' =padded\"", "' =padded")]
    [InlineData("\t=tab", "\\u0009=tab", "\\u0009=tab")]
    [InlineData("\u001b[31mred", "\\u001B[31mred", "\\u001B[31mred")]
    [InlineData("line\r\nbreak", "line\\u000D\\u000Abreak", "line\\u000D\\u000Abreak")]
    [InlineData("o'brien", "o'brien", "o'brien")]
    [InlineData("plain", "plain", "plain")]
    public void A_cell_is_text_wherever_it_is_opened(string name, string csv, string shown)
    {
        var cell = Csv.Cell(name);
        Assert.Equal(csv, cell);
        Assert.Equal(shown, cell.StartsWith('"') ? cell[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : cell);
    }

    [Fact]
    public async Task Hostile_names_reach_no_terminal_raw()
    {
        var file = _folder.Write("event.json", Samples.Attach(user: "\u001b]0;x\u0007\u202eevil\n=1").ToJsonString());
        foreach (var format in (string[])["table", "csv", "json"])
        {
            var run = await Cli.RunAsync("hunt", "administrator-attachments", file, "--until", Until, "--format", format);
            Assert.Contains("evil", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(run.Output, static c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        }
    }

    [Fact]
    public async Task A_count_is_a_number_in_json()
    {
        var file = _folder.Write("event.json", Refused(1).ToJsonString());
        var run = await Cli.RunAsync("hunt", "refusals-by-caller", file, "--until", Until, "--format", "json");
        Assert.Equal(
            """{"caller":"arn:aws:iam::123456789012:user/alice","account":"123456789012","refusals":1,"actions":1,"addresses":1,"earliest":"2026-03-04T09:01:00Z","latest":"2026-03-04T09:01:00Z"}""",
            Assert.Single(run.Lines));
    }

    [Fact]
    public async Task Copies_count_once_and_what_cannot_be_read_is_named_while_the_rest_is_answered()
    {
        var attach = Samples.Attach(id: "same").ToJsonString();
        var first = _folder.Write("a.jsonl", attach + "\nno json\n" + attach + "\n");
        var second = _folder.Write("b.json", attach);
        var run = await Cli.RunAsync(
            "hunt", "iam-changes", first, second, Path.Combine(_folder.Root, "gone"), "--until", Until, "--format", "json");
        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Single(run.Lines);
        Assert.Contains("a.jsonl, record 2: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("gone: no such file or folder", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 row from 4 records", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_window_ends_now_unless_told_otherwise()
    {
        var file = _folder.Write("event.json", Samples.Attach().ToJsonString()); // the call was made at 2026-03-04T09:01:07Z
        async Task<int> At(string now, params string[] more)
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var surroundings = new Surroundings(output, TextWriter.Null, TextReader.Null, static _ => null)
            {
                Clock = new FakeTimeProvider(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture)),
            };
            Assert.Equal(
                0, await CommandLine.RunAsync(
                    ["hunt", "iam-changes", file, "--format", "json", .. more], surroundings, TestContext.Current.CancellationToken));
            return output.ToString().Count(static c => c == '\n');
        }

        Assert.Equal(1, await At("2026-03-04T09:01:07Z"));
        Assert.Equal(0, await At("2026-03-04T09:01:06Z"));
        Assert.Equal(1, await At("2026-03-11T09:01:07Z"));
        Assert.Equal(0, await At("2026-03-11T09:01:08Z"));
        Assert.Equal(1, await At("2026-05-01T00:00:00Z", "--since", "2026-03-04"));
        Assert.Equal(0, await At("2026-05-01T00:00:00Z", "--since", "2026-03-04T09:01:08Z"));
        Assert.Equal(1, await At("2030-01-01T00:00:00Z", "--until", "2026-03-04T10:01:07+01:00"));
    }

    [Theory]
    [InlineData("name the hunt", "hunt")]
    [InlineData("no such hunt: Deletions", "hunt", "Deletions", "x.json")]
    [InlineData("name the log files", "hunt", "deletions")]
    [InlineData("--list: takes no NAME", "hunt", "deletions", "--list")]
    [InlineData("--since: expected a day (2026-03-04), a time", "hunt", "deletions", "x.json", "--since", "yesterday")]
    [InlineData(
        "--since: expected a time before that of --until", "hunt", "deletions", "x.json", "--since", "2026-03-05", "--until", "2026-03-04")]
    [InlineData("--sql: prints a statement", "hunt", "deletions", "x.json", "--sql", "athena")]
    [InlineData("--table: expected", "hunt", "deletions", "--sql", "athena", "--table", "t\"; DROP TABLE x")]
    [InlineData("--database: expected", "hunt", "deletions", "--sql", "athena", "--database", "a.b")]
    [InlineData("name the event data store", "hunt", "deletions", "--sql", "lake")]
    [InlineData("--event-data-store: expected", "hunt", "deletions", "--sql", "lake", "--event-data-store", "1 UNION SELECT")]
    [InlineData("--event-data-store: goes with", "hunt", "deletions", "--sql", "athena", "--event-data-store", "1")]
    [InlineData("go with --sql athena", "hunt", "deletions", "--sql", "lake", "--table", "t")]
    [InlineData("go with --sql", "hunt", "deletions", "x.json", "--table", "t")]
    public async Task Wrong_usage_says_what_is_wrong(string message, params string[] arguments)
    {
        var run = await Cli.RunAsync(arguments);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_names_every_hunt_and_the_store_may_be_an_ARN()
    {
        var list = await Cli.RunAsync("hunt", "--list");
        Assert.Equal(HuntCatalog.All.Select(static h => h.Id), list.Lines.Select(static line => line.Split(' ')[0]));
        var sql = await Cli.RunAsync(
            "hunt", "deletions", "--sql", "lake", "--event-data-store",
            "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/11111111-2222-3333-4444-555555555555");
        Assert.Contains("\nFROM 11111111-2222-3333-4444-555555555555\n", sql.Output, StringComparison.Ordinal);
        var other = await Cli.RunAsync("hunt", "deletions", "--sql", "athena", "--database", "security", "--table", "trail");
        Assert.Contains("\nFROM \"security\".\"trail\"\n", other.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_goes_into_a_file_but_never_over_an_input()
    {
        var input = _folder.Write("event.json", Samples.Attach().ToJsonString());
        var answer = Path.Combine(_folder.Root, "answer.csv");
        var run = await Cli.RunAsync("hunt", "iam-changes", input, "--until", Until, "--format", "csv", "--output", answer);
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Equal(2, (await File.ReadAllLinesAsync(answer, TestContext.Current.CancellationToken)).Length);

        Assert.Equal(ExitCode.Usage, (await Cli.RunAsync("hunt", "iam-changes", input, "--until", Until, "--output", input)).ExitCode);
        Assert.Contains(
            "AttachUserPolicy", await File.ReadAllTextAsync(input, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_rows_are_kept_in_whatever_order_they_come()
    {
        var hunt = HuntCatalog.Find("iam-changes")! with { Limit = 3 };
        var events = Enumerable.Range(0, 40).Select(static i =>
        {
            var attach = Samples.Attach(user: $"user-{i:00}", id: $"id-{i:00}");
            attach["eventTime"] = $"2026-03-04T09:{i:00}:00Z";
            return EventParser.Parse(System.Text.Encoding.UTF8.GetBytes(attach.ToJsonString())).Event!;
        }).ToArray();
        foreach (var order in (IEnumerable<CloudTrailEvent>[])[
            events, events.Reverse(), events.OrderBy(static e => e.EventId!.GetHashCode(StringComparison.Ordinal))])
        {
            var run = new HuntRun(hunt, DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
            foreach (var e in order) run.Add(e);
            Assert.Equal(40, run.Found);
            Assert.Equal(["id-39", "id-38", "id-37"], run.Rows().Select(static row => row.Cells[^1].Text));
        }
    }

    private static JsonObject Refused(int i)
    {
        var record = Samples.Attach(id: $"refused-{i}");
        record["eventTime"] = $"2026-03-04T09:{i:00}:00Z";
        record["errorCode"] = "AccessDenied";
        return record;
    }
}
