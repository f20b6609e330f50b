using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Backtest;

/// <summary>
/// Event ids as numbers of 128 bits: the id itself if it is a UUID as CloudTrail writes them, else the first bits of its SHA-256.
/// </summary>
internal static class EventIds
{
    private const int UuidLength = 36;

    public static UInt128 Of(string id)
    {
        Span<byte> ascii = stackalloc byte[UuidLength];
        if (id.Length == UuidLength && Ascii.FromUtf16(id, ascii, out _) == System.Buffers.OperationStatus.Done
            && TryUuid(ascii, out var uuid)) return uuid;
        return EventIdentity.HashOf(id);
    }

    /// <param name="ascii">Valid ASCII.</param>
    public static UInt128 Of(ReadOnlySpan<byte> ascii) => TryUuid(ascii, out var uuid)
        ? uuid
        : EventIdentity.HashOf(Encoding.ASCII.GetString(ascii));

    /// <summary>The number of the <see cref="CloudTrailEvent.CopyKey"/> that the record's event has.</summary>
    /// <param name="isGenuine">False: see <see cref="CloudTrailEvent.HasGenuineId"/>.</param>
    public static UInt128 Of(in RecordHead head, out bool isGenuine)
    {
        // Shifted by a digit, only a number that repeats one stays what it is.
        isGenuine = TryUuid(head.EventId, out var uuid) && UInt128.RotateLeft(uuid, 4) != uuid;
        if (isGenuine) return uuid;
        var id = Encoding.ASCII.GetString(head.EventId);
        isGenuine = CloudTrailEvent.IsGenuineId(id);
        return EventIdentity.HashOf(isGenuine ? id : Convert.ToHexStringLower(SHA256.HashData(head.Utf8)));
    }

    /// <summary>Accepts lower case only: another spelling is another id, and must not become the same number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryUuid(ReadOnlySpan<byte> text, out UInt128 uuid)
    {
        uuid = default;
        if (text.Length != UuidLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
        // The digits without the dashes: first the groups that begin at 0, 9 and 14, then those that begin at 19 and 24.
        var first = Vector128.ConditionalSelect(
            Vector128.Create(uint.MaxValue, uint.MaxValue, uint.MaxValue, 0).AsByte(),
            Vector128.Shuffle(Vector128.Create(text), Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 0, 0, 0, 0)),
            Vector128.Create(text[2..]));
        var second = Vector128.ConditionalSelect(
            Vector128.Create(uint.MaxValue, 0, 0, 0).AsByte(), Vector128.Create(text[19..]), Vector128.Create(text[20..]));
        var (firstNibbles, secondNibbles) = (Nibbles(first), Nibbles(second));
        if (Vector128.GreaterThanAny(firstNibbles | secondNibbles, Vector128.Create((byte)0xF))) return false;
        Span<byte> bytes = stackalloc byte[16];
        Vector128.Narrow(Pairs(firstNibbles), Pairs(secondNibbles)).CopyTo(bytes);
        uuid = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }

    /// <summary>The value of each digit; more than 15 for anything that is not a digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Nibbles(Vector128<byte> digits)
    {
        var (numbers, letters) = (digits - Vector128.Create((byte)'0'), digits - Vector128.Create((byte)'a'));
        return Vector128.ConditionalSelect(
            Vector128.LessThan(numbers, Vector128.Create((byte)10)),
            numbers,
            Vector128.ConditionalSelect(
                Vector128.LessThan(letters, Vector128.Create((byte)6)), letters + Vector128.Create((byte)10), Vector128<byte>.AllBitsSet));
    }

    /// <summary>Joins every two nibbles into one byte, the first one in the upper half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Pairs(Vector128<byte> nibbles)
    {
        var pairs = nibbles.AsUInt16();
        return ((pairs << 4) | (pairs >> 8)) & Vector128.Create((ushort)0xFF);
    }
}
