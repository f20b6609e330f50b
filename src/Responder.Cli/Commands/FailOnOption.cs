using System.CommandLine;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>The lowest severity of a finding that makes the exit code 1.</summary>
internal sealed class FailOnOption
{
    private readonly Option<string> _option = new("--fail-on")
    {
        HelpName = "SEVERITY",
        Description = "Exit with 1 when something of this severity (LOW, MEDIUM, HIGH, CRITICAL) or a higher one was found.",
    };

    public FailOnOption(Command command) => command.Options.Add(_option);

    /// <summary>Null: no finding does.</summary>
    /// <exception cref="UsageException">The value is not a severity.</exception>
    public Severity? Of(ParseResult parsed)
    {
        if (parsed.GetValue(_option) is not { } text) return null;
        return SeverityNames.TryParse(text, out var severity) && severity != Severity.None
            ? severity
            : throw new UsageException("--fail-on: expected LOW, MEDIUM, HIGH or CRITICAL");
    }
}
