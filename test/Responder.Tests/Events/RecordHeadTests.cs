using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Analysis.Backtest;
using Responder.Analysis.Bursts;
using Responder.Detections;
using Responder.Detections.Insights;
using Responder.Events;
using Responder.Logs;
using Responder.Tests.Detections;
using Responder.Tests.Ordinary;

namespace Responder.Tests.Events;

/// <summary>What is read from a record in passing agrees with the whole event, and a record that nobody watches has no findings.</summary>
public partial class RecordHeadTests(ITestOutputHelper output)
{
    private const int Mutations = 30_000;

    private const string Plain =
        """{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/a","accountId":"123456789012"},"eventTime":"2026-03-04T09:01:07Z","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1","requestParameters":{"a":[1,{"b":"c"}]},"responseElements":null,"requestID":"r","eventID":"3a2f7c1e-0000-4000-8000-000000000001","eventType":"AwsApiCall","recipientAccountId":"123456789012","eventCategory":"Management"}""";

    private static readonly WatchTable s_watches = new(
        DetectionCatalog.Default.Detections.Select(static d => d.Info).Concat(BurstCatalog.All.Select(static b => b.Info))
            .SelectMany(static info => info.Watches));

    /// <summary>
    /// The plain record with one part spelled in another way, and whether it can be read in passing because its meaning is certain.
    /// </summary>
    public static TheoryData<string, string, bool> Spellings => new()
    {
        { "\"eventVersion\":\"1.11\"", "\"eventVersion\":\"1.11\"", true },
        { "\"requestID\":\"r\"", "\"requestID\":\"\\u0072\"", true },
        { "\"requestID\":\"r\"", "\"requestID\":\"r\",\"requestID\":\"s\"", true },
        { "\"responseElements\":null", "\"responseElements\":{\"DescribeInstances\":{\"x\":\"Failure\"}}", true },
        { "\"eventTime\":", "\"eventTime\" :\r\n\t", true },
        { "\"eventName\"", "\"\\u0065ventName\"", false },
        { "\"eventVersion\"", "\"\\u0065ventVersion\"", false },
        { "\"eventName\"", "\"EventName\"", false },
        { "\"eventName\"", "\"EVENTNAME\"", false },
        { "\"eventVersion\":\"1.11\"", "\"EventName\":\"StopLogging\"", false },
        { "\"eventVersion\":\"1.11\"", "\"eventName\":\"StopLogging\"", false },
        { "\"eventVersion\":\"1.11\"", "\"eventſource\":\"cloudtrail.amazonaws.com\"", false },
        { "\"eventVersion\":\"1.11\"", "\"errorCode\":\"\\u0041ccessDenied\"", false },
        { "\"eventVersion\":\"1.11\"", "\"errorCode\":5", false },
        { "\"eventVersion\":\"1.11\"", "\"errorMessage\":\"is \\u006eot authorized to perform\"", false },
        { "\"eventVersion\":\"1.11\"", "\"detail\":{}", false },
        { "\"eventVersion\":\"1.11\"", "\"Detail-Type\":\"x\"", false },
        { "\"eventVersion\":\"1.11\"", "\"insightDetails\":null", false },
        { "\"eventVersion\":\"1.11\"", "\"Records\":[]", false },
        { "\"eventVersion\":\"1.11\"", "\"R\\\"ecords\":[]", false },
        { "\"eventVersion\":\"1.11\"", "\"\\ud800\":1", false },
        { "\"eventCategory\":\"Management\"", "\"eventCategory\":\"Insight\"", false },
        { "\"eventType\":\"AwsApiCall\"", "\"eventType\":\"AwsCloudTrailInsight\"", false },
        { "\"type\":\"IAMUser\"", "\"Type\":\"Root\"", false },
        { "\"type\":\"IAMUser\"", "\"type\":\"IAMUser\",\"type\":\"Root\"", false },
        { "\"type\":\"IAMUser\"", "\"\\u0074ype\":\"Root\"", false },
        { "\"type\":\"IAMUser\"", "\"type\":\"\\u0052oot\"", false },
        { "{\"type\":\"IAMUser\",\"arn\":\"arn:aws:iam::123456789012:user/a\",\"accountId\":\"123456789012\"}",
            "\"{\\\"type\\\":\\\"Root\\\"}\"", false },
        { "\"responseElements\":null", "\"responseElements\":\"{}\"", false },
        { "\"responseElements\":null", "\"responseElements\":{\"describeInstances\":\"FAILURE\"}", false },
        { "\"responseElements\":null", "\"serviceEventDetails\":{\"DescribeInstances\":\"\\u0046ailure\"}", false },
        { "\"eventID\":\"3a2f7c1e-0000-4000-8000-000000000001\"", "\"eventID\":null", false },
        { "\"eventID\":\"3a2f7c1e-0000-4000-8000-000000000001\"", "\"eventID\":7", false },
        { "\"eventSource\":\"ec2.amazonaws.com\"", "\"eventSource\":null", false },
        { "\"eventSource\":\"ec2.amazonaws.com\"", "\"eventSource\":\"\"", false },
        { "[1,{\"b\":\"c\"}]", "[1,{\"b\":01}]", false },
        { "[1,{\"b\":\"c\"}]", "[1,{\"b\":\"\\q\"}]", false },
        { "\"a\":[1", "\"a\":[" + new string('[', 70) + "1", false },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void What_is_not_certain_is_left_to_the_parser(string part, string spelling, bool read)
    {
        Assert.Contains(part, Plain, StringComparison.Ordinal);
        Assert.Equal(read, Agrees(Encoding.UTF8.GetBytes(Plain.Replace(part, spelling, StringComparison.Ordinal))));
    }

    /// <summary>
    /// Reading a parameter without decryption is part of no burst, but any request that may contain "withDecryption" is looked at.
    /// </summary>
    [Theory]
    [InlineData("{\"name\":\"a\"}", "", false)]
    [InlineData("{\"name\":\"a\",\"withDecryption\":true}", "", true)]
    [InlineData("{\"name\":\"a\",\"WITHDECRYPTION\":true}", "", true)]
    [InlineData("{\"name\":\"a\",\"with\\u0044ecryption\":true}", "", true)]
    [InlineData("{\"name\":\"withDecryptio\"}", "", false)]
    [InlineData("{\"name\":\"w\"}", ",\"errorCode\":\"AccessDenied\"", true)]
    [InlineData("{\"name\":\"w\"}", ",\"errorCode\":\"ParameterNotFound\"", false)]
    public void Of_calls_that_matter_with_a_parameter_only_those_that_may_have_it_are_wanted(string request, string more, bool isWanted)
    {
        var record = Encoding.UTF8.GetBytes(
            Plain.Replace("ec2.amazonaws.com", "ssm.amazonaws.com", StringComparison.Ordinal)
            .Replace("DescribeInstances", "GetParameter", StringComparison.Ordinal)
            .Replace("{\"a\":[1,{\"b\":\"c\"}]}", request + more, StringComparison.Ordinal));
        Assert.Equal(RecordHead.Reading.Read, RecordHead.TryRead(record, [], out var head, out _));
        Assert.Equal(isWanted, s_watches.Matches(head));
        Assert.True(
            new WatchTable(
                [Watch.Calls("ssm.amazonaws.com", "GetParameter"), Watch.Calls("ssm.amazonaws.com", "GetParameter")
                with { Holding = "withDecryption" }]).Matches(head) == (head.Outcome != CallOutcome.Failed));
    }

    /// <summary>Millions of records pass through the sieve, and few of them are watched.</summary>
    [Fact]
    public void The_sieve_allocates_nothing()
    {
        var records = Records();
        _ = Sift(out _);
        Assert.True(Sift(out var wanted) == 0, "bytes were allocated");
        Assert.True(wanted > 100, $"{wanted} wanted");

        long Sift(out int wanted)
        {
            var allocated = 0L;
            wanted = 0;
            foreach (var record in records)
            {
                if (RecordHead.TryRead(record, [], out var head, out _) != RecordHead.Reading.Read) continue;
                var before = GC.GetAllocatedBytesForCurrentThread();
                if (s_watches.Matches(head)) wanted++;
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            return allocated;
        }
    }

    [Fact]
    public void A_record_that_goes_on_is_not_read()
    {
        var bytes = Encoding.UTF8.GetBytes(Plain);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal(RecordHead.Reading.More, RecordHead.TryRead(bytes.AsSpan(0, length), [], out _, out _));
    }

    [Fact]
    public void The_surface_of_samples_and_ordinary_operations_is_that_of_the_event()
    {
        var read = 0;
        var records = Records();
        foreach (var record in records)
        {
            if (Agrees(record)) read++;
        }

        output.WriteLine($"{read} of {records.Count} records read in passing");
        // Insights and odd spellings are rare; if most records were not read in passing, the test would prove little.
        Assert.True(read > records.Count * 8 / 10, $"{read} of {records.Count}");
    }

    [Fact]
    public void The_surface_of_mutated_records_is_that_of_the_event()
    {
        var records = Records();
        var random = new Random(20260304);
        var (read, parsed) = (0, 0);
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutated(records[random.Next(records.Count)], random);
            if (Agrees(mutated)) read++;
            if (EventParser.Parse(mutated).Event is not null) parsed++;
        }

        output.WriteLine($"{read} read in passing and {parsed} parsed of {Mutations}");
        Assert.True(read > Mutations / 5 && parsed > read, $"{read} read, {parsed} parsed");
    }

    [Fact]
    public void Most_records_are_skimmed()
    {
        var records = Records();
        var plain = records.Where(static record => !record.Contains((byte)'\\')).ToList();
        var skimmed = plain.Count(static record => RecordHead.Skim(record, [], out _, out _) == RecordHead.Reading.Read);
        output.WriteLine($"{plain.Count} of {records.Count} records hold no escape, {skimmed} of them were skimmed");
        Assert.True(skimmed > plain.Count * 9 / 10, $"{skimmed} of {plain.Count}");
    }

    [Fact]
    public void Plain_times_are_those_that_the_library_reads()
    {
        var random = new Random(20260304);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{random.Next(1896, 2105):0000}-"
                + $"{random.Next(14):00}-{random.Next(33):00}T{random.Next(26):00}:{random.Next(62):00}:{random.Next(62):00}Z");
            if (random.Next(5) == 0)
                text = text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), "x- 9"[random.Next(4)].ToString());
            if (!CloudTrailTime.TryParse(text, out var time)) continue;
            read++;
            Assert.Equal(
                DateTimeOffset.ParseExact(
                    text, "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture,
                    System.Globalization.DateTimeStyles.AssumeUniversal), time);
        }

        Assert.True(read > 10_000, $"{read}");
        Assert.True(CloudTrailTime.TryParse("2024-02-29T23:59:59Z", out _));
        Assert.All(
            (string[])[
                "2026-02-29T00:00:00Z", "2026-03-04T24:00:00Z", "2026-03-04T09:01:60Z", "0000-01-01T00:00:00Z", "2026-03-04T09:01:07z",
                "2026-03-04 09:01:07Z", "2026-03-04T09:01:07Z ", ""], static text => Assert.False(CloudTrailTime.TryParse(text, out _)));
    }

    [Fact]
    public void Events_of_skimmed_records_say_what_the_parser_s_say()
    {
        string[] others = [
            "\"readOnly\":\"true\"", "\"readOnly\":1", "\"READONLY\":true", "\"userAgent\":7", "\"userAgent\":{\"a\":1}",
            "\"userAgent\":\"\u00e4\"", "\"resources\" : [ {\"ARN\":\"x\"} ] ", "\"requestParameters\":null", "\"sharedEventID\":\"\"",
            "\"eventVersion\":\"1.11\""];
        var (agreeing, left) = (0, 0);
        foreach (var record in Records().Select(Encoding.UTF8.GetString)
            .SelectMany(record => others.Select(other => record[..^1] + "\n ,\t" + other + " }")).Select(Encoding.UTF8.GetBytes))
        {
            var keys = new int[PlainRecord.MaxMembers];
            if (RecordHead.TryRead(record, keys, out var head, out var length) != RecordHead.Reading.Read || head.Members == 0) continue;
            Assert.Equal(record.Length, length);
            if (PlainAgrees(record, keys.AsSpan(0, head.Members), head.Outcome, EventParser.Parse(record).Event!)) agreeing++;
            else left++;
        }

        // A record with a member twice, or in another spelling, is left to the parser.
        output.WriteLine($"{agreeing} made without the parser, {left} left to it");
        Assert.True(agreeing > 1000 && left > 1000, $"{agreeing}, {left}");
        Assert.Null(PlainRecord.TryRead("{\"readOnly\":true,\"ReadOnly\":false}"u8.ToArray(), [1, 17]));
        Assert.Null(PlainRecord.TryRead("{\"readOnly\":true,\"readOnly\":false}"u8.ToArray(), [1, 17]));
    }

    /// <summary>
    /// Replaces every byte of a plain record in turn; the record is shifted, so that each byte is also tested at the edges of 64-byte
    /// blocks.
    /// </summary>
    [Fact]
    public void What_is_skimmed_of_a_broken_record_is_what_the_reader_reads()
    {
        byte[] others = [.. "\"\\{}[]:,0-.eEtn \n\t\0\u001f/a"u8, 0x80, 0xFF];
        var skimmed = 0;
        for (var shift = 0; shift < 64; shift += 9)
        {
            var record = Encoding.UTF8.GetBytes(
                Plain.Replace(
                    "\"a\":[1,", $"\"{new string('x', shift + 1)}\":[-1.5e+3,true,false,null,[],{{}},", StringComparison.Ordinal));
            for (var at = 0; at < record.Length; at++)
            {
                var right = record[at];
                foreach (var other in others)
                {
                    record[at] = other;
                    if (SkimAgrees(record)) skimmed++;
                }

                record[at] = right;
            }
        }

        Assert.True(skimmed > 10_000, $"{skimmed} skimmed");
    }

    /// <summary>
    /// Puts every sequence of up to six tokens in the place of a value: the record is skimmed if and only if it is valid JSON.
    /// </summary>
    [Fact]
    public void Whatever_order_the_tokens_come_in_only_valid_json_is_skimmed()
    {
        string[] tokens = ["{", "}", "[", "]", ",", ":", "\"a\"", "7"];
        var (valid, before) = (0, Plain.Replace("{\"a\":[1,{\"b\":\"c\"}]}", "?", StringComparison.Ordinal).Split('?'));
        for (var count = 1; count <= 6; count++)
        {
            for (var i = 0; i < (int)Math.Pow(tokens.Length, count); i++)
            {
                var chosen = Enumerable.Range(0, count).Select(at => tokens[i / (int)Math.Pow(tokens.Length, at) % tokens.Length])
                    .ToArray();
                var value = string.Concat(chosen);
                var isValid = IsValid(before[0] + value + before[1]);
                if (isValid) valid++;
                // Blanks and another position within the 64 bytes make no difference.
                var spaced = string.Join(i % 2 == 0 ? " " : "\r\n\t", chosen);
                Assert.True(isValid == IsSkimmed(before[0] + value + before[1]), value);
                // With a blank in between, 77 would become two numbers.
                if (!value.Contains("77", StringComparison.Ordinal))
                    Assert.True(isValid == IsSkimmed(before[0] + new string(' ', i % 97) + spaced + before[1]), spaced);
            }
        }

        Assert.True(valid > 50, $"{valid} of them are valid");
    }

    private static bool IsSkimmed(string record)
    {
        var utf8 = Encoding.UTF8.GetBytes(record);
        return RecordHead.Skim(utf8, [], out _, out var length) == RecordHead.Reading.Read && length == utf8.Length;
    }

    private static bool IsValid(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>True if the record was skimmed; fails if the reader then reads something else.</summary>
    private static bool SkimAgrees(byte[] record)
    {
        var reading = RecordHead.Skim(record, [], out var skimmed, out var skimmedLength);
        if (reading == RecordHead.Reading.Unsure) return false;
        var thorough = RecordHead.TryReadThoroughly(record, out var head, out var length);
        if (reading == RecordHead.Reading.More)
        {
            Assert.NotEqual(RecordHead.Reading.Read, thorough);
            return false;
        }

        Assert.True(thorough == RecordHead.Reading.Read, Encoding.UTF8.GetString(record));
        Assert.Equal(length, skimmedLength);
        Assert.True(
            head.EventSource.SequenceEqual(skimmed.EventSource) && head.EventName.SequenceEqual(skimmed.EventName)
            && head.EventId.SequenceEqual(skimmed.EventId));
        Assert.True(
            head.EventTime.SequenceEqual(skimmed.EventTime) && head.AccountId.SequenceEqual(skimmed.AccountId)
            && head.Region.SequenceEqual(skimmed.Region));
        Assert.Equal((head.IsRoot, head.Outcome, head.IsDataOrNetworkCopy), (skimmed.IsRoot, skimmed.Outcome, skimmed.IsDataOrNetworkCopy));
        return true;
    }

    /// <summary>True if the record was read in passing; fails if the result then differs from the event.</summary>
    private static bool Agrees(byte[] record)
    {
        SkimAgrees(record);
        var keys = new int[PlainRecord.MaxMembers];
        if (RecordHead.TryRead(record, keys, out var head, out var length) != RecordHead.Reading.Read) return false;
        var text = Encoding.UTF8.GetString(record);
        var e = EventParser.Parse(record.AsMemory(0, length)).Event;
        Assert.True(e is not null, text);
        static string? Text(ReadOnlySpan<byte> ascii) => ascii.IsEmpty ? null : Encoding.ASCII.GetString(ascii);
        Assert.Equal((e.EventSource, e.EventName, e.EventId), (Text(head.EventSource), Text(head.EventName), Text(head.EventId)));
        Assert.Equal((e.Region ?? "", e.EventId), (Text(head.Region) ?? "", Text(head.EventId)));
        Assert.Equal((EventIds.Of(e.CopyKey), e.HasGenuineId), (EventIds.Of(head, out var isGenuine), isGenuine));
        if (!head.AccountId.IsEmpty) Assert.Equal(e.AccountId, Text(head.AccountId));
        if (!head.EventTime.IsEmpty) Assert.Equal(e.Record["eventTime"].Text, Text(head.EventTime));
        Assert.Equal((e.Actor.IsRoot, e.Outcome, e.IsDataOrNetworkCopy), (head.IsRoot, head.Outcome, head.IsDataOrNetworkCopy));
        Assert.False(e.IsInsight);
        PlainAgrees(record[..length], keys.AsSpan(0, head.Members), head.Outcome, e);
        if (!s_watches.Matches(head))
        {
            Assert.True(DetectionCatalog.Default.Detect(e).Count == 0, text);
            Assert.True(BurstCatalog.All.All(burst => burst.SignalOf(e) is null), text);
            Assert.Null(InsightMoment.Of(e));
        }

        return true;
    }

    /// <summary>True if the event could be made without parsing the record; fails if it then differs from the parser's event.</summary>
    private static bool PlainAgrees(byte[] record, ReadOnlySpan<int> keys, CallOutcome outcome, CloudTrailEvent parsed)
    {
        if (keys.IsEmpty || PlainRecord.TryRead(record, keys) is not { } plain) return false;
        Assert.Equal(outcome, parsed.Outcome);
        Assert.Equal(Contents(parsed), Contents(new CloudTrailEvent(plain)));
        return true;
    }

    /// <summary>The values of all properties of an event.</summary>
    private static string Contents(CloudTrailEvent e) =>
        string.Join('\n', ((IEnumerable<object>)[e, e.Actor]).SelectMany(static part => part.GetType().GetProperties()
        .Where(static property => property.GetMethod is { IsStatic: false })
        .Select(property => $"{property.Name} = {property.GetValue(part)}")));

    private static List<byte[]> Records() =>
    [
        .. Sample.All.Select(
            static sample =>
                Encoding.UTF8.GetBytes((JsonNode.Parse(sample.Read())!["detail"] ?? JsonNode.Parse(sample.Read())!).ToJsonString())),
        .. OrdinaryOperations.All.Select(static operation => Encoding.UTF8.GetBytes(operation.Record.ToJsonString())),
    ];

    private static byte[] Mutated(byte[] record, Random random)
    {
        var text = Encoding.UTF8.GetString(record);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var names = Names().Matches(text);
            if (names.Count == 0) break;
            // The top level matters most, and its names come first.
            var name = names[random.Next(random.Next(2) == 0 ? names.Count : Math.Min(names.Count, 12))];
            var word = name.Groups[1].Value;
            if (word.Length == 0) continue;
            var other = random.Next(9) switch
            {
                0 => $"\"\\u{(int)word[0]:x4}{word[1..]}\":",
                1 => $"\"{char.ToUpperInvariant(word[0])}{word[1..]}\":",
                2 => $"\"{word.ToUpperInvariant()}\":",
                3 => $"\"{word}\":null,\"{word}\":",
                4 => $"\"{word}\":\"Root\",\"{word}\":",
                5 => $"\"{word}x\":",
                6 => $"\"{word}\":5,\"x\":",
                7 => $"\"{word}\":\"Failure\",\"x\":",
                _ => $"\"{s_names[random.Next(s_names.Length)]}\":",
            };
            text = text[..name.Index] + other + text[(name.Index + name.Length)..];
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        if (random.Next(3) == 0) bytes[random.Next(bytes.Length)] = (byte)"{}[]\",:\\\n x0\xC3"[random.Next(13)];
        return random.Next(12) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static readonly string[] s_names =
        ["eventSource", "eventName", "eventID", "errorCode", "errorMessage", "responseElements", "userIdentity", "type", "eventCategory",
            "detail", "Records", "insightDetails", "awsRegion"];

    [GeneratedRegex("\"([A-Za-z]*)\":")]
    private static partial Regex Names();
}
