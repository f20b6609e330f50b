using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Reading;

/// <summary>
/// Records that somebody wrote again: names in another case, and placeholders in place of ids. Nothing of them is lost in silence.
/// </summary>
public sealed class ForeignSpellingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Spellings => ["upper", "lower", "first letter", "source", "envelope"];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Names_in_another_case_are_read_like_the_proper_ones(string spelling)
    {
        var record = Samples.Attach(id: "3a2f7c1e-0000-4000-8000-000000000001");
        var other = spelling switch
        {
            "upper" => Spelled(record, static name => name.ToUpperInvariant()),
            "lower" => Spelled(record, static name => name.ToLowerInvariant()),
            "first letter" => Spelled(record, First),
            "envelope" => Spelled(Samples.Delivered(record), First),
            _ => Source(record),
        };
        var file = _folder.Write("event.json", other.ToJsonString());
        foreach (var command in (string[])["replay", "backtest"])
        {
            var run = await Cli.RunAsync(command, file, "--format", "json");
            Assert.Equal((0, "CRITICAL"), (run.ExitCode, run.Json[0].GetProperty("severity").GetString()));
        }
    }

    [Fact]
    public async Task Events_that_share_a_placeholder_are_told_apart_by_their_contents_and_the_reader_is_told()
    {
        var quiet = Samples.Attach(id: "<eventId>");
        quiet["eventName"] = "GetUser";
        var again = Samples.Attach(id: "<eventId>", user: "carol").ToJsonString();
        var file = _folder.Write(
            "log.json", $"{quiet.ToJsonString()}\n{Samples.Attach(id: "<eventId>").ToJsonString()}\n{again}\n{again}\n");

        var backtest = await Cli.RunAsync("backtest", file, "--format", "json");
        var summary = backtest.Json[^1];
        Assert.Equal((4, 1, 2, 2), (
            summary.GetProperty("records").GetInt32(), summary.GetProperty("duplicates").GetInt32(),
            summary.GetProperty("sharedIds").GetInt32(), summary.GetProperty("wouldContain").GetInt32()));
        Assert.Contains("2 events have another's id", backtest.Error, StringComparison.Ordinal);

        var replay = await Cli.RunAsync("replay", file, "--format", "json");
        Assert.Equal(
            ["none", "incident", "incident", "duplicate"], replay.Json.Select(static line => line.GetProperty("outcome").GetString()));
        Assert.Single(replay.Error.Split('\n'), static line => line.Contains("another event has the same id", StringComparison.Ordinal));

        var hunt = await Cli.RunAsync("hunt", "iam-changes", file, "--since", "2026-01-01", "--format", "json");
        Assert.Equal(3, hunt.Lines.Count);
    }

    private static JsonNode Source(JsonObject record)
    {
        record["eventSource"] = "IAM.AMAZONAWS.COM";
        return record;
    }

    private static string First(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static JsonNode Spelled(JsonNode node, Func<string, string> spelling) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(
            spelling(member.Key), member.Value is { } value ? Spelled(value, spelling) : null))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Spelled(item, spelling))]),
        _ => node.DeepClone(),
    };
}
