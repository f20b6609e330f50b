using System.Globalization;
using System.Text;
using Responder.Analysis.Hunting.Query;

namespace Responder.Analysis.Hunting;

/// <summary>
/// A hunt as SQL. Dates are relative to the time at which it runs; copies of an event count once, as in <see cref="HuntRun"/>.
/// </summary>
public static class Statement
{
    /// <summary>
    /// The partition column of the table: days as CloudTrail names its folders, <c>yyyy/MM/dd</c>, so that a single column stands for year,
    /// month and day.
    /// </summary>
    public const string DayColumn = "log_day";

    /// <param name="from">What follows FROM: a quoted table, or the id of an event data store.</param>
    /// <param name="dayColumn">The column of Athena's table that holds the day as CloudTrail names its folders; null: it has none.</param>
    public static string Of(Hunt hunt, SqlDialect dialect, string from, string? dayColumn = DayColumn)
    {
        var sql = new StringBuilder();
        sql.Append("-- ").Append(hunt.Id).Append(": ").Append(hunt.Title).Append('\n');
        sql.Append(hunt.Totals.Count == 0 ? "SELECT DISTINCT\n" : "SELECT\n");
        sql.AppendJoin(
            ",\n", hunt.Columns.Select(c => $"  {c.Value.Sql(dialect)} AS {c.Name}")
            .Concat(hunt.Totals.Select(t => $"  {TotalOf(t, dialect)} AS {t.Name}")));
        sql.Append("\nFROM ").Append(from);
        sql.Append("\nWHERE ").AppendJoin("\n  AND ", Window(hunt, dialect, dayColumn).Concat(Parts(hunt.Counts).Select(part =>
            part.Sql(dialect))));
        if (hunt.Totals.Count > 0) sql.Append("\nGROUP BY ").AppendJoin(", ", Enumerable.Range(1, hunt.Columns.Count));
        if (hunt.AtLeast > 1) sql.Append(CultureInfo.InvariantCulture, $"\nHAVING {TotalOf(hunt.Totals[0], dialect)} >= {hunt.AtLeast}");
        sql.Append("\nORDER BY ").Append(Order(hunt));
        return sql.Append(CultureInfo.InvariantCulture, $"\nLIMIT {hunt.Limit}\n").ToString();
    }

    private static IEnumerable<string> Window(Hunt hunt, SqlDialect dialect, string? dayColumn)
    {
        var days = string.Create(CultureInfo.InvariantCulture, $"interval '{hunt.Days}' day");
        // The partition limits what is read; a file may hold events of the day before its own, but never of the day after.
        if (dialect == SqlDialect.Athena
            && dayColumn is not null) yield return $"{dayColumn} >= date_format(current_date - {days}, '%Y/%m/%d')";
        yield return $"{TimeOfDay.Moment(dialect)} >= current_timestamp - {days}";
        yield return $"{TimeOfDay.Moment(dialect)} <= current_timestamp";
    }

    /// <summary>The conditions that are joined at the top level; each gets a line of its own.</summary>
    private static IEnumerable<Condition> Parts(Condition where) => where is All all ? all.Parts.SelectMany(Parts) : [where];

    private static string TotalOf(Total total, SqlDialect dialect)
    {
        var value = total.Value.Sql(dialect);
        return total.Aggregate switch
        {
            Aggregate.Events => $"count(DISTINCT {value}) + count_if({value} IS NULL)",
            Aggregate.Distinct => $"count(DISTINCT {value})",
            Aggregate.Earliest => $"min({value})",
            _ => $"max({value})",
        };
    }

    private static string Order(Hunt hunt) => hunt.Totals.Count == 0
        ? string.Join(
            ", ", hunt.Columns.Select(static (column, i) => (i + 1).ToString(CultureInfo.InvariantCulture) + (i == 0 ? " DESC" : "")))
        : string.Create(
            CultureInfo.InvariantCulture, $"{hunt.Columns.Count + 1} DESC, {string.Join(", ", Enumerable.Range(1, hunt.Columns.Count))}");
}
