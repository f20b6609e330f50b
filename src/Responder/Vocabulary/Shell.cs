namespace Responder.Vocabulary;

/// <summary>Commands that an engineer copies into a shell, built so that attacker-chosen text cannot break out.</summary>
public static class Shell
{
    /// <summary>
    /// One word for a POSIX shell: plain words stay bare, and everything else in printable ASCII stands between single quotes. Null for a
    /// word with any other character: quotes cannot show it, and <c>$'…'</c> is not read by every shell.
    /// </summary>
    public static string? Quote(string word)
    {
        if (!word.All(static c => c is >= ' ' and < (char)127)) return null;
        // zsh looks up a word that begins with an equals sign as a command in the path.
        var isPlain = word.Length > 0 && word[0] != '='
            && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '=' or '@' or '+' or ',');
        return isPlain ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    /// <summary>A whole command. What it cannot say safely makes it a <see cref="ShellCommand"/> without text.</summary>
    /// <param name="program">The program and its verbs, such as <c>aws iam delete-user</c>: never text from an event.</param>
    public static ShellCommand Command(string program, params ReadOnlySpan<CommandPart> parts)
    {
        var words = new List<string>(program.Split(' '));
        foreach (var part in parts)
        {
            if (part.WhyNot is { } whyNot) return ShellCommand.None(whyNot);
            words.AddRange(part.Words);
        }

        return ShellCommand.Of(words);
    }
}
