using System.Globalization;
using System.Text;

namespace Responder.Events;

/// <summary>Makes attacker-chosen text safe to show: one line, no control, bidirectional, invisible or unpaired characters.</summary>
public static class PlainText
{
    /// <summary>
    /// The text on one line. What cannot be shown becomes visible as <c>\u202E</c>; a cut is followed by the length of the whole text.
    /// </summary>
    /// <param name="maxLength">The most characters kept, including the note of a cut.</param>
    public static string OneLine(string? text, int maxLength = 512)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = new StringBuilder(Math.Min(text.Length, maxLength) + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsShowable(rune)) safe.Append(rune);
            else safe.Append("\\u").Append(rune.Value.ToString("X4", CultureInfo.InvariantCulture));
            if (safe.Length > maxLength + 16) break;
        }

        if (safe.Length <= maxLength) return safe.ToString();
        return Cut(safe.ToString(), maxLength, text.Length);
    }

    /// <summary>Like <see cref="OneLine"/>, in printable ASCII: every other character becomes a question mark.</summary>
    public static string Ascii(string? text, int maxLength)
    {
        var line = OneLine(text, int.MaxValue - 64);
        var ascii = new StringBuilder(line.Length);
        foreach (var rune in line.EnumerateRunes()) ascii.Append(rune.Value is >= ' ' and < 127 ? (char)rune.Value : '?');
        return ascii.Length <= maxLength ? ascii.ToString() : ascii.ToString(0, Math.Max(0, maxLength - 3)) + "...";
    }

    private static string Cut(string text, int maxLength, int fullLength)
    {
        var note = string.Create(CultureInfo.InvariantCulture, $"[cut, {fullLength} characters]");
        if (note.Length >= maxLength) return text[..SafeLength(text, maxLength)];
        return text[..SafeLength(text, maxLength - note.Length)] + note;
    }

    private static int SafeLength(string text, int length) => length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1])
        ? length - 1
        : length;

    private static bool IsShowable(Rune rune) => rune.Value != 0xFFFD && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);
}
