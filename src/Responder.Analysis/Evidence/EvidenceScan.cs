using System.Security.Cryptography;
using Responder.Analysis.Backtest;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>What one event of the period contributes.</summary>
/// <param name="Id">Hash of the event id, to recognize duplicates.</param>
/// <param name="Controls">Indexes of the controls that it is evidence of.</param>
/// <param name="Findings">Detections that found something, each with the index of a control that it names.</param>
public readonly record struct EvidenceEvent(
    UInt128 Id, EventExample Example, IReadOnlyList<int> Controls, IReadOnlyList<(int Control, string Detection)> Findings);

/// <summary>A stretch of one file, in file order.</summary>
public sealed class EvidencePart(LogFile file)
{
    /// <summary>Limits how much of any file is held in memory.</summary>
    private const int MaxRecords = 1024;

    public LogFile File => file;

    public List<EvidenceEvent> Events { get; } = [];

    public List<(long Record, string Reason)> Malformed { get; } = [];

    /// <summary>Why the file could not be read, or only in part.</summary>
    public List<InputError> Errors { get; } = [];

    public long Outside { get; set; }

    public long Records => Events.Count + Malformed.Count + Outside + Undated;

    public long Undated { get; set; }

    public bool IsLast { get; set; }

    /// <summary>Size of the whole file as stored; set in the last part, like <see cref="Sha256"/>.</summary>
    public long Bytes { get; set; }

    public string? Sha256 { get; set; }

    public bool IsFull => Events.Count + Malformed.Count >= MaxRecords;
}

/// <summary>Reads files into parts, each file once, so that the hash is that of exactly what was read. Safe on several threads.</summary>
public sealed class EvidenceScan(Framework framework, TimeWindow asked, DetectionCatalog catalog)
{
    private readonly WatchTable _watches = LogFilter.Everything.Watches();

    /// <param name="onPart">Called with every part, in file order; the last one always comes, even for a file that cannot be
    /// opened.</param>
    /// <param name="onBytes">Called with the number of stored bytes that were read since the last call; null: nobody wants to know.</param>
    public void Read(LogFile file, Action<EvidencePart> onPart, Action<int>? onBytes, CancellationToken cancellationToken)
    {
        var part = new EvidencePart(file);
        bool? isWatched = null;
        void OnError(InputError error)
        {
            // A failure caused by the interruption is not an error of the file.
            if (!cancellationToken.IsCancellationRequested) part.Errors.Add(error);
        }

        if (file.Open(OnError, cancellationToken) is { } stream)
        {
            using var hashed = new HashedStream(onBytes is null ? stream : new CountedStream(stream, onBytes));
            foreach (var input in file.EventsOf(hashed, IsSeen, OnError, cancellationToken))
            {
                Add(part, input, isWatched != false);
                isWatched = null;
                if (!part.IsFull) continue;
                onPart(part);
                part = new EvidencePart(file);
            }

            (part.Bytes, part.Sha256) = hashed.Finish(cancellationToken);
        }

        part.IsLast = true;
        onPart(part);

        // Every record counts, but most of them can lead to no finding. What is said here is about the event that comes next.
        bool IsSeen(in RecordHead head)
        {
            isWatched = _watches.Matches(head);
            return true;
        }
    }

    private void Add(EvidencePart part, EventInput input, bool isWatched)
    {
        if (input.Parsed.Event is not { } e) part.Malformed.Add((input.Record, input.Parsed.Error ?? "malformed"));
        else if (e.EventTime is not { } time) part.Undated++;
        else if (!asked.Holds(time)) part.Outside++;
        else part.Events.Add(Of(e, time, input, isWatched));
    }

    private EvidenceEvent Of(CloudTrailEvent e, DateTimeOffset time, EventInput input, bool isWatched)
    {
        IReadOnlyList<Finding> found = isWatched ? catalog.Detect(e) : [];
        List<int>? controls = null;
        List<(int, string)>? findings = null;
        for (var i = 0; i < framework.Controls.Count; i++)
        {
            var control = framework.Controls[i];
            if (control.Events?.Holds(e) == true) (controls ??= []).Add(i);
            foreach (var finding in found)
            {
                if (control.IsNamedBy(finding.Detection, framework)) (findings ??= []).Add((i, finding.Detection.Id));
            }
        }

        return new EvidenceEvent(EventIdentity.HashOf(e.CopyKey), EventExample.Of(e, time, input), controls ?? [], findings ?? []);
    }

    /// <summary>
    /// Computes the SHA-256 of the stored bytes as they are read, so that an auditor can verify that these were the files.
    /// </summary>
    private sealed class HashedStream(Stream stream) : ForwardStream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _bytes;
        private bool _isBroken;

        public override int Read(Span<byte> buffer)
        {
            try
            {
                var read = stream.Read(buffer);
                _hash.AppendData(buffer[..read]);
                _bytes += read;
                return read;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _isBroken = true;
                throw;
            }
        }

        /// <summary>Reads what the reader of events left over. The hash is null when the file could not be read to its end.</summary>
        public (long Bytes, string? Sha256) Finish(CancellationToken cancellationToken)
        {
            var rest = new byte[64 * 1024];
            try
            {
                while (!_isBroken && !cancellationToken.IsCancellationRequested && Read(rest) > 0)
                {
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _isBroken = true;
            }

            return _isBroken || cancellationToken.IsCancellationRequested
                ? (_bytes, null)
                : (_bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
