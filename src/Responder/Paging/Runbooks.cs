using Responder.Decisions;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>Fills the placeholders of a runbook line; what comes from the event is quoted for a shell.</summary>
public static class Runbooks
{
    /// <summary>Stands for the finding's own undo command; a line with it is shown only when there is something to undo.</summary>
    public const string UndoPlaceholder = "{undo}";

    /// <summary>
    /// The line as the page shows it; null when it does not apply: it is for another kind of target, or there is nothing to undo.
    /// </summary>
    public static string? Fill(string line, Alert alert)
    {
        if (!line.Contains('{', StringComparison.Ordinal)) return line;

        var target = alert.Finding.Target;
        var undo = Undo(alert);
        if (Lacks("{role}", target?.Kind == PrincipalKind.Role) || Lacks("{user}", target?.Kind == PrincipalKind.User)
            || Lacks(UndoPlaceholder, undo is not null)) return null;

        var e = alert.Decision.Event;
        // One pass over the line, so that a name that looks like a placeholder stays a name.
        return string.Concat(line.Split('{', '}').Select((part, index) => index % 2 == 0 ? part : part switch
        {
            "account" => Word(e.AccountId),
            "region" => Word(e.Region),
            "actor" => Word(e.Actor.IssuerArn ?? e.Actor.Arn),
            "target" or "role" or "user" => Word(target?.Name),
            "resource" => Word(alert.Finding.Resource),
            "undo" => undo,
            _ => part,
        }));

        bool Lacks(string placeholder, bool applies) => !applies && line.Contains(placeholder, StringComparison.Ordinal);
    }

    /// <summary>
    /// The command that undoes the change; null when the target was to be contained, or when the event does not tell enough.
    /// </summary>
    public static string? Undo(Alert alert) => alert.Decision.Action == DecisionAction.Contain ? null : alert.Finding.UndoCommand;

    private static string Word(string? text) => string.IsNullOrEmpty(text) ? "UNKNOWN" : Shell.Quote(text);
}
