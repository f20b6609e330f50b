using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Backtest;

/// <summary>
/// Decides by the surface of a record whether any of these watches (<see cref="Watch.Matches(CloudTrailEvent)"/>) can match it. In doubt it
/// says yes: it treats refused calls like those that succeeded, since bursts count both.
/// </summary>
public sealed class WatchTable
{
    private static readonly byte[] s_signIn = Encoding.UTF8.GetBytes(Watch.SignInSource);

    /// <summary>Hash buckets of the calls that are watched by their whole names.</summary>
    private readonly Call[]?[] _calls;

    /// <summary>Hash buckets of the patterns for one source, by that source.</summary>
    private readonly Pattern[]?[] _bySource;

    /// <summary>Patterns for all sources.</summary>
    private readonly Pattern[] _everywhere;

    public WatchTable(IEnumerable<Watch> watches)
    {
        var calls = new Dictionary<string, Call>(StringComparer.Ordinal);
        var patterns = new List<Pattern>();
        foreach (var watch in watches)
        {
            // An Insight has no such surface, and what our own functions do comes in through other watches.
            if (watch.Kind is WatchKind.Insight or WatchKind.OwnFunctionRole) continue;
            if (watch is not { Kind: WatchKind.Calls, EventSource: { } source } || watch.EventNames.Count == 0)
            {
                patterns.Add(new Pattern(watch.EventSource, watch.EventNames, watch.Kind));
                continue;
            }

            foreach (var name in watch.EventNames)
            {
                if (EventNamePattern.IsBeginning(name)) patterns.Add(new Pattern(source, [name], watch.Kind));
                else
                {
                    // Where two watches of the same call ask for different texts, no text is required.
                    var key = source + "/" + name;
                    var holding = calls.TryGetValue(key, out var other) && other.Holding != watch.Holding ? null : watch.Holding;
                    calls[key] = new Call(Encoding.UTF8.GetBytes(source), Encoding.UTF8.GetBytes(name), holding);
                }
            }
        }

        _calls = Buckets([.. calls.Values], static call => HashOf(call.Source, call.Name));
        _bySource = Buckets(
            [.. patterns.Where(static pattern => pattern.Source is not null)], static pattern => HashOf(pattern.Source, default));
        // Several watch everything that was refused; every record is compared with each of these patterns, so each is kept once.
        _everywhere = [.. patterns.Where(static pattern => pattern.Source is null).DistinctBy(static pattern => pattern.Text)];
    }

    private sealed record Call(byte[] Source, byte[] Name, string? Holding);

    /// <summary>
    /// False: no detection and no burst with these watches finds anything in this record. Copies in other event categories never match.
    /// </summary>
    public bool Matches(in RecordHead head)
    {
        if (head.IsDataOrNetworkCopy) return false;
        if (head.Outcome != CallOutcome.Failed && _calls[HashOf(head.EventSource, head.EventName) & (uint)(_calls.Length - 1)] is { } calls)
        {
            foreach (var call in calls)
            {
                if (head.EventName.SequenceEqual(call.Name) && head.EventSource.SequenceEqual(call.Source)
                    && (call.Holding is null || MayHold(head.Utf8, call.Holding))) return true;
            }
        }

        var isSignIn = head.EventSource.SequenceEqual(s_signIn);
        if (Matches(_everywhere, head, isSignIn)) return true;
        return _bySource[HashOf(head.EventSource, default) & (uint)(_bySource.Length - 1)] is { } patterns
            && Matches(patterns, head, isSignIn);
    }

    /// <summary>
    /// False: the record does not contain the text. A record with an escape may spell it in another way, so the answer is then true.
    /// </summary>
    private static bool MayHold(ReadOnlySpan<byte> record, string text)
    {
        if (record.Contains((byte)'\\')) return true;
        var (lower, upper) = ((byte)char.ToLowerInvariant(text[0]), (byte)char.ToUpperInvariant(text[0]));
        while (record.IndexOfAny(lower, upper) is >= 0 and var at && record.Length - at >= text.Length)
        {
            if (Ascii.EqualsIgnoreCase(record.Slice(at, text.Length), text)) return true;
            record = record[(at + 1)..];
        }

        return false;
    }

    private static bool Matches(Pattern[] patterns, in RecordHead head, bool isSignIn)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(head, isSignIn)) return true;
        }

        return false;
    }

    /// <summary>There are several times as many buckets as values, so that most records meet an empty one.</summary>
    private static T[]?[] Buckets<T>(IReadOnlyCollection<T> values, Func<T, uint> hashOf)
    {
        var buckets = new T[]?[BitOperations.RoundUpToPowerOf2((uint)(8 * values.Count) + 1)];
        foreach (var value in values)
        {
            ref var bucket = ref buckets[hashOf(value) & (uint)(buckets.Length - 1)];
            bucket = [.. bucket ?? [], value];
        }

        return buckets;
    }

    /// <summary>Hashes what tells the names of AWS calls apart: their lengths, beginnings and ends.</summary>
    private static uint HashOf(ReadOnlySpan<byte> source, ReadOnlySpan<byte> name)
    {
        var mixed = (((First(source) * 31) + First(name)) * 0x9E3779B97F4A7C15) ^ (Last(name) * 0xC2B2AE3D27D4EB4F) ^ (ulong)(
            (source.Length << 8) | name.Length);
        return (uint)((mixed * 0xD6E8FEB86659FD93) >> 32);
    }

    private static ulong First(ReadOnlySpan<byte> text) => text.Length >= sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64LittleEndian(text)
        : Short(text);

    private static ulong Last(ReadOnlySpan<byte> text) => text.Length >= sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..])
        : Short(text);

    private static ulong Short(ReadOnlySpan<byte> text)
    {
        var bytes = 0UL;
        foreach (var b in text) bytes = (bytes << 8) | b;
        return bytes;
    }

    /// <summary>A watch with its names as bytes.</summary>
    private sealed class Pattern(string? eventSource, IReadOnlyList<string> eventNames, WatchKind kind)
    {
        private readonly (byte[] Text, bool IsBeginning)[] _names =
        [
            .. eventNames.Select(static name =>
                (Encoding.UTF8.GetBytes(EventNamePattern.TextOf(name).ToString()), EventNamePattern.IsBeginning(name))),
        ];

        /// <summary>Equal for patterns that match the same records.</summary>
        public string Text { get; } = $"{kind} {eventSource} {string.Join(' ', eventNames)}";

        public byte[]? Source { get; } = eventSource is null ? null : Encoding.UTF8.GetBytes(eventSource);

        public bool Matches(in RecordHead head, bool isSignIn)
        {
            // Refused calls are treated like those that succeeded, because bursts count both.
            var outcome = kind == WatchKind.Calls && head.Outcome == CallOutcome.Refused ? CallOutcome.Succeeded : head.Outcome;
            if (!kind.Takes(isInsight: false, isSignIn, head.IsRoot, outcome)) return false;
            if (Source is not null && !head.EventSource.SequenceEqual(Source)) return false;
            foreach (var (text, isBeginning) in _names)
            {
                if (EventNamePattern.Matches<byte>(text, isBeginning, head.EventName)) return true;
            }

            return _names.Length == 0;
        }
    }
}
