using System.Globalization;
using System.Text;

namespace Responder.Testing;

/// <summary>
/// Splits a command into words as a POSIX shell with <c>$'…'</c> does, and refuses everything that a shell would act on: a command on a
/// page must consist of words and nothing else.
/// </summary>
public static class PosixShell
{
    /// <exception cref="FormatException">The command contains a substitution, an operator, a line break or an open quote.</exception>
    public static IReadOnlyList<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        for (var i = 0; i < command.Length; i++)
        {
            switch (command[i])
            {
                case ' ':
                    if (inWord) words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                    continue;
                case '\'':
                    var end = command.IndexOf('\'', i + 1);
                    if (end < 0) throw new FormatException("an open quote");
                    word.Append(command, i + 1, end - i - 1);
                    i = end;
                    break;
                case '$' when i + 1 < command.Length && command[i + 1] == '\'':
                    i = Escaped(command, i + 2, word);
                    break;
                case '\\' when i + 1 < command.Length:
                    word.Append(command[++i]);
                    break;
                case var c when char.IsControl(c) || "`$\"&|;<>()*?[]{}~#!\\".Contains(c, StringComparison.Ordinal):
                    throw new FormatException($"'{c}' outside of quotes");
                case var c:
                    word.Append(c);
                    break;
            }

            inWord = true;
        }

        if (inWord) words.Add(word.ToString());
        return words;
    }

    /// <summary>Reads <c>$'…'</c>; returns the index of its closing quote.</summary>
    private static int Escaped(string command, int i, StringBuilder word)
    {
        for (; i < command.Length; i++)
        {
            if (command[i] == '\'') return i;
            if (command[i] != '\\')
            {
                word.Append(command[i]);
                continue;
            }

            var digits = command[++i] switch { 'u' => 4, 'U' => 8, _ => 0 };
            if (digits == 0)
            {
                word.Append(command[i]);
                continue;
            }

            word.Append(
                char.ConvertFromUtf32(int.Parse(command.AsSpan(i + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            i += digits;
        }

        throw new FormatException("an open $' quote");
    }
}
