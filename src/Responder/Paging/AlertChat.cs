using System.Buffers;
using System.Text;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// The custom notification of Amazon Q Developer in chat applications, the only schema that it renders. Names that an attacker chose are in
/// code spans, where markdown, links and mentions are inert. Source: docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
/// </summary>
internal static class AlertChat
{
    private const int MaxStep = 300;

    /// <summary>What a code span cannot show exactly.</summary>
    private static readonly SearchValues<char> s_inexact = SearchValues.Create("`&<>");

    public static string Render(Alert alert) => JsonText.Write(writer =>
    {
        var e = alert.Decision.Event;
        writer.WriteStartObject();
        writer.WriteString("version", "1.0");
        writer.WriteString("source", "custom");
        writer.WriteString("id", PlainText.Ascii(e.IncidentId, 128));
        writer.WriteStartObject("content");
        writer.WriteString("textType", "client-markdown");
        writer.WriteString("title", Heading(alert));
        writer.WriteString("description", Description(alert));
        writer.WriteStartArray("nextSteps");
        PageLine[] steps = [.. AlertText.WhatToDo(alert)];
        foreach (var step in steps.Take(6)) writer.WriteStringValue(Step(step));
        if (AlertText.RolesToTake(alert, steps) is { } roles) writer.WriteStringValue(Inert(roles));
        writer.WriteEndArray();
        writer.WriteStartArray("keywords");
        writer.WriteStringValue(alert.Finding.Severity.Name());
        writer.WriteStringValue(alert.Finding.Detection.Id);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        writer.WriteString("threadId", alert.DedupKey);
        writer.WriteString("summary", Heading(alert));
        writer.WriteString("eventType", alert.Finding.Detection.Id);
        writer.WriteStartArray("relatedResources");
        if (alert.Finding.Target?.Arn is { } arn) writer.WriteStringValue(PlainText.OneLine(arn, 256));
        if (alert.Finding.Resource is { } resource) writer.WriteStringValue(PlainText.OneLine(resource, 256));
        writer.WriteEndArray();
        writer.WriteStartObject("additionalContext");
        foreach (var (name, value) in alert.Attributes) writer.WriteString(name, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    /// <summary>It is rendered as markdown, so it contains no name from the event.</summary>
    private static string Heading(Alert alert) =>
        Inert($"[{alert.Finding.Severity.Name()}] {alert.Finding.Detection.Title}{(alert.Outcome.Length > 0 ? " " + alert.Outcome : "")}");

    private static string Description(Alert alert)
    {
        var text = new StringBuilder(1024);
        text.Append('*').Append(alert.Finding.Severity.Name()).Append("* ").Append(Code(alert.Finding.Title, 200));
        if (alert.Outcome.Length > 0) text.Append(" *").Append(alert.Outcome).Append('*');
        foreach (var line in AlertText.WhatWasDone(alert)) text.Append('\n').Append(Code(line, 300));
        foreach (var (label, value) in AlertText.Circumstances(alert))
            text.Append('\n').Append(label).Append(": ").Append(Code(value, 300));
        return text.ToString();
    }

    /// <summary>
    /// A step with its commands exactly as in the e-mail: a code span cannot show a backtick, and a client may show an entity as it is
    /// written, so a step whose commands would be changed or cut says where they are instead.
    /// </summary>
    private static string Step(PageLine step)
    {
        var isExact = step.ToString().Length <= MaxStep
            && step.Commands.All(static command => !command.Text!.AsSpan().ContainsAny(s_inexact));
        return isExact || !step.Commands.Any()
            ? Code(step.ToString(), MaxStep)
            : Code(step.Without(PageLine.Missing), MaxStep) + " The whole command is in the e-mail.";
    }

    /// <summary>A code span: nothing inside is markdown, a link or a mention.</summary>
    private static string Code(string text, int maxLength) => "`" + Inert(PlainText.OneLine(text, maxLength)).Replace('`', '\'') + "`";

    private static string Inert(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
