using System.CommandLine;
using System.Text.RegularExpressions;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>
/// The options for a hunt as SQL, to be printed or to be run. What follows FROM is validated, because it becomes part of a statement.
/// </summary>
internal sealed partial class SqlOptions
{
    /// <summary>Defaults of infra/hunting.yaml.</summary>
    private const string DefaultDatabase = "responder_hunting", DefaultTable = "cloudtrail_logs", DefaultGroup = "responder-hunting";

    private readonly Option<string> _sql = new("--sql")
    {
        Description = "Print the statement for athena or lake instead; its dates are relative to when it runs.",
    };

    private readonly Option<string> _workGroup = new("--workgroup")
    {
        HelpName = "NAME",
        Description = $"Of Athena, for --run; by default {DefaultGroup}. It says where results go and how much a query may read.",
    };

    private readonly Option<string> _database = new("--database")
    {
        HelpName = "NAME",
        Description = $"Of Athena; by default {DefaultDatabase}, as infra/hunting.yaml has it.",
    };

    private readonly Option<string> _table = new("--table") { HelpName = "NAME", Description = $"Of Athena; by default {DefaultTable}." };

    private readonly Option<string> _dayColumn = new("--day-column")
    {
        HelpName = "NAME",
        Description = $"Of Athena's table: the column with the day as yyyy/MM/dd; by default {Statement.DayColumn}.",
    };

    private readonly Option<bool> _noPartition = new("--no-partition") { Description = "Athena's table has no column with the day." };

    private readonly Option<string> _store = new("--event-data-store") { HelpName = "ID", Description = "Of CloudTrail Lake; id or ARN." };

    public SqlOptions()
    {
        _sql.AcceptOnlyFromAmong("athena", "lake");
        Run.AcceptOnlyFromAmong("athena");
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_sql, Run, _workGroup, _database, _table, _dayColumn, _noPartition, _store])
            command.Options.Add(option);
    }

    public Option<string> Run { get; } = new("--run")
    {
        Description = "Run the statement in athena instead and show its rows; the query stops on Ctrl-C.",
    };

    /// <summary>The workgroup to run the statement in; null: it is only printed, or nobody asked for one.</summary>
    /// <exception cref="UsageException">The name is not valid.</exception>
    public string? WorkGroupOf(ParseResult parsed)
    {
        if (parsed.GetValue(Run) is null) return null;
        var group = parsed.GetValue(_workGroup) ?? DefaultGroup;
        return WorkGroupName().IsMatch(group)
            ? group
            : throw new UsageException("--workgroup: expected the name of a workgroup of Athena");
    }

    /// <summary>The statement; null: nobody asked for one.</summary>
    /// <param name="hasLogs">True: options were given that make sense only for reading logs.</param>
    /// <exception cref="UsageException">Options do not go together, a required name is missing, or a name is not valid.</exception>
    public string? StatementOf(Hunt hunt, ParseResult parsed, bool hasLogs)
    {
        var (database, table, store) = (parsed.GetValue(_database), parsed.GetValue(_table), parsed.GetValue(_store));
        var (dayColumn, hasNone) = (parsed.GetValue(_dayColumn), parsed.GetValue(_noPartition));
        if (parsed.GetValue(_sql) is not null && parsed.GetValue(Run) is not null)
            throw new UsageException("--sql and --run exclude each other");
        if (parsed.GetValue(_workGroup) is not null && parsed.GetValue(Run) is null)
            throw new UsageException("--workgroup: goes with --run");
        if ((parsed.GetValue(_sql) ?? parsed.GetValue(Run)) is not { } dialect)
        {
            if ((database ?? table ?? store ?? dayColumn) is not null || hasNone)
                throw new UsageException("--database, --table, --day-column, --no-partition, --event-data-store: go with --sql or --run");
            return null;
        }

        if (dialect != "athena" && (dayColumn is not null || hasNone))
            throw new UsageException("--day-column, --no-partition: go with --sql athena");
        if (dayColumn is not null && hasNone) throw new UsageException("--day-column and --no-partition exclude each other");
        // A name in quotes may be a word of the language, as timestamp is.
        var day = hasNone ? null : dayColumn is null ? Statement.DayColumn : $"\"{Name("--day-column", dayColumn)}\"";

        const string Alone =
            "--sql: prints a statement with dates of its own; it takes no PATH, --since, --until, --account, --region or --output";
        const string Elsewhere =
            "--run: asks the table, with dates of its own; it takes no PATH, --since, --until, --account or --region; see --days";
        if (hasLogs) throw new UsageException(parsed.GetValue(Run) is null ? Alone : Elsewhere);
        return dialect == "athena"
            ? Statement.Of(hunt, SqlDialect.Athena, AthenaTable(database, table, store), day)
            : Statement.Of(hunt, SqlDialect.Lake, LakeStore(database, table, store));
    }

    private static string AthenaTable(string? database, string? table, string? store)
    {
        if (store is not null) throw new UsageException("--event-data-store: goes with --sql lake; Athena has --database and --table");
        return $"\"{Name("--database", database ?? DefaultDatabase)}\".\"{Name("--table", table ?? DefaultTable)}\"";
    }

    private static string LakeStore(string? database, string? table, string? store)
    {
        if (database is not null || table is not null)
            throw new UsageException("--database, --table: go with --sql athena; Lake has --event-data-store");
        var id = store?.Split('/')[^1] ?? throw new UsageException("--sql lake: name the event data store with --event-data-store ID");
        return StoreId().IsMatch(id) ? id : throw new UsageException("--event-data-store: expected the id or ARN of an event data store");
    }

    private static string Name(string option, string name) =>
        GlueName().IsMatch(name) ? name : throw new UsageException(option + ": expected lower-case letters, digits and underscores");

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]{1,128}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WorkGroupName();

    [GeneratedRegex(@"\A[a-z0-9_]{1,255}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GlueName();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StoreId();
}
