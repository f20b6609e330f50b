using System.Globalization;
using FileVerdict = Responder.Integrity.Verdict;

namespace Responder.Analysis.Evidence;

/// <summary>What one part of a control's basis came to, and why.</summary>
public sealed record BasisResult(Basis Basis, Verdict Verdict, string Why);

/// <summary>A control with everything that speaks to it.</summary>
public sealed record ControlResult(Control Control, Verdict Verdict, IReadOnlyList<BasisResult> Parts, EventTally Tally, IReadOnlyDictionary<string, long> Findings)
{
    public string Why => string.Join("; ", Parts.Select(static part => part.Why))
        + (Control.AtMostPartial && Parts.All(static part => part.Verdict == Verdict.Evidence) ? "; partial at best, see limits" : "");
}

/// <summary>The whole answer, from which every file of the package is written.</summary>
/// <param name="Incidents">Of the period; null: none were given.</param>
public sealed record EvidenceResult(
    EvidenceRun Run, IntegrityEvidence Integrity, IReadOnlyList<IncidentEvidence>? Incidents, IReadOnlyList<Gap> Gaps, IReadOnlyList<ControlResult> Controls, DateTimeOffset GeneratedAt,
    string Tool)
{
    public Framework Framework => Run.Framework;

    /// <summary>Of the records in the period.</summary>
    public DateTimeOffset? Oldest => Run.All.Oldest;

    public DateTimeOffset? Newest => Run.All.Newest;

    public int Count(Verdict verdict) => Controls.Count(control => control.Verdict == verdict);

    public static EvidenceResult Of(EvidenceRun run, IntegrityEvidence integrity, IReadOnlyList<IncidentEvidence>? incidents, DateTimeOffset generatedAt, string tool)
    {
        var wanted = incidents?.Where(incident => incident.Time is not { } time || run.Asked.Holds(time)).OrderBy(static i => i.Time).ThenBy(static i => i.Name, StringComparer.Ordinal).ToArray();
        var (from, to) = (run.Asked.Since ?? run.All.Oldest, run.Asked.Until ?? run.All.Newest);
        IReadOnlyList<Gap> gaps = [.. from is { } start && to is { } end ? run.Continuity.Gaps(start, end, integrity.Vouched()) : [], .. integrity.Gaps];
        var judge = new Judge(run, integrity, wanted, gaps);
        return new EvidenceResult(run, integrity, wanted, gaps, [.. run.Framework.Controls.Select((control, i) => judge.Result(control, i))], generatedAt, tool);
    }

    private sealed class Judge(EvidenceRun run, IntegrityEvidence integrity, IReadOnlyList<IncidentEvidence>? incidents, IReadOnlyList<Gap> gaps)
    {
        public ControlResult Result(Control control, int index)
        {
            var tally = run.TallyOf(index);
            BasisResult[] parts = [.. Enum.GetValues<Basis>().Where(basis => control.Basis.HasFlag(basis)).Select(basis => Part(basis, control, tally))];
            var verdict = parts.All(static part => part.Verdict == Verdict.None) ? Verdict.None
                : control.AtMostPartial || parts.Any(static part => part.Verdict != Verdict.Evidence) ? Verdict.Partial
                : Verdict.Evidence;
            return new ControlResult(control, verdict, parts, tally, run.FindingsOf(index));
        }

        private BasisResult Part(Basis basis, Control control, EventTally tally)
        {
            var (verdict, why) = basis switch
            {
                Basis.Events => Events(control, tally),
                Basis.Continuity => Continuous(),
                Basis.Integrity => Proven(),
                Basis.Retention => Kept(control.RetentionDays),
                _ => Handled(),
            };
            return new BasisResult(basis, verdict, why);
        }

        private (Verdict, string) Events(Control control, EventTally tally)
        {
            if (tally.Events == 0) return (Verdict.None, "no such event: none happened, or none was recorded");
            var count = Number(tally.Events, "event", "events");
            if (control.OfEveryRecord && tally.Events < run.All.Events) return (Verdict.Partial, $"{count}; {run.All.Events - tally.Events} of {run.All.Events} records lack something");
            var days = gaps.Count(static gap => gap.Kind == GapKind.Day);
            return days > 0 ? (Verdict.Partial, $"{count}; days without any record") : (Verdict.Evidence, count);
        }

        private (Verdict, string) Continuous()
        {
            if (run.All.Events == 0) return (Verdict.None, "no record");
            var silent = gaps.Where(static gap => gap.Kind == GapKind.Hours).ToArray();
            return silent.Length == 0
                ? (Verdict.Evidence, "records or valid digests for every hour")
                : (Verdict.Partial, string.Create(CultureInfo.InvariantCulture, $"{Number(silent.Length, "stretch", "stretches")} without records, {silent.Sum(static gap => gap.Hours):0.##} hours in all"));
        }

        private (Verdict, string) Proven()
        {
            if (integrity.DigestFiles == 0) return (Verdict.None, "no digests among the inputs");
            if (!integrity.Checked) return (Verdict.None, "digests without keys to check them: give --public-keys");
            if (integrity.ValidDigests == 0) return (Verdict.None, "no digest is valid");
            var proven = $"{Number(integrity.ValidDigests, "digest", "digests")} and {Number(integrity.ValidLogs, "log file", "log files")} valid";
            var verdicts = integrity.LogVerdicts();
            var unproven = run.Files.Count(file => file.Counted > 0 && verdicts.GetValueOrDefault(IntegrityEvidence.BelowLogs(file.File), FileVerdict.Missing) != FileVerdict.Valid);
            var missing = new List<string>();
            if (integrity.Faults > 0) missing.Add($"{integrity.Faults} invalid or missing");
            if (integrity.Unreadable.Any()) missing.Add("some unreadable");
            if (gaps.Any(static gap => gap.Kind is GapKind.Digest or GapKind.Unproven)) missing.Add("times without a valid digest");
            if (unproven > 0) missing.Add($"{Number(unproven, "input", "inputs")} that no valid digest names");
            return missing.Count == 0 ? (Verdict.Evidence, proven) : (Verdict.Partial, proven + "; " + string.Join(", ", missing));
        }

        private (Verdict, string) Kept(int days)
        {
            if (run.All is not { Oldest: { } oldest, Newest: { } newest }) return (Verdict.None, "no record");
            var seen = (newest - oldest).TotalDays;
            return (seen >= days ? Verdict.Evidence : Verdict.Partial, string.Create(CultureInfo.InvariantCulture, $"records span {Math.Floor(seen * 10) / 10:0.#} of {days} days"));
        }

        private (Verdict, string) Handled()
        {
            if (incidents is null) return (Verdict.None, "no incident records were given");
            if (incidents.Count == 0) return (Verdict.None, "no incident of the period");
            var unfinished = incidents.Count(static incident => incident.IsUnfinished);
            var count = Number(incidents.Count, "incident", "incidents");
            return unfinished == 0 ? (Verdict.Evidence, count) : (Verdict.Partial, $"{count}, {unfinished} unfinished");
        }

        private static string Number(long count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
    }
}
