using System.Text.RegularExpressions;

namespace Responder.Architecture.Tests;

/// <summary>Checks what docs/architecture.md says of the way of an event and of the order of the layers.</summary>
public sealed partial class ArchitectureDocumentTests
{
    private const string Begin = "<!-- layers: checked by a test -->\n";
    private const string End = "<!-- /layers -->\n";

    private static string FilePath => Repository.PathOf("docs", "architecture.md");

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the table; review the difference, then commit.</summary>
    [Fact]
    public void The_table_of_layers_is_the_order_that_is_held()
    {
        var document = File.ReadAllText(FilePath);
        var (from, to) = (
            document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        var expected = document[..from] + Layout.Table + document[to..];
        if (Environment.GetEnvironmentVariable("RESPONDER_APPROVE") == "1" && expected != document)
            File.WriteAllText(FilePath, document = expected);
        Assert.True(
            expected == document, "docs/architecture.md is stale: RESPONDER_APPROVE=1 dotnet test test/Responder.Architecture.Tests");
    }

    [Fact]
    public void The_way_has_at_most_twelve_steps_and_each_is_where_it_says()
    {
        var rows = File.ReadLines(FilePath).Where(static line => Row().IsMatch(line)).ToArray();
        Assert.InRange(rows.Length, 8, 12);
        foreach (var row in rows)
        {
            var steps = Place().Matches(row);
            Assert.NotEmpty(steps);
            foreach (Match step in steps)
            {
                var code = File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(FilePath)!, step.Groups["file"].Value)));
                Assert.Matches($@"\b(class|record|struct) {step.Groups["type"].Value}\b", code);
                Assert.Matches($@"\b{step.Groups["member"].Value}\(", code);
            }
        }
    }

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+)\.(?<member>\w+)` in \[\w+\.cs\]\((?<file>[^)]+)\)")]
    private static partial Regex Place();
}
