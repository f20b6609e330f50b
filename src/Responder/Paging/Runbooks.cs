using System.Text.RegularExpressions;
using Responder.Decisions;
using Responder.Decisions.Guardrails;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// Fills the placeholders of a runbook line. In a command they become words of a shell, and a command that cannot be printed safely is
/// replaced by a sentence; in the text around it they become quoted text.
/// </summary>
public static partial class Runbooks
{
    /// <summary>Stands for the finding's own undo command; a line with it is shown only when there is something to undo.</summary>
    public const string UndoPlaceholder = "{undo}";

    /// <summary>
    /// The line as the page shows it; null when it does not apply: it is for another kind of target, or there is nothing to undo.
    /// </summary>
    public static PageLine? Fill(string line, Alert alert)
    {
        if (!line.Contains('{', StringComparison.Ordinal)) return new PageLine(line);

        var target = alert.Finding.Target;
        var undo = Undo(alert);
        if (Lacks("{role}", target?.Kind == PrincipalKind.Role && !ContainableTargetGuardrail.IsRoleOfAws(target))
            || Lacks("{user}", target?.Kind == PrincipalKind.User)
            || Lacks("{root}", target?.Kind == PrincipalKind.Root) || Lacks(UndoPlaceholder, undo is not null)) return null;

        var e = alert.Decision.Event;
        var parts = new List<PageLine.Part>();
        var at = 0;
        foreach (Match command in CommandIn().Matches(line))
        {
            if (!command.Value.Contains('{', StringComparison.Ordinal)) continue;
            AddText(line[at..command.Index]);
            parts.Add(CommandOf(command, Value));
            at = command.Index + command.Length;
        }

        AddText(line[at..]);
        return new PageLine(parts);

        bool Lacks(string placeholder, bool applies) => !applies && line.Contains(placeholder, StringComparison.Ordinal);

        // One pass over the text, so that a name that looks like a placeholder stays a name.
        void AddText(string text) => parts.AddRange(text.Split('{', '}').Select((part, index) =>
            index % 2 == 0 ? part
            : part == "undo" ? undo
            : part == "actor" && WhoActs.InText(e.Actor) is { } person ? person
            : Value(part) is var value && value == part ? part : (PageLine.Part)Quoted(value)));

        string Value(string placeholder)
        {
            var value = placeholder switch
            {
                "account" => e.AccountId,
                "region" => e.Region,
                "actor" => e.Actor.IssuerArn ?? e.Actor.Arn,
                "target" or "role" or "user" => target?.Name,
                "resource" => alert.Finding.Resource,
                _ => placeholder,
            };
            return string.IsNullOrEmpty(value) ? "UNKNOWN" : value;
        }
    }

    /// <summary>
    /// The command that undoes the change; null when the target was to be contained, or when the event does not tell enough. A containment
    /// leaves a membership in a group as it is, so that its undo stays due.
    /// </summary>
    public static ShellCommand? Undo(Alert alert) =>
        alert.Decision.Action == DecisionAction.Contain && alert.Finding.Grant?.GroupName is null ? null : alert.Finding.UndoCommand;

    /// <summary>
    /// A command as runbooks write it: the AWS CLI with options, each with at most one value, or <c>responder contain</c>. What follows a
    /// comma, a semicolon or a full stop at the end of a word is text again.
    /// </summary>
    [GeneratedRegex(
        @"(?<program>aws [a-z0-9-]+ [a-z0-9-]+)( (?<part>--[a-z0-9-]+( (?!--)\S*[^\s,;.:)])?))*"
        + @"|(?<program>responder contain) (?<part>\{[a-z]+\})",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommandIn();

    private static ShellCommand CommandOf(Match command, Func<string, string> valueOf) => Shell.Command(
        command.Groups["program"].Value,
        [.. command.Groups["part"].Captures.Select(part => PartOf(part.Value.Split(' ', 2), valueOf))]);

    private static CommandPart PartOf(string[] words, Func<string, string> valueOf)
    {
        if (words is [['{', .. var operand, '}']]) return CommandPart.Operand(valueOf(operand));
        if (words is not [var option, var value]) return words[0];
        if (!value.Contains('{', StringComparison.Ordinal)) return CommandPart.Fixed(option, value);
        if (value is ['{', .. var whole, '}']) return (option, valueOf(whole));
        return CommandPart.Structure(
            option,
            [.. value.Split(',').Select(static member => member.Split('=', 2)).Select(member => (member[0], Filled(member[1])))]);

        string Filled(string text) => text is ['{', .. var placeholder, '}'] ? valueOf(placeholder) : text;
    }

    /// <summary>A name in the text, quoted like a shell word; what cannot be shown is escaped, because nobody runs it.</summary>
    internal static string Quoted(string text) => Shell.Quote(text)
        ?? "'" + PlainText.OneLine(text).Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
