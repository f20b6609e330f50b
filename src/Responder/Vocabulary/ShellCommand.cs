namespace Responder.Vocabulary;

/// <summary>A command for a person to copy, or the reason why there is none: what cannot be printed safely is not printed.</summary>
public sealed class ShellCommand
{
    internal const string Unshowable =
        "a name holds characters that a shell cannot show; use the console or the unique id";

    internal const string Unnamed = "the event does not tell a name that it needs";

    internal const string NotLiteral = "the program would not take a name as it is written; use the console or the unique id";

    private readonly string _shown;

    private ShellCommand(IReadOnlyList<string> words, string? text, string shown) => (Words, Text, _shown) = (words, text, shown);

    /// <summary>The words that the shell passes on, the program's name first; empty when there is no command.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The command as it is typed; null when there is none.</summary>
    public string? Text { get; }

    /// <summary>The command, or a sentence in parentheses that says why there is none.</summary>
    public override string ToString() => _shown;

    internal static ShellCommand Of(IReadOnlyList<string> words)
    {
        var quoted = words.Select(Shell.Quote).ToArray();
        if (quoted.Contains(null)) return None(Unshowable);
        var text = string.Join(' ', quoted);
        return new ShellCommand(words, text, text);
    }

    internal static ShellCommand None(string whyNot) => new([], null, $"(no command: {whyNot})");
}
