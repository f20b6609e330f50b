using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

/// <summary>
/// Tests the endpoint with a client that we did not write: boto3 plays one sequence through every operation. Where moto is present, it gets
/// the same sequence, and the answers must agree except where moto is known to be laxer than AWS or to differ from it.
/// </summary>
public sealed class BotoTests
{
    /// <summary>The step and the member where we do not follow moto, and why.</summary>
    private static readonly Dictionary<string, string> KnownDifferences = new(StringComparer.Ordinal)
    {
        ["001 sts:GetCallerIdentity Arn"] = "Each has a name of its own for a caller that it does not know.",
        ["008 iam:ListUsers IsTruncated"] = "moto does not page users.",
        ["008 iam:ListUsers Users"] = "moto does not page users.",
        ["012 iam:PutUserPermissionsBoundary outcome"] = "moto has no boundary for users.",
        ["014 iam:DeleteUserPermissionsBoundary outcome"] = "moto has no boundary for users.",
        ["093 ssm:PutParameter outcome"] = "moto accepts a blank in a parameter name.",
        ["117 sns:Publish outcome"] = "moto accepts a line break in a subject.",
        ["144 cloudtrail:LookupEvents outcome"] = "moto has no event history.",
        ["146 athena:GetQueryExecution QueryExecution Statistics DataScannedInBytes"] = "moto reads nothing.",
        ["146 athena:GetQueryExecution QueryExecution Statistics TotalExecutionTimeInMillis"] = "moto takes no time.",
        ["146 athena:GetQueryExecution QueryExecution Status State"] = "A query of moto has ended at once.",
        ["147 athena:GetQueryExecution QueryExecution Statistics DataScannedInBytes"] = "moto reads nothing.",
        ["147 athena:GetQueryExecution QueryExecution Statistics TotalExecutionTimeInMillis"] = "moto takes no time.",
        ["147 athena:GetQueryExecution QueryExecution Status State"] = "A query of moto has ended at once.",
        ["148 athena:GetQueryExecution QueryExecution Statistics DataScannedInBytes"] = "moto reads nothing.",
        ["148 athena:GetQueryExecution QueryExecution Statistics TotalExecutionTimeInMillis"] = "moto takes no time.",
        ["149 athena:GetQueryResults ResultSet Rows"] = "moto has no row with the names of the columns.",
    };

    [Fact]
    public async Task Boto3_understands_every_operation_and_finds_every_required_member()
    {
        var (lines, endpoint) = await PlayAsync();

        Assert.Equal(
            [], lines.Where(line => line["missing"]!.AsArray().Count > 0)
            .Select(line => $"{line["step"]} {line["call"]} lacks {line["missing"]!.ToJsonString()}"));
        Assert.Equal([], LocalAwsEndpoint.Operations.Except(endpoint.Calls.All.Select(call => $"{call.Service}:{call.Operation}")));
        Assert.Equal(
            [], LocalAwsEndpoint.Operations.Except(
                lines.Where(line => (string)line["outcome"]! == "ok").Select(line => (string)line["call"]!)));
    }

    [Fact]
    public async Task Moto_answers_the_same_except_where_it_is_known_not_to_be_aws()
    {
        var moto = await PythonAsync("--moto");
        var (ours, _) = await PlayAsync();
        Assert.Equal(moto.Count, ours.Count);

        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (our, their) in ours.Zip(moto))
        {
            var step = $"{(int)our["step"]!:D3} {our["call"]}";
            var (ourOutcome, theirOutcome) = ($"{our["status"]} {our["outcome"]}", $"{their["status"]} {their["outcome"]}");
            if (ourOutcome != theirOutcome)
                found[step + " outcome"] = $"ours {ourOutcome}, moto {theirOutcome}";
            else
                Compare(step, our["answer"], their["answer"], found);
        }

        var unknown = found.Where(difference => !KnownDifferences.ContainsKey(difference.Key))
            .Select(difference => $"{difference.Key}: {difference.Value}").ToList();
        Assert.True(unknown.Count == 0, string.Join('\n', unknown));
    }

    /// <summary>Members that both answers have must be equal; which optional members they have does not matter.</summary>
    private static void Compare(string place, JsonNode? ours, JsonNode? theirs, SortedDictionary<string, string> found)
    {
        if (ours is JsonObject our && theirs is JsonObject their)
        {
            foreach (var (name, value) in our.Where(member => their.ContainsKey(member.Key)))
                Compare($"{place} {name}", value, their[name], found);
        }
        else if (ours is JsonArray ourList && theirs is JsonArray theirList && ourList.Count == theirList.Count)
        {
            foreach (var (value, other) in ourList.Zip(theirList))
                Compare(place, value, other, found);
        }
        else if (!JsonNode.DeepEquals(ours, theirs))
        {
            found[place] = $"ours {ours?.ToJsonString() ?? "null"}, moto {theirs?.ToJsonString() ?? "null"}";
        }
    }

    private static async Task<(List<JsonNode> Lines, LocalAwsEndpoint Endpoint)> PlayAsync()
    {
        await using var endpoint = await LocalAwsEndpoint.StartAsync(new World("123456789012"));
        return (await PythonAsync(endpoint.Url.ToString()), endpoint);
    }

    private static async Task<List<JsonNode>> PythonAsync(string argument)
    {
        string[] modules = argument == "--moto" ? ["boto3", "moto"] : ["boto3"];
        var text = await Python.RunAsync(Path.Combine("boto", "sequence.py"), modules, null, argument);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
