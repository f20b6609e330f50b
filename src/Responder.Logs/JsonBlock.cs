using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Responder.Logs;

/// <summary>Bit masks of which characters stand where in 64 bytes: one bit for each byte, the lowest for the first.</summary>
internal readonly ref struct JsonBlock
{
    public const int Bytes = 64;

    public readonly ulong Quotes;
    public readonly ulong Backslashes;
    public readonly ulong Controls;
    public readonly ulong Colons;
    public readonly ulong Commas;

    /// <summary><c>{</c> and <c>[</c>.</summary>
    public readonly ulong Opens;

    /// <summary><c>}</c> and <c>]</c>.</summary>
    public readonly ulong Closes;

    /// <summary>Spaces, tabs and line breaks.</summary>
    public readonly ulong Blanks;
    public readonly ulong NotAscii;

    /// <param name="bytes">At least 64.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public JsonBlock(ReadOnlySpan<byte> bytes)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        // Square brackets differ from braces only in this bit, and setting it turns no other character into a brace.
        const byte ToBrace = 0x20;
        if (Vector512.IsHardwareAccelerated)
        {
            var all = Vector512.LoadUnsafe(ref first);
            NotAscii = all.ExtractMostSignificantBits();
            Quotes = Mask(all, (byte)'"');
            Backslashes = Mask(all, (byte)'\\');
            Controls = Vector512.LessThan(all, Vector512.Create((byte)' ')).ExtractMostSignificantBits();
            Colons = Mask(all, (byte)':');
            Commas = Mask(all, (byte)',');
            var braces = all | Vector512.Create(ToBrace);
            Opens = Mask(braces, (byte)'{');
            Closes = Mask(braces, (byte)'}');
            Blanks = Mask(all, (byte)' ');
            // Rare, because most log files consist of a single line.
            if (Controls != 0) Blanks |= Mask(all, (byte)'\t') | Mask(all, (byte)'\n') | Mask(all, (byte)'\r');
        }
        else
        {
            var (low, high) = (Vector256.LoadUnsafe(ref first), Vector256.LoadUnsafe(ref first, Bytes / 2));
            NotAscii = Joined(low, high);
            Quotes = Mask(low, high, (byte)'"');
            Backslashes = Mask(low, high, (byte)'\\');
            Controls = Joined(Vector256.LessThan(low, Vector256.Create((byte)' ')), Vector256.LessThan(high, Vector256.Create((byte)' ')));
            Colons = Mask(low, high, (byte)':');
            Commas = Mask(low, high, (byte)',');
            var (lowBraces, highBraces) = (low | Vector256.Create(ToBrace), high | Vector256.Create(ToBrace));
            Opens = Mask(lowBraces, highBraces, (byte)'{');
            Closes = Mask(lowBraces, highBraces, (byte)'}');
            Blanks = Mask(low, high, (byte)' ');
            if (Controls != 0) Blanks |= Mask(low, high, (byte)'\t') | Mask(low, high, (byte)'\n') | Mask(low, high, (byte)'\r');
        }
    }

    /// <summary>
    /// Sets every bit from the first set bit up to the one before the second, from the third up to the one before the fourth, and so on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Between(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector512<byte> all, byte value) => Vector512.Equals(all, Vector512.Create(value))
        .ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Joined(Vector256.Equals(low, Vector256.Create(value)), Vector256.Equals(high, Vector256.Create(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Joined(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
