using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Responder.Logs;

public ref partial struct RecordHead
{
    /// <summary>Which object of the record is searched, and for what.</summary>
    private enum Inner
    {
        Nothing,

        /// <summary>The identity, whose member <c>type</c> is read.</summary>
        Identity,

        /// <summary>The response, which says "Failure" when a sign-in has failed.</summary>
        Answer,
    }

    /// <summary>
    /// Collects what the skimmed members say. It reads ahead of the grammar check, so its results count only if the whole record turns out
    /// to be valid.
    /// </summary>
    /// <param name="keys">Filled with the positions of the member names, as many as fit.</param>
    private ref struct Surface(ReadOnlySpan<byte> json, Span<int> keys)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private readonly Span<int> _keys = keys;
        private readonly KnownNames _names = KnownNames.All;
        private RecordHead _head;
        private ReadOnlySpan<byte> _code;
        private ReadOnlySpan<byte> _message;
        private bool _messageIsPlain = true;
        private Field _seen;
        private bool _seenType;
        private int _members;
        private int _identity = -1;
        private int _answer = -1;

        /// <summary>Which object was entered last.</summary>
        public Inner Inside { get; private set; }

        /// <param name="at">Position of a bracket directly inside the record.</param>
        public void Enter(int at, bool isObject) => Inside = !isObject
            ? Inner.Nothing
            : at == _identity
            ? Inner.Identity
            : at == _answer
            ? Inner.Answer
            : Inner.Nothing;

        /// <param name="at">Position of the quote before its name.</param>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public Reading Member(int at)
        {
            if (_members < _keys.Length) _keys[_members] = at;
            _members++;
            if (!_names.TryFind(_json, at + 1, out var field, out var end))
            {
                if (!TryUntilQuote(at + 1, out var name)) return Reading.More;
                field = FieldOf(name);
                end = at + 1 + name.Length;
            }

            if (field == Field.Other) return Reading.Read;
            if (field == Field.Unsure || (_seen & field) != 0) return Reading.Unsure;
            _seen |= field;
            if (!TryValue(end + 1, out var start)) return Reading.More;
            switch (_json[start])
            {
                // The text may hold the object in encoded form.
                case (byte)'"' when field is Field.UserIdentity or Field.ResponseElements
                    or Field.ServiceEventDetails:
                    return Reading.Unsure;
                case (byte)'"': return Text(field, start + 1);
                case (byte)'n': return Reading.Read; // null, or not a valid scalar
                case (byte)'{' when field == Field.UserIdentity:
                    _identity = start;
                    return Reading.Read;
                case (byte)'{' when field is Field.ResponseElements or Field.ServiceEventDetails:
                    _answer = start;
                    return Reading.Read;
                default: return field is Field.ResponseElements or Field.ServiceEventDetails ? Reading.Read : Reading.Unsure;
            }
        }

        /// <summary>Looks at a member name of the identity, or at a text among the members of the response.</summary>
        /// <param name="at">Position of the quote before it; the text there is ASCII.</param>
        public Reading InnerText(int at)
        {
            var looked = Inside == Inner.Identity ? "type"u8 : "Failure"u8;
            var end = at + 1 + looked.Length;
            if (end >= _json.Length) return Reading.More;
            if (_json[end] != '"') return Reading.Read;
            var text = _json.Slice(at + 1, looked.Length);
            if (!Ascii.EqualsIgnoreCase(text, looked)) return Reading.Read;
            if (Inside == Inner.Answer || _seenType || !text.SequenceEqual(looked)) return Reading.Unsure;
            _seenType = true;
            if (!TryValue(end + 1, out var start)) return Reading.More;
            if (_json[start] == 'n') return Reading.Read;
            if (_json[start] != '"') return Reading.Unsure;
            if (!TryUntilQuote(start + 1, out var type)) return Reading.More;
            _head.IsRoot = type.SequenceEqual("Root"u8);
            return Reading.Read;
        }

        /// <summary>Call this when the whole record has turned out to be valid.</summary>
        public Reading Finish(bool isOneLine, out RecordHead head)
        {
            _head.IsOneLine = isOneLine;
            if (_members <= _keys.Length) _head.Members = _members;
            head = _head;
            return RecordHead.Finish(ref head, _seen, _code, _message, _messageIsPlain);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Reading Text(Field field, int start)
        {
            if (!TryShortText(start, out var text, out var isAscii))
            {
                if (!TryUntilQuote(start, out text)) return Reading.More;
                isAscii = Ascii.IsValid(text);
            }

            switch (field)
            {
                case Field.ErrorMessage:
                    _message = text;
                    _messageIsPlain = isAscii;
                    return Reading.Read;
                case Field.ErrorCode when isAscii:
                    _code = text;
                    return Reading.Read;
                default:
                    return isAscii && _head.TrySet(field, text) ? Reading.Read : Reading.Unsure;
            }
        }

        /// <param name="at">Position after a name's closing quote.</param>
        /// <param name="start">Position of the value after the colon, or of whatever follows if there is no colon.</param>
        private readonly bool TryValue(int at, out int start)
        {
            start = at + 1;
            // Nearly always there are no blanks around the colon.
            if (start < _json.Length && _json[at] == ':' && _json[start] > ' ') return true;
            while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)':') at++;
            start = at;
            return at < _json.Length;
        }

        /// <summary>Reads a text that ends within 32 bytes, as most do.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly bool TryShortText(int start, out ReadOnlySpan<byte> text, out bool isAscii)
        {
            text = default;
            isAscii = false;
            if (start + Vector256<byte>.Count > _json.Length) return false;
            var bytes = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_json), (nuint)start);
            var quotes = Vector256.Equals(bytes, Vector256.Create((byte)'"')).ExtractMostSignificantBits();
            if (quotes == 0) return false;
            text = _json.Slice(start, BitOperations.TrailingZeroCount(quotes));
            isAscii = (bytes.ExtractMostSignificantBits() & (quotes - 1) & ~quotes) == 0;
            return true;
        }

        private readonly bool TryUntilQuote(int start, out ReadOnlySpan<byte> text)
        {
            text = default;
            if (start >= _json.Length) return false;
            var length = _json[start..].IndexOf((byte)'"');
            if (length >= 0) text = _json.Slice(start, length);
            return length >= 0;
        }
    }

    /// <summary>
    /// The names that nearly every record has, recognized in one comparison. For any other name <see cref="FieldOf"/> decides.
    /// </summary>
    private sealed class KnownNames
    {
        /// <summary>Hashes the first eight bytes of each name to a slot of its own.</summary>
        private const ulong Multiplier = 0x202CC8284C717095;

        private const int Places = 64;

        /// <summary>Number of bytes that are compared: at least the length of the longest name with its closing quote.</summary>
        private const int Width = 32;

        private static readonly string[] s_names =
        [
            "eventSource", "eventName", "eventID", "eventTime", "eventType", "eventCategory", "awsRegion", "recipientAccountId",
            "errorCode",
            "errorMessage", "userIdentity", "responseElements", "serviceEventDetails", "eventVersion", "sourceIPAddress", "userAgent",
            "requestParameters", "requestID", "readOnly", "resources", "managementEvent", "sharedEventID", "additionalEventData",
            "apiVersion",
            "vpcEndpointId", "tlsDetails", "sessionCredentialFromConsole", "addendum",
        ];

        /// <summary>
        /// For each slot the name with its closing quote, and then a mask with ones where it is compared. An empty slot has a text that its
        /// empty mask can never yield.
        /// </summary>
        private readonly byte[] _texts = new byte[Places * 2 * Width];

        private readonly (int Length, Field Field)[] _fields = new (int, Field)[Places];

        private KnownNames()
        {
            for (var place = 0; place < Places; place++) _texts[place * 2 * Width] = 1;
            foreach (var name in s_names)
            {
                var text = new byte[Width];
                Encoding.ASCII.GetBytes(name + '"', text);
                var place = PlaceOf(BinaryPrimitives.ReadUInt64LittleEndian(text));
                text.CopyTo(_texts, place * 2 * Width);
                _texts.AsSpan((place * 2 * Width) + Width, name.Length + 1).Fill(0xFF);
                _fields[place] = (name.Length, FieldOf(text.AsSpan(0, name.Length)));
            }
        }

        public static KnownNames All { get; } = new();

        /// <param name="at">Position after the name's opening quote.</param>
        /// <param name="end">Position of the name's closing quote.</param>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryFind(ReadOnlySpan<byte> json, int at, out Field field, out int end)
        {
            (field, end) = (Field.Other, 0);
            if (at + Width > json.Length) return false;
            var place = PlaceOf(BinaryPrimitives.ReadUInt64LittleEndian(json[at..]));
            (var length, field) = _fields[place];
            end = at + length;
            ref var known = ref MemoryMarshal.GetArrayDataReference(_texts);
            var (text, mask) = (
                Vector256.LoadUnsafe(ref known, (nuint)(place * 2 * Width)),
                Vector256.LoadUnsafe(ref known, (nuint)((place * 2 * Width) + Width)));
            return (Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at) & mask) == text;
        }

        /// <param name="beginning">The first eight bytes, little-endian.</param>
        private static int PlaceOf(ulong beginning) => (int)((beginning * Multiplier) >> 58);
    }
}
