using System.Globalization;
using System.Text;
using Responder.Events;

namespace Responder.Analysis.Html;

/// <summary>
/// A record formatted over several lines, its strings exactly as they are: nothing is decoded, so nothing can change its meaning. Session
/// tokens are left out, because a report is passed on and a credential must not be.
/// </summary>
internal static class RecordText
{
    /// <param name="maxLength">Maximum number of characters that are kept, not counting the note that the text was cut.</param>
    public static string Of(CloudTrailEvent e, int maxLength)
    {
        var raw = e.Record.ToString();
        var (text, depth) = (new StringBuilder(Math.Min(raw.Length, maxLength) + 256), 0);
        var lastString = "";
        for (var at = 0; at < raw.Length; at++)
        {
            if (text.Length > maxLength)
            {
                text.Length = maxLength;
                return text.Append(CultureInfo.InvariantCulture, $"\n[cut: the record has {raw.Length} characters]").ToString();
            }

            switch (raw[at])
            {
                case '"':
                    var end = EndOfString(raw, at);
                    var isSecret = lastString == "\"sessionToken\"" && raw[..at].AsSpan().TrimEnd() is [.., ':'];
                    lastString = end - at < 64 ? raw[at..end] : "";
                    if (isSecret) text.Append(CultureInfo.InvariantCulture, $"\"[left out, {end - at - 2} characters]\"");
                    else text.Append(raw.AsSpan(at, Math.Min(end - at, maxLength)));
                    at = end - 1;
                    break;
                case '{' or '[':
                    text.Append(raw[at]);
                    var next = SkipSpace(raw, at + 1);
                    if (next < raw.Length && raw[next] is '}' or ']') text.Append(raw[at = next]);
                    else Line(text, ++depth);
                    break;
                case '}' or ']':
                    Line(text, --depth);
                    text.Append(raw[at]);
                    break;
                case ',':
                    text.Append(',');
                    Line(text, depth);
                    break;
                case ':':
                    text.Append(": ");
                    break;
                case ' ' or '\t' or '\r' or '\n':
                    break;
                default:
                    text.Append(raw[at]);
                    break;
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, int depth) => text.Append('\n').Append(' ', 2 * Math.Clamp(depth, 0, 32));

    private static int SkipSpace(string raw, int at)
    {
        while (at < raw.Length && char.IsWhiteSpace(raw[at])) at++;
        return at;
    }

    /// <summary>Index after the closing quote.</summary>
    private static int EndOfString(string raw, int at)
    {
        for (at++; at < raw.Length && raw[at] != '"'; at++)
        {
            if (raw[at] == '\\') at++;
        }

        return Math.Min(raw.Length, at + 1);
    }
}
