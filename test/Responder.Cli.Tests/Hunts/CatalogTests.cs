using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Tests.Hunts;

public sealed partial class CatalogTests
{
    [Fact]
    public void Every_hunt_says_what_it_is()
    {
        Assert.Equal(HuntCatalog.All.Count, HuntCatalog.All.Select(static h => h.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(HuntCatalog.All, static hunt =>
        {
            Assert.Matches(Kebab(), hunt.Id);
            Assert.EndsWith("?", hunt.Title, StringComparison.Ordinal);
            Assert.EndsWith(".", hunt.Definition, StringComparison.Ordinal);
            Assert.InRange($"{hunt.Title} {hunt.Definition}".Length, 1, 1024); // Athena's limit for the description of a saved query
            Assert.InRange(hunt.Days, 1, 90);
            Assert.InRange(hunt.Limit, 1, 1000);
            Assert.All(hunt.Headings, static name => Assert.Matches(Snake(), name));
            Assert.Equal(hunt.Headings.Count(), hunt.Headings.Distinct(StringComparer.Ordinal).Count());
            // Rows are ordered by their first column and groups by their first total; copies are recognized by the event id.
            if (hunt.Totals.Count > 0) Assert.Equal(Aggregate.Events, hunt.Totals[0].Aggregate);
            else Assert.Equal(("event_time", "event_id"), (hunt.Columns[0].Name, hunt.Columns[^1].Name));
        });
        Assert.Same(HuntCatalog.All[0], HuntCatalog.Find(HuntCatalog.All[0].Id));
        Assert.Null(HuntCatalog.Find("Deletions"));
    }

    /// <summary>The responder and the queries must agree on what a refused call is.</summary>
    [Fact]
    public void Refused_and_failed_mean_what_the_outcome_of_an_event_means()
    {
        var outcomes = new Dictionary<CallOutcome, int>();
        foreach (var input in EventReader.Read([Samples.File()], Fail))
        {
            if (input.Parsed.Event is not { IsInsight: false } e) continue;
            outcomes[e.Outcome] = outcomes.GetValueOrDefault(e.Outcome) + 1;
            Assert.True(RecordFields.Refused.Holds(e) == (e.Outcome == CallOutcome.Refused), $"{input.File}: {e.Outcome}");
            Assert.True(RecordFields.Failed.Holds(e) == (e.Outcome != CallOutcome.Succeeded), $"{input.File}: {e.Outcome}");
        }

        Assert.True(
            outcomes.GetValueOrDefault(CallOutcome.Succeeded) > 100 && outcomes.GetValueOrDefault(CallOutcome.Refused) > 20,
            string.Join(", ", outcomes));
    }

    [Fact]
    public void What_a_hunt_leaves_unparsed_would_not_have_counted()
    {
        var conditions = HuntCatalog.All.Select(static hunt => hunt.Where).Append(new Exists(RecordFields.ErrorMessage))
            .Append(new StartsWith(RecordFields.Name, "Delete")).ToArray();
        var (left, held) = (0, 0);
        foreach (var record in EventReader.Read([Samples.File()], Fail)
            .Select(static input => input.Parsed.Event).OfType<CloudTrailEvent>().SelectMany(Spellings))
        {
            if (RecordHead.TryRead(record, [], out var head, out _) != RecordHead.Reading.Read) continue;
            var e = EventParser.Parse(record).Event!;
            foreach (var condition in conditions)
            {
                var holds = condition.Holds(e);
                if (holds) held++;
                if (condition.MayHold(head)) continue;
                left++;
                Assert.False(holds, Encoding.UTF8.GetString(record));
            }
        }

        Assert.True(left > 5000 && held > 500, $"{left} left, {held} held");
    }

    private static void Fail(InputError error)
    {
        if (error.Issue != InputIssue.NotOpened) Assert.Fail(error.Path + ": " + error.Reason);
    }

    /// <summary>The record as it is, and with its documents as text, in JSON and URL-encoded.</summary>
    private static IEnumerable<byte[]> Spellings(CloudTrailEvent e)
    {
        foreach (var spell in (Func<string, string>[])[static text => text, Uri.EscapeDataString])
        {
            var record = JsonNode.Parse(e.Record.ToString())!.AsObject();
            yield return Encoding.UTF8.GetBytes(record.ToJsonString());
            foreach (var name in (string[])["requestParameters", "responseElements", "additionalEventData"])
            {
                if (record[name] is JsonObject document) record[name] = spell(document.ToJsonString());
            }

            yield return Encoding.UTF8.GetBytes(record.ToJsonString());
        }
    }

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Kebab();

    [GeneratedRegex(@"\A[a-z]+(_[a-z]+)*\z")]
    private static partial Regex Snake();
}
