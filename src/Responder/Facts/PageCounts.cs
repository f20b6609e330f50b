using System.Globalization;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>
/// How much each cause has said in one clock hour, as one parameter holds it for all processes: an actor's findings of one kind whatever
/// their targets, a principal's incidents, an actor's calls about nobody. Processes that write at the same moment may lose each other's
/// count, which costs a page more.
/// </summary>
/// <param name="Hour">UTC, as <c>2026-11-21T08</c>.</param>
/// <param name="Causes">By key, the oldest first.</param>
public sealed record PageCounts(string Hour, IReadOnlyList<KeyValuePair<string, Told>> Causes)
{
    private const string Schema = "responder.pages/1";

    /// <summary>The most characters of the text; SSM's standard tier holds 4,096.</summary>
    private const int MostCharacters = 4000;

    /// <summary>The most sayings that are kept of one cause; only calls about nobody need any.</summary>
    private const int MostSayings = 16;

    /// <summary>
    /// The key of a cause and a severity: what is milder uses up nothing of what is graver.
    /// </summary>
    public static string KeyOf(string cause, Severity severity) => Saying.Hash([cause, severity.Name()])[..16];

    public static string HourOf(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);

    public static PageCounts None(DateTimeOffset now) => new(HourOf(now), []);

    public Told Of(string key) => Causes.FirstOrDefault(c => c.Key == key).Value ?? Told.Nothing;

    public PageCounts With(string key, Told told) =>
        this with { Causes = [.. Causes.Where(c => c.Key != key), KeyValuePair.Create(key, told)] };

    /// <summary>The counts of this hour; those of an earlier one are forgotten.</summary>
    /// <param name="text">The parameter's value; null: there is none.</param>
    public static PageCounts Read(string? text, DateTimeOffset now)
    {
        if (!JsonView.TryParse(text ?? "", out var json) || json["schema"].Text != Schema || json["hour"].Text != HourOf(now))
            return None(now);
        return new PageCounts(HourOf(now), [.. json["causes"].Members.Select(static c => KeyValuePair.Create(c.Name, ReadOne(c.Value)))]);

        static Told ReadOne(JsonView cause)
        {
            JsonView[] parts = [.. cause.Items];
            int At(int i) => (int)Math.Clamp(parts.ElementAtOrDefault(i).Integer ?? 0, 0, int.MaxValue / 2);
            return new Told(At(0), At(1), (Severity)Math.Min(At(2), (int)Severity.Critical), At(3),
                [.. parts.Skip(4).Select(static s => s.Text).OfType<string>()]);
        }
    }

    /// <summary>The text; where it would be too long, the causes that said least are left out, the oldest first.</summary>
    public string ToText()
    {
        var kept = Causes;
        for (; ; )
        {
            var text = TextOf(kept);
            if (text.Length <= MostCharacters) return text;
            var least = kept.OrderBy(static c => c.Value.Count).Take(Math.Max(1, kept.Count / 8)).Select(static c => c.Key).ToHashSet();
            kept = [.. kept.Where(c => !least.Contains(c.Key))];
        }
    }

    private string TextOf(IReadOnlyList<KeyValuePair<string, Told>> causes) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteString("hour", Hour);
        writer.WriteStartObject("causes");
        foreach (var (key, told) in causes)
        {
            writer.WriteStartArray(key);
            writer.WriteNumberValue(told.Count);
            writer.WriteNumberValue(told.Level);
            writer.WriteNumberValue((int)told.Severity);
            writer.WriteNumberValue(told.Width);
            foreach (var saying in told.Sayings.TakeLast(MostSayings)) writer.WriteStringValue(saying);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
