using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Analysis.Identities;
using Responder.Analysis.Timeline;
using Responder.Cli.Tests.Html;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Tests.Timeline;

/// <summary>
/// Reading records in passing gives the same timeline as building every record, whoever it is about and however the records are written.
/// </summary>
public sealed class TimelineSieveTests
{
    private static readonly ResponderOptions s_options = ResponderOptions.FromEnvironment(
        name => name switch { "RESPONDER_ROLE_ARNS" => Intrusion.Responder, "RELEASE_ROLE_ARN" => Intrusion.Release, _ => null },
        DetectionCatalog.Default, ContainmentActions.All);

    private static readonly JsonSerializerOptions s_raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    [Fact]
    public void Sample_events_give_the_same_for_everybody_in_them()
    {
        var records = Directory.EnumerateFiles(Path.Combine(Samples.Root, "events"), "*.json", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(static path => JsonNode.Parse(File.ReadAllText(path))!)
            .Select(static sample => (sample["detail"] ?? sample).ToJsonString()).ToList();
        var subjects = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (EventParser.Parse(Encoding.UTF8.GetBytes(record)).Event is not { } e) continue;
            foreach (var identity in (Identity?[])[Identity.Of(e.Actor), Identity.TargetOf(e)])
                subjects.UnionWith(((string?[])[identity?.Arn, identity?.Name]).OfType<string>());
            if (e.Actor.AccessKeyId is { } key) subjects.Add(key);
            subjects.Add(e.IncidentId);
        }

        // For each subject, a log of the events that mention it among some others, which differ from subject to subject.
        var lines = 0;
        foreach (var (subject, i) in subjects.Where(static subject => subject.Length > 0).Select(static (subject, i) => (subject, i)))
        {
            lines += Compare(
                [Log(records.Where((record, n) => n % 97 == i % 97 || record.Contains(subject, StringComparison.Ordinal)).Take(25))],
                subject);
        }

        Assert.True(subjects.Count > 400 && lines > 800, $"{subjects.Count} subjects, {lines} lines");
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("bob")]
    [InlineData("backup")]
    [InlineData("deploy")]
    [InlineData("mallory")]
    [InlineData("03")]
    [InlineData("arn:aws:iam::123456789012:role/admin")]
    [InlineData("ASIAADMIN0000000EXAMPLE")]
    public void An_intrusion_gives_the_same_in_any_order_and_for_any_stretch_of_time(string subject)
    {
        var records = Intrusion.Records().Select(static record => record.ToJsonString()).ToList();
        string[] orders = [
            Log(records), Log(Enumerable.Reverse(records)), string.Join('\n', records),
            Log(records.OrderBy(static record => record.Length))];
        foreach (var log in orders)
        {
            Assert.True(Compare([log], subject) > 0);
            Compare([log, "{", Log(records), "[1, 2]"], subject, Time("09:02:00"), Time("09:05:00"));
            Compare([log], subject, Time("09:30:00"), null);
        }
    }

    [Fact]
    public void Generated_logs_give_the_same_however_their_records_are_written()
    {
        var (lines, refusals) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var world = new World(new Random(seed));
            var files = Enumerable.Range(0, world.Next(1, 4)).Select(_ => world.File()).ToArray();
            for (var n = 0; n < 6; n++)
            {
                var since = world.Next(6) == 0 ? Time("09:10:00") : (DateTimeOffset?)null;
                var found = Compare(files, world.Subject(), since, since is null ? null : Time("09:40:00"));
                lines += Math.Max(found, 0);
                if (found < 0) refusals++;
            }
        }

        Assert.True(lines > 5000 && refusals > 50, $"{lines} lines, {refusals} refusals");
    }

    [Theory]
    [InlineData("\"userName\":\"carol\"", false, false)]
    [InlineData("\"userName\":\"alice\"", true, false)]
    [InlineData("\"userName\":\"ALICE\"", true, false)]
    [InlineData("\"UserName\" : \"alice\"", true, false)]
    [InlineData("\"userName\":{\"accessKeyId\":\n\"AKIAFOLLOWED\"}", true, false)]
    [InlineData("\"userName\":\"alice2\"", false, false)]
    [InlineData("\"note\":\"alice\"", false, false)]
    [InlineData("\"arn\":\"arn:aws:iam::1:user/staff/Alice\"", true, false)]
    [InlineData("\"arn\":\"arn:aws:iam::1:root\"", true, false)]
    [InlineData("\"arn\":\"arn:a/b:iam::1:root\"", true, false)]
    [InlineData("\"arn\":\"arn:aws:sts::1:assumed-role/alice/bob\"", false, false)]
    [InlineData("\"roleName\":\"alice\",\"principalId\":\"AIDAKNOWN1:x\"", true, false)]
    [InlineData("\"roleName\":\"alice\",\"principalId\":\"AIDAKNOWN2:x\"", true, true)]
    [InlineData("\"principalId\":\"AIDAKNOWN1\"", true, false)]
    [InlineData("\"principalId\":\"AIDAKNOWN2\"", false, false)]
    [InlineData("\"accessKeyId\":\"AKIAFOLLOWED\"", true, false)]
    [InlineData("\"accessKeyId\":77", true, false)]
    [InlineData("\"accessKeyId\":\"AKIAfollowed\"", false, false)]
    [InlineData("\"accessKeyId\":null", false, false)]
    [InlineData("\"note\":[\"accessKeyId\",\"AKIAFOLLOWED\"]", false, false)]
    [InlineData("\"note\":\"\\u0061\"", true, true)]
    [InlineData("\"note\":\"\u212A\"", true, true)]
    [InlineData("\"note\":\"%7B%22\"", true, true)]
    public void A_record_is_built_for_the_texts_that_join_calls_or_where_only_the_event_can_tell(string members, bool belongs, bool teaches)
    {
        Assert.Equal((belongs, teaches), UseOf("s3.amazonaws.com", members));
        // These services may answer with a credential.
        Assert.Equal((belongs, belongs), UseOf("sts.amazonaws.com", members));
        Assert.Equal((belongs, belongs), UseOf("iam.amazonaws.com", members));
    }

    private static (bool Belongs, bool Teaches) UseOf(string source, string members)
    {
        var texts = new FollowedTexts();
        texts.AddName("alice");
        texts.AddName("root");
        texts.AddKey("AKIAFOLLOWED");
        texts.AddKey("77");
        texts.AddPrincipalId("AIDAKNOWN1");
        var record = $$$"""{"eventSource":"{{{source}}}","eventName":"X","eventID":"1","userIdentity":null,"requestParameters":{ {{{members}}} } }""";
        Assert.Equal(
            RecordHead.Reading.Read,
            RecordHead.TryRead(Encoding.UTF8.GetBytes(record), new int[PlainRecord.MaxMembers], out var head, out _));
        var use = texts.UseOf(head);
        return (use.HasFlag(RecordUse.Belongs), use.HasFlag(RecordUse.Teaches));
    }

    /// <returns>The number of lines in the timeline; -1 if the subject names nobody or several principals.</returns>
    private static int Compare(string[] files, string subject, DateTimeOffset? since = null, DateTimeOffset? until = null)
    {
        var built = Tell(files, subject, since, until, buildsAll: true);
        Assert.Equal(built, Tell(files, subject, since, until, buildsAll: false));
        return built.Count(static line => line.StartsWith("{\"eventTime\"", StringComparison.Ordinal)) - (built.Count == 1 ? 1 : 0);
    }

    private static List<string> Tell(string[] files, string subject, DateTimeOffset? since, DateTimeOffset? until, bool buildsAll)
    {
        var errors = new List<string>();
        LogFile[] logs = [
            .. files.Select(static (text, i) => new LogFile($"log-{i}", 0, (_, _) => new MemoryStream(Encoding.UTF8.GetBytes(text))))];
        var build = new TimelineBuild(s_options, logs, error => errors.Add(error.ToString()), buildsAll);
        var cancellationToken = TestContext.Current.CancellationToken;
        try
        {
            build.Resolve(TimelineSubject.Of(subject), null, cancellationToken);
        }
        catch (UsageException e)
        {
            return [e.Message];
        }

        build.Run(since, until, withTexts: true, cancellationToken);
        List<string> told = [
            .. Lines(build), TimelineSummary.Json(subject, build, new TimelineScope([], since, until, [], false)), .. errors];
        if (!buildsAll) return told;
        // The lines depend on who is followed in the end, not on who was followed when an event passed.
        var lines = Lines(build).ToList();
        build.Run(since, until, withTexts: true, cancellationToken);
        Assert.Equal(lines, Lines(build));
        return told;
    }

    private static IEnumerable<string> Lines(TimelineBuild build) =>
        build.Entries.SelectMany(static entry => (string[])[entry.ToJson(), entry.Text ?? ""]);

    private static DateTimeOffset Time(string time) => DateTimeOffset.Parse($"2026-03-04T{time}Z", CultureInfo.InvariantCulture);

    private static string Log(IEnumerable<string> records) => "{\"Records\":[" + string.Join(",\n", records) + "]}";

    /// <summary>
    /// A few names and keys, so that nearly everything is connected, in records that use every variation the parser forgives.
    /// </summary>
    private sealed class World(Random random)
    {
        private static readonly string[] s_names = [
            "alice", "ALICE", "bob", "kate", "\u212Aate", "älice", "root", "12", "true", "a/b", "ci", "x\"y"];
        private static readonly string[] s_keys = [
            "AKIA0000000000000001", "ASIA0000000000000002", "ASIA0000000000000003", "ASIA0000000000000004", "ASIA0000000000000005", "77",
            "true"];
        private static readonly string[] s_accounts = ["123456789012", "210987654321"];
        private static readonly string[] s_ids = ["AIDAALICE0001", "AIDABOB000002", "AROACI0000003", "AROACI0000004", "AIDA", "12"];
        private static readonly string[] s_members = [
            "accessKeyId", "principalId", "arn", "userName", "roleName", "requestParameters", "sessionIssuer", "credentials", "eventID",
            "userIdentity"];

        public int Next(int limit) => random.Next(limit);

        public int Next(int from, int limit) => random.Next(from, limit);

        public string Subject() => Next(6) switch
        {
            0 => $"arn:aws:iam::{Pick(s_accounts)}:user/{Pick(s_names)}",
            1 => $"arn:aws:iam::{Pick(s_accounts)}:role/x/{Pick(s_names)}",
            2 => $"arn:aws:iam::{Pick(s_accounts)}:root",
            3 => Pick(s_keys[..5]),
            4 => $"e{Next(30)}",
            _ => Pick(s_names),
        };

        public string File()
        {
            var records = Enumerable.Range(0, Next(1, 30)).Select(_ => Written(Record())).ToList();
            return Next(4) switch { 0 => string.Join('\n', records), 1 => "[" + string.Join(',', records) + "]", _ => Log(records) };
        }

        private JsonObject Record()
        {
            var (source, name, request, response) = Call();
            var record = new JsonObject
            {
                ["eventVersion"] = "1.08",
                ["userIdentity"] = Caller(),
                ["eventTime"] = $"2026-03-04T09:{Next(60):00}:00Z",
                ["eventSource"] = source + ".amazonaws.com",
                ["eventName"] = name,
            };
            record["awsRegion"] = "us-east-1";
            record["requestParameters"] = request;
            record["responseElements"] = response;
            if (Next(12) == 0) record["errorCode"] = Pick(["AccessDenied", "ThrottlingException"]);
            if (Next(15) > 0) record["eventID"] = $"e{Next(30)}";
            record["recipientAccountId"] = Pick(s_accounts);
            if (Next(20) == 0) record["eventTime"] = null;
            return record;
        }

        private JsonObject Caller()
        {
            var (name, account) = (Pick(s_names), Pick(s_accounts));
            var caller = Next(6) switch
            {
                0 or 1 => new JsonObject
                {
                    ["type"] = "IAMUser",
                    ["principalId"] = Pick(s_ids),
                    ["arn"] = $"arn:aws:iam::{account}:user/{name}",
                    ["accountId"] = account,
                    ["userName"] = name,
                },
                2 or 3 => new JsonObject
                {
                    ["type"] = "AssumedRole",
                    ["principalId"] = $"{Pick(s_ids)}:{Pick(s_names)}",
                    ["arn"] = $"arn:aws:sts::{account}:assumed-role/{name}/{Pick(s_names)}",
                    ["accountId"] = account,
                    ["sessionContext"] = new JsonObject
                    {
                        ["sessionIssuer"] = new JsonObject
                        {
                            ["type"] = "Role",
                            ["principalId"] = Pick(s_ids),
                            ["arn"] = $"arn:aws:iam::{account}:{Pick(["role", "user"])}/x/{name}",
                            ["accountId"] = account,
                            ["userName"] = name,
                        },
                    },
                },
                4 => new JsonObject
                {
                    ["type"] = "Root",
                    ["principalId"] = account,
                    ["arn"] = $"arn:aws:iam::{account}:root",
                    ["accountId"] = account,
                },
                _ => new JsonObject { ["type"] = "AWSAccount", ["principalId"] = Pick(s_ids) + Pick(["", ":x"]), ["accountId"] = account },
            };
            if (Next(3) > 0) caller["accessKeyId"] = Pick(s_keys);
            return caller;
        }

        private (string Source, string Name, JsonObject? Request, JsonObject? Response) Call()
        {
            JsonObject About(string member) => new()
            {
                [member] = Pick(s_names),
                ["policyArn"] = Samples.AdministratorAccess,
                ["permissionsBoundary"] = Samples.DenyAll,
            };
            return Next(9) switch
            {
                0 or 1 =>
                    ("sts", Pick(["AssumeRole", "GetSessionToken", "GetFederationToken", "AssumeRoot"]),
                        Intrusion.Role(Pick(s_names), Pick(s_names)), Intrusion.Credentials(Pick(s_keys))),
                2 => ("iam", "CreateAccessKey", About("userName"), new JsonObject
                {
                    ["accessKey"] = new JsonObject { ["userName"] = Pick(s_names), ["accessKeyId"] = Pick(s_keys) },
                }),
                3 => ("iam", Pick(["CreateLoginProfile", "UpdateLoginProfile"]), About("userName"), null),
                4 => ("signin", "ConsoleLogin", null, new JsonObject { ["ConsoleLogin"] = Pick(["Success", "Failure"]) }),
                5 => ("iam", Pick(["AttachUserPolicy", "PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"]), About("userName"),
                    null),
                6 => ("iam", "AttachRolePolicy", About("roleName"), null),
                7 => ("iam", "ListUsers", null, null),
                _ => ("s3", "ListBuckets", new JsonObject { ["userName"] = Pick(s_names), ["arn"] = Pick(s_names) }, null),
            };
        }

        private string Written(JsonObject record)
        {
            if (Next(12) == 0 && record["requestParameters"] is { } request)
                record["requestParameters"] = Pick(
                    [request.ToJsonString(), Uri.EscapeDataString(request.ToJsonString(s_raw)), "%20"
                        + Uri.EscapeDataString(request.ToJsonString())]);
            var text = Next(2) == 0 ? record.ToJsonString(s_raw) : record.ToJsonString(Next(5) == 0 ? s_indented : null);
            switch (Next(8))
            {
                case 0:
                    var member = Pick(s_members);
                    text = text.Replace(
                        $"\"{member}\"",
                        $"\"{(Next(2) == 0 ? member.ToUpperInvariant() : char.ToUpperInvariant(member[0]) + member[1..])}\"",
                        StringComparison.Ordinal);
                    break;
                case 1:
                    text = text.Replace("\":", Pick(["\" :\t", "\":\r\n "]), StringComparison.Ordinal);
                    break;
                case 2:
                    var letter = Pick(["a", "i", "A", "0", "r"]);
                    text = text.Replace(
                        letter, string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter[0]:x4}"), StringComparison.Ordinal);
                    break;
                case 3:
                    // A name or key may also be written as a number or boolean.
                    text = text.Replace("\"12\"", "12", StringComparison.Ordinal).Replace("\"77\"", "77", StringComparison.Ordinal)
                        .Replace(":\"true\"", ":true", StringComparison.Ordinal);
                    break;
            }

            return Next(25) switch { 0 => text[..^1], 1 => $$"""{"id":"x","detail-type":"AWS API Call via CloudTrail","detail":{{text}}}""", _ => text };
        }

        private string Pick(string[] values) => values[Next(values.Length)];
    }
}
