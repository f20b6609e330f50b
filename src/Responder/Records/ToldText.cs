using System.Text.Json;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>What was told under a shared record, in that record.</summary>
internal static class ToldText
{
    private const int MostSayings = 32;
    private const int LeastSayings = 8;

    /// <param name="width">How long other strings may be: where these are cut, fewer sayings are kept as well.</param>
    public static void Write(Utf8JsonWriter writer, Told told, int width)
    {
        writer.WriteStartObject("told");
        writer.WriteString("paged", told.Severity.Name());
        writer.WriteNumber("count", told.Count);
        writer.WriteNumber("level", told.Level);
        writer.WriteNumber("width", told.Width);
        writer.WriteStartArray("sayings");
        foreach (var saying in told.Sayings.TakeLast(Math.Clamp(width / 8, LeastSayings, MostSayings))) writer.WriteStringValue(saying);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <param name="severity">The highest severity that was paged, for a record from before it was kept here.</param>
    public static Told Read(JsonView told, Severity severity)
    {
        if (told.IsObject) SeverityNames.TryParse(told["paged"].Text, out severity);
        int Of(string member) => (int)Math.Clamp(told[member].Integer ?? 0, 0, int.MaxValue / 2);
        return new Told(Of("count"), Of("level"), severity, Of("width"),
            [.. told["sayings"].Items.Select(static s => s.Text).OfType<string>()]);
    }
}
