using Responder.Analysis.Backtest;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>A file that was read.</summary>
/// <param name="Sha256">Hash of the file as stored; null: it could not be read to its end.</param>
/// <param name="Outside">Number of records outside of the period.</param>
/// <param name="Undated">Number of records without a time; they are no evidence.</param>
public sealed record InputFile(
    string File, long Bytes, string? Sha256, long Records, long Counted, long Duplicates, long Malformed, long Outside, long Undated);

/// <summary>
/// Combines files in input order and keeps what evidence consists of: counts, principals, a few examples, and the hours with records.
/// </summary>
public sealed class EvidenceRun(Framework framework, TimeWindow asked)
{
    private readonly IdSet _seen = new();
    private readonly EventTally[] _tallies = [.. framework.Controls.Select(static _ => new EventTally())];
    private readonly SortedDictionary<string, long>[] _findings = [
        .. framework.Controls.Select(static _ => new SortedDictionary<string, long>(StringComparer.Ordinal))];
    private readonly List<InputFile> _files = [];

    // Counts of the file whose parts are being added.
    private long _records;
    private long _counted;
    private long _duplicates;
    private long _malformed;
    private long _outside;
    private long _undated;

    public Framework Framework => framework;

    public TimeWindow Asked => asked;

    /// <summary>Tally of all records in the period.</summary>
    public EventTally All { get; } = new();

    public Continuity Continuity { get; } = new();

    public IReadOnlyList<InputFile> Files => _files;

    /// <summary>Files that are no logs, and so were not opened.</summary>
    public long NotOpened { get; set; }

    /// <summary>False: something that looks like a log was not read, or not to its end.</summary>
    public bool IsComplete { get; set; } = true;

    /// <summary>Number of files that were not read because all of their records are older than the period.</summary>
    public long OlderFiles { get; init; }

    public EventTally TallyOf(int control) => _tallies[control];

    /// <summary>Number of findings by detection, for the detections that name the control.</summary>
    public IReadOnlyDictionary<string, long> FindingsOf(int control) => _findings[control];

    /// <summary>Adds a part. The parts of a file must come one after the other, file after file.</summary>
    public void Add(EvidencePart part)
    {
        _records += part.Records;
        _malformed += part.Malformed.Count;
        _outside += part.Outside;
        _undated += part.Undated;
        foreach (var e in part.Events)
        {
            if (!_seen.Add(e.Id))
            {
                _duplicates++;
                continue;
            }

            _counted++;
            Add(e);
        }

        if (!part.IsLast) return;
        _files.Add(new InputFile(part.File.Name, part.Bytes, part.Sha256, _records, _counted, _duplicates, _malformed, _outside, _undated));
        (_records, _counted, _duplicates, _malformed, _outside, _undated) = (0, 0, 0, 0, 0, 0);
    }

    private void Add(EvidenceEvent e)
    {
        All.Add(e.Example);
        Continuity.Add(e.Example.Account ?? "unknown", e.Example.Region ?? "unknown", e.Example.Time);
        foreach (var control in e.Controls) _tallies[control].Add(e.Example);
        foreach (var (control, detection) in e.Findings)
            _findings[control][detection] = _findings[control].GetValueOrDefault(detection) + 1;
    }
}
