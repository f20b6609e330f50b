using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// One line of a page: text, and the commands in it. A rendering that cannot show a command exactly leaves it out, so it has to know where
/// one stands.
/// </summary>
public sealed class PageLine
{
    /// <summary>Stands for a command that is left out.</summary>
    internal const string Missing = "[...]";

    private readonly IReadOnlyList<Part> _parts;

    internal PageLine(params IReadOnlyList<Part> parts) => _parts = parts;

    /// <summary>The commands on the line; without those that cannot be printed.</summary>
    internal IEnumerable<ShellCommand> Commands =>
        _parts.Select(static part => part.Command).OfType<ShellCommand>().Where(static command => command.Text is not null);

    /// <summary>The line with its commands.</summary>
    public override string ToString() => string.Concat(_parts.Select(static part => part.Text));

    /// <summary>The line with these words in place of each command.</summary>
    internal string Without(string words) =>
        string.Concat(_parts.Select(part => part.Command is { Text: not null } ? words : part.Text));

    /// <summary>The line, or when it is too long, the line without its commands: a command that is cut is another command.</summary>
    public string Within(int maxLength) => ToString() is var whole && whole.Length <= maxLength ? whole : Without(Missing);

    internal PageLine After(string text) => new([text, .. _parts]);

    /// <summary>A piece of text, or a command.</summary>
    internal readonly record struct Part(string Text, ShellCommand? Command = null)
    {
        public static implicit operator Part(string text) => new(text);

        public static implicit operator Part(ShellCommand? command) => new(command?.ToString() ?? "", command);
    }
}
