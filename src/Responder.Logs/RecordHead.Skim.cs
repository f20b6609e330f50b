using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Responder.Logs;

/// <summary>
/// The fast way through a record: every 64 bytes become bit masks of which characters stand where, and the grammar is checked on the masks:
/// which token may follow which, and that there is a name where one is required. Only brackets, scalars and the members of the two
/// outermost levels are looked at one by one. The grammar is the same as the reader's; a record that is in doubt (one backslash is enough)
/// is left to the reader. Source of the idea: Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019.
/// </summary>
public ref partial struct RecordHead
{
    /// <summary>Deepest nesting that is skimmed, at one bit per level; the reader's own limit is 64.</summary>
    private const int MaxSkimmedDepth = 60;

    private static readonly SearchValues<byte> s_endsOfScalar = SearchValues.Create(",}]:{[\" \t\n\r"u8);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Reading Skim(ReadOnlySpan<byte> json, Span<int> keys, out RecordHead head, out int length)
    {
        head = default;
        length = 0;
        if (json.IsEmpty) return Reading.More;
        if (json[0] != '{') return Reading.Unsure;

        var surface = new Surface(json, keys);
        var (depth, objects) = (0, 0UL); // one bit per level, the lowest for the innermost: set for an object, not for an array
        // Carried over from the block before: whether it ended inside a text or a name (all bits set) or inside a scalar (lowest bit), and
        // after which token it ended (lowest bit).
        var (textBefore, nameBefore, scalarBefore) = (0UL, 0UL, 0UL);
        var (colonBefore, commaBefore, openBefore, endBefore, dueBefore) = (0UL, 0UL, 0UL, 0UL, 0UL);
        var controls = 0UL;
        Span<byte> rest = stackalloc byte[JsonBlock.Bytes];
        for (var start = 0; start < json.Length; start += JsonBlock.Bytes)
        {
            scoped var bytes = json[start..];
            if (bytes.Length < JsonBlock.Bytes)
            {
                rest.Fill((byte)' ');
                bytes.CopyTo(rest);
                bytes = rest;
            }

            var block = new JsonBlock(bytes);
            var text = JsonBlock.Between(block.Quotes) ^ textBefore; // from the opening quote up to the byte before the closing one
            textBefore = (ulong)((long)text >> 63);
            var (texts, colons, commas) = (block.Quotes & text, block.Colons & ~text, block.Commas & ~text);
            var (opens, closes, blanks) = (block.Opens & ~text, block.Closes & ~text, block.Blanks & ~text);
            var inScalars = ~(text | block.Quotes | colons | commas | opens | closes | blanks);
            var behindScalars = (inScalars << 1) | scalarBefore;
            scalarBefore = inScalars >> 63;
            var scalars = inScalars & ~behindScalars;

            var afterColon = Next(colons, blanks, ref colonBefore);
            var afterComma = Next(commas, blanks, ref commaBefore);
            var afterOpen = Next(opens, blanks, ref openBefore);
            // After the end of a text, an object, an array or a scalar.
            var afterEnd = Next((block.Quotes & ~text) | closes, blanks, ref endBefore, behindScalars & ~inScalars);

            var (commasInObjects, objectOpens) = (0UL, 0UL);
            var here = ulong.MaxValue; // what follows the last bracket
            var record = ulong.MaxValue;
            var brackets = opens | closes;
            while (true)
            {
                var bracket = brackets & (ulong)-(long)brackets;
                var stretch = here & (bracket - 1); // everything that is left when there is no bracket
                if ((objects & 1) != 0) commasInObjects |= commas & stretch;
                if (depth == 1)
                {
                    for (var members = texts & stretch & ~afterColon; members != 0; members &= members - 1)
                    {
                        var reading = surface.Member(start + BitOperations.TrailingZeroCount(members));
                        if (reading != Reading.Read) return reading;
                    }
                }
                else if (depth == 2 && surface.Inside != Inner.Nothing)
                {
                    if ((block.NotAscii & stretch) != 0) return Reading.Unsure;
                    for (var inner = texts & stretch & (
                        surface.Inside == Inner.Identity ? ~afterColon : afterColon); inner != 0; inner &= inner - 1)
                    {
                        var reading = surface.InnerText(start + BitOperations.TrailingZeroCount(inner));
                        if (reading != Reading.Read) return reading;
                    }
                }

                if (bracket == 0) break;
                brackets ^= bracket;
                here = ~(bracket | (bracket - 1));
                var at = BitOperations.TrailingZeroCount(bracket);
                var isObject = bytes[at] is (byte)'{' or (byte)'}';
                if ((opens & bracket) != 0)
                {
                    if (depth == MaxSkimmedDepth) return Reading.Unsure;
                    if (depth == 1) surface.Enter(start + at, isObject);
                    depth++;
                    objects = (objects << 1) | (isObject ? 1UL : 0);
                    if (isObject) objectOpens |= bracket;
                    continue;
                }

                if (depth == 0 || isObject != ((objects & 1) != 0)) return Reading.Unsure;
                objects >>= 1;
                depth--;
                if (depth > 0) continue;
                record = ~here;
                break;
            }

            var nameDue = Next(commasInObjects | objectOpens, blanks, ref dueBefore);
            var names = texts & nameDue;
            // From a name's opening quote up to the byte before the colon: nothing else may be in between, and no colon elsewhere.
            var inNames = JsonBlock.Between(names | colons) ^ nameBefore;
            nameBefore = (ulong)((long)inNames >> 63);
            var values = texts | opens | scalars;
            var wrong = (afterColon & ~values) | (afterComma & ~values) | (afterOpen & ~(values | closes)) | (nameDue & ~(texts | closes))
                | (afterEnd & ~(colons | commas | closes))
                | (names & ~inNames) | (inNames & (colons | commas | opens | closes | scalars | (texts & ~names)))
                | block.Backslashes | (block.Controls & text);
            if ((wrong & record) != 0) return Reading.Unsure;
            for (var some = scalars & record; some != 0; some &= some - 1)
            {
                var at = BitOperations.TrailingZeroCount(some);
                var reading = Scalar(json, start + at, BitOperations.TrailingZeroCount(~(inScalars >> at)));
                if (reading != Reading.Read) return reading;
            }

            controls |= block.Controls & record;
            if (depth > 0) continue;
            length = start + BitOperations.PopCount(record);
            return surface.Finish(isOneLine: controls == 0, out head);
        }

        return Reading.More;
    }

    /// <summary>Where the first token after each delimiter begins; blanks in between are skipped.</summary>
    /// <param name="before">The lowest bit is set if the token after the last delimiter of the previous block is still to come; updated for
    /// the next block.</param>
    /// <param name="also">Further positions that may hold such a token, or a blank.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Next(ulong ends, ulong blanks, ref ulong before, ulong also = 0)
    {
        var next = (ends << 1) | before | also;
        before = ends >> 63;
        if (blanks == 0) return next;
        // Adding a bit at the beginning of a run of ones carries it to the position after the run.
        var passed = (next & blanks) + blanks;
        if (passed < blanks) before = 1;
        return (next | passed) & ~blanks;
    }

    /// <param name="run">Number of its bytes that are in its block.</param>
    private static Reading Scalar(ReadOnlySpan<byte> json, int at, int run)
    {
        var end = at + run;
        if (end % JsonBlock.Bytes == 0)
        {
            // It may go on in the next block.
            var more = json[Math.Min(end, json.Length)..].IndexOfAny(s_endsOfScalar);
            end = more < 0 ? json.Length : end + more;
        }

        if (end >= json.Length) return Reading.More;
        var scalar = json[at..end];
        return scalar.SequenceEqual("null"u8) || scalar.SequenceEqual("true"u8) || scalar.SequenceEqual("false"u8) || IsNumber(scalar)
            ? Reading.Read
            : Reading.Unsure;
    }

    /// <summary>RFC 8259, section 6.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', .. var positive]) text = positive;
        var whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
        text = text[whole..];
        if (text is [(byte)'.', .. var fraction])
        {
            if (Digits(fraction) is not (> 0 and var digits)) return false;
            text = fraction[digits..];
        }

        if (text is not [(byte)'e' or (byte)'E', .. var exponent]) return text.IsEmpty;
        if (exponent is [(byte)'+' or (byte)'-', .. var unsigned]) exponent = unsigned;
        return exponent.Length > 0 && Digits(exponent) == exponent.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        var other = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 ? text.Length : other;
    }
}
