using Responder.Integrity;

namespace Responder.Cli.Tests.Integrity;

/// <summary>Every change that can be made to a log bucket is reported as what it is, and nothing else is reported.</summary>
public sealed class TamperingTests
{
    public static TheoryData<string> Cases => [.. Tampering.All.Select(static tampering => tampering.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Tampering_is_reported_as_what_it_is_and_everything_else_remains_valid(string name)
    {
        var tampering = Tampering.All.Single(tampering => tampering.Name == name);
        var trail = new FakeTrail();
        var expected = tampering.Apply(trail);
        using var place = new Workplace();

        var run = await place.RunAsync(trail.WriteTo(place.Mirror), "--format", "json");

        var (verdicts, gaps, summary) = Workplace.Read(run);
        Assert.Equal(Expected(trail, expected), verdicts.Where(static pair => pair.Value != "valid").ToDictionary(StringComparer.Ordinal));
        Assert.Equal(
            Vouched(trail, expected), verdicts.Where(static pair => pair.Value == "valid").Select(static pair => pair.Key).ToHashSet());
        Assert.Equal(tampering.Gaps, gaps.Length);
        Assert.Equal(expected.Count == 0 && tampering.Gaps == 0, summary.GetProperty("valid").GetBoolean());
        Assert.Equal((expected.Count == 0 && tampering.Gaps == 0 ? 0 : 1, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_copy_without_metadata_takes_each_signature_from_the_next_digest(string name)
    {
        var tampering = Tampering.All.Single(tampering => tampering.Name == name);
        var trail = new FakeTrail(FakeTrail.Main);
        var expected = tampering.Apply(trail);
        var newest = trail.Digests[FakeTrail.Main].Last(digest => !digest.IsBackfill && trail.Objects.ContainsKey(digest.Name.Key));
        using var place = new Workplace();
        trail.WriteTo(place.Mirror, withMetadata: false);
        // Users have to copy the metadata of those digests that no later one names: the newest, the late one, and the one before a break.
        foreach (var digest in trail.Digests[FakeTrail.Main]
            .Where(digest => digest == newest || digest.IsBackfill || !trail.Digests[FakeTrail.Main].Any(next => Names(next, digest))))
        {
            if (trail.Objects.TryGetValue(digest.Name.Key, out var stored))
                await File.WriteAllTextAsync(
                    Path.Combine(place.Mirror, digest.Name.Bucket, digest.Name.Key + ".meta.json"),
                    System.Text.Json.JsonSerializer.Serialize(stored.Metadata));
        }

        var (verdicts, _, _) = Workplace.Read(await place.RunAsync(place.Mirror, "--format", "json"));

        if (name == "the signature in the metadata is altered") expected = []; // a copy without metadata does not contain it
        // When a digest is lost, so is the signature of the previous digest, which it holds.
        foreach (var digest in trail.Digests[FakeTrail.Main])
        {
            var next = trail.Digests[FakeTrail.Main].FirstOrDefault(next => Names(next, digest));
            var isLost = next is not null && (!trail.Objects.ContainsKey(next.Name.Key) || LosesLink(name, next, trail)) && digest != newest
                && name != "a digest is renamed to an earlier time"; // there, the renamed digest still supplies the signature
            if (isLost && trail.Objects.ContainsKey(digest.Name.Key)) expected.TryAdd(digest.Name, "invalid");
        }

        Assert.Equal(Expected(trail, expected), verdicts.Where(static pair => pair.Value != "valid").ToDictionary(StringComparer.Ordinal));
    }

    private static bool Names(FakeDigest next, FakeDigest digest) => (string?)next.Content["previousDigestS3Object"] == digest.Name.Key;

    private static bool LosesLink(string name, FakeDigest next, FakeTrail trail) =>
        (next == trail.Digest(3) || (next == trail.Digest(1) && name == "two digests are swapped"))
        && name is "a digest is cut off from the one before" or "a byte of a digest is flipped" or "two digests are swapped"
            or "a digest is no digest any more" or "a digest is truncated" or "a digest lies in the place of another";

    private static Dictionary<string, string> Expected(FakeTrail trail, Dictionary<S3Name, string> expected) =>
        expected.Where(pair => !trail.All.Any(digest => expected.ContainsKey(digest.Name) && digest.Logs.Contains(pair.Key)))
            .ToDictionary(static pair => pair.Key.ToString(), static pair => pair.Value, StringComparer.Ordinal);

    /// <summary>What the remaining genuine digests vouch for; logs that only a false digest names are not checked.</summary>
    private static HashSet<string> Vouched(FakeTrail trail, Dictionary<S3Name, string> expected) =>
    [
        .. trail.All.Where(digest => trail.Objects.ContainsKey(digest.Name.Key) && !expected.ContainsKey(digest.Name))
            .SelectMany(static digest => digest.Logs.Prepend(digest.Name)).Where(name => !expected.ContainsKey(name))
            .Select(static name => name.ToString()),
    ];
}
