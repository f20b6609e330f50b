using System.Globalization;
using Responder.Analysis.Hunting;
using Responder.Analysis.Tables;
using Responder.Integrity;

namespace Responder.Analysis.Evidence;

/// <summary>
/// The tables of a package. Cells may be an attacker's text, so none may begin a formula in a spreadsheet (<see cref="Csv"/>).
/// </summary>
internal static class EvidenceCsv
{
    public static string Controls(EvidenceResult result) => Table(
        ["control", "asks", "verdict", "why", "counts", "events", "not_succeeded", "first", "last", "principals", "findings", "limits"],
        result.Controls.Select(static c => Row(
            c.Control.Id, c.Control.Asks, c.Support.Name(), c.Why, c.Control.Counts, c.Tally.Events, c.Tally.NotSucceeded, c.Tally.Oldest,
            c.Tally.Newest, c.Tally.PrincipalsSeen,
            c.Findings.Values.Sum(), c.Control.Limits)));

    public static string Events(EvidenceResult result) => Table(
        ["control", "event_time", "source", "event", "principal", "address", "outcome", "account", "region", "event_id", "file", "record"],
        result.Controls.SelectMany(static c => c.Tally.Shown.Select(e => Row(
            c.Control.Id, e.Time, e.Source, e.Name, e.Principal, e.Address, e.Outcome.ToString().ToLowerInvariant(), e.Account, e.Region,
            e.EventId, e.File, e.Record))));

    public static string Principals(EvidenceResult result) => Table(
        ["control", "principal", "events", "not_succeeded", "first", "last"],
        result.Controls.Select(static c => (c.Control.Id, c.Tally)).Prepend(("*", result.Run.All))
            .SelectMany(static c => c.Item2.Principals.Select(p => Row(c.Item1, p.Principal, p.Events, p.NotSucceeded, p.First, p.Last))));

    public static string Findings(EvidenceResult result) => Table(
        ["control", "detection", "findings"],
        result.Controls.SelectMany(static c => c.Findings.Select(f => Row(c.Control.Id, f.Key, f.Value))));

    public static string Gaps(EvidenceResult result) => Table(
        ["kind", "account", "region", "from", "to", "hours", "what"],
        result.Gaps.Select(
            static g =>
                Row(Gap.NameOf(g.Kind), g.Account, g.Region, g.From, g.To, g.Hours.ToString(CultureInfo.InvariantCulture), g.What)));

    public static string Inputs(EvidenceResult result)
    {
        var verdicts = result.Integrity.LogVerdicts();
        return Table(
            ["file", "bytes", "sha256", "records", "counted", "duplicates", "malformed", "outside_period", "undated", "digest_says"],
            result.Run.Files.Select(f => Row(
                f.File, f.Bytes, f.Sha256, f.Records, f.Counted, f.Duplicates, f.Malformed, f.Outside, f.Undated,
                verdicts.TryGetValue(IntegrityEvidence.BelowLogs(f.File), out var verdict)
                    ? IntegrityOutput.VerdictOf(verdict)
                    : "nothing")));
    }

    public static string Integrity(EvidenceResult result) => Table(
        ["kind", "verdict", "bucket", "key", "account", "region", "trail", "from", "to", "reason"],
        result.Integrity.Files.Select(static f => Row(
            IntegrityOutput.KindOf(f.Kind), IntegrityOutput.VerdictOf(f.Verdict), f.Name?.Bucket, f.Name?.Key, f.Chain.Account,
            f.Chain.Region, f.Chain.Trail, f.From, f.To, f.Reason)));

    public static string Incidents(EvidenceResult result) => Table(
        ["name", "time", "status", "severity", "detection", "title", "outcome", "account", "actor", "target", "closed_at", "closed_by",
            "reason"],
        (result.Incidents ?? []).Select(static i => Row(
            i.Name, i.Time, i.Status, i.Severity, i.Detection, i.Title, i.Outcome, i.Account, i.Actor, i.Target, i.ClosedAt, i.ClosedBy,
            i.Reason)));

    private static string Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<Cell>> rows) =>
        string.Concat(
            rows.Select(static row => Csv.Line(row.Select(static cell => cell.ToString())) + "\n").Prepend(Csv.Line(headings) + "\n"));

    private static Cell[] Row(params ReadOnlySpan<object?> values)
    {
        var cells = new Cell[values.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = values[i] switch
            {
                long count => new Cell(null, count),
                int count => new Cell(null, count),
                DateTimeOffset time => new Cell(IntegrityOutput.Time(time), null),
                var text => new Cell(text as string, null),
            };
        }

        return cells;
    }
}
