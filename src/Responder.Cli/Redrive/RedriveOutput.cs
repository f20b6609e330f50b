using System.Globalization;
using Responder.Cli.Terminal;
using Responder.Events;
using Spectre.Console;

namespace Responder.Cli.Redrive;

/// <summary>What `responder redrive` shows. Letters hold what callers wrote, so every text is made plain.</summary>
internal sealed class RedriveOutput(Surroundings surroundings, bool json)
{
    private const int MaxText = 500;

    private readonly IAnsiConsole? _console = json ? null : surroundings.TextConsole();

    /// <summary>Before anything is done; JSON has one line a letter, at the end.</summary>
    public void Plan(IReadOnlyList<Delivery> deliveries, TimeSpan? maximumAge)
    {
        if (_console is null) return;
        foreach (var delivery in deliveries)
        {
            _console.Line(($"{delivery.Letter.Queue}  ", TextWriting.Dim), (What(delivery), TextWriting.Strong));
            _console.Line(delivery.Addressee.Function is { } function
                ? ($"    -> {function}", TextWriting.Plain)
                : ($"    stays: {delivery.Why}", TextWriting.Warning));
            if (delivery.Letter.Error is { } error) _console.Line(("    " + error, TextWriting.Dim));
        }

        var now = surroundings.Clock.GetUtcNow();
        if (maximumAge is { } age
            && deliveries.Any(d => d.Addressee is { Function: not null, Event.EventTime: { } time } && now - time > age))
            _console.Line(($"Events more than {age.TotalHours:0} hours old are paged; they contain nobody.", TextWriting.Warning));
    }

    public void End(IReadOnlyList<Delivery> deliveries, string? note)
    {
        if (_console is null)
        {
            foreach (var delivery in deliveries) surroundings.Output.WriteLine(Line(delivery));
            surroundings.Output.WriteLine(Summary(deliveries));
            return;
        }

        foreach (var failed in deliveries.Where(static d => d.State == DeliveryState.Failed))
            _console.Line(("FAILED  ", TextWriting.Bad), (What(failed), TextWriting.Strong), ($"  {failed.Why}", TextWriting.Dim));
        if (note is not null) _console.Line(note);
        else
            _console.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"{Count(deliveries, DeliveryState.GivenBack)} given back, {Count(deliveries, DeliveryState.Left)} left, "
                    + $"{Count(deliveries, DeliveryState.Failed)} failed"));
    }

    public static int Count(IReadOnlyList<Delivery> deliveries, DeliveryState state) => deliveries.Count(d => d.State == state);

    private static string What(Delivery delivery) => delivery.Addressee.Event is { } e
        ? $"{e.EventTime?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "no time"}  {e.EventSource} {e.EventName}  "
            + $"{e.IncidentId}  by {PlainText.OneLine(e.Actor.Arn ?? e.Actor.InvokedBy ?? "unknown", MaxText)}"
        : $"message {delivery.Letter.Id}";

    private static string Line(Delivery delivery) => JsonText.Write(writer =>
    {
        var e = delivery.Addressee.Event;
        writer.WriteStartObject();
        writer.WriteText("queue", PlainText.OneLine(delivery.Letter.Queue, MaxText));
        writer.WriteText("messageId", PlainText.OneLine(delivery.Letter.Id, MaxText));
        writer.WriteText("eventId", e?.EventId is { } id ? PlainText.OneLine(id, MaxText) : null);
        writer.WriteTime("eventTime", e?.EventTime);
        writer.WriteText("eventSource", e is null ? null : PlainText.OneLine(e.EventSource, MaxText));
        writer.WriteText("eventName", e is null ? null : PlainText.OneLine(e.EventName, MaxText));
        writer.WriteText("actor", e?.Actor.Arn is { } actor ? PlainText.OneLine(actor, MaxText) : null);
        writer.WriteText("function", delivery.Addressee.Function);
        writer.WriteString("result", Word(delivery.State));
        writer.WriteText("why", delivery.Why is { } why ? PlainText.OneLine(why, MaxText) : null);
        writer.WriteEndObject();
    });

    private static string Summary(IReadOnlyList<Delivery> deliveries) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        foreach (var state in Enum.GetValues<DeliveryState>()) writer.WriteNumber(Word(state), Count(deliveries, state));
        writer.WriteEndObject();
    });

    private static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Planned => "planned",
        DeliveryState.GivenBack => "given-back",
        DeliveryState.Left => "left",
        _ => "failed",
    };
}
