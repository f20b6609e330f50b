using System.Text.Json.Nodes;
using Responder.Analysis.Hunting;
using Responder.Cli.Terminal;

namespace Responder.Cli.Tests.Hunts;

/// <summary>
/// Checks every hunt against a second implementation of its definition in another language, over logs that cover all cases.
/// </summary>
public sealed class OracleTests : IDisposable
{
    private const string Until = "2026-03-04T09:01:07Z";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("7")]
    [InlineData("20260304")]
    public async Task Every_hunt_answers_what_the_oracle_answers(string seed)
    {
        Python.Run("hunt_logs.py", [], null, _folder.Root, Until, seed);
        var oracle = JsonNode.Parse(Python.Run("hunt_oracle.py", [], null, _folder.Root, Until))!.AsObject();

        Assert.Equal(HuntCatalog.All.Select(static hunt => hunt.Id).Order(), oracle.Select(static answer => answer.Key).Order());
        foreach (var (id, rows) in oracle)
        {
            var run = await Cli.RunAsync("hunt", id, _folder.Root, "--until", Until, "--format", "json");
            Assert.Equal(ExitCode.Input, run.ExitCode); // lines that are not JSON are reported
            var expected = rows!.AsArray();
            Assert.True(expected.Count >= 10, $"{id}: the logs hold only {expected.Count} rows");
            Assert.True(expected.Count == run.Lines.Count, $"{id}: {run.Lines.Count} rows instead of {expected.Count}");
            for (var i = 0; i < expected.Count; i++)
            {
                var actual = JsonNode.Parse(run.Lines[i])!;
                Assert.True(
                    JsonNode.DeepEquals(expected[i], actual),
                    $"{id}, row {i + 1}:\n{expected[i]!.ToJsonString()}\n{actual.ToJsonString()}");
                Assert.Equal(expected[i]!.AsObject().Select(static p => p.Key), actual.AsObject().Select(static p => p.Key));
            }
        }
    }
}
