using System.Text;
using Responder.Logs;

namespace Responder.Analysis.Hunting.Query;

/// <summary>Looks for texts in the bytes of a record that has not been parsed.</summary>
internal static class RawText
{
    /// <summary>Longer than any text that a hunt asks for.</summary>
    private const int MaxText = 256;

    /// <summary>
    /// False: no value of the record contains this text. True also where the bytes do not tell, because an escape or a percent sign may
    /// spell it in another way (documents may be JSON in a text, or URL-encoded).
    /// </summary>
    public static bool MayBeIn(in RecordHead head, string text)
    {
        if (text.Length > MaxText || !Ascii.IsValid(text)) return true;
        Span<byte> utf8 = stackalloc byte[MaxText];
        utf8 = utf8[..Encoding.ASCII.GetBytes(text, utf8)];
        return head.Utf8.IndexOf(utf8) >= 0 || head.Utf8.IndexOfAny((byte)'\\', (byte)'%') >= 0;
    }
}
