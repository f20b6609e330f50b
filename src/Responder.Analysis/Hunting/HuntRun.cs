using Responder.Analysis.Backtest;
using Responder.Analysis.Hunting.Query;
using Responder.Events;

namespace Responder.Analysis.Hunting;

/// <summary>
/// Answers a hunt from events that are handed over one by one, in any order. It holds only the rows that it may return (twice as many while
/// it collects), the groups, and 16 bytes for each event that counted, so that copies count once.
/// </summary>
/// <param name="from">Events before this do not count.</param>
/// <param name="until">Events after this do not count; nor do those without a time.</param>
public sealed class HuntRun(Hunt hunt, DateTimeOffset from, DateTimeOffset until)
{
    private readonly IdSet _seen = new();
    private readonly Dictionary<Texts, Group> _groups = [];
    private readonly List<(DateTimeOffset Time, Texts Texts)> _rows = [];
    private readonly HuntReading _reading = new(hunt);

    /// <summary>Number of rows or groups found, including those beyond the limit.</summary>
    public long Found => hunt.Totals.Count > 0 ? _groups.Values.Count(group => group.Events >= hunt.AtLeast) : RowsFound;

    private long RowsFound { get; set; }

    /// <summary>Events that meet the condition but have no time that can be read, so that they belong to no period.</summary>
    public long Undated { get; private set; }

    public void Add(CloudTrailEvent e)
    {
        if (_reading.Read(e) is { } hit) Add(hit);
    }

    /// <summary>Adds an event that meets the condition.</summary>
    public void Add(HuntHit hit)
    {
        if (hit.Time is not { } time)
        {
            Undated++;
            return;
        }

        if (time < from || time > until) return;
        // Copies of an event count once; those that only share a made-up id are no copies.
        if (hit.Id is { } id && !_seen.Add(id)) return;

        var texts = new Texts(hit.Columns);
        if (hunt.Totals.Count > 0)
        {
            if (!_groups.TryGetValue(texts, out var group)) _groups.Add(texts, group = new Group(hunt.Totals));
            group.Add(time, hit.Totals);
            return;
        }

        RowsFound++;
        _rows.Add((time, texts));
        if (_rows.Count >= 2 * hunt.Limit) KeepFirst();
    }

    /// <summary>The rows for everything that was added so far, in the order of the hunt and up to its limit.</summary>
    public IReadOnlyList<HuntRow> Rows()
    {
        if (hunt.Totals.Count == 0)
        {
            KeepFirst();
            return [.. _rows.Select(static row => new HuntRow([.. row.Texts.Cells]))];
        }

        return
        [
            .. _groups.Where(g => g.Value.Events >= hunt.AtLeast).Select(static g => (g.Key, Totals: g.Value.Cells()))
                .OrderByDescending(static g => g.Totals[0].Count)
                .ThenBy(static g => g.Key, Comparer<Texts>.Create(static (a, b) => a.CompareTo(b, from: 0)))
                .Take(hunt.Limit).Select(static g => new HuntRow([.. g.Key.Cells, .. g.Totals])),
        ];
    }

    private void KeepFirst()
    {
        // By the moment: the same one may be written in several ways.
        _rows.Sort(static (a, b) => b.Time.CompareTo(a.Time) is var byTime and not 0 ? byTime
            : a.Texts.CompareTo(b.Texts, from: 1) is var byText and not 0 ? byText
            : a.Texts.CompareTo(b.Texts, from: 0));
        if (_rows.Count > hunt.Limit) _rows.RemoveRange(hunt.Limit, _rows.Count - hunt.Limit);
    }

    /// <summary>Texts that are compared and ordered as in SQL: by code point, absent ones last.</summary>
    private sealed class Texts(string?[] values) : IEquatable<Texts>
    {
        public string?[] Values => values;

        public IEnumerable<Cell> Cells => values.Select(static value => new Cell(value, null));

        public bool Equals(Texts? other) => other is not null && values.AsSpan().SequenceEqual(other.Values);

        public override bool Equals(object? obj) => Equals(obj as Texts);

        public override int GetHashCode() => values.Aggregate(values.Length, static (hash, value) => HashCode.Combine(hash, value));

        public int CompareTo(Texts other, int from)
        {
            for (var i = from; i < values.Length; i++)
            {
                if (Compare(values[i], other.Values[i]) is var order and not 0) return order;
            }

            return 0;
        }

        public static int Compare(string? a, string? b)
        {
            if (a is null || b is null) return (a is null).CompareTo(b is null);
            var (left, right) = (a.EnumerateRunes(), b.EnumerateRunes());
            while (true)
            {
                var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
                if (!hasLeft || !hasRight) return hasLeft.CompareTo(hasRight);
                if (left.Current != right.Current) return left.Current.CompareTo(right.Current);
            }
        }
    }

    private sealed class Group(IReadOnlyList<Total> totals)
    {
        private readonly HashSet<string>?[] _distinct = [
            .. totals.Select(static t => t.Aggregate == Aggregate.Distinct ? new HashSet<string>(StringComparer.Ordinal) : null)];
        private readonly (DateTimeOffset Time, string Text)?[] _edges = new (DateTimeOffset, string)?[totals.Count];
        public long Events { get; private set; }

        public void Add(DateTimeOffset time, string?[] values)
        {
            Events++;
            for (var i = 0; i < totals.Count; i++)
            {
                if (values[i] is not { } text) continue;
                if (_distinct[i] is { } distinct)
                {
                    distinct.Add(text);
                    continue;
                }

                // Only times are asked for in this way, and the event's is the one that the text says.
                var order = _edges[i] is not { } edge ? 0 : time.CompareTo(edge.Time) is var byTime and not 0 ? byTime
                    : Texts.Compare(text, edge.Text);
                if (_edges[i] is null || (totals[i].Aggregate == Aggregate.Earliest ? order < 0 : order > 0)) _edges[i] = (time, text);
            }
        }

        public Cell[] Cells() =>
        [
            .. totals.Select((total, i) => total.Aggregate switch
            {
                Aggregate.Events => new Cell(null, Events),
                Aggregate.Distinct => new Cell(null, _distinct[i]!.Count),
                _ => new Cell(_edges[i]?.Text, null),
            }),
        ];
    }
}
