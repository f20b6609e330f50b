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
                found.Records.Add(new Record(parameter.Name, version, record.Touched, record.Status, record.LedgerName));
            else
                found.Unreadable.Add($"{parameter.Name}: {because}");
        }
        else if (parameter.Name.StartsWith(names.QuarantinesRoot + "/", StringComparison.Ordinal))
        {
            var isOurs = JsonView.TryParse(parameter.Value ?? "", out var ledger) && ledger["schema"].Text == IncidentText.LedgerSchema;
            if (ledger["schema"].Text is SsmRenames.RenamedSchema or SsmRenames.WantedSchema
                && ClosedText.TimeOf(ledger["at"]) is { } noted)
            {
                found.Counters.Add((new Doomed(parameter.Name, version), noted));
                return;
            }

            if (!isOurs) found.Unreadable.Add($"{parameter.Name}: not a ledger of the responder");
            var released = isOurs && ledger["status"].Text == "released";
            found.Ledgers[parameter.Name] = new Ledger(
                parameter.Name, version, released, released ? ClosedText.TimeOf(ledger["release"]["at"]) : null);
        }
        else if (parameter.Name.StartsWith(names.BudgetRoot + "/", StringComparison.Ordinal)
            && HourOf(parameter.Name[(names.BudgetRoot.Length + 1)..].Split('/')[0]) is { } hour)
        {
            found.Counters.Add((new Doomed(parameter.Name, version), hour));
        }
        else if (parameter.Name != names.Mode && parameter.Name != names.Places)
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

            if (record.Ledger is { } ledger) needed.Add(ledger);
        }

        if (complete)
            doomed.AddRange(
                found.Ledgers.Values.Where(l => l is { Released: true, At: { } at } && now - at > age && !needed.Contains(l.Name))
                .Select(static l => new Doomed(l.Name, l.Version)));
        return (doomed, contained, unfinished);
    }

    /// <summary>
    /// Whether the record's principal counts as contained. A missing ledger proves nothing, because the record may hold the only undo data;
    /// but a person who closed the record has looked.
    /// </summary>
    private static bool IsContained(Record record, Found found)
    {
        if (record.Ledger is not { } name) return false;
        if (found.Ledgers.TryGetValue(name, out var ledger)) return !ledger.Released;
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

    private sealed record Record(string Name, long Version, DateTimeOffset Touched, IncidentStatus Status, string? Ledger);

    private sealed record Ledger(string Name, long Version, bool Released, DateTimeOffset? At);

    private sealed class Found
    {
        public int Count { get; set; }

        public List<Record> Records { get; } = [];

        public Dictionary<string, Ledger> Ledgers { get; } = new(StringComparer.Ordinal);

        public List<(Doomed Name, DateTimeOffset Hour)> Counters { get; } = [];

        public List<string> Unreadable { get; } = [];
    }
}
