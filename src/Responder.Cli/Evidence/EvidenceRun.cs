using System.Security.Cryptography;
using Responder.Detections;
using Responder.Events;

namespace Responder.Cli.Evidence;

/// <summary>A file that was read.</summary>
/// <param name="Sha256">Of the file as it lies there; null: it could not be read.</param>
/// <param name="Outside">Records outside of the period.</param>
/// <param name="Undated">Records without a time: they evidence nothing.</param>
internal sealed record InputFile(string File, long Bytes, string? Sha256, long Records, long Counted, long Duplicates, long Malformed, long Outside, long Undated);

/// <summary>Reads records one by one and keeps what controls are evidenced by: counts, principals, a few examples, and the hours.</summary>
internal sealed class EvidenceRun(Framework framework, Period asked, DetectionCatalog catalog)
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly EventTally[] _tallies = [.. framework.Controls.Select(static _ => new EventTally())];
    private readonly SortedDictionary<string, long>[] _findings = [.. framework.Controls.Select(static _ => new SortedDictionary<string, long>(StringComparer.Ordinal))];
    private readonly List<InputFile> _files = [];

    public Framework Framework => framework;

    public Period Asked => asked;

    /// <summary>Of all records.</summary>
    public EventTally All { get; } = new();

    public Continuity Continuity { get; } = new();

    public IReadOnlyList<InputFile> Files => _files;

    public EventTally TallyOf(int control) => _tallies[control];

    /// <summary>Findings by detection, of those that name the control.</summary>
    public IReadOnlyDictionary<string, long> FindingsOf(int control) => _findings[control];

    /// <param name="onMalformed">Told the record's number and what is wrong with it.</param>
    public void Read(string file, Action<InputError> onError, Action<long, string> onMalformed, CancellationToken cancellationToken)
    {
        var (records, counted, duplicates, malformed, outside, undated) = (0L, 0L, 0L, 0L, 0L, 0L);
        foreach (var input in EventReader.ReadFile(file, onError))
        {
            cancellationToken.ThrowIfCancellationRequested();
            records++;
            if (input.Parsed.Event is not { } e)
            {
                malformed++;
                onMalformed(input.Record, input.Parsed.Error ?? "malformed");
            }
            else if (e.EventTime is not { } time) undated++;
            else if (!asked.Holds(time)) outside++;
            else if (!_seen.Add(EventIdentity.HashOf(e.IncidentId))) duplicates++;
            else
            {
                counted++;
                Add(e, time, input);
            }
        }

        var (bytes, sha256) = HashOf(file);
        _files.Add(new InputFile(file, bytes, sha256, records, counted, duplicates, malformed, outside, undated));
    }

    private void Add(CloudTrailEvent e, DateTimeOffset time, EventInput input)
    {
        var example = EventExample.Of(e, time, input);
        All.Add(example);
        Continuity.Add(e.AccountId ?? "unknown", e.Region ?? "unknown", time);
        var findings = catalog.Detect(e);
        for (var i = 0; i < _tallies.Length; i++)
        {
            var control = framework.Controls[i];
            if (control.Events?.Holds(e) == true) _tallies[i].Add(example);
            foreach (var finding in findings)
            {
                if (control.IsNamedBy(finding.Detection, framework)) _findings[i][finding.Detection.Id] = _findings[i].GetValueOrDefault(finding.Detection.Id) + 1;
            }
        }
    }

    /// <summary>Lets the auditor see that these were the files. What cannot be read was told when it was read.</summary>
    private static (long Bytes, string? Sha256) HashOf(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return (stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (0, null);
        }
    }
}
