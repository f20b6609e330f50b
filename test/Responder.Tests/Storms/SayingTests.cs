using System.Text;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Tests.Detections;

namespace Responder.Tests.Storms;

/// <summary>
/// What findings say, over all detections: the same call made again is a repeat, whatever its id, time, address and tokens; a request
/// that names somebody or something else is not. The approved file shows which values of the samples' requests make no difference.
/// </summary>
public sealed class SayingTests
{
    private static readonly DetectionCatalog s_catalog = DetectionCatalog.Default;

    [Fact]
    public void The_same_call_again_says_the_same()
    {
        var different = new List<string>();
        foreach (var sample in Firing())
        {
            var again = RecordOf(sample);
            again["eventID"] = "00000000-0000-0000-0000-000000000000";
            again["requestID"] = "11111111-1111-1111-1111-111111111111";
            again["eventTime"] = Later(again["eventTime"]);
            again["sourceIPAddress"] = "192.0.2.250";
            again["userAgent"] = "another/1.0";
            if (again["requestParameters"] is JsonObject request) request["clientToken"] = "22222222-2222-2222-2222-222222222222";
            var (one, two) = (Said(RecordOf(sample)), Said(again));
            if (one.IsNew(two.Saying)) different.Add(sample.Name);
        }

        Assert.Empty(different);
    }

    [Fact]
    public void Each_value_of_a_request_that_makes_no_difference_is_approved()
    {
        var same = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var sample in Firing())
        {
            var whole = RecordOf(sample);
            if (EventParser.Parse(Encoding.UTF8.GetBytes(whole.ToJsonString())).Event?.Outcome != CallOutcome.Succeeded) continue;
            var before = Said(whole);
            foreach (var path in Leaves(whole["requestParameters"], []))
            {
                var changed = RecordOf(sample);
                Change(changed["requestParameters"]!, path);
                var after = Said(changed);
                // Only where the sample's own detection still fires at the same grade, the change may be hidden by what was paged.
                if (!after.Findings.Any(f => f.Detection.Id == sample.Folder) || before.IsNew(after.Saying)) continue;
                if (!same.TryGetValue(sample.Folder, out var members))
                    same[sample.Folder] = members = new SortedSet<string>(StringComparer.Ordinal);
                members.Add(string.Join('.', path.Where(static step => !int.TryParse(step, out _))));
            }
        }

        var text = new StringBuilder();
        foreach (var (detection, members) in same) text.Append(detection).Append(": ").AppendJoin(", ", members).Append('\n');
        var approved = Repository.PathOf("test", "Responder.Tests", "Storms", "sayings.approved.txt");
        Approval.Check(approved, text.ToString(), "sayings.approved.txt is");
    }

    private sealed record What(IReadOnlyList<Finding> Findings, Saying Saying)
    {
        public bool IsNew(Saying other) => Told.Nothing.With(Saying, paged: true).IsNew(other);
    }

    private static What Said(JsonObject record)
    {
        var e = EventParser.Parse(Encoding.UTF8.GetBytes(record.ToJsonString())).Event!;
        var findings = s_catalog.Detect(e);
        return new What(findings, Saying.Of(e, findings));
    }

    private static IEnumerable<Sample> Firing() => Sample.All.Where(static sample => sample.Fires);

    private static JsonObject RecordOf(Sample sample) => JsonNode.Parse(sample.Read())!["detail"]!.DeepClone().AsObject();

    private static JsonNode? Later(JsonNode? time) => time is null ? null
        : EventBuilder.Time(DateTimeOffset.Parse(time.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture).AddMinutes(7));

    private static IEnumerable<string[]> Leaves(JsonNode? node, string[] path) => node switch
    {
        JsonObject members => members.SelectMany(m => Leaves(m.Value, [.. path, m.Key])),
        JsonArray items => items.SelectMany((item, i) => Leaves(item, [.. path, FormattableString.Invariant($"{i}")])),
        JsonValue => [path],
        _ => [],
    };

    /// <summary>Changes one value to another of the same kind: a name, an account in an ARN, a number.</summary>
    private static void Change(JsonNode root, string[] path)
    {
        var at = root;
        foreach (var step in path.SkipLast(1)) at = at is JsonArray list ? list[int.Parse(step, null)]! : at[step]!;
        var value = (at is JsonArray array ? array[int.Parse(path[^1], null)] : at[path[^1]])!.AsValue();
        JsonNode other = value.TryGetValue<string>(out var text) ? Changed(text)
            : value.TryGetValue<bool>(out var flag) ? !flag
            : value.TryGetValue<long>(out var number) ? number + 1
            : "x";
        if (at is JsonArray into) into[int.Parse(path[^1], null)] = other;
        else at[path[^1]] = other;
    }

    private static string Changed(string text) => text.Contains("210987654321", StringComparison.Ordinal)
        ? text.Replace("210987654321", "310987654321", StringComparison.Ordinal)
        : text.StartsWith('{') ? text.Replace("\"Sid\":\"", "\"Sid\":\"x", StringComparison.Ordinal)
        : text + "x";
}
