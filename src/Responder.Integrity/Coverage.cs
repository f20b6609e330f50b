namespace Responder.Integrity;

/// <summary>Keeps track of the periods that valid digests cover.</summary>
internal sealed class Coverage(AskedPeriod asked)
{
    private readonly SortedDictionary<(string Account, string Region, string Trail), List<(
        DateTimeOffset From, DateTimeOffset To)>> _periods = [];

    public DateTimeOffset? FoundStart { get; private set; }

    public DateTimeOffset? FoundEnd { get; private set; }

    /// <summary>Registers a trail, so that its time counts even if none of its digests is valid. Backfill chains are ignored.</summary>
    public void Watch(DigestChain chain)
    {
        if (!chain.IsBackfill) Periods(chain);
    }

    public void Add(DigestChain chain, Digest digest)
    {
        var (from, to) = (digest.Start > asked.Start ? digest.Start : asked.Start, digest.End < asked.End ? digest.End : asked.End);
        if (FoundStart is null || from < FoundStart) FoundStart = from;
        if (FoundEnd is null || to > FoundEnd) FoundEnd = to;
        if (!chain.IsBackfill) Periods(chain).Add((digest.Start, digest.End));
    }

    /// <summary>The parts of the period asked for, up to now, that no valid digest covers.</summary>
    public IReadOnlyList<Uncovered> Uncovered(DateTimeOffset now)
    {
        var end = now < asked.End ? now : asked.End;
        var uncovered = new List<Uncovered>();
        foreach (var ((account, region, trail), periods) in _periods)
        {
            var reached = !asked.IsStartOpen ? asked.Start : periods.Count > 0 ? periods.Min(static period => period.From) : end;
            foreach (var (from, to) in periods.Order())
            {
                if (from > reached && reached < end) uncovered.Add(new Uncovered(account, region, trail, reached, from < end ? from : end));
                if (to > reached) reached = to;
            }

            if (reached < end) uncovered.Add(new Uncovered(account, region, trail, reached, end));
        }

        return uncovered;
    }

    private List<(DateTimeOffset From, DateTimeOffset To)> Periods(DigestChain chain)
    {
        var key = (chain.Account, chain.Region, chain.Trail);
        if (!_periods.TryGetValue(key, out var periods)) _periods[key] = periods = [];
        return periods;
    }
}
