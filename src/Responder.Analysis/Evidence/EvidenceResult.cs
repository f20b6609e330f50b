using System.Globalization;
using Responder.Integrity;

namespace Responder.Analysis.Evidence;

/// <summary>The support that one part of a control's basis has, and why.</summary>
public sealed record BasisResult(Basis Basis, Support Support, string Why);

/// <summary>A control with all of its evidence.</summary>
public sealed record ControlResult(
    Control Control, Support Support, IReadOnlyList<BasisResult> Parts, EventTally Tally, IReadOnlyDictionary<string, long> Findings)
{
    public string Why => string.Join("; ", Parts.Select(static part => part.Why))
        + (Control.AtMostPartial && Parts.All(static part => part.Support == Support.Evidence) ? "; partial at best, see limits" : "");
}

/// <summary>The whole result, from which every file of the package is written.</summary>
/// <param name="Incidents">Incidents of the period; null: none were given.</param>
public sealed record EvidenceResult(
    EvidenceRun Run, IntegrityEvidence Integrity, IReadOnlyList<IncidentEvidence>? Incidents, IReadOnlyList<Gap> Gaps,
    IReadOnlyList<ControlResult> Controls, DateTimeOffset GeneratedAt,
    string Tool)
{
    public Framework Framework => Run.Framework;

    /// <summary>Time of the oldest record in the period.</summary>
    public DateTimeOffset? Oldest => Run.All.Oldest;

    public DateTimeOffset? Newest => Run.All.Newest;

    public int Count(Support support) => Controls.Count(control => control.Support == support);

    public static EvidenceResult Of(
        EvidenceRun run, IntegrityEvidence integrity, IReadOnlyList<IncidentEvidence>? incidents, DateTimeOffset generatedAt, string tool)
    {
        var wanted = incidents?.Where(incident => incident.Time is not { } time || run.Asked.Holds(time)).OrderBy(static i => i.Time)
            .ThenBy(static i => i.Name, StringComparer.Ordinal).ToArray();
        var (from, to) = (run.Asked.Since ?? run.All.Oldest, run.Asked.End ?? run.All.Newest);
        IReadOnlyList<Gap> gaps = [
            .. from is { } start && to is { } end ? run.Continuity.Gaps(start, end, integrity.Vouched()) : [], .. integrity.Gaps];
        var judge = new Judge(run, integrity, wanted, gaps);
        return new EvidenceResult(
            run, integrity, wanted, gaps, [.. run.Framework.Controls.Select((control, i) => judge.Result(control, i))], generatedAt, tool);
    }

    private sealed class Judge(
        EvidenceRun run, IntegrityEvidence integrity, IReadOnlyList<IncidentEvidence>? incidents, IReadOnlyList<Gap> gaps)
    {
        public ControlResult Result(Control control, int index)
        {
            var tally = run.TallyOf(index);
            BasisResult[] parts = [
                .. Enum.GetValues<Basis>().Where(basis => control.Basis.HasFlag(basis)).Select(basis => Part(basis, control, tally))];
            var support = parts.All(static part => part.Support == Support.None) ? Support.None
                : control.AtMostPartial || parts.Any(static part => part.Support != Support.Evidence) ? Support.Partial
                : Support.Evidence;
            return new ControlResult(control, support, parts, tally, run.FindingsOf(index));
        }

        private BasisResult Part(Basis basis, Control control, EventTally tally)
        {
            var (support, why) = basis switch
            {
                Basis.Events => Events(control, tally),
                Basis.Continuity => Continuous(),
                Basis.Integrity => Proven(),
                Basis.Retention => Kept(control.RetentionDays),
                _ => Handled(),
            };
            return new BasisResult(basis, support, why);
        }

        private (Support, string) Events(Control control, EventTally tally)
        {
            if (tally.Events == 0) return (Support.None, "no such event: none happened, or none was recorded");
            var count = Number(tally.Events, "event", "events");
            if (control.OfEveryRecord && tally.Events < run.All.Events)
                return (Support.Partial, $"{count}; {run.All.Events - tally.Events} of {run.All.Events} records lack something");
            var days = gaps.Count(static gap => gap.Kind == GapKind.Day);
            return days > 0 ? (Support.Partial, $"{count}; days without any record") : (Support.Evidence, count);
        }

        private (Support, string) Continuous()
        {
            if (run.All.Events == 0) return (Support.None, "no record");
            var silent = gaps.Where(static gap => gap.Kind == GapKind.Hours).ToArray();
            return silent.Length == 0
                ? (Support.Evidence, "records or valid digests for every hour")
                : (Support.Partial, string.Create(CultureInfo.InvariantCulture, $"{Number(silent.Length, "stretch", "stretches")} without "
                    + $"records, {silent.Sum(static gap => gap.Hours):0.##} hours in all"));
        }

        private (Support, string) Proven()
        {
            if (integrity.DigestFiles == 0) return (Support.None, "no digests among the inputs");
            if (!integrity.Checked) return (Support.None, "digests without keys to check them: give --public-keys");
            if (integrity.ValidDigests == 0) return (Support.None, "no digest is valid");
            var proven =
                $"{Number(integrity.ValidDigests, "digest", "digests")} and {Number(integrity.ValidLogs, "log file", "log files")} valid";
            var verdicts = integrity.LogVerdicts();
            var unproven = run.Files.Count(
                file => file.Counted > 0
                && verdicts.GetValueOrDefault(IntegrityEvidence.BelowLogs(file.File), Verdict.Missing) != Verdict.Valid);
            var missing = new List<string>();
            if (integrity.Faults > 0) missing.Add($"{integrity.Faults} invalid or missing");
            if (integrity.Unreadable.Any()) missing.Add("some unreadable");
            if (gaps.Any(static gap => gap.Kind is GapKind.Digest or GapKind.Unproven)) missing.Add("times without a valid digest");
            if (unproven > 0) missing.Add($"{Number(unproven, "input", "inputs")} that no valid digest names");
            return missing.Count == 0 ? (Support.Evidence, proven) : (Support.Partial, proven + "; " + string.Join(", ", missing));
        }

        private (Support, string) Kept(int days)
        {
            if (run.All is not { Oldest: { } oldest, Newest: { } newest }) return (Support.None, "no record");
            var seen = (newest - oldest).TotalDays;
            return (seen >= days ? Support.Evidence : Support.Partial,
                string.Create(CultureInfo.InvariantCulture, $"records span {Math.Floor(seen * 10) / 10:0.#} of {days} days"));
        }

        private (Support, string) Handled()
        {
            if (incidents is null) return (Support.None, "no incident records were given");
            if (incidents.Count == 0) return (Support.None, "no incident of the period");
            var unfinished = incidents.Count(static incident => incident.IsUnfinished);
            var count = Number(incidents.Count, "incident", "incidents");
            return unfinished == 0 ? (Support.Evidence, count) : (Support.Partial, $"{count}, {unfinished} unfinished");
        }

        private static string Number(long count, string one, string many) =>
            string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
    }
}
