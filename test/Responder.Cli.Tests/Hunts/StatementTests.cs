using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;
using Responder.Cli.Terminal;

namespace Responder.Cli.Tests.Hunts;

public sealed partial class StatementTests
{
    private const string Store = "11111111-2222-3333-4444-555555555555";

    public static TheoryData<string, SqlDialect> Statements()
    {
        var data = new TheoryData<string, SqlDialect>();
        foreach (var hunt in HuntCatalog.All)
        {
            data.Add(hunt.Id, SqlDialect.Athena);
            data.Add(hunt.Id, SqlDialect.Lake);
        }

        return data;
    }

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the statements; review the difference, then commit.</summary>
    [Theory]
    [InlineData(SqlDialect.Athena, "athena.approved.sql")]
    [InlineData(SqlDialect.Lake, "lake.approved.sql")]
    public async Task Statements_are_the_approved_ones(SqlDialect dialect, string file)
    {
        var text = new StringBuilder();
        foreach (var hunt in HuntCatalog.All) text.Append(await Print(hunt.Id, dialect)).Append('\n');
        var path = Repository.PathOf("test", "Responder.Cli.Tests", "Hunts", file);
        Approval.Check(path, text.ToString(), $"{file} is");
    }

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Dates_are_relative_to_now_and_bound_what_is_read(string id, SqlDialect dialect)
    {
        var days = HuntCatalog.Find(id)!.Days.ToString(CultureInfo.InvariantCulture);
        var sql = await Print(id, dialect);
        var where = sql[sql.IndexOf("\nWHERE ", StringComparison.Ordinal)..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (dialect == SqlDialect.Athena)
        {
            Assert.Equal($"WHERE log_day >= date_format(current_date - interval '{days}' day, '%Y/%m/%d')", where[0]);
            Assert.Equal($"  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '{days}' day", where[1]);
        }
        else
        {
            Assert.Equal($"WHERE eventTime >= current_timestamp - interval '{days}' day", where[0]);
            Assert.DoesNotContain(Statement.DayColumn, sql, StringComparison.Ordinal);
        }

        // At its top level, the condition has nothing but AND, so no OR can let a row outside of the window through.
        Assert.All(
            where.Skip(1).TakeWhile(static line => line.StartsWith("  ", StringComparison.Ordinal)), static line =>
                Assert.StartsWith("  AND ", line, StringComparison.Ordinal));
        Assert.All(
            where.Where(static line => line.StartsWith("  AND ", StringComparison.Ordinal)), static line =>
                Assert.DoesNotContain(" OR ", Outermost(line), StringComparison.Ordinal));
        Assert.DoesNotMatch(FixedDate(), sql.Replace(Store, "", StringComparison.Ordinal));
    }

    /// <summary>Checks what a parser would stumble over first: quotes, brackets, and the order of the clauses.</summary>
    [Theory]
    [MemberData(nameof(Statements))]
    public async Task A_statement_is_well_formed(string id, SqlDialect dialect)
    {
        var sql = await Print(id, dialect);
        var bare = Outside(sql);
        var depth = 0;
        foreach (var c in bare)
        {
            depth += c switch { '(' => 1, ')' => -1, _ => 0 };
            Assert.True(depth >= 0, bare);
        }

        Assert.Equal(0, depth);
        Assert.DoesNotMatch(OddCharacters(), bare);
        var hunt = HuntCatalog.Find(id)!;
        Assert.Equal(
            hunt.Totals.Count > 0
                ? ["SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT"]
                : ["SELECT", "FROM", "WHERE", "ORDER BY", "LIMIT"],
            Clause().Matches(bare).Select(static m => m.Value));
        Assert.Equal(hunt.Headings, Heading().Matches(bare).Select(static m => m.Groups[1].Value));
    }

    [Fact]
    public void A_quote_inside_a_literal_is_doubled() => Assert.Equal(
        "eventName = 'it''s'", new In(RecordFields.Name, "it's").Sql(SqlDialect.Athena));

    [Fact]
    public void What_Lake_cannot_reach_is_an_error() =>
        Assert.Throws<NotSupportedException>(static () => RecordFields.Request("a.b.c").Sql(SqlDialect.Lake));

    /// <summary>Tests both forms in which Lake may show the content of a member.</summary>
    [Theory]
    [InlineData("{userName=mallory, accessKeyId=AKIAEXAMPLE}")]
    [InlineData("{accessKeyId=AKIAEXAMPLE, userName=mallory}")]
    [InlineData("""{"userName":"mallory","accessKeyId":"AKIAEXAMPLE"}""")]
    [InlineData("""{"accessKeyId": "AKIAEXAMPLE", "userName": "mallory"}""")]
    public void Lake_finds_an_inner_member(string text)
    {
        var sql = RecordFields.Response("accessKey.userName").Sql(SqlDialect.Lake);
        var pattern = sql[(sql.IndexOf(", '\\b", StringComparison.Ordinal) + 3)..sql.LastIndexOf('\'')];
        Assert.Equal("mallory", Regex.Match(text, pattern).Groups[1].Value);
    }

    private static async Task<string> Print(string id, SqlDialect dialect)
    {
        var run = dialect == SqlDialect.Athena
            ? await Cli.RunAsync("hunt", id, "--sql", "athena")
            : await Cli.RunAsync("hunt", id, "--sql", "lake", "--event-data-store", Store);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        return run.Output;
    }

    /// <summary>The statement without its comment, literals and quoted names; every quote must be closed.</summary>
    private static string Outside(string sql)
    {
        var bare = Quoted().Replace(sql[(sql.IndexOf('\n', StringComparison.Ordinal) + 1)..], "x");
        Assert.DoesNotContain("'", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("\"", bare, StringComparison.Ordinal);
        return bare;
    }

    private static string Outermost(string line)
    {
        var (text, depth) = (new StringBuilder(), 0);
        foreach (var c in Quoted().Replace(line, "x"))
        {
            if (c == '(') depth++;
            if (depth == 0) text.Append(c);
            if (c == ')') depth--;
        }

        return text.ToString();
    }

    [GeneratedRegex(@"'(?:[^'\n]|'')*'|""[^""\n]*""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\d{4}[-/]\d{2}|\d{8}")]
    private static partial Regex FixedDate();

    [GeneratedRegex(@"[^A-Za-z0-9_ \n().,<>=+-]|--|;")]
    private static partial Regex OddCharacters();

    [GeneratedRegex(@"^(SELECT|FROM|WHERE|GROUP BY|ORDER BY|LIMIT)\b", RegexOptions.Multiline)]
    private static partial Regex Clause();

    [GeneratedRegex(@" AS ([a-z_]+),?$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
