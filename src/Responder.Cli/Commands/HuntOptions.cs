using System.CommandLine;
using Responder.Analysis.Hunting;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>The options that change a hunt, on logs and as SQL alike.</summary>
internal sealed class HuntOptions
{
    private const int MaxDays = 3653;

    private readonly Option<int?> _days = new("--days") { HelpName = "N", Description = "Look back so many days, also in SQL." };

    private readonly Option<int?> _atLeast = new("--at-least")
    {
        HelpName = "N",
        Description = "Leave out groups with fewer events; for hunts that count.",
    };

    private readonly Option<bool> _attempts = new("--attempts")
    {
        Description = "Also calls that did not work, and why; for hunts that otherwise leave them out.",
    };

    public HuntOptions(Command command)
    {
        foreach (var option in (Option[])[_days, _atLeast, _attempts]) command.Options.Add(option);
    }

    /// <exception cref="UsageException">A value is not valid, or does not go with the hunt.</exception>
    public Hunt Applied(Hunt hunt, ParseResult parsed)
    {
        if (parsed.GetValue(_days) is { } days)
            hunt = days is >= 1 and <= MaxDays ? hunt with
            {
                Days =
                days
            } : throw new UsageException($"--days: expected a number from 1 to {MaxDays}");
        if (parsed.GetValue(_atLeast) is { } least)
        {
            if (hunt.Totals.Count == 0) throw new UsageException($"--at-least: {hunt.Id} gives rows and counts nothing");
            hunt = least >= 1 ? hunt with { AtLeast = least } : throw new UsageException("--at-least: expected a number of at least 1");
        }

        return parsed.GetValue(_attempts) ? hunt.WithAttempts() : hunt;
    }
}
