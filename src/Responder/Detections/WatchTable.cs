using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using Responder.Events;

namespace Responder.Detections;

/// <summary>
/// Tells by the surface of a record whether any of these watches can want it. Says yes too often rather than too seldom: of calls that
/// worked it does not tell the refused ones, since bursts count both.
/// </summary>
public sealed class WatchTable
{
    /// <summary>Longer names than any watch has.</summary>
    private const int MaxKey = 256;

    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _calls;
    private readonly Pattern[] _patterns;

    public WatchTable(IEnumerable<Watch> watches)
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        var patterns = new List<Pattern>();
        foreach (var watch in watches)
        {
            if (watch is not { Kind: WatchKind.Calls, EventSource: { } source } || watch.EventNames.Count == 0)
            {
                patterns.Add(new Pattern(watch.EventSource, watch.EventNames, watch.Kind));
                continue;
            }

            foreach (var name in watch.EventNames)
            {
                if (name.EndsWith('*')) patterns.Add(new Pattern(source, [name], watch.Kind));
                else calls.Add(source + "/" + name);
            }
        }

        _calls = calls.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _patterns = [.. patterns];
    }

    /// <summary>False: no detection and no burst of these watches finds anything in this record. Copies in other categories find nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Matches(in RecordHead head)
    {
        if (head.IsDataOrNetworkCopy) return false;
        if (head.Outcome != CallOutcome.Failed && IsWatchedCall(head.EventSource, head.EventName)) return true;
        foreach (var pattern in _patterns)
        {
            if (pattern.Matches(head)) return true;
        }

        return false;
    }

    private bool IsWatchedCall(ReadOnlySpan<byte> source, ReadOnlySpan<byte> name)
    {
        var length = source.Length + 1 + name.Length;
        if (length > MaxKey) return false;
        Span<char> key = stackalloc char[MaxKey];
        Encoding.ASCII.GetChars(source, key);
        key[source.Length] = '/';
        Encoding.ASCII.GetChars(name, key[(source.Length + 1)..]);
        return _calls.Contains(key[..length]);
    }

    private sealed class Pattern(string? eventSource, IReadOnlyList<string> eventNames, WatchKind kind)
    {
        private readonly byte[]? _source = eventSource is null ? null : Encoding.UTF8.GetBytes(eventSource);
        private readonly byte[][] _names = [.. eventNames.Select(static name => Encoding.UTF8.GetBytes(name))];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public bool Matches(in RecordHead head)
        {
            var isOfKind = kind switch
            {
                WatchKind.Insight => false, // an Insight has no such surface
                WatchKind.OwnFunctionRole => false, // other watches bring it
                WatchKind.SignIn => head.EventSource.SequenceEqual("signin.amazonaws.com"u8),
                WatchKind.Root => head.IsRoot,
                WatchKind.Refused => head.Outcome == CallOutcome.Refused,
                _ => head.Outcome != CallOutcome.Failed,
            };
            if (!isOfKind || (_source is not null && !head.EventSource.SequenceEqual(_source))) return false;
            if (_names.Length == 0) return true;
            foreach (var name in _names)
            {
                if (name is [.. var beginning, (byte)'*'] ? head.EventName.StartsWith(beginning) : head.EventName.SequenceEqual(name)) return true;
            }

            return false;
        }
    }
}
