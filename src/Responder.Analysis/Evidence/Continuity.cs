namespace Responder.Analysis.Evidence;

/// <summary>Keeps track of the hours with records, per account and region, and finds the hours without any.</summary>
public sealed class Continuity
{
    private const int HoursOfDay = 24;

    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly SortedDictionary<(string Account, string Region), SortedSet<long>> _hours = [];

    /// <summary>The accounts and regions that have records.</summary>
    public IEnumerable<(string Account, string Region)> Streams => _hours.Keys;

    public void Add(string account, string region, DateTimeOffset time)
    {
        if (!_hours.TryGetValue((account, region), out var hours)) _hours[(account, region)] = hours = [];
        hours.Add(HourOf(time));
    }

    /// <param name="quiet">Periods covered by a valid digest with valid logs: if there is no record, nothing happened.</param>
    public IReadOnlyList<Gap> Gaps(
        DateTimeOffset from, DateTimeOffset to, IEnumerable<(string Account, string Region, DateTimeOffset From, DateTimeOffset To)> quiet)
    {
        var vouched = quiet.ToLookup(static q => (q.Account, q.Region), static q => (q.From, q.To));
        var gaps = new List<Gap>();
        foreach (var stream in _hours.Keys.Union(vouched.Select(static group => group.Key)).Order())
        {
            var hours = _hours.GetValueOrDefault(stream) ?? [];
            foreach (var silent in Silent(hours, from, to))
            {
                foreach (var rest in Without(silent, vouched[stream]))
                {
                    gaps.Add(new Gap(
                        GapKind.Hours, stream.Account, stream.Region, rest.From, rest.To,
                        vouched.Contains(stream)
                            ? "neither a record nor a valid digest"
                            : "no record; without digests a quiet hour and a lost one look alike"));
                }
            }
        }

        return [.. gaps, .. EmptyDays(from, to, gaps)];
    }

    /// <summary>Runs of hours without a record, cut to the period.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Silent(
        SortedSet<long> hours, DateTimeOffset from, DateTimeOffset to)
    {
        var reached = HourOf(from);
        var end = to > from ? HourOf(to.AddTicks(-1)) + 1 : HourOf(to) + 1;
        foreach (var hour in hours.GetViewBetween(reached, Math.Max(reached, end - 1)).Append(end))
        {
            if (hour > reached) yield return (Later(TimeOf(reached), from), hour == end ? Earlier(TimeOf(hour), to) : TimeOf(hour));
            reached = hour + 1;
        }
    }

    /// <summary>
    /// The parts of a silent run that no digest vouches for. Less than an hour left over next to a digest is too little to call silent.
    /// </summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Without(
        (DateTimeOffset From, DateTimeOffset To) silent, IEnumerable<(DateTimeOffset From, DateTimeOffset To)> vouched)
    {
        var (reached, whole) = (silent.From, true);
        foreach (var (from, to) in vouched.Where(v => v.To > silent.From && v.From < silent.To).Order())
        {
            whole = false;
            if (from - reached >= s_hour) yield return (reached, from);
            reached = Later(reached, to);
        }

        if (silent.To - reached >= s_hour || (whole && reached < silent.To)) yield return (reached, silent.To);
    }

    /// <summary>
    /// Days, or their part within the period, that are silent in every account and region; consecutive ones form a single gap.
    /// </summary>
    private IEnumerable<Gap> EmptyDays(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<Gap> silent)
    {
        if (_hours.Count == 0 || silent.Count == 0) yield break;
        var days = new SortedSet<long>(_hours.Values.SelectMany(static hours => hours).Select(static hour => hour / HoursOfDay));
        // A day is empty only if it is silent in every stream, so the gaps of any one stream contain all candidates.
        var stream = (silent[0].Account, silent[0].Region);
        foreach (var gap in silent.Where(gap => (gap.Account, gap.Region) == stream))
        {
            var reached = gap.From == from ? DayOf(from) : DayOf(gap.From.AddTicks(-1)) + 1;
            var end = gap.To == to ? DayOf(to.AddTicks(-1)) + 1 : DayOf(gap.To);
            if (reached >= end) continue;
            foreach (var day in days.GetViewBetween(reached, end - 1).Append(end))
            {
                if (day > reached)
                    yield return new Gap(
                        GapKind.Day, null, null, Later(TimeOf(reached * HoursOfDay), from), Earlier(TimeOf(day * HoursOfDay), to),
                        "no record of any account and region");
                reached = day + 1;
            }
        }
    }

    private static long DayOf(DateTimeOffset time) => HourOf(time) / HoursOfDay;

    private static long HourOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;

    private static DateTimeOffset TimeOf(long hour) =>
        new(Math.Min(hour * TimeSpan.TicksPerHour, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
