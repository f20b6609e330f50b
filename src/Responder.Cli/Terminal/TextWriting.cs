using Responder.Containment;
using Responder.Events;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Terminal;

/// <summary>
/// Styled lines on a console. All text goes through <see cref="PlainText.OneLine"/> and is never taken for markup, because names may be an
/// attacker's.
/// </summary>
internal static class TextWriting
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Dim = new(decoration: Decoration.Dim);
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);

    /// <summary>Longer than any line of a page or record.</summary>
    private const int MaxLine = 8192;

    public static void Line(this IAnsiConsole console, params ReadOnlySpan<(string Text, Style Style)> parts)
    {
        var line = new Paragraph { Overflow = Overflow.Fold };
        foreach (var (text, style) in parts) line.Append(PlainText.OneLine(text, MaxLine), style);
        console.Write(line);
        console.WriteLine();
    }

    public static void Line(this IAnsiConsole console, string text) => console.Line((text, Plain));

    public static void Heading(this IAnsiConsole console, string text) => console.Line(("  " + text, Strong));

    /// <summary>Writes lines that belong together, set off by a bar.</summary>
    public static void Block(this IAnsiConsole console, string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n')) console.Line((line.Length == 0 ? "    |" : "    | ", Dim), (line, Plain));
    }

    public static void Step(this IAnsiConsole console, ContainmentStep step)
    {
        var (word, style) = step.Result switch
        {
            StepResult.Succeeded => ("done   ", Good),
            StepResult.Skipped => ("skipped", Warning),
            _ => ("FAILED ", Bad),
        };
        console.Line(
            ("    ", Plain), (word, style),
            ($"  {step.Action}{(step.Subject is { } subject ? " " + subject : "")} on {step.Target}", Plain),
            (step.Error is { } error ? $"  ({error})" : "", Dim));
    }

    public static Style StyleOf(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => Bad,
        Severity.Medium => Warning,
        Severity.Low => Strong,
        _ => Dim,
    };
}
