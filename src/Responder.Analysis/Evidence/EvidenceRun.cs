using Responder.Analysis.Backtest;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>A file that was read.</summary>
/// <param name="Sha256">Of the file as it lies there; null: it could not be read.</param>
/// <param name="Outside">Records outside of the period.</param>
/// <param name="Undated">Records without a time: they evidence nothing.</param>
public sealed record InputFile(
    string File, long Bytes, string? Sha256, long Records, long Counted, long Duplicates, long Malformed, long Outside, long Undated);

/// <summary>
/// Puts files together in input order and keeps what controls are evidenced by: counts, principals, a few examples, and the hours.
/// </summary>
public sealed class EvidenceRun(Framework framework, TimeWindow asked)
{
    private readonly IdSet _seen = new();
    private readonly EventTally[] _tallies = [.. framework.Controls.Select(static _ => new EventTally())];
    private readonly SortedDictionary<string, long>[] _findings = [
        .. framework.Controls.Select(static _ => new SortedDictionary<string, long>(StringComparer.Ordinal))];
    private readonly List<InputFile> _files = [];

    // Of the file whose parts are being added.
    private long _records;
    private long _counted;
    private long _duplicates;
    private long _malformed;
    private long _outside;
    private long _undated;

    public Framework Framework => framework;

    public TimeWindow Asked => asked;

    /// <summary>Of all records.</summary>
    public EventTally All { get; } = new();

    public Continuity Continuity { get; } = new();

    public IReadOnlyList<InputFile> Files => _files;

    /// <summary>Files that were not read, because all of their records are older than the period.</summary>
    public long OlderFiles { get; init; }

    public EventTally TallyOf(int control) => _tallies[control];

    /// <summary>Findings by detection, of those that name the control.</summary>
    public IReadOnlyDictionary<string, long> FindingsOf(int control) => _findings[control];

    /// <summary>The parts of a file one after the other, file after file.</summary>
    public void Add(EvidencePart part)
    {
        _records += part.Events.Count + part.Malformed.Count + part.Outside + part.Undated;
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
