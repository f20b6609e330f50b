using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Responder.Events;

/// <summary>
/// The fast way through a record: 64 bytes at a time become bit masks of what stands where, and only brackets, commas, colons and the beginnings
/// of texts and scalars are looked at one by one. Checks the same grammar as the reader; a record that it is not sure of (a backslash is
/// enough) is left to the reader. Source of the idea: Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019.
/// </summary>
public ref partial struct RecordHead
{
    private const int BlockBytes = 64;

    /// <summary>One bit each; the reader's own limit is 64.</summary>
    private const int MaxSkimmedDepth = 60;

    private enum Expect
    {
        Value,
        ValueOrEnd,
        Key,
        KeyOrEnd,
        Colon,
        CommaOrEnd,
    }

    /// <summary>What stands in 64 bytes, one bit for each.</summary>
    private readonly ref struct Block
    {
        public readonly ulong Quotes;
        public readonly ulong Backslashes;
        public readonly ulong Controls;

        /// <summary>Brackets of all kinds, colons, commas; inside texts, too.</summary>
        public readonly ulong Structure;
        public readonly ulong Blanks;
        public readonly ulong NotAscii;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Block(ReadOnlySpan<byte> bytes)
        {
            ref var first = ref MemoryMarshal.GetReference(bytes);
            var (low, high) = (Vector256.LoadUnsafe(ref first), Vector256.LoadUnsafe(ref first, BlockBytes / 2));
            NotAscii = Mask(low, high);
            Quotes = Mask(Vector256.Equals(low, Vector256.Create((byte)'"')), Vector256.Equals(high, Vector256.Create((byte)'"')));
            Backslashes = Mask(Vector256.Equals(low, Vector256.Create((byte)'\\')), Vector256.Equals(high, Vector256.Create((byte)'\\')));
            Controls = Mask(Vector256.LessThan(low, Vector256.Create((byte)' ')), Vector256.LessThan(high, Vector256.Create((byte)' ')));
            Structure = Mask(Structural(low), Structural(high));
            Blanks = Mask(Vector256.Equals(low, Vector256.Create((byte)' ')), Vector256.Equals(high, Vector256.Create((byte)' ')));
            // Rare: one line holds a whole log file.
            if (Controls != 0) Blanks |= Mask(LineBlanks(low), LineBlanks(high));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Mask(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<byte> Structural(Vector256<byte> bytes)
        {
            // Square brackets differ from braces in this bit, and nothing else becomes a brace by it.
            var braces = bytes | Vector256.Create((byte)0x20);
            return Vector256.Equals(braces, Vector256.Create((byte)'{')) | Vector256.Equals(braces, Vector256.Create((byte)'}'))
                | Vector256.Equals(bytes, Vector256.Create((byte)':')) | Vector256.Equals(bytes, Vector256.Create((byte)','));
        }

        private static Vector256<byte> LineBlanks(Vector256<byte> bytes) =>
            Vector256.Equals(bytes, Vector256.Create((byte)'\t')) | Vector256.Equals(bytes, Vector256.Create((byte)'\n')) | Vector256.Equals(bytes, Vector256.Create((byte)'\r'));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static Reading Skim(ReadOnlySpan<byte> json, Span<int> keys, out RecordHead head, out int length)
    {
        var members = 0;
        head = default;
        length = 0;
        if (json.IsEmpty) return Reading.More;
        if (json[0] != '{') return Reading.Unsure;

        ReadOnlySpan<byte> code = default, message = default;
        var messageIsPlain = true;
        var (seen, field) = (Field.Other, Field.Other);
        var (inIdentity, inAnswer, isType, seenType) = (false, false, false, false);
        var (expect, depth, objects) = (Expect.Value, 0, 0UL); // of each level one bit, the lowest the innermost: an object, not an array
        var (textBefore, scalarBefore) = (0UL, 0UL);
        Span<byte> rest = stackalloc byte[BlockBytes];
        for (var start = 0; start < json.Length; start += BlockBytes)
        {
            scoped var bytes = json[start..];
            if (bytes.Length < BlockBytes)
            {
                rest.Fill((byte)' ');
                bytes.CopyTo(rest);
                bytes = rest;
            }

            var block = new Block(bytes);
            var text = WithinQuotes(block.Quotes) ^ textBefore; // from the opening quote up to the byte before the closing one
            textBefore = (ulong)((long)text >> 63);
            if (block.Backslashes != 0 || (block.Controls & text) != 0) return Reading.Unsure;
            var structure = block.Structure & ~text;
            var scalars = ~(text | block.Quotes | structure | block.Blanks);
            var tokens = structure | (block.Quotes & text) | (scalars & ~((scalars << 1) | scalarBefore));
            scalarBefore = scalars >> 63;
            for (; tokens != 0; tokens &= tokens - 1)
            {
                var bit = BitOperations.TrailingZeroCount(tokens);
                var at = start + bit;
                var token = bytes[bit];
                switch (token)
                {
                    case (byte)':':
                        if (expect != Expect.Colon) return Reading.Unsure;
                        expect = Expect.Value;
                        break;

                    case (byte)',':
                        if (expect != Expect.CommaOrEnd) return Reading.Unsure;
                        expect = (objects & 1) != 0 ? Expect.Key : Expect.Value;
                        break;

                    case (byte)'"':
                        // What follows a text is nearly always one of the two that need no look at anything else: taken in the same step.
                        var next = tokens & (tokens - 1);
                        var follower = next == 0 ? (byte)0 : bytes[BitOperations.TrailingZeroCount(next)];
                        if (expect is Expect.Key or Expect.KeyOrEnd)
                        {
                            expect = Expect.Colon;
                            if (follower == ':') (tokens, expect) = (next, Expect.Value);
                            if (depth > 2 || (depth == 2 && !inIdentity)) break;
                            if (!TryUntilQuote(json, at + 1, block.Quotes >> bit >> 1, out var name)) return Reading.More;
                            if (depth == 1)
                            {
                                if (members < keys.Length) keys[members] = at;
                                members++;
                                field = FieldOf(name, isAscii: block.NotAscii == 0 && bit + name.Length < BlockBytes);
                                if (field == Field.Unsure || (seen & field) != 0) return Reading.Unsure;
                                seen |= field;
                                break;
                            }

                            if (!Ascii.IsValid(name)) return Reading.Unsure;
                            isType = name.Length == 4 && Ascii.EqualsIgnoreCase(name, "type"u8);
                            if (isType && (seenType || !name.SequenceEqual("type"u8))) return Reading.Unsure;
                            seenType |= isType;
                            break;
                        }

                        if (expect is not (Expect.Value or Expect.ValueOrEnd)) return Reading.Unsure;
                        expect = Expect.CommaOrEnd;
                        if (follower == ',') (tokens, expect) = (next, (objects & 1) != 0 ? Expect.Key : Expect.Value);
                        if (depth == 1 ? field == Field.Other : depth != 2 || !(isType || (inAnswer && (objects & 1) != 0))) break;
                        if (!TryUntilQuote(json, at + 1, block.Quotes >> bit >> 1, out var value)) return Reading.More;
                        if (depth == 2)
                        {
                            if (isType ? !Ascii.IsValid(value) : MayBeFailure(value)) return Reading.Unsure;
                            if (isType) head.IsRoot = value.SequenceEqual("Root"u8);
                            isType = false;
                            break;
                        }

                        switch (field)
                        {
                            case Field.UserIdentity or Field.ResponseElements or Field.ServiceEventDetails: return Reading.Unsure; // it may hold the object
                            case Field.ErrorMessage:
                                message = value;
                                messageIsPlain = Ascii.IsValid(value);
                                break;
                            case Field.ErrorCode:
                                if (!Ascii.IsValid(value)) return Reading.Unsure;
                                code = value;
                                break;
                            default:
                                if ((block.NotAscii != 0 || bit + value.Length >= BlockBytes) && !Ascii.IsValid(value)) return Reading.Unsure;
                                if (!head.TrySet(field, value)) return Reading.Unsure;
                                break;
                        }

                        field = Field.Other;
                        break;

                    case (byte)'{' or (byte)'[':
                        if (expect is not (Expect.Value or Expect.ValueOrEnd) || depth == MaxSkimmedDepth || isType) return Reading.Unsure;
                        var isObject = token == '{';
                        if (depth == 1 && field != Field.Other)
                        {
                            if (field == Field.UserIdentity && isObject) inIdentity = true;
                            else if (field is Field.ResponseElements or Field.ServiceEventDetails) inAnswer = isObject;
                            else return Reading.Unsure;
                            field = Field.Other;
                        }

                        depth++;
                        objects = (objects << 1) | (isObject ? 1UL : 0);
                        expect = isObject ? Expect.KeyOrEnd : Expect.ValueOrEnd;
                        break;

                    case (byte)'}' or (byte)']':
                        var endsObject = token == '}';
                        if (depth == 0 || endsObject != ((objects & 1) != 0)) return Reading.Unsure;
                        if (expect != Expect.CommaOrEnd && expect != (endsObject ? Expect.KeyOrEnd : Expect.ValueOrEnd)) return Reading.Unsure;
                        objects >>= 1;
                        expect = Expect.CommaOrEnd;
                        if (--depth == 1) inIdentity = inAnswer = false;
                        if (depth > 0) break;
                        length = at + 1;
                        if (members <= keys.Length) head.Members = members;
                        return Finish(ref head, code, message, messageIsPlain);

                    default:
                        if (expect is not (Expect.Value or Expect.ValueOrEnd)) return Reading.Unsure;
                        expect = Expect.CommaOrEnd;
                        var scalar = ScalarAt(json, at);
                        if (at + scalar.Length == json.Length) return Reading.More;
                        var isNull = scalar.SequenceEqual("null"u8);
                        if (!isNull && !scalar.SequenceEqual("true"u8) && !scalar.SequenceEqual("false"u8) && !IsNumber(scalar)) return Reading.Unsure;
                        if (depth == 1 && !isNull && field is not (Field.Other or Field.ResponseElements or Field.ServiceEventDetails)) return Reading.Unsure;
                        if (isType && !isNull) return Reading.Unsure;
                        if (depth == 1) field = Field.Other;
                        isType = false;
                        break;
                }
            }
        }

        return Reading.More;
    }

    /// <summary>Every bit from an odd bit on up to the one before the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WithinQuotes(ulong quotes)
    {
        quotes ^= quotes << 1;
        quotes ^= quotes << 2;
        quotes ^= quotes << 4;
        quotes ^= quotes << 8;
        quotes ^= quotes << 16;
        return quotes ^ (quotes << 32);
    }

    /// <param name="quotes">Those of the block, the lowest bit standing at <paramref name="start"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryUntilQuote(ReadOnlySpan<byte> json, int start, ulong quotes, out ReadOnlySpan<byte> text)
    {
        var quote = quotes != 0 ? BitOperations.TrailingZeroCount(quotes) : json[start..].IndexOf((byte)'"');
        text = quote < 0 ? default : json.Slice(start, quote);
        return quote >= 0;
    }

    /// <summary>Up to the next byte that belongs to no scalar.</summary>
    private static ReadOnlySpan<byte> ScalarAt(ReadOnlySpan<byte> json, int start)
    {
        var end = start + 1;
        while (end < json.Length && json[end] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)':' or (byte)'{' or (byte)'[' or (byte)'"' or (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')) end++;
        return json[start..end];
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
