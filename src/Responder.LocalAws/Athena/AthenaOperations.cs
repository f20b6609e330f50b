using System.Globalization;
using System.Text.Json.Nodes;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Athena;

/// <summary>
/// Athena, API version 2017-05-18 (JSON 1.1): takes queries, lets them wait and run, and answers with the rows that were put there. It does
/// not understand SQL.
/// </summary>
internal sealed class AthenaOperations(AthenaState state, string region, JsonObject body)
{
    private const int MaxStatement = 262_144;
    private const int LeastToken = 32, LongestToken = 128;
    private const int MaxResults = 1000;

    public static IEnumerable<string> OperationNames { get; } =
        ["StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution"];

    public static bool Knows(string operation) => OperationNames.Contains(operation);

    public JsonObject Run(string operation) => operation switch
    {
        "StartQueryExecution" => Start(),
        "GetQueryExecution" => Get(),
        "GetQueryResults" => Results(),
        _ => Stop(),
    };

    private JsonObject Start()
    {
        var statement = Text("QueryString") is { Length: > 0 } text ? text : throw Invalid("QueryString is required.");
        if (System.Text.Encoding.UTF8.GetByteCount(statement) > MaxStatement)
            throw Invalid($"QueryString is longer than {MaxStatement} bytes.");
        var group = Text("WorkGroup") ?? AthenaState.Primary;
        if (!state.WorkGroups.Contains(group)) throw Invalid($"WorkGroup {group} is not found.");
        var token = Text("ClientRequestToken");
        if (token is { Length: < LeastToken or > LongestToken })
            throw Invalid($"ClientRequestToken must have {LeastToken} to {LongestToken} characters.");
        if (token is not null && state.Queries.FirstOrDefault(query => query.Token == token) is { } same)
        {
            return same.Statement == statement && same.WorkGroup == group
                ? new JsonObject { ["QueryExecutionId"] = same.Id }
                : throw Invalid("Idempotent parameters do not match");
        }

        var started = new AthenaExecution(Guid.NewGuid().ToString(), region, statement, group, token) { PollsLeft = state.Polls };
        state.Add(started);
        return new JsonObject { ["QueryExecutionId"] = started.Id };
    }

    private JsonObject Get()
    {
        var query = Query();
        query.Advance(state);
        var status = new JsonObject { ["State"] = query.State };
        if (query.Reason is { } reason) status["StateChangeReason"] = reason;
        return new JsonObject
        {
            ["QueryExecution"] = new JsonObject
            {
                ["QueryExecutionId"] = query.Id,
                ["Query"] = query.Statement,
                ["WorkGroup"] = query.WorkGroup,
                ["Status"] = status,
                ["Statistics"] = new JsonObject
                {
                    ["DataScannedInBytes"] = query.State == "QUEUED" ? 0 : state.BytesRead,
                    ["TotalExecutionTimeInMillis"] = 1500,
                },
            },
        };
    }

    private JsonObject Results()
    {
        var query = Query();
        if (query.State is "QUEUED" or "RUNNING") throw Invalid($"Query has not yet finished. Current state: {query.State}");
        if (query.State != "SUCCEEDED") throw Invalid($"Query did not finish successfully. Final query state: {query.State}");
        var most = body["MaxResults"] is { } asked ? Number(asked) : MaxResults;
        if (most is < 1 or > MaxResults) throw Invalid($"MaxResults must be between 1 and {MaxResults}.");
        var skipped = 0;
        if (Text("NextToken") is { } token && !(token.Split('/') is [var number, var id] && id == query.Id
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out skipped)))
            throw Invalid("Invalid NextToken");
        // The first row of a SELECT repeats the names of its columns.
        string?[][] rows = [[.. state.Columns], .. state.Rows];
        var answer = new JsonObject
        {
            ["ResultSet"] = new JsonObject
            {
                ["Rows"] = new JsonArray([.. rows.Skip(skipped).Take(most).Select(static row => Row(row))]),
                ["ResultSetMetadata"] = new JsonObject
                {
                    ["ColumnInfo"] = new JsonArray([
                        .. state.Columns.Select(static name => new JsonObject { ["Name"] = name, ["Type"] = "varchar" })]),
                },
            },
        };
        if (skipped + most < rows.Length)
            answer["NextToken"] = string.Create(CultureInfo.InvariantCulture, $"{skipped + most}/{query.Id}");
        return answer;
    }

    private JsonObject Stop()
    {
        var query = Query();
        if (query.State is "QUEUED" or "RUNNING") query.End("CANCELLED", "Query cancelled by user");
        return [];
    }

    private AthenaExecution Query()
    {
        var id = Text("QueryExecutionId") ?? throw Invalid("QueryExecutionId is required.");
        return state.Queries.FirstOrDefault(query => query.Id == id && query.Region == region)
            ?? throw Invalid($"QueryExecution {id} was not found");
    }

    /// <summary>Null is a cell without a value.</summary>
    private static JsonNode Row(string?[] cells) => new JsonObject
    {
        ["Data"] = new JsonArray([
            .. cells.Select(static cell => cell is null ? new JsonObject() : new JsonObject { ["VarCharValue"] = cell })]),
    };

    private string? Text(string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new AwsError("SerializationException", 400, $"{name} must be a text."),
    };

    private static int Number(JsonNode node) => node is JsonValue value && value.TryGetValue<int>(out var number)
        ? number
        : throw new AwsError("SerializationException", 400, "MaxResults must be a number.");

    private static AwsError Invalid(string message) => new("InvalidRequestException", 400, message);
}
