using System.Globalization;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Events;
using Responder.Records;

namespace Responder.Retention;

/// <summary>
/// Deletes what is over: old records that were finished, released ledgers that no record needs, and counters of past hours. Never deletes a
/// ledger that is not released, or a record that cannot be read or whose principal is still contained. The log holds each of them in full.
/// </summary>
public sealed class RecordSweep(IAmazonSimpleSystemsManagement ssm, ParameterNames names, TimeSpan? retention, TimeProvider time)
{
    /// <summary>The SSM actions that a sweep needs; the role in template.yaml allows them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["ssm:DeleteParameters", "ssm:GetParameters", "ssm:GetParametersByPath"];

    /// <summary>The most names that SSM accepts in one call.</summary>
    private const int BatchSize = 10;

    /// <summary>A counter matters only in its own hour; after that it is kept for whoever looks back.</summary>
    private static readonly TimeSpan s_counterAge = TimeSpan.FromDays(2);

    /// <param name="cancellationToken">Ends the run; what was deleted stays deleted, and the result says that the run is not
    /// complete.</param>
    public async Task<SweepResult> SweepAsync(CancellationToken cancellationToken)
    {
        var found = new Found();
        var deleted = new List<string>();
        var failures = new List<string>();
        var complete = true;
        try
        {
            await foreach (var parameter in StoredParameters.BelowAsync(ssm, names.Root, time, cancellationToken)
                .ConfigureAwait(false))
                Sort(parameter, found);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            complete = false;
            if (!IsForNextTime(e, cancellationToken)) failures.Add(AwsFailure.Describe("GetParametersByPath", e));
        }

        foreach (var ledger in found.Ledgers.Values)
            found.Unreadable.AddRange(ledger.Book.Unreadable.Select(static name => $"{name}: not a ledger of the responder"));
        var (doomed, contained, unfinished) = Judge(found, complete);
        foreach (var batch in doomed.Chunk(BatchSize))
        {
            try
            {
                deleted.AddRange(await DeleteAsync(batch, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                complete = false;
                if (!IsForNextTime(e, cancellationToken)) failures.Add(AwsFailure.Describe("DeleteParameters", e));
                break;
            }
        }

        return new SweepResult(found.Count - deleted.Count, deleted, contained, unfinished, found.Unreadable, complete, failures);
    }

    private void Sort(Parameter parameter, Found found)
    {
        found.Count++;
        var version = parameter.Version ?? 0;
        if (parameter.Name.StartsWith(names.IncidentsRoot + "/", StringComparison.Ordinal))
        {
            if (IncidentSummary.Read(names.IncidentsRoot, parameter.Name, parameter.Value ?? "", out var because) is { } record)
                found.Records.Add(new Record(
                    parameter.Name, version, record.Touched, record.Status, record.LedgerName, record.Json["target"]["id"].Text));
            else
                found.Unreadable.Add($"{parameter.Name}: {because}");
        }
        else if (parameter.Name.StartsWith(names.QuarantinesRoot + "/", StringComparison.Ordinal))
        {
            if (JsonView.TryParse(parameter.Value ?? "", out var note) && SsmRenames.IsNote(parameter.Value ?? "")
                && ClosedText.TimeOf(note["at"]) is { } noted)
            {
                found.Counters.Add((new Doomed(parameter.Name, version), noted));
                return;
            }

            var path = PathOf(parameter.Name);
            if (!found.Ledgers.TryGetValue(path, out var ledger)) found.Ledgers[path] = ledger = new Ledger(path);
            ledger.Texts[parameter.Name] = parameter.Value ?? "";
            ledger.Versions[parameter.Name] = version;
        }
        else if (parameter.Name.StartsWith(names.BudgetRoot + "/", StringComparison.Ordinal)
            && HourOf(parameter.Name[(names.BudgetRoot.Length + 1)..].Split('/')[0]) is { } hour)
        {
            found.Counters.Add((new Doomed(parameter.Name, version), hour));
        }
        else if (parameter.Name != names.Mode && parameter.Name != names.Places && parameter.Name != names.Pages
            && parameter.Name != names.Plan)
        {
            found.Unreadable.Add(parameter.Name + ": not a parameter of the responder");
        }
    }

    /// <param name="complete">False when the listing is not complete: a record that was not listed may need a ledger, so no ledger is
    /// deleted.</param>
    private (List<Doomed> Doomed, int Contained, int Unfinished) Judge(Found found, bool complete)
    {
        var now = time.GetUtcNow();
        var doomed = found.Counters.Where(c => now - c.Hour > s_counterAge).Select(static c => c.Name).ToList();
        if (retention is not { } age) return (doomed, 0, 0);

        var (contained, unfinished) = (0, 0);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in found.Records)
        {
            var isOld = now - record.Touched > age;
            var isContained = IsContained(record, found);
            if (isOld && isContained) contained++;
            else if (isOld && record.Status == IncidentStatus.Unfinished) unfinished++;
            else if (isOld)
            {
                doomed.Add(new Doomed(record.Name, record.Version));
                continue;
            }

            if (record.Ledger is not { } path) continue;
            needed.Add(path);
            if (found.Ledgers.GetValueOrDefault(path)?.Book.MovedTo(record.TargetId) is { } moved) needed.Add(moved);
        }

        if (complete)
        {
            foreach (var ledger in found.Ledgers.Values)
            {
                if (ledger.Book is { HasOpen: false, Unreadable.Count: 0, EndedAt: { } ended } && now - ended > age
                    && !needed.Contains(ledger.Path))
                {
                    // What ends an entry goes after it: cut off in between, it would look open again.
                    doomed.AddRange(
                        ledger.Versions.OrderBy(static v => LedgerBook.IsEnd(v.Key)).Select(static v => new Doomed(v.Key, v.Value)));
                }
            }
        }

        return (doomed, contained, unfinished);
    }

    /// <summary>
    /// Whether the record's principal counts as contained. A missing ledger proves nothing, because the record may hold the only undo data;
    /// but a person who closed the record has looked.
    /// </summary>
    private static bool IsContained(Record record, Found found)
    {
        if (record.Ledger is not { } path) return false;
        if (found.Ledgers.TryGetValue(path, out var ledger))
        {
            return ledger.Book.Unreadable.Count > 0 || ledger.Book.Of(record.TargetId) is { Released: false }
                || (ledger.Book.MovedTo(record.TargetId) is { } moved
                    && found.Ledgers.GetValueOrDefault(moved)?.Book.Of(record.TargetId) is { Released: false });
        }

        return record.Status is not (IncidentStatus.Closed or IncidentStatus.Released);
    }

    /// <summary>Deletes what has not changed since it was judged: a principal may be contained again at this moment.</summary>
    private async Task<IEnumerable<string>> DeleteAsync(Doomed[] batch, CancellationToken cancellationToken)
    {
        var standing = await StoredParameters.WithPatienceAsync(
            () => ssm.GetParametersAsync(new GetParametersRequest { Names = [.. batch.Select(static d => d.Name)] }, cancellationToken),
            time, cancellationToken).ConfigureAwait(false);
        var unchanged = batch.Where(d => (standing.Parameters ?? []).Any(p => p.Name == d.Name && p.Version == d.Version))
            .Select(static d => d.Name).ToList();
        if (unchanged.Count == 0) return [];
        var answer = await StoredParameters.WithPatienceAsync(
            () => ssm.DeleteParametersAsync(new DeleteParametersRequest { Names = unchanged }, cancellationToken), time, cancellationToken)
                .ConfigureAwait(false);
        return answer.DeletedParameters ?? [];
    }

    private static bool IsForNextTime(Exception e, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        || StoredParameters.IsThrottling(e);

    /// <summary>The hour at the head of a counter's name: <c>2026-11-21T08</c>.</summary>
    private static DateTimeOffset? HourOf(string name) => name.Length >= 13 && DateTimeOffset.TryParseExact(
        name[..13], "yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour) ? hour : null;

    private sealed record Doomed(string Name, long Version);

    /// <summary>The path of the ledger that a parameter belongs to: account and principal.</summary>
    private string PathOf(string name)
    {
        var parts = name[(names.QuarantinesRoot.Length + 1)..].Split('/');
        return names.QuarantinesRoot + "/" + string.Join('/', parts.Take(2));
    }

    private sealed record Record(
        string Name, long Version, DateTimeOffset Touched, IncidentStatus Status, string? Ledger, string? TargetId);

    private sealed class Ledger(string path)
    {
        private LedgerBook? _book;

        public string Path => path;

        public Dictionary<string, string> Texts { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, long> Versions { get; } = new(StringComparer.Ordinal);

        /// <summary>Read once all of it was listed.</summary>
        public LedgerBook Book => _book ??= LedgerBook.Read(path, Texts);
    }

    private sealed class Found
    {
        public int Count { get; set; }

        public List<Record> Records { get; } = [];

        public Dictionary<string, Ledger> Ledgers { get; } = new(StringComparer.Ordinal);

        public List<(Doomed Name, DateTimeOffset Hour)> Counters { get; } = [];

        public List<string> Unreadable { get; } = [];
    }
}
