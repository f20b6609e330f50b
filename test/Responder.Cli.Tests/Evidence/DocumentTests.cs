using System.Text;
using Responder.Analysis.Evidence;

namespace Responder.Cli.Tests.Evidence;

public sealed class DocumentTests
{
    private const string Begin = "<!-- controls: written by a test from the definitions -->\n";
    private const string End = "<!-- /controls -->\n";

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the lists into docs/evidence.md; review the difference, then commit.</summary>
    [Fact]
    public async Task The_controls_in_the_document_are_those_of_the_code()
    {
        var path = Repository.PathOf("docs", "evidence.md");
        var document = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (from, to) = (
            document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        var expected = document[..from] + Lists() + document[to..];
        Approval.Check(path, expected, "The lists in docs/evidence.md are");
    }

    private static string Lists()
    {
        var text = new StringBuilder();
        foreach (var framework in Framework.All)
        {
            text.Append($"\n## {framework.Title}: `--framework {framework.Id}`\n\n{framework.Edition}.\n\n| Control | Asks | Basis | "
                + $"Counts | At most | What logs cannot show |\n|---|---|---|---|---|---|\n");
            foreach (var c in framework.Controls)
            {
                var basis = c.Basis.ToString().ToLowerInvariant() + (c.RetentionDays > 0 ? $" ({c.RetentionDays} days)" : "");
                text.Append($"| {c.Id} | {c.Asks} | {basis} | {c.Counts ?? "none"} | {(c.AtMostPartial ? "partial" : "evidence")} | "
                    + $"{c.Limits} |\n");
            }
        }

        return text.Append('\n').ToString();
    }
}
