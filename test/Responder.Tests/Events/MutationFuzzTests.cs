using System.Text;
using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Events;
using Responder.Tests.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Events;

/// <summary>
/// No damage that sample events may suffer in transit does any harm: bytes flip, fields vanish, types change. The seed is fixed, so that a
/// failure can be repeated.
/// </summary>
public class MutationFuzzTests(ITestOutputHelper output)
{
    private const int Events = 200_000;

    private const int Shards = 8;

    /// <summary>Serialized strings cannot contain lone surrogates, so a marker stands for them and is replaced afterwards.</summary>
    private const string LoneSurrogate = "@@lone-surrogate@@";

    private static readonly Answer[] s_answers =
    [
        new Answer.Unanswered("not read"),
        new Answer.PolicyDocument(""),
        new Answer.PolicyDocument("{"),
        new Answer.PolicyDocument("[]"),
        new Answer.PolicyDocument("""{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"""),
        new Answer.PolicyDocument("""{"Statement":[null,1,"x",{"Effect":null,"Action":{"a":1},"NotAction":[[]],"Resource":7,"Condition":"no"}]}"""),
        new Answer.GroupPolicies([], []),
        new Answer.GroupPolicies(["arn:aws:iam::aws:policy/AdministratorAccess", "", "arn:"], ["{", """{"Statement":[]}"""]),
    ];

    [Fact]
    public void No_mutated_event_crashes_the_parser_or_a_detection()
    {
        var samples = Sample.All.Select(static sample => (sample.Name, Bytes: sample.Read())).ToArray();
        var (parsed, malformed, findings) = (0, 0, 0);
        var failures = new List<string>();

        Parallel.For(0, Shards, new ParallelOptions { MaxDegreeOfParallelism = 2 }, shard =>
        {
            var random = new Random(4711 + shard);
            for (var i = 0; i < Events / Shards; i++)
            {
                var (name, bytes) = samples[random.Next(samples.Length)];
                var mutated = random.Next(3) == 0 ? MutateBytes(bytes, random) : MutateStructure(bytes, random);
                try
                {
                    var (wasParsed, count) = Exercise(mutated);
                    Interlocked.Increment(ref wasParsed ? ref parsed : ref malformed);
                    Interlocked.Add(ref findings, count);
                }
                catch (Exception e)
                {
                    lock (failures)
                    {
                        if (failures.Count < 5) failures.Add($"{name}, shard {shard}, event {i}: {e}\n{Encoding.UTF8.GetString(mutated)}");
                    }
                }
            }
        });

        output.WriteLine($"{parsed + malformed} mutated events of {samples.Length} samples: {parsed} parsed, {malformed} malformed, "
            + $"{findings} findings");
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.Equal(Events, parsed + malformed);
        // If one kind were too rare, the run would prove little.
        Assert.True(
            parsed > Events / 4 && malformed > Events / 50 && findings > Events / 10,
            $"{parsed} parsed, {malformed} malformed, {findings} findings");
    }

    /// <summary>Asks an event for everything that the main path asks for before it acts.</summary>
    private static (bool Parsed, int Findings) Exercise(byte[] utf8)
    {
        var result = EventParser.Parse(utf8);
        Assert.True(result.Event is null != result.Error is null);
        if (result.Event is not { } e)
        {
            Assert.NotEmpty(result.Error!);
            return (false, 0);
        }

        _ = (e.Partition, e.RequestOmitted, e.Actor.StableId, e.Actor.IsIdentityCenter, e.Actor.IsAwsServiceOnItsOwn);
        Assert.NotEmpty(e.IncidentId);
        var count = 0;
        foreach (var finding in DetectionCatalog.Default.Detect(e).Concat(DetectionCatalog.Default.DetectAsIfSucceeded(e)))
        {
            count++;
            Check(finding);
            if (finding.WhenAnswered is not { } whenAnswered) continue;
            foreach (var answer in s_answers)
            {
                if (whenAnswered(answer) is { } answered) Check(answered);
            }
        }

        return (true, count);
    }

    private static void Check(Finding finding)
    {
        Assert.NotEmpty(finding.Title);
        Assert.All(finding.Reasons, Assert.NotNull);
        Assert.True(finding.Severity > Severity.None);
        _ = finding.Target?.ToString();
    }

    private static byte[] MutateBytes(byte[] bytes, Random random)
    {
        var mutated = new List<byte>(bytes);
        for (var n = random.Next(1, 6); n > 0 && mutated.Count > 0; n--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(5))
            {
                case 0: mutated[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: mutated[at] = (byte)random.Next(256); break;
                case 2: mutated.RemoveAt(at); break;
                case 3: mutated.Insert(at, (byte)"\"{}[],:\\0"[random.Next(9)]); break;
                default:
                    if (random.Next(10) == 0) mutated.RemoveRange(at, mutated.Count - at);
                    else mutated[at] = (byte)"0123456789abcdefAZ \"\\"[random.Next(21)];
                    break;
            }
        }

        return [.. mutated];
    }

    private static byte[] MutateStructure(byte[] bytes, Random random)
    {
        var root = JsonNode.Parse(bytes)!;
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var places = new List<JsonNode>();
            Collect(root, places);
            Mutate(places[random.Next(places.Count)], random);
        }

        var text = root.ToJsonString();
        if (text.Contains(LoneSurrogate, StringComparison.Ordinal))
            text = text.Replace(LoneSurrogate, random.Next(2) == 0 ? "\\ud800" : "\\udfff\\ud800x", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Changes one member or element of a container.</summary>
    private static void Mutate(JsonNode container, Random random)
    {
        if (container is JsonArray array)
        {
            if (array.Count == 0 || random.Next(6) == 0)
            {
                array.Add(Strange(random));
                return;
            }

            var at = random.Next(array.Count);
            if (random.Next(3) == 0) array.RemoveAt(at);
            else array[at] = Swap(array[at], random);
            return;
        }

        var members = container.AsObject();
        if (members.Count == 0)
        {
            members["items"] = Strange(random);
            return;
        }

        var (name, value) = members.ElementAt(random.Next(members.Count));
        switch (random.Next(8))
        {
            case 0:
                members.Remove(name);
                break;
            case 1: // the same member under another spelling
                members.Remove(name);
                members[random.Next(3) switch
                {
                    0 => name.ToUpperInvariant(),
                    1 => char.ToUpperInvariant(name[0]) + name[1..],
                    _ => LoneSurrogate,
                }] = value;
                break;
            case 2:
                members[LoneSurrogate + name] = Strange(random);
                break;
            default:
                members[name] = Swap(value, random);
                break;
        }
    }

    private static JsonNode? Swap(JsonNode? value, Random random)
    {
        var copy = value?.DeepClone();
        switch (random.Next(9))
        {
            case 0: return new JsonArray(copy);
            case 1: return new JsonObject { ["items"] = copy };
            case 2: return JsonValue.Create(copy?.ToJsonString() ?? "null");
            case 3: return JsonValue.Create(Uri.EscapeDataString(copy?.ToJsonString() ?? "{"));
            case 4 when copy is JsonArray { Count: > 0 } array: return array[0]?.DeepClone();
            case 4 when copy is JsonValue: return JsonValue.Create(copy.ToString() + " ");
            case 5:
                for (var depth = random.Next(1, 80); depth > 0; depth--)
                    copy = random.Next(2) == 0 ? new JsonArray(copy) : new JsonObject { ["item"] = copy };
                return copy;
            default: return Strange(random);
        }
    }

    private static JsonNode? Strange(Random random) => random.Next(20) switch
    {
        0 => null,
        1 => JsonValue.Create(true),
        2 => JsonValue.Create("true"),
        3 => JsonValue.Create(""),
        4 => JsonNode.Parse("{}"),
        5 => JsonNode.Parse("[]"),
        6 => JsonNode.Parse("1e400"),
        7 => JsonNode.Parse("-99999999999999999999999999999999"),
        8 => JsonNode.Parse("0.00000000000000000000001"),
        9 => JsonValue.Create(long.MaxValue),
        10 => JsonValue.Create(LoneSurrogate),
        11 => JsonValue.Create("\0\u001b\u202e\u2066\ufeff😀"),
        12 => JsonValue.Create(new string('{', random.Next(1, 300))),
        13 => JsonValue.Create("%7B%22a%22%3A"),
        14 => JsonValue.Create("0.0.0.0/" + random.Next(-3, 140)),
        15 => JsonValue.Create("::/" + random.Next(-3, 140)),
        16 => JsonValue.Create("arn:aws:iam::" + random.Next(10) + ":"),
        17 => JsonNode.Parse("""{"reason":"requestParameters too large","omitted":"true","originalSize":110000}"""),
        18 => JsonValue.Create("9999-12-31T23:59:59.9999999+14:00"),
        _ => JsonNode.Parse("[null,[[],{}],{\"Statement\":[{}]},1]"),
    };

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonObject members)
        {
            places.Add(members);
            foreach (var (_, value) in members) Collect(value, places);
        }
        else if (node is JsonArray array)
        {
            places.Add(array);
            foreach (var value in array) Collect(value, places);
        }
    }
}
