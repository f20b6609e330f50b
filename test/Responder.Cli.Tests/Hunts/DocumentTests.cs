using System.Text;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;

namespace Responder.Cli.Tests.Hunts;

public sealed class DocumentTests
{
    private const string Begin = "<!-- hunts: written by a test from the definitions -->\n";
    private const string End = "<!-- /hunts -->\n";

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the list into docs/hunting.md; review the difference, then commit.</summary>
    [Fact]
    public async Task The_list_in_the_document_is_the_catalogue()
    {
        var path = Repository.PathOf("docs", "hunting.md");
        var document = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var (from, to) = (
            document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, document.IndexOf(End, StringComparison.Ordinal));
        var expected = document[..from] + List() + document[to..];
        Approval.Check(path, expected, "The list in docs/hunting.md is");
    }

    private static string List()
    {
        var text = new StringBuilder("\n## The hunts\n\n| Hunt | Question | Days | Rows at most |\n|---|---|---:|---:|\n");
        foreach (var hunt in HuntCatalog.All) text.Append($"| [`{hunt.Id}`](#{hunt.Id}) | {hunt.Title} | {hunt.Days} | {hunt.Limit} |\n");
        foreach (var hunt in HuntCatalog.All)
        {
            text.Append(
                $"\n### {hunt.Id}\n\n{hunt.Definition}\n\nColumns: {string.Join(", ", hunt.Headings.Select(static h => $"`{h}`"))}.\n");
            text.Append($"\n```sh\nresponder hunt {hunt.Id} logs/\n```\n\nIn Athena: "
                + $"{(hunt.IsSaved ? $"the saved query `responder-{hunt.Id}`" : $"`responder hunt {hunt.Id} --sql athena`")}.\n");
        }

        text.Append("\n## Two statements for CloudTrail Lake\n\nPut the id of the event data store in the place of EVENT_DATA_STORE_ID.\n");
        foreach (var id in (string[])["administrator-actions", "iam-changes"])
            text.Append($"\n```sql\n{Statement.Of(HuntCatalog.Find(id)!, SqlDialect.Lake, "EVENT_DATA_STORE_ID")}```\n");
        return text.Append('\n').ToString();
    }
}
