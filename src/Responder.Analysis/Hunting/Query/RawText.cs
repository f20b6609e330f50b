using System.Text;
using Responder.Logs;

namespace Responder.Analysis.Hunting.Query;

/// <summary>Looks for texts in the bytes of a record that nobody has parsed.</summary>
internal static class RawText
{
    /// <summary>More than any text that a hunt asks for.</summary>
    private const int MaxText = 256;

    /// <summary>
    /// False: no value of the record has this text in it. True also where the bytes do not tell: an escape or a percent sign may write it
    /// otherwise (documents come as text in JSON, and URL-encoded).
    /// </summary>
    public static bool MayBeIn(in RecordHead head, string text)
    {
        if (text.Length > MaxText || !Ascii.IsValid(text)) return true;
        Span<byte> utf8 = stackalloc byte[MaxText];
        utf8 = utf8[..Encoding.ASCII.GetBytes(text, utf8)];
        return head.Utf8.IndexOf(utf8) >= 0 || head.Utf8.IndexOfAny((byte)'\\', (byte)'%') >= 0;
    }
}
