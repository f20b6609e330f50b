using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Commands;

/// <summary>`responder search`, and the options that change a hunt.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SearchTests()
    {
        var refused = Record("three", "DeleteUser", "iam.amazonaws.com", "bob", "198.51.100.9");
        refused["errorCode"] = "AccessDenied";
        _folder.Write("log.json", new JsonObject
        {
            ["Records"] = new JsonArray(
                Record("one", "DeleteUser", "iam.amazonaws.com", "alice", "203.0.113.7"),
                Record("two", "DeleteBucket", "s3.amazonaws.com", "bob", "203.0.113.70"), refused),
        }.ToJsonString());
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--principal alice", "one")]
    [InlineData("--principal arn:aws:iam::111122223333:user/bob", "two three")]
    [InlineData("--principal AKIAalice --principal AKIAbob", "one two three")]
    [InlineData("--principal ali", "")]
    [InlineData("--address 203.0.113.7", "one")]
    [InlineData("--address 203.0.113.*", "one two")]
    [InlineData("--event DeleteBucket", "two")]
    [InlineData("--event iam:*", "one three")]
    [InlineData("--event Delete* --principal bob", "two three")]
    [InlineData("--event s3:DeleteUser", "")]
    [InlineData("--resource victim-one", "one")]
    [InlineData("--user-agent aws-cli", "one two three")]
    [InlineData("--request-id request-two", "two")]
    [InlineData("--event-id three --event-id one", "one three")]
    [InlineData("--event-id three --resource victim-one", "")]
    public async Task Records_are_found_by_what_is_asked_for(string options, string ids)
    {
        var run = await Cli.RunAsync(["search", _folder.Root, .. options.Split(' '), "--since", "2026-01-01", "--format", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(
            ids.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            run.Json.Select(static row => row.GetProperty("event_id").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_search_is_also_a_statement()
    {
        var run = await Cli.RunAsync("search", "--principal", "o'brien", "--event", "iam:Delete*", "--resource", "x", "--sql", "athena",
            "--days", "3");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("userIdentity.userName = 'o''brien'", run.Output, StringComparison.Ordinal);
        Assert.Contains("AND eventSource = 'iam.amazonaws.com'", run.Output, StringComparison.Ordinal);
        Assert.Contains("starts_with(eventName, 'Delete')", run.Output, StringComparison.Ordinal);
        Assert.Contains("strpos(json_format(cast(resources AS json)), 'x') > 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("interval '3' day", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search x")]
    [InlineData("search x --principal=")]
    [InlineData("search x --event a --limit 0")]
    [InlineData("search --event a")]
    [InlineData("hunt deletions x --at-least 2")]
    [InlineData("hunt refusals-by-caller x --at-least 0")]
    [InlineData("hunt deletions x --days 0")]
    [InlineData("hunt deletions x --day-column day")]
    [InlineData("hunt deletions --sql athena --day-column day --no-partition")]
    [InlineData("hunt deletions --sql athena --day-column da;y")]
    [InlineData("hunt deletions --sql lake --event-data-store 11111111-2222-3333-4444-555555555555 --no-partition")]
    public async Task Wrong_usage_is_named(string arguments)
    {
        var run = await Cli.RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("responder: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hunt_shows_attempts_when_asked_and_leaves_out_groups_below_a_threshold()
    {
        string[] worked = ["hunt", "deletions", _folder.Root, "--since", "2026-01-01", "--format", "json"];
        Assert.Equal(2, (await Cli.RunAsync(worked)).Lines.Count);
        var all = await Cli.RunAsync([.. worked, "--attempts"]);
        Assert.Equal(["AccessDenied"], all.Json.Select(static row => row.GetProperty("error").GetString()).OfType<string>());
        Assert.Equal(3, all.Lines.Count);

        string[] callers = ["hunt", "top-callers", _folder.Root, "--since", "2026-01-01", "--format", "json"];
        Assert.Equal(2, (await Cli.RunAsync(callers)).Lines.Count);
        var busy = await Cli.RunAsync([.. callers, "--at-least", "2"]);
        Assert.Equal("arn:aws:iam::111122223333:user/bob", Assert.Single(busy.Json).GetProperty("caller").GetString());
        Assert.StartsWith("1 row from 3 records", busy.Error, StringComparison.Ordinal);

        var sql = (await Cli.RunAsync("hunt", "refusals-in-detail", "--sql", "athena", "--at-least", "5", "--day-column",
            "timestamp")).Output;
        Assert.Contains("\nHAVING count(DISTINCT eventID) + count_if(eventID IS NULL) >= 5\nORDER BY", sql, StringComparison.Ordinal);
        Assert.Contains("WHERE \"timestamp\" >= date_format(", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("log_day", (await Cli.RunAsync("hunt", "deletions", "--sql", "athena", "--no-partition")).Output,
            StringComparison.Ordinal);
    }

    private static JsonObject Record(string id, string name, string source, string user, string address)
    {
        var record = Samples.Attach(id: id);
        record["eventName"] = name;
        record["eventSource"] = source;
        record["sourceIPAddress"] = address;
        record["requestID"] = "request-" + id;
        record["requestParameters"] = new JsonObject { ["userName"] = "victim-" + id };
        record["userIdentity"] = new JsonObject
        {
            ["type"] = "IAMUser",
            ["arn"] = "arn:aws:iam::111122223333:user/" + user,
            ["userName"] = user,
            ["accessKeyId"] = "AKIA" + user,
        };
        record["recipientAccountId"] = "111122223333";
        return record;
    }
}
