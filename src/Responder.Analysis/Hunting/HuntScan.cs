using Responder.Analysis.Backtest;
using Responder.Analysis.Hunting.Query;
using Responder.Logs;

namespace Responder.Analysis.Hunting;

/// <summary>A stretch of one file, in file order: the events that count, and what else has to be said.</summary>
public sealed class HuntPart(LogFile file)
{
    /// <summary>Limits how much of any file is held in memory.</summary>
    private const int MaxKept = 256;

    public LogFile File => file;

    /// <summary>What the events say that meet the condition, whatever their time.</summary>
    public List<HuntHit> Hits { get; } = [];

    public List<EventInput> Malformed { get; } = [];

    public List<InputError> Errors { get; } = [];

    /// <summary>Records of the accounts and regions that were asked for, malformed ones included.</summary>
    public long Records { get; set; }

    /// <summary>Those of them that are of another time.</summary>
    public long Outside { get; set; }

    /// <summary>True for the last part of its file.</summary>
    public bool IsLast { get; set; }

    public bool IsFull => Hits.Count + Malformed.Count >= MaxKept;
}

/// <summary>Reads files into parts. Most records cannot meet the condition, and so are only counted. Safe on several threads.</summary>
/// <param name="places">The accounts and regions that were asked for.</param>
/// <param name="window">The time that was asked for.</param>
public sealed class HuntScan(Hunt hunt, LogFilter places, TimeWindow window)
{
    private readonly HuntReading _reading = new(hunt);
    private readonly Condition _counts = hunt.Counts;
    private readonly LogFilter _wanted = places.Within(window);

    /// <param name="onPart">Called with every part, in file order; the last one always comes.</param>
    /// <param name="onBytes">Called with the number of stored bytes that were read since the last call; null: nobody wants to know.</param>
    public void Read(LogFile file, Action<HuntPart> onPart, Action<int>? onBytes, CancellationToken cancellationToken)
    {
        var part = new HuntPart(file);
        void OnError(InputError error)
        {
            // A failure caused by the interruption is not an error of the file.
            if (!cancellationToken.IsCancellationRequested) part.Errors.Add(error);
        }

        if (file.Open(OnError, cancellationToken) is { } stream)
        {
            using var counted = onBytes is null ? stream : new CountedStream(stream, onBytes);
            foreach (var input in file.EventsOf(counted, MayCount, OnError, cancellationToken))
            {
                Add(part, input);
                if (!part.IsFull) continue;
                onPart(part);
                part = new HuntPart(file);
            }
        }

        part.IsLast = true;
        onPart(part);

        bool MayCount(in RecordHead head)
        {
            var isExcluded = _wanted.Excludes(head);
            if (isExcluded is null || (isExcluded == false && _counts.MayHold(head))) return true;
            if (isExcluded == true && places.Excludes(head) == true) return false;
            part.Records++;
            if (isExcluded == true) part.Outside++;
            return false;
        }
    }

    private void Add(HuntPart part, EventInput input)
    {
        if (input.Parsed.Event is not { } e)
        {
            part.Records++;
            part.Malformed.Add(input);
            return;
        }

        if (places.Excludes(e)) return;
        part.Records++;
        if (_wanted.Excludes(e)) part.Outside++;
        else if (_reading.Read(e) is { } hit) part.Hits.Add(hit);
    }
}
