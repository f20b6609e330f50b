using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class AthenaTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
        _world.Home.Athena.Columns = ["a", "b"];
        _world.Home.Athena.Rows = [["1", null], ["2", "x"], ["3", "y"]];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task A_query_waits_runs_and_answers_in_pages_with_its_names_first()
    {
        var id = await StartAsync();
        Assert.Equal("Query has not yet finished. Current state: QUEUED", await RefusalAsync("GetQueryResults", Of(id)));
        List<string> states = [];
        while (states.LastOrDefault() is null or "RUNNING")
            states.Add((string)(await CallAsync("GetQueryExecution", Of(id)))["QueryExecution"]!["Status"]!["State"]!);
        Assert.Equal(["RUNNING", "RUNNING", "SUCCEEDED"], states);

        var body = Of(id);
        body["MaxResults"] = 3;
        var first = await CallAsync("GetQueryResults", body);
        body["NextToken"] = (string)first["NextToken"]!;
        var second = await CallAsync("GetQueryResults", body);
        Assert.Equal("a,b|1,-|2,x", Cells(first));
        Assert.Equal("3,y", Cells(second));
        Assert.Null(second["NextToken"]);
    }

    [Fact]
    public async Task A_retry_of_a_start_is_the_same_query_and_another_statement_is_none()
    {
        var id = await StartAsync();
        Assert.Equal(id, await StartAsync());
        Assert.Equal("Idempotent parameters do not match", await RefusalAsync("StartQueryExecution", Start("SELECT 2")));
        Assert.Single(_world.Home.Athena.Queries);
    }

    [Fact]
    public async Task A_stopped_query_has_no_results()
    {
        var id = await StartAsync();
        await CallAsync("StopQueryExecution", Of(id));
        Assert.Equal(
            "CANCELLED", (string)(await CallAsync("GetQueryExecution", Of(id)))["QueryExecution"]!["Status"]!["State"]!);
        Assert.StartsWith("Query did not finish successfully", await RefusalAsync("GetQueryResults", Of(id)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StartQueryExecution", """{"QueryString":"SELECT 1","WorkGroup":"nobody"}""", "WorkGroup nobody is not found.")]
    [InlineData("StartQueryExecution", """{"QueryString":"SELECT 1","ClientRequestToken":"short"}""", "ClientRequestToken must have")]
    [InlineData("StartQueryExecution", "{}", "QueryString is required.")]
    [InlineData("GetQueryExecution", """{"QueryExecutionId":"x"}""", "QueryExecution x was not found")]
    [InlineData("StopQueryExecution", "{}", "QueryExecutionId is required.")]
    public async Task Limits_are_those_of_Athena(string operation, string body, string expected) =>
        Assert.StartsWith(expected, await RefusalAsync(operation, JsonNode.Parse(body)!.AsObject()), StringComparison.Ordinal);

    private static JsonObject Of(string id) => new() { ["QueryExecutionId"] = id };

    private static JsonObject Start(string statement) => new()
    {
        ["QueryString"] = statement,
        ["WorkGroup"] = "responder-hunting",
        ["ClientRequestToken"] = new string('t', 36),
    };

    private static string Cells(JsonNode page) => string.Join('|', page["ResultSet"]!["Rows"]!.AsArray().Select(static row =>
        string.Join(',', row!["Data"]!.AsArray().Select(static cell => (string?)cell!["VarCharValue"] ?? "-"))));

    private async Task<string> StartAsync() =>
        (string)(await CallAsync("StartQueryExecution", Start("SELECT 1")))["QueryExecutionId"]!;

    private async Task<JsonNode> CallAsync(string operation, JsonObject body)
    {
        var answer = await _client.JsonAsync("athena", "AmazonAthena." + operation, body.ToJsonString());
        Assert.Equal(200, (int)answer.Status);
        return answer.Json;
    }

    private async Task<string> RefusalAsync(string operation, JsonObject body)
    {
        var answer = await _client.JsonAsync("athena", "AmazonAthena." + operation, body.ToJsonString());
        Assert.Equal((400, "InvalidRequestException"), ((int)answer.Status, (string?)answer.Json["__type"]));
        return (string)answer.Json["message"]!;
    }
}
