using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Cases;

/// <summary>
/// One line of a <c>*.jsonl</c> file in this folder: a call, its caller, and the band in which its severity must lie. README.md describes
/// the members.
/// </summary>
internal sealed record Case(string Name, string Call, Severity Min, Severity Max, string Why, CloudTrailEvent Event)
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "test", "Responder.Tests", "Detections", "Cases");

    /// <summary>The lines of all cases by their name, <c>file:line</c>.</summary>
    public static IReadOnlyDictionary<string, string> Lines { get; } = Directory.EnumerateFiles(Folder, "*.jsonl")
        .Order(StringComparer.Ordinal)
        .SelectMany(
            static file => File.ReadLines(file)
            .Select((line, at) => (Name: FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(file)}:{at + 1}"), Line: line)))
        .Where(static line => line.Line.Length > 0)
        .ToDictionary(static line => line.Name, static line => line.Line, StringComparer.Ordinal);

    public static Case Read(string name)
    {
        var line = JsonNode.Parse(Lines[name])!.AsObject();
        var call = line["call"]!.GetValue<string>();
        var (min, max) = line["expect"]!.GetValue<string>().Split('-') switch
        {
            [var one] => (Word(one), Word(one)),
            [var from, var to] => (Word(from), Word(to)),
            _ => throw new FormatException(name + ": expect is one severity, or two joined by a hyphen"),
        };
        return new Case(name, call, min, max, line["why"]!.GetValue<string>(), Parse(line, call));
    }

    private static Severity Word(string text) => SeverityNames.TryParse(text, out var severity)
        ? severity
        : throw new FormatException(text + " is no severity");

    private static CloudTrailEvent Parse(JsonObject line, string call)
    {
        var space = call.IndexOf(' ', StringComparison.Ordinal);
        var source = call[..space];
        var record = EventBuilder.Call(
            source.Contains('.', StringComparison.Ordinal) ? source : source + ".amazonaws.com", call[(space + 1)..],
            Unfold(line["request"]))
            .By(Callers.Of(line["by"]))
            .With("responseElements", Unfold(line["response"]));
        if (line["error"] is { } error) record.With("errorCode", error.DeepClone());
        // This comes last, so that a case can remove a member (null) or set values that CloudTrail never writes.
        foreach (var (member, value) in line["with"]?.AsObject() ?? []) record.With(member, Unfold(value));

        var parsed = EventParser.Parse(record.Build());
        Assert.Null(parsed.Error);
        return parsed.Event!;
    }

    /// <summary>
    /// A copy in which every <c>{"$text": …}</c> is replaced by its content as JSON text, which is how CloudTrail writes policies.
    /// </summary>
    private static JsonNode? Unfold(JsonNode? node) => node switch
    {
        JsonObject one when one.Count == 1 && one["$text"] is { } text => JsonValue.Create(text.ToJsonString()),
        JsonObject many => new JsonObject(many.Select(static member => KeyValuePair.Create(member.Key, Unfold(member.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Unfold)]),
        _ => node?.DeepClone(),
    };
}
