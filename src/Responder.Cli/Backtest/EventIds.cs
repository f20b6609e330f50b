using System.Buffers.Binary;
using Responder.Events;

namespace Responder.Cli.Backtest;

/// <summary>Ids of events as 128 bits: the id itself where it is a UUID as CloudTrail writes them, else the beginning of its SHA-256.</summary>
internal static class EventIds
{
    private const int UuidLength = 36;

    public static UInt128 Of(string id)
    {
        Span<byte> ascii = stackalloc byte[UuidLength];
        if (id.Length == UuidLength && System.Text.Ascii.FromUtf16(id, ascii, out _) == System.Buffers.OperationStatus.Done && TryUuid(ascii, out var uuid)) return uuid;
        return EventIdentity.HashOf(id);
    }

    /// <param name="ascii">Valid ASCII.</param>
    public static UInt128 Of(ReadOnlySpan<byte> ascii) => TryUuid(ascii, out var uuid) ? uuid : EventIdentity.HashOf(System.Text.Encoding.ASCII.GetString(ascii));

    /// <summary>Lower case only: another spelling is another id, and must not become the same number.</summary>
    private static bool TryUuid(ReadOnlySpan<byte> text, out UInt128 uuid)
    {
        uuid = default;
        if (text.Length != UuidLength || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
        if (text.ContainsAnyInRange((byte)'A', (byte)'F')) return false;
        Span<byte> digits = stackalloc byte[32];
        text[..8].CopyTo(digits);
        text[9..13].CopyTo(digits[8..]);
        text[14..18].CopyTo(digits[12..]);
        text[19..23].CopyTo(digits[16..]);
        text[24..].CopyTo(digits[20..]);
        Span<byte> bytes = stackalloc byte[16];
        if (Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        uuid = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return true;
    }
}
