using System.Runtime.CompilerServices;

namespace Responder.Cli.Backtest;

/// <summary>
/// Numbers of 128 bits, 16 bytes each and nothing beside them: between 19 and 37 bytes for each number, whatever there are. In 256 tables
/// by the first byte, so that a table that grows copies little.
/// </summary>
internal sealed class IdSet
{
    private const int SmallestTable = 64;

    private readonly UInt128[]?[] _tables = new UInt128[]?[256];
    private readonly int[] _counts = new int[256];
    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();
    private bool _hasZero;

    /// <summary>
    /// Adds one after the other; tells of each whether it was new. Their places are in far memory: they are fetched side by side before the
    /// first of them is needed.
    /// </summary>
    /// <param name="areNew">As long as <paramref name="ids"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<UInt128> ids, Span<bool> areNew)
    {
        const int Together = 16;
        for (var start = 0; start < ids.Length; start += Together)
        {
            var some = ids.Slice(start, Math.Min(Together, ids.Length - start));
            var touched = 0UL;
            foreach (var id in some)
            {
                var hash = Mix(id);
                if (_tables[(int)(hash >> 56)] is { } table) touched ^= (ulong)table[(int)hash & (table.Length - 1)];
            }

            Need(touched);
            for (var i = 0; i < some.Length; i++) areNew[start + i] = Add(some[i]);
        }
    }

    /// <summary>False: it was there already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Add(UInt128 id)
    {
        // An empty place holds zero.
        if (id == UInt128.Zero)
        {
            var isNew = !_hasZero;
            _hasZero = true;
            return isNew;
        }

        var hash = Mix(id);
        var at = (int)(hash >> 56);
        var table = _tables[at] ??= NewTable(SmallestTable);
        var place = Find(table, id, hash);
        if (table[place] == id) return false;
        table[place] = id;
        if (++_counts[at] > table.Length / 8 * 7) _tables[at] = Grown(table);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private UInt128[] Grown(UInt128[] table)
    {
        var larger = NewTable(table.Length * 2);
        foreach (var id in table)
        {
            if (id != UInt128.Zero) larger[Find(larger, id, Mix(id))] = id;
        }

        return larger;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Find(UInt128[] table, UInt128 id, ulong hash)
    {
        var mask = table.Length - 1;
        var place = (int)hash & mask;
        while (table[place] != UInt128.Zero && table[place] != id) place = (place + 1) & mask;
        return place;
    }

    /// <summary>Pinned, so that no garbage collection moves what lives to the end.</summary>
    private static UInt128[] NewTable(int places) => GC.AllocateArray<UInt128>(places, pinned: true);

    /// <summary>Has the compiler believe that what was read is needed, or it would not read it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Need(ulong touched) => _ = touched;

    /// <summary>Seeded, so that nobody can write ids that all want the same place.</summary>
    private ulong Mix(UInt128 id)
    {
        var high = Math.BigMul((ulong)(id >> 64) ^ _seed, 0x9E3779B97F4A7C15, out var low);
        var mixed = high ^ low ^ (ulong)id;
        high = Math.BigMul(mixed ^ 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, out low);
        return high ^ low;
    }
}
