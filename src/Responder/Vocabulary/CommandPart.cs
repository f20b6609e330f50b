using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Vocabulary;

/// <summary>
/// A part of a command after its verbs: an option, with or without a value, or an operand. A value is taken to be chosen by an attacker,
/// unless it is <see cref="Fixed"/>: it can become neither another option nor something that the AWS CLI interprets.
/// </summary>
public readonly struct CommandPart
{
    /// <summary>Quotes and other ASCII signs stay readable; the shell's quotes make them safe.</summary>
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The AWS CLI puts the content of the file or page in place of a value that begins so.</summary>
    private static readonly string[] s_references = ["file://", "fileb://", "http://", "https://"];

    private readonly string[]? _words;

    private CommandPart(params string[] words) => _words = words;

    private CommandPart(string whyNot) => WhyNot = whyNot;

    internal IReadOnlyList<string> Words => _words ?? [];

    /// <summary>Why a command with this part cannot be printed; null when it can.</summary>
    internal string? WhyNot { get; }

    /// <summary>An option without a value.</summary>
    public static implicit operator CommandPart(string flag) => new([flag]);

    /// <summary>An option and its value. Without a value there is no command: it could mean something else.</summary>
    public static implicit operator CommandPart((string Name, string? Value) option) => Option(option.Name, option.Value);

    /// <summary>An option and a value that is ours, such as JSON, which the AWS CLI is meant to interpret.</summary>
    public static CommandPart Fixed(string name, string value) => new([name, value]);

    /// <summary>The option <c>--region</c>; nothing when the region is not known.</summary>
    public static CommandPart Region(string? region) => region is { Length: > 0 } ? ("--region", region) : default(CommandPart);

    /// <summary>A word without an option. One that begins with a dash would be an option.</summary>
    public static CommandPart Operand(string? value) => value switch
    {
        null or "" => new CommandPart(ShellCommand.Unnamed),
        ['-', ..] => new CommandPart(ShellCommand.NotLiteral),
        _ => new CommandPart([value]),
    };

    /// <summary>An option with a list of values: words, or JSON when the AWS CLI would not take the words as they are.</summary>
    public static CommandPart List(string name, IReadOnlyList<string?> values)
    {
        if (values.Count == 0 || values.Any(string.IsNullOrEmpty)) return new CommandPart(ShellCommand.Unnamed);
        if (!values.All(static value => value![0] != '-' && IsLiteral(value)))
            return Json(name, new JsonArray([.. values.Select(static value => (JsonNode?)value)]));
        return new CommandPart([name, .. values!]);
    }

    /// <summary>
    /// An option with one structure of texts, in the shorthand <c>Key=value,Key=value</c> where that says them as they are, otherwise in
    /// JSON.
    /// </summary>
    public static CommandPart Structure(string name, params ReadOnlySpan<(string Key, string? Value)> members)
    {
        var structure = new JsonObject();
        var shorthand = new List<string>();
        foreach (var (key, value) in members)
        {
            if (string.IsNullOrEmpty(value)) return new CommandPart(ShellCommand.Unnamed);
            structure.Add(key, value);
            if (IsShorthand(value)) shorthand.Add($"{key}={value}");
        }

        return shorthand.Count == structure.Count
            ? new CommandPart([name, string.Join(',', shorthand)])
            : Json(name, new JsonArray(structure));
    }

    /// <summary>
    /// An option whose value is written as JSON, with the texts in it as they are; no command when one of them is not printable ASCII.
    /// </summary>
    public static CommandPart Json(string name, JsonNode value) =>
        IsShowable(value) ? new CommandPart([name, value.ToJsonString(s_json)]) : new CommandPart(ShellCommand.Unshowable);

    /// <summary>True if the shorthand syntax of the AWS CLI takes the text as it is: no comma, bracket, quote or equals sign.</summary>
    public static bool IsShorthand(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '@' or '+');

    /// <summary>JSON has escapes that are printable, but what they stand for would not be seen.</summary>
    private static bool IsShowable(JsonNode? node) => node switch
    {
        JsonObject map => map.All(static member => IsShowable(member.Value)),
        JsonArray list => list.All(IsShowable),
        JsonValue value when value.TryGetValue<string>(out var text) => Shell.Quote(text) is not null,
        _ => true,
    };

    private static CommandPart Option(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return new CommandPart(ShellCommand.Unnamed);
        if (!IsLiteral(value)) return new CommandPart(ShellCommand.NotLiteral);
        return value[0] == '-' ? new CommandPart([$"{name}={value}"]) : new CommandPart([name, value]);
    }

    /// <summary>False for what the AWS CLI reads as a file, a page or JSON.</summary>
    private static bool IsLiteral(string value) => value.TrimStart() is not (['[', ..] or ['{', ..])
        && !s_references.Any(reference => value.StartsWith(reference, StringComparison.OrdinalIgnoreCase));
}
