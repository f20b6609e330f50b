using System.Text;

namespace Responder.Testing;

/// <summary>
/// Splits a command into words as a POSIX shell does, and refuses everything that a shell would act on: a command on a
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
}
