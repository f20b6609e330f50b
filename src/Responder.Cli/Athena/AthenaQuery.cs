using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Events;

namespace Responder.Cli.Athena;

/// <summary>
/// Runs the statement of a hunt in Athena: starts it in a workgroup, waits for its end, reads all pages of the answer. On Ctrl-C the query
/// is stopped, because it costs by what it reads.
/// </summary>
/// <param name="workGroup">It says where the results go and how much a query may read.</param>
internal sealed class AthenaQuery(AwsCall athena, string workGroup, Surroundings surroundings)
{
    /// <summary>Maximum of GetQueryResults.</summary>
    private const int MaxRows = 1000;

    private const long Megabyte = 1024 * 1024;

    /// <summary>Of the regions that most people use; source: aws.amazon.com/athena/pricing</summary>
    private const decimal DollarsPerTerabyte = 5;

    /// <summary>Athena charges for at least so much of each query that ran.</summary>
    private const long LeastMegabytes = 10;

    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>What the query has read and cost so far, for the line on standard error.</summary>
    public string Spent { get; private set; } = "";

    /// <summary>The rows; null: the query did not succeed, which was told.</summary>
    /// <exception cref="OperationCanceledException">Interrupted; the query was stopped, or it was told that it could not be.</exception>
    public async Task<IReadOnlyList<HuntRow>?> RunAsync(Hunt hunt, string statement, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Whoever interrupts while it starts would leave a query that nobody can name, so this one call is waited for.
        var started = await athena.JsonAsync(
            "StartQueryExecution",
            writer =>
            {
                writer.WriteString("QueryString", statement);
                writer.WriteString("WorkGroup", workGroup);
                // Makes a retry of this call the same query.
                writer.WriteString("ClientRequestToken", Guid.NewGuid().ToString());
            },
            CancellationToken.None);
        var id = Text(started, "QueryExecutionId") ?? throw new AmazonClientException("StartQueryExecution: the answer names no query");
        Spent = $"query {id}";
        try
        {
            return await EndOfAsync(id, cancellationToken) ? await RowsAsync(hunt, id, cancellationToken) : null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await StopAsync(id);
            throw;
        }
        finally
        {
            Show("");
        }
    }

    /// <summary>Waits for the end; false: the query failed or was stopped, which is told.</summary>
    private async Task<bool> EndOfAsync(string id, CancellationToken cancellationToken)
    {
        var wait = s_firstWait;
        while (true)
        {
            var answer = await athena.JsonAsync(
                "GetQueryExecution", writer => writer.WriteString("QueryExecutionId", id), cancellationToken);
            var execution = Member(answer, "QueryExecution");
            var status = Member(execution, "Status");
            var state = Text(status, "State") ?? "";
            var scanned = Number(Member(execution, "Statistics"), "DataScannedInBytes");
            var ran = TimeSpan.FromMilliseconds(Number(Member(execution, "Statistics"), "TotalExecutionTimeInMillis"));
            Spent = $"query {id}, {Cost(scanned, state)}, {ran.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
            switch (state)
            {
                case "SUCCEEDED": return true;
                case "FAILED" or "CANCELLED":
                    Show("");
                    var reason = Text(status, "StateChangeReason") ?? "Athena gives no reason";
                    surroundings.Tell("athena", $"the query {(state == "FAILED" ? "failed" : "was stopped")}: {reason} ({Spent})");
                    return false;
                case "QUEUED" or "RUNNING":
                    Show($"athena: {state}, {Spent}");
                    await Task.Delay(wait, surroundings.Clock, cancellationToken);
                    wait = wait * 3 / 2 < s_longestWait ? wait * 3 / 2 : s_longestWait;
                    break;
                default: throw new AmazonClientException($"GetQueryExecution: a state that is not known: {state}");
            }
        }
    }

    private async Task<IReadOnlyList<HuntRow>> RowsAsync(Hunt hunt, string id, CancellationToken cancellationToken)
    {
        string[] headings = [.. hunt.Headings];
        var rows = new List<HuntRow>();
        var isFirst = true;
        var pages = athena.JsonPagesAsync("GetQueryResults", writer =>
        {
            writer.WriteString("QueryExecutionId", id);
            writer.WriteNumber("MaxResults", MaxRows);
        }, cancellationToken);
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            var set = Member(page, "ResultSet");
            var columns = List(Member(set, "ResultSetMetadata"), "ColumnInfo").Select(static column => Text(column, "Name")).ToArray();
            foreach (var row in List(set, "Rows"))
            {
                var cells = List(row, "Data").Select(static cell => Text(cell, "VarCharValue")).ToArray();
                // The first row of the first page repeats the names.
                var isHeading = isFirst && cells.AsSpan().SequenceEqual(headings);
                isFirst = false;
                if (isHeading) continue;
                if (cells.Length != headings.Length || (columns.Length > 0 && !columns.AsSpan().SequenceEqual(headings)))
                    throw new AmazonClientException("GetQueryResults: the answer has other columns than the question");
                rows.Add(RowOf(hunt, cells));
            }
        }

        return rows;
    }

    private static HuntRow RowOf(Hunt hunt, string?[] cells) => new(
    [
        .. cells.Select((text, i) => i >= hunt.Columns.Count
            && hunt.Totals[i - hunt.Columns.Count].Aggregate is Aggregate.Events or Aggregate.Distinct
            ? new Cell(null, long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : throw new AmazonClientException("GetQueryResults: a count is no number"))
            : new Cell(text, null)),
    ]);

    /// <summary>Stops the query, whose caller does not wait for it any more.</summary>
    private async Task StopAsync(string id)
    {
        Show("");
        using var timeout = new CancellationTokenSource(s_stopTimeout);
        try
        {
            await athena.JsonAsync("StopQueryExecution", writer => writer.WriteString("QueryExecutionId", id), timeout.Token);
            surroundings.Error.WriteLine($"responder: the query was stopped ({Spent})");
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            surroundings.Error.WriteLine(
                $"responder: {AwsFailure.Describe("StopQueryExecution", e)}; stop query {PlainText.OneLine(id, 100)} by hand");
        }
    }

    /// <summary>Replaces the line on a terminal.</summary>
    private void Show(string line)
    {
        if (!surroundings.ErrorIsTerminal) return;
        surroundings.Error.Write("\r" + line + "\u001b[K");
        surroundings.Error.Flush();
    }

    /// <summary>A query that failed is free, as is one that read nothing.</summary>
    private static string Cost(long bytes, string state)
    {
        var megabytes = Math.Max(LeastMegabytes, (bytes + Megabyte - 1) / Megabyte);
        var dollars = bytes == 0 || state == "FAILED" ? 0 : megabytes * DollarsPerTerabyte / Megabyte;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes:#,0} bytes read, about {dollars:0.0000} USD at {DollarsPerTerabyte} USD a TB");
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static long Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0;

    private static IEnumerable<JsonElement> List(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
