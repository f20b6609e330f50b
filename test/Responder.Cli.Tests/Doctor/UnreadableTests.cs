using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Responder.Cli.Tests.Aws;

namespace Responder.Cli.Tests.Doctor;

/// <summary>
/// A missing or incomplete answer never counts as a pass: each answer that doctor asks for is spoiled by itself, with everything else as it
/// should be.
/// </summary>
public sealed class UnreadableTests
{
    /// <summary>
    /// Members that may be missing, because AWS's API gives their absence a meaning or because nothing is concluded from them. The loss of
    /// any other member is noticed.
    /// </summary>
    private static readonly string[] s_mayBeMissing =
    [
        // this is how Lambda says that nothing is reserved or limited
        "GetFunctionConcurrency empty", "GetFunctionConcurrency without ReservedConcurrentExecutions",
        "DescribeRule without Name", "DescribeStacks without StackName", "DescribeTrails without HomeRegion", "DescribeTrails without Name",
        "GetCallerIdentity without Arn", "GetCallerIdentity without UserId",
        "GetFunctionConfiguration without FunctionName", "GetParameter without Name", "GetParameter without Version",
        "GetParameterHistory without Name", "GetParameterHistory without Value", "GetPolicy without RevisionId",
        "GetPolicyVersion without IsDefaultVersion",
        "GetPolicyVersion without VersionId", "GetRole without Arn", "GetRole without RoleName",
        // these repeat the request, or do not matter
        "GetRolePolicy without PolicyName", "GetRolePolicy without RoleName", "ListAttachedRolePolicies without PolicyName",
        "ListTargetsByRule without Id",
    ];

    [Fact]
    public async Task No_run_with_an_answer_that_cannot_be_read_passes()
    {
        var answers = new ConcurrentDictionary<string, WireReply>(StringComparer.Ordinal);
        Assert.Equal(0, (await RunAsync((call, reply) => answers.GetOrAdd(call, reply))).ExitCode);
        // Of the calls with the same name, only the last is spoiled: each check rests on its own answer, whatever the others are.
        var spoilt = answers.GroupBy(static a => a.Key.Split(' ')[0])
            // The last that says anything: a list without items looks the same without its member.
            .Select(static calls => calls
                .OrderBy(static c => Encoding.UTF8.GetString(c.Value.Body).Contains("<member>", StringComparison.Ordinal))
                .ThenBy(static c => c.Key, StringComparer.Ordinal).Last())
            .SelectMany(
                static answer => Spoilt(answer.Key.Split(' ')[0], answer.Value).Select(way => (Call: answer.Key, way.How, way.Reply)))
                .ToList();
        TestContext.Current.TestOutputHelper!.WriteLine($"{spoilt.Count} ways to spoil {answers.Count} answers");
        Assert.True(spoilt.Count > 150, $"{spoilt.Count} ways");

        var passed = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(spoilt, new ParallelOptions
        {
            MaxDegreeOfParallelism = 8,
            CancellationToken = TestContext.Current.CancellationToken,
        }, async (way, _) =>
        {
            var run = await RunAsync((call, reply) => call == way.Call ? way.Reply : reply);
            var notPassed = run.Json.Where(static r => r.TryGetProperty("verdict", out var verdict) && verdict.GetString() != "pass")
                .ToList();
            if (run.ExitCode != 1 || notPassed.Count == 0) passed.Add($"{way.Call.Split(' ')[0]} {way.How}");
            // What AWS did not answer is unknown; it must not be judged as wrong.
            else if (way.How is "refused" or "failed" or "garbage"
                && notPassed.Exists(static r => r.GetProperty("verdict").GetString() != "unknown")) passed.Add(
                    $"{way.Call.Split(' ')[0]} {way.How}: judged");
        });
        Assert.Equal(
            string.Join('\n', s_mayBeMissing.Order(StringComparer.Ordinal)),
            string.Join('\n', passed.Distinct().Order(StringComparer.Ordinal)));
    }

    private static async Task<CliRun> RunAsync(Func<string, WireReply, WireReply> change)
    {
        await using var server = await WireServer.StartAsync(new ScriptedAccount(change).Reply);
        return await Cli.RunAsync("doctor", "--endpoint", server.Url.ToString(), "--format", "json");
    }

    private static IEnumerable<(string How, WireReply Reply)> Spoilt(string operation, WireReply good)
    {
        var isXml = good.ContentType == "text/xml";
        var text = Encoding.UTF8.GetString(good.Body);
        yield return ("refused", isXml
            ? WireReply.Xml("<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>", 403)
            : WireReply.Json("""{"__type":"AccessDeniedException","message":"not authorized"}""", 400) with { Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = "AccessDeniedException" } });
        yield return ("failed", isXml ? WireReply.Xml("<ErrorResponse><Error><Code>ServiceFailure</Code><Message>broken</Message></Error></ErrorResponse>", 500) : WireReply.Json("""{"__type":"InternalFailure","message":"broken"}""", 500));
        yield return ("garbage", good with { Status = 200, Body = "\u0001<not an answer"u8.ToArray() });
        if (good.Status != 200) yield break; // an error has nothing more to spoil
        yield return ("cut", good with { Body = good.Body[..(good.Body.Length / 2)] });
        yield return ("empty", isXml ? WireReply.Xml($"<{operation}Response/>") : WireReply.Json("{}"));
        if (isXml)
        {
            // A missing item does not make an answer faulty, so items stay. Each member of an item is left out once.
            foreach (var name in XElement.Parse(text).Descendants().Select(static e => e.Name.LocalName).Distinct()
                .Except(["member", "item", "Attribute"]))
            {
                var root = XElement.Parse(text);
                root.Descendants().Last(e => e.Name.LocalName == name).Remove();
                yield return ("without " + name, WireReply.Xml(root.ToString(SaveOptions.DisableFormatting)));
            }

            yield break;
        }

        foreach (var path in Paths(JsonNode.Parse(text)!).Distinct())
        {
            var root = JsonNode.Parse(text)!;
            foreach (var holder in Holders(root, path.Holder)) holder.Remove(path.Member);
            yield return ("without " + path.Member, WireReply.Json(root.ToJsonString()));
        }
    }

    /// <summary>The path of every member of every object; the items of a list share one path.</summary>
    private static IEnumerable<(string Holder, string Member)> Paths(JsonNode? node, string path = "") => node switch
    {
        JsonObject map => map.SelectMany(m => Paths(m.Value, path + "/" + m.Key).Prepend((path, m.Key))),
        JsonArray list => list.SelectMany(item => Paths(item, path)),
        _ => [],
    };

    private static IEnumerable<JsonObject> Holders(JsonNode? node, string wanted, string path = "") => node switch
    {
        JsonObject map => map.ToList().SelectMany(m => Holders(m.Value, wanted, path + "/" + m.Key)).Concat(path == wanted ? [map] : []),
        JsonArray list => list.SelectMany(item => Holders(item, wanted, path)),
        _ => [],
    };
}
