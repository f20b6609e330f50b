using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Responder.Events;
using Responder.Records;

namespace Responder.Operations.Drill;

/// <summary>
/// Whom a drill makes, written down before he is made: an interrupted drill can be cleaned up, and nobody else is ever touched.
/// </summary>
/// <param name="Name">Name of the user; nobody else has one like it.</param>
/// <param name="Token">Random; the user's tag. It tells our user from one who only has the name.</param>
/// <param name="By">ARN of whoever drills.</param>
public sealed partial record DrillNote(string Name, string Token, DateTimeOffset StartedAt, string By)
{
    private const string Schema = "responder.drill-user/1";

    /// <summary>The path of every drill's user, so that a policy can be narrowed to it.</summary>
    public const string UserPath = "/responder-drill/";

    /// <summary>The key of the tag that holds the token.</summary>
    public const string TagKey = "responder-drill";

    /// <summary>The unique id that IAM gave; null until it is written down.</summary>
    public string? Id { get; init; }

    internal static DrillNote New(DateTimeOffset now, string by) => new(
        string.Create(CultureInfo.InvariantCulture, $"responder-drill-{now.UtcDateTime:yyyyMMdd-HHmmss}-{Random(4)}"), Random(16), now, by);

    internal string ToText() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteString("name", Name);
        writer.WriteString("token", Token);
        writer.WriteText("id", Id);
        writer.WriteTime("startedAt", StartedAt);
        writer.WriteString("by", PlainText.OneLine(By, 300));
        writer.WriteEndObject();
    });

    /// <summary>
    /// Reads a note. Whoever can write one must not gain anything by it, so a note that names no drill's user is none.
    /// </summary>
    /// <param name="parameter">Full name of the parameter that it stands in.</param>
    internal static DrillNote? Read(string parameter, string? text) => JsonView.TryParse(text ?? "", out var json)
        && json["schema"].Text == Schema && json["name"].Text is { } name && NamePattern().IsMatch(name)
        && parameter.EndsWith("/" + name, StringComparison.Ordinal) && json["token"].Text is { Length: 32 } token
        && ClosedText.TimeOf(json["startedAt"]) is { } at
        ? new DrillNote(name, token, at, PlainText.OneLine(json["by"].Text ?? "unknown", 300)) { Id = json["id"].Text }
        : null;

    private static string Random(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    [GeneratedRegex(@"^responder-drill-[0-9]{8}-[0-9]{6}-[0-9a-f]{8}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
