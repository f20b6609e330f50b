using System.Text;

namespace Responder.Vocabulary;

/// <summary>Commands that an engineer copies into a shell, built so that attacker-chosen text cannot break out.</summary>
public static class Shell
{
    /// <summary>
    /// One word for a POSIX shell. Plain words stay bare and other printable ASCII is single-quoted. A word with any other character is
    /// written as <c>$'…'</c> with <c>\uXXXX</c> escapes, so that what is seen is what is run.
    /// </summary>
    public static string Quote(string word)
    {
        // zsh looks up a word that begins with an equals sign as a command in the path.
        if (word.Length > 0 && word[0] != '='
            && word.All(
                static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '@' or '+' or ',')) return word;
        if (word.All(static c => c is >= ' ' and < (char)127)) return "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

        var text = new StringBuilder("$'");
        foreach (var rune in word.EnumerateRunes())
        {
            if (rune.Value is '\'' or '\\') text.Append('\\').Append((char)rune.Value);
            else if (rune.Value is >= ' ' and < 127) text.Append((char)rune.Value);
            else if (rune.Value <= 0xFFFF)
                text.Append("\\u").Append(rune.Value.ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
            else text.Append("\\U").Append(rune.Value.ToString("X8", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.Append('\'').ToString();
    }

    /// <summary>
    /// An option and its value as shell words. A value that begins with a dash (IAM allows such names) would be read as another option, so
    /// it is joined to the option by an equals sign.
    /// </summary>
    public static string[] Option(string name, string value) => value.StartsWith('-') ? [$"{name}={value}"] : [name, value];

    /// <summary>A whole command: the words, each quoted, joined by blanks.</summary>
    public static string Command(params ReadOnlySpan<string> words)
    {
        var text = new StringBuilder();
        foreach (var word in words)
        {
            if (text.Length > 0) text.Append(' ');
            text.Append(Quote(word));
        }

        return text.ToString();
    }
}
