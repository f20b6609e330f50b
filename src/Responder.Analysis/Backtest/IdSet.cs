using System.Numerics;
using System.Runtime.CompilerServices;

namespace Responder.Analysis.Backtest;

/// <summary>
/// A set of numbers of 128 bits that stores 16 bytes for each and nothing else: with free slots, between 19 and 37 bytes per number.
/// </summary>
internal sealed class IdSet
{
    private const int SmallestTable = 1024;

    /// <summary>Number of slots that may be allocated ahead of need: 16 MB.</summary>
    private const int LargestAhead = 1 << 20;

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();
    private UInt128[] _table = NewTable(SmallestTable);
    private int _count;
    private bool _hasZero;

    /// <summary>
    /// The number of ids to come, as far as known: a table that has to grow gets room for all of them at once, up to 16 MB.
    /// </summary>
    public long Expected { get; set; }

    /// <summary>
    /// Adds the ids one after the other and tells for each whether it was new. Their slots are spread over memory, so several are fetched
    /// together before the first one is needed.
    /// </summary>
    /// <param name="areNew">As long as <paramref name="ids"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<UInt128> ids, Span<bool> areNew)
    {
        const int Together = 16;
        for (var start = 0; start < ids.Length; start += Together)
        {
            var some = ids.Slice(start, Math.Min(Together, ids.Length - start));
            var table = _table;
            var touched = 0UL;
            foreach (var id in some) touched ^= (ulong)table[(int)Mix(id) & (table.Length - 1)];
            Need(touched);
            for (var i = 0; i < some.Length; i++) areNew[start + i] = Add(some[i]);
        }
    }

    /// <summary>False: the id was already there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Add(UInt128 id)
    {
        // An empty slot holds zero.
        if (id == UInt128.Zero)
        {
            var isNew = !_hasZero;
            _hasZero = true;
            return isNew;
        }

        ref var place = ref PlaceOf(_table, id);
        if (place == id) return false;
        place = id;
        if (++_count > _table.Length / 8 * 7) Grow();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Grow()
    {
        var forAll = BitOperations.RoundUpToPowerOf2((uint)(Math.Min(Expected, LargestAhead) * 8 / 7) + 1);
        var larger = NewTable(Math.Max(checked(_table.Length * 2), (int)Math.Min(forAll, LargestAhead)));
        foreach (var id in _table)
        {
            if (id != UInt128.Zero) PlaceOf(larger, id) = id;
        }

        _table = larger;
    }

    /// <summary>The slot that holds the id, or the free one where it belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref UInt128 PlaceOf(UInt128[] table, UInt128 id)
    {
        var mask = table.Length - 1;
        var at = (int)Mix(id) & mask;
        while (table[at] != UInt128.Zero && table[at] != id) at = (at + 1) & mask;
        return ref table[at];
    }

    /// <summary>Pinned, so that garbage collections never move a table that lives until the end.</summary>
    private static UInt128[] NewTable(int places)
    {
        var table = GC.AllocateUninitializedArray<UInt128>(places, pinned: true);
        LargePages.Advise(table);
        Array.Clear(table);
        return table;
    }

    /// <summary>Makes the compiler keep reads whose result nobody uses.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Need(ulong touched) => _ = touched;

    /// <summary>Hash of an id. Seeded, so that nobody can make up ids that all fall on the same slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Mix(UInt128 id)
    {
        var high = Math.BigMul((ulong)(id >> 64) ^ _seed, 0x9E3779B97F4A7C15, out var low);
        var mixed = high ^ low ^ (ulong)id;
        high = Math.BigMul(mixed ^ 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, out low);
        return high ^ low;
    }
}
