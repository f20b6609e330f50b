using System.Text.RegularExpressions;
using Responder.Analysis.Hunting.Query;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>What follows FROM, from options that are checked, since they become part of a statement.</summary>
internal static partial class SqlSource
{
    /// <summary>Defaults of infra/hunting.yaml.</summary>
    public const string Database = "responder_hunting", Table = "cloudtrail_logs";

    /// <exception cref="UsageException">A name that cannot be one, or none where one is needed.</exception>
    public static string Of(SqlDialect dialect, string? database, string? table, string? eventDataStore)
    {
        if (dialect == SqlDialect.Athena)
        {
            if (eventDataStore is not null) throw new UsageException("--event-data-store: goes with --sql lake; Athena has --database and --table");
            return $"\"{Name("--database", database ?? Database)}\".\"{Name("--table", table ?? Table)}\"";
        }

        if (database is not null || table is not null) throw new UsageException("--database, --table: go with --sql athena; Lake has --event-data-store");
        var id = eventDataStore?.Split('/')[^1] ?? throw new UsageException("--sql lake: name the event data store with --event-data-store ID");
        return StoreId().IsMatch(id) ? id : throw new UsageException("--event-data-store: expected the id or ARN of an event data store");
    }

    private static string Name(string option, string name) =>
        GlueName().IsMatch(name) ? name : throw new UsageException(option + ": expected lower-case letters, digits and underscores");

    [GeneratedRegex(@"\A[a-z0-9_]{1,255}\z")]
    private static partial Regex GlueName();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z")]
    private static partial Regex StoreId();
}
