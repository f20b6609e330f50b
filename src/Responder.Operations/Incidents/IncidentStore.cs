using System.Globalization;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Retention;

namespace Responder.Operations.Incidents;

/// <summary>A parameter below the incidents path that is not an incident record of the responder.</summary>
public sealed record UnreadableRecord(string Name, string Because);

/// <summary>The ledger that a record names.</summary>
/// <param name="Exists">False: it was never written, or it is gone.</param>
/// <param name="Incident">Name of the record whose containment the ledger undoes; null when it does not say.</param>
public sealed record LedgerView(string Name, bool Exists, bool Released, string? ReleasedAt, string? ReleasedBy, string? Incident);

/// <summary>Finds, lists and closes the incident records of an installation, for people.</summary>
public sealed class IncidentStore(IAmazonSimpleSystemsManagement ssm, ParameterNames names)
{
    /// <summary>All records, newest first, and the parameters that are not records.</summary>
    public async Task<(IReadOnlyList<IncidentSummary> Records, IReadOnlyList<UnreadableRecord> Unreadable)> ListAsync(
        CancellationToken cancellationToken)
    {
        var records = new List<IncidentSummary>();
        var unreadable = new List<UnreadableRecord>();
        await foreach (var parameter in StoredParameters.BelowAsync(ssm, names.IncidentsRoot, TimeProvider.System, cancellationToken)
            .ConfigureAwait(false))
        {
            if (IncidentSummary.Read(names.IncidentsRoot, parameter.Name, parameter.Value ?? "", out var because) is { } record)
                records.Add(record);
            else unreadable.Add(new UnreadableRecord(parameter.Name, because));
        }

        records.Sort(
            static (a, b) =>
                string.CompareOrdinal(
                    b.Json["event"]["time"].Text ?? $"{b.Day:yyyy-MM-dd}", a.Json["event"]["time"].Text ?? $"{a.Day:yyyy-MM-dd}") is not 0
                    and var order
            ? order
            : string.CompareOrdinal(a.Name, b.Name));
        return (records, unreadable);
    }

    /// <param name="incident">Full name of the record, or the bare event id.</param>
    /// <exception cref="IncidentException">There is no such incident, there are several, or it is not a record of the
    /// responder.</exception>
    public async Task<(IncidentSummary Record, string Text)> FindAsync(string incident, CancellationToken cancellationToken)
    {
        var name = incident.StartsWith('/') ? incident : await NameOfAsync(incident, cancellationToken).ConfigureAwait(false);
        var text = await ReadAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new IncidentException($"{PlainText.OneLine(name)}: no such record");
        return IncidentSummary.Read(names.IncidentsRoot, name, text, out var because) is { } record
            ? (record, text)
            : throw new IncidentException($"{PlainText.OneLine(name)}: {because}");
    }

    /// <summary>The ledger that the record names; null: the incident contained nobody.</summary>
    public async Task<LedgerView?> LedgerOfAsync(IncidentSummary record, CancellationToken cancellationToken)
    {
        if (record.LedgerName is not { } name) return null;
        var read = await new SsmLedgers(ssm, ActionCatalog.Default).ReadAsync(name, cancellationToken).ConfigureAwait(false);
        var book = read.Value ?? throw new IncidentException($"the ledger could not be read: {read.Failure}");
        if (book.Of(record.Json["target"]["id"].Text) is not { } ledger) return new LedgerView(name, false, false, null, null, null);
        return new LedgerView(
            name, true, ledger.Released,
            ledger is { Released: true, ReleasedAt: { } at }
                ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                : null,
            ledger.Released ? ledger.Release?.By : null, ledger.FirstIncident);
    }

    public Task CloseAsync(IncidentSummary record, string text, Closing closing, CancellationToken cancellationToken) =>
        ssm.PutParameterAsync(StandardParameter.Put(record.Name, ClosedText.Record(text, closing)), cancellationToken);

    private async Task<string> NameOfAsync(string id, CancellationToken cancellationToken)
    {
        var end = "/" + ParameterNames.Encode(id);
        var found = new List<string>();
        await foreach (var parameter in StoredParameters.BelowAsync(ssm, names.IncidentsRoot, TimeProvider.System, cancellationToken)
            .ConfigureAwait(false))
        {
            if (parameter.Name.EndsWith(end, StringComparison.Ordinal)) found.Add(parameter.Name);
        }

        return found switch
        {
            [var only] => only,
            [] => throw new IncidentException(
                $"no record of incident {PlainText.OneLine(id, 128)} below {names.IncidentsRoot}; the page names the record in full"),
            _ => throw new IncidentException($"several records of that id, name one: {string.Join(", ", found)}"),
        };
    }

    private async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken)
                .ConfigureAwait(false)).Parameter.Value;
        }
        catch (ParameterNotFoundException)
        {
            return null;
        }
    }
}
