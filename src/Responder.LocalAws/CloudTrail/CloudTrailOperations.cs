using System.Globalization;
using System.Text.Json.Nodes;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.CloudTrail;

/// <summary>
/// The event history of CloudTrail, API version 2013-11-01 (JSON 1.1): returns what a seed put there, newest first, however old it is.
/// Calls made here never get into it; at AWS that takes minutes as well.
/// </summary>
internal sealed class CloudTrailOperations(Account account, string region, JsonObject body)
{
    private const int MostResults = 50;

    public static IEnumerable<string> OperationNames { get; } = ["LookupEvents"];

    public static bool Knows(string operation) => OperationNames.Contains(operation);

    public JsonObject LookupEvents()
    {
        var (attribute, value) = Attribute();
        var (from, to) = (Time("StartTime") ?? DateTimeOffset.MinValue, Time("EndTime") ?? DateTimeOffset.MaxValue);
        if (from > to)
            throw new AwsError("InvalidTimeRangeException", 400, "The start time must be before the end time.");
        var most = body["MaxResults"] is { } asked ? Number(asked, "MaxResults") : MostResults;
        if (most is < 1 or > MostResults)
            throw new AwsError("InvalidMaxResultsException", 400, $"The number of results must be between 1 and {MostResults}.");
        // A token is valid only for the lookup that returned it.
        var question = $"{attribute}={value}/{from.ToUnixTimeSeconds()}/{to.ToUnixTimeSeconds()}";
        var skipped = Skipped(question);

        var found = account.History(region).Where(e => e.Time >= from && e.Time <= to)
            .Where(e =>
                attribute is null
                || (e.Has(attribute, value)
                    ?? throw new AwsError("InvalidLookupAttributesException", 400, $"{attribute} is no lookup attribute.")))
            .OrderByDescending(static e => e.Time).Skip(skipped).Take((int)most + 1).ToList();
        var answer = new JsonObject { ["Events"] = new JsonArray([.. found.Take((int)most).Select(static e => e.ToAnswer())]) };
        if (found.Count > most)
            answer["NextToken"] = Convert.ToBase64String(
                System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{skipped + (int)most} {question}")));
        return answer;
    }

    private (string? Key, string Value) Attribute() => body["LookupAttributes"] switch
    {
        null => (null, ""),
        JsonArray { Count: 0 } => (null, ""),
        JsonArray { Count: 1 } list when list[0] is JsonObject one && one["AttributeKey"] is { } key && one["AttributeValue"] is { } text =>
            (key.ToString(), text.ToString()),
        _ => throw new AwsError("InvalidLookupAttributesException", 400, "A lookup takes one attribute, with its key and value."),
    };

    private int Skipped(string question)
    {
        if (body["NextToken"]?.ToString() is not { } token)
            return 0;
        var bytes = new byte[token.Length];
        if (Convert.TryFromBase64String(token, bytes, out var length) && System.Text.Encoding.UTF8.GetString(bytes, 0, length)
            .Split(' ', 2) is [var number, var asked]
            && asked == question && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var skipped))
            return skipped;
        throw new AwsError("InvalidNextTokenException", 400, "The token is not of this lookup.");
    }

    private DateTimeOffset? Time(string name) => body[name] is { } time
        ? DateTimeOffset.FromUnixTimeSeconds((long)Number(time, name))
        : null;

    private static double Number(JsonNode node, string name) => node is JsonValue value && value.TryGetValue<double>(out var number)
        ? number
        : throw new AwsError("SerializationException", 400, $"{name} must be a number.");
}
