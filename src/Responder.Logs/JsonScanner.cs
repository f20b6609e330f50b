using System.Buffers;

namespace Responder.Logs;

/// <summary>
/// Finds the end of one JSON value in bytes that arrive piece by piece, or the place where it stops being valid. Checks brackets, commas,
/// colons and strings; numbers and escapes are left to the parser that reads the value afterwards.
/// </summary>
internal sealed class JsonScanner
{
    /// <summary>Deeper nesting is already an error here; the parser's own limit is 64.</summary>
    private const int MaxDepth = 1024;

    /// <summary>No list of events has a longer name.</summary>
    private const int MaxListName = 16;

    private static readonly SearchValues<byte> s_endsOfText = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(static i => (byte)i)]);

    private readonly Stack<bool> _inObject = new();
    private readonly List<byte> _key = [];
    private Expect _expect;
    private bool _isKey;
    private bool _escaped;

    private enum Expect
    {
        Value,
        ValueOrEnd,
        KeyOrEnd,
        Key,
        Colon,
        CommaOrEnd,
        InText,
        InScalar,
        Done,
    }

    public enum Status
    {
        /// <summary>The value goes on.</summary>
        More,

        /// <summary>The value ends before <c>consumed</c>.</summary>
        Done,

        /// <summary>
        /// A member of the outermost object that is known to hold events begins an array: <c>Records</c> of a log file, and the like. Its
        /// bracket has been consumed.
        /// </summary>
        Records,

        /// <summary>The byte at <c>consumed</c> is not allowed there; <see cref="Expected"/> says what is.</summary>
        Error,
    }

    /// <summary>What was expected where the value went wrong.</summary>
    public string Expected { get; private set; } = "";

    /// <summary>Begins a value.</summary>
    public void Start()
    {
        _inObject.Clear();
        _expect = Expect.Value;
    }

    /// <summary>Continues inside the outermost object of a log file, after its <c>Records</c> have ended.</summary>
    public void ResumeAfterRecords()
    {
        _inObject.Clear();
        _inObject.Push(true);
        _expect = Expect.CommaOrEnd;
    }

    /// <summary>What is expected next, for a value that ends too early or goes wrong here.</summary>
    public string ExpectedAtEnd => _expect switch
    {
        Expect.InText => "the end of a string",
        Expect.Colon => "':'",
        Expect.CommaOrEnd => _inObject.Peek() ? "',' or '}'" : "',' or ']'",
        Expect.Key or Expect.KeyOrEnd => "a member name",
        _ => "a value",
    };

    /// <summary>True if the value is complete when no more data follow: it has ended, or it is a scalar outside of brackets.</summary>
    public bool MayEndHere => _expect == Expect.Done || (_expect == Expect.InScalar && _inObject.Count == 0);

    public Status Scan(ReadOnlySpan<byte> data, out int consumed)
    {
        var i = 0;
        while (i < data.Length)
        {
            var b = data[i];
            switch (_expect)
            {
                case Expect.InText:
                    if (_escaped)
                    {
                        _escaped = false;
                        i++;
                        continue;
                    }

                    var length = data[i..].IndexOfAny(s_endsOfText);
                    if (_isKey && _inObject.Count == 1 && _key.Count <= MaxListName) _key.AddRange(length < 0 ? data[i..] : data.Slice(i,
                        length));
                    if (length < 0)
                    {
                        consumed = data.Length;
                        return Status.More;
                    }

                    i += length;
                    b = data[i];
                    if (b == '\\') _escaped = true;
                    else if (b == '"') EndText();
                    else return Wrong("the end of a string, or \\n, \\t and the like inside it", i, out consumed);
                    i++;
                    if (_expect == Expect.Done)
                    {
                        consumed = i;
                        return Status.Done;
                    }

                    continue;

                case Expect.InScalar:
                    if (IsScalar(b))
                    {
                        i++;
                        continue;
                    }

                    EndValue();
                    if (_expect == Expect.Done)
                    {
                        consumed = i;
                        return Status.Done;
                    }

                    continue;
            }

            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                i++;
                continue;
            }

            switch (_expect)
            {
                case Expect.Value or Expect.ValueOrEnd when b is (byte)'{' or (byte)'[':
                    if (_inObject.Count == MaxDepth) return Wrong($"at most {MaxDepth} levels", i, out consumed);
                    if (b == '[' && _inObject.Count == 1 && _inObject.Peek() && IsRecordsKey())
                    {
                        consumed = i + 1;
                        return Status.Records;
                    }

                    _inObject.Push(b == '{');
                    _expect = b == '{' ? Expect.KeyOrEnd : Expect.ValueOrEnd;
                    break;
                case Expect.Value or Expect.ValueOrEnd when b == '"':
                    (_expect, _isKey) = (Expect.InText, false);
                    break;
                case Expect.Value or Expect.ValueOrEnd when IsScalar(b):
                    _expect = Expect.InScalar;
                    break;
                case Expect.ValueOrEnd or Expect.CommaOrEnd when b == ']' && !_inObject.Peek():
                case Expect.KeyOrEnd or Expect.CommaOrEnd when b == '}' && _inObject.Peek():
                    _inObject.Pop();
                    EndValue();
                    if (_expect == Expect.Done)
                    {
                        consumed = i + 1;
                        return Status.Done;
                    }

                    break;
                case Expect.KeyOrEnd or Expect.Key when b == '"':
                    (_expect, _isKey) = (Expect.InText, true);
                    _key.Clear();
                    break;
                case Expect.Colon when b == ':':
                    _expect = Expect.Value;
                    break;
                case Expect.CommaOrEnd when b == ',':
                    _expect = _inObject.Peek() ? Expect.Key : Expect.Value;
                    break;
                default:
                    return Wrong(ExpectedAtEnd, i, out consumed);
            }

            i++;
        }

        consumed = i;
        return Status.More;
    }

    /// <summary>The value without the blanks outside of its texts.</summary>
    /// <param name="json">One value, valid as far as this class checks.</param>
    public static byte[] WithoutBlanks(ReadOnlySpan<byte> json)
    {
        var kept = new byte[json.Length];
        var (count, inText) = (0, false);
        for (var i = 0; i < json.Length; i++)
        {
            var b = json[i];
            if (!inText && b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            kept[count++] = b;
            if (b == '"') inText = !inText;
            else if (b == '\\' && i + 1 < json.Length) kept[count++] = json[++i];
        }

        return kept[..count];
    }

    private bool IsRecordsKey() =>
        Wrapping.IsListName(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_key));

    private void EndText()
    {
        if (_isKey) _expect = Expect.Colon;
        else EndValue();
    }

    private void EndValue() => _expect = _inObject.Count == 0 ? Expect.Done : Expect.CommaOrEnd;

    private Status Wrong(string expected, int at, out int consumed)
    {
        Expected = expected;
        consumed = at;
        return Status.Error;
    }

    private static bool IsScalar(byte b) => b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'z')
        or (>= (byte)'A' and <= (byte)'Z')
        or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'_';
}
