using System.Text;
using System.Text.Json.Nodes;
using Responder.Integrity;

namespace Responder.Cli.Tests.Integrity;

/// <summary>One change to a log bucket, and what must be reported about it; everything else must be reported as valid.</summary>
/// <param name="Apply">Makes the change and returns the verdict for each file that is not valid.</param>
/// <param name="Gaps">How many gaps must be reported.</param>
/// <param name="AwsCliIsSilent">The AWS CLI reports nothing, since nothing it reads names the missing file; its counts are the
/// same.</param>
/// <param name="AwsCli">What the AWS CLI does differently; null: it agrees.</param>
internal sealed record Tampering(
    string Name, Func<FakeTrail, Dictionary<S3Name, string>> Apply, int Gaps = 0, bool AwsCliIsSilent = false, string? AwsCli = null)
{
    /// <summary>Versions of the AWS CLI differ in whether they notice what is wrong around the content.</summary>
    private const string Newer = "only newer versions notice";

    public static IReadOnlyList<Tampering> All { get; } =
    [
        new("nothing", static _ => []),
        new("a byte of a log is flipped",
            static trail => Log(trail, "invalid", static content => { content[content.Length / 2] ^= 1; return content; })),
        new("the events of a log are edited",
            static trail =>
                Log(trail, "invalid",
                    static content =>
                        FakeTrail.Gzip(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(FakeTrail.Gunzip(content)).Replace('x', 'y'))))),
        new("a log is truncated", static trail => Log(trail, "invalid", static content => content[..(content.Length / 2)])),
        new("bytes are put behind a log", static trail => Log(trail, "invalid", static content => [.. content, 1, 2, 3, 4, 5, 6, 7]),
            AwsCli: Newer),
        new("zeros are put behind a log", static trail => Log(trail, "invalid", static content => [.. content, .. new byte[20_000]]),
            AwsCli: Newer),
        new("a member is put behind a log",
            static trail => Log(trail, "invalid", static content => [.. content, .. FakeTrail.Gzip("{}"u8.ToArray())]), AwsCli: Newer),
        new("zeros and a member are put behind a log",
            static trail => Log(trail, "invalid", static content => [.. content, .. new byte[512], .. FakeTrail.Gzip([])]), AwsCli: Newer),
        new("a log and its own end are put behind a log",
            static trail => Log(trail, "invalid", static content => [.. content, .. new byte[10_000], .. content[^8..]]), AwsCli: Newer),
        new("the end of a log is cut", static trail => Log(trail, "invalid", static content => content[..^4]), AwsCli: Newer),
        new("the checksum of a log is altered", static trail => Log(trail, "invalid", static content =>
        {
            content[^8] ^= 1;
            return content;
        }), AwsCli: Newer),
        new("a log is emptied", static trail => Log(trail, "invalid", static _ => [])),
        new("a log is no gzip any more", static trail => Log(trail, "invalid", static _ => "{}"u8.ToArray())),
        new("a log is removed", static trail =>
        {
            var log = trail.Digest(1).Logs[0];
            trail.Objects.Remove(log.Key);
            return new() { [log] = "missing" };
        }),
        new("a log is renamed", static trail =>
        {
            var log = trail.Digest(1).Logs[0];
            trail.Objects.Remove(log.Key, out var stored);
            trail.Objects[log.Key.Replace("h1n0", "other", StringComparison.Ordinal)] = stored!;
            return new() { [log] = "missing" };
        }),
        new("two logs are swapped", static trail =>
        {
            var (first, second) = (trail.Digest(1).Logs[0], trail.Digest(3).Logs[1]);
            (trail.Objects[first.Key], trail.Objects[second.Key]) = (trail.Objects[second.Key], trail.Objects[first.Key]);
            return new() { [first] = "invalid", [second] = "invalid" };
        }),
        new("a log of the late digest is removed", static trail =>
        {
            var log = trail.Backfill.Logs[0];
            trail.Objects.Remove(log.Key);
            return new() { [log] = "missing" };
        }),
        new("a digest is signed again with another key", static trail =>
            Replace(trail, trail.Digest(3), static content => content["digestPublicKeyFingerprint"] = SigningKey.Stranger.Fingerprint,
                SigningKey.Stranger)),
        new("a digest is signed again with another key under the fingerprint of the genuine one", static trail =>
            Replace(trail, trail.Digest(3), static content => content["awsAccountId"] = "999999999999", SigningKey.Stranger)),
        new("a digest in the middle is dropped", static trail => Drop(trail, 3)),
        new("two digests one after the other are dropped", static trail =>
        {
            trail.Objects.Remove(trail.Digest(2).Name.Key); // no other digest names it any more
            return Drop(trail, 3);
        }, Gaps: 1),
        new("the oldest digest is dropped", static trail => Drop(trail, 0)),
        new("the newest digest is dropped", static trail =>
        {
            // Nothing names this digest, but the requested time extends past the remaining ones, and so do the log files.
            trail.Objects.Remove(trail.Digest(5).Name.Key);
            return [];
        }, Gaps: 1, AwsCliIsSilent: true),
        new("the newest digest is dropped and its log files, too", static trail =>
        {
            trail.Objects.Remove(trail.Digest(5).Name.Key);
            foreach (var log in trail.Digest(5).Logs) trail.Objects.Remove(log.Key);
            return [];
        }, Gaps: 1, AwsCliIsSilent: true),
        new("a digest is renamed to an earlier time", static trail =>
        {
            var digest = trail.Digest(3).Name;
            var other = new S3Name(digest.Bucket, digest.Key.Replace("T010500Z", "T003000Z", StringComparison.Ordinal));
            trail.Objects.Remove(digest.Key, out var stored);
            trail.Objects[other.Key] = stored!;
            return new() { [digest] = "missing", [other] = "invalid" };
        }),
        new("a digest is renamed to a later time", static trail =>
        {
            // No chain leads to this place; the AWS CLI ignores it, too.
            var digest = trail.Digest(3).Name;
            trail.Objects.Remove(digest.Key, out var stored);
            trail.Objects[digest.Key.Replace("T010500Z", "T011500Z", StringComparison.Ordinal)] = stored!;
            return new() { [digest] = "missing" };
        }),
        new("two digests are swapped", static trail =>
        {
            var (first, second) = (trail.Digest(1).Name, trail.Digest(3).Name);
            (trail.Objects[first.Key], trail.Objects[second.Key]) = (trail.Objects[second.Key], trail.Objects[first.Key]);
            return new() { [first] = "invalid", [second] = "invalid" };
        }),
        new("a byte of a digest is flipped", static trail =>
        {
            var stored = trail.Objects[trail.Digest(3).Name.Key];
            byte[] content = [.. stored.Content];
            content[content.Length / 2] ^= 1;
            trail.Objects[trail.Digest(3).Name.Key] = stored with { Content = content };
            return new() { [trail.Digest(3).Name] = "invalid" };
        }),
        new("a field of a digest is edited",
            static trail => Edit(trail, trail.Digest(3), static content => content["awsAccountId"] = "999999999999")),
        new("a log is taken out of a digest",
            static trail => Edit(trail, trail.Digest(3), static content => content["logFiles"]!.AsArray().RemoveAt(0))),
        new("a digest is cut off from the one before", static trail => Edit(trail, trail.Digest(3), static content =>
        {
            foreach (var name in (string[])[
                "previousDigestS3Bucket", "previousDigestS3Object", "previousDigestHashValue", "previousDigestSignature"]) content[
                    name] = null;
        })),
        new("a digest is no digest any more", static trail =>
        {
            trail.Objects[trail.Digest(3).Name.Key] = trail.Objects[trail.Digest(3).Name.Key]
                with { Content = FakeTrail.Gzip("[]"u8.ToArray()) };
            return new() { [trail.Digest(3).Name] = "invalid" };
        }),
        new("a digest is truncated", static trail =>
        {
            var stored = trail.Objects[trail.Digest(3).Name.Key];
            trail.Objects[trail.Digest(3).Name.Key] = stored with { Content = stored.Content[..(stored.Content.Length / 2)] };
            return new() { [trail.Digest(3).Name] = "invalid" };
        }),
        new("a digest lies in the place of another", static trail =>
        {
            trail.Objects[trail.Digest(3).Name.Key] = trail.Objects[trail.Digest(1).Name.Key];
            return new() { [trail.Digest(3).Name] = "invalid" };
        }),
        new("the signature in the metadata is altered", static trail =>
        {
            var metadata = trail.Objects[trail.Digest(3).Name.Key].Metadata;
            metadata["signature"] = (metadata["signature"][0] == '0' ? "1" : "0") + metadata["signature"][1..];
            return new() { [trail.Digest(3).Name] = "invalid" };
        }),
        new("the signature of the newest digest is no signature", static trail =>
        {
            trail.Objects[trail.Digest(5).Name.Key].Metadata["signature"] = "none";
            return new() { [trail.Digest(5).Name] = "invalid" };
        }),
        new("the late digest is edited",
            static trail => Edit(trail, trail.Backfill, static content => content["awsAccountId"] = "999999999999")),
        new(
            "a link of the chain is replaced by a genuinely signed one",
            static trail =>
                Replace(trail, trail.Digest(3), static content => content["logFiles"]!.AsArray().RemoveAt(0), trail.Digest(3).Key),
            AwsCli: "does not compare a digest with the hash and the signature that the next one recorded"),
        new("logging was stopped for an hour", static trail =>
        {
            var digests = trail.Digests[FakeTrail.Main];
            foreach (var digest in digests.Where(static digest => !digest.IsBackfill).Skip(3).ToArray())
            {
                trail.Objects.Remove(digest.Name.Key);
                foreach (var log in digest.Logs) trail.Objects.Remove(log.Key);
                digests.Remove(digest);
            }

            trail.AddHour(FakeTrail.Main, 4, breaksChain: true);
            trail.AddHour(FakeTrail.Main, 5);
            return [];
        }, Gaps: 1),
    ];

    public override string ToString() => Name;

    private static Dictionary<S3Name, string> Log(FakeTrail trail, string verdict, Func<byte[], byte[]> change)
    {
        var log = trail.Digest(1).Logs[0];
        trail.Objects[log.Key] = trail.Objects[log.Key] with { Content = change([.. trail.Objects[log.Key].Content]) };
        return new() { [log] = verdict };
    }

    private static Dictionary<S3Name, string> Drop(FakeTrail trail, int hour)
    {
        trail.Objects.Remove(trail.Digest(hour).Name.Key);
        return new() { [trail.Digest(hour).Name] = "missing" };
    }

    /// <summary>Changes the file but keeps its signature.</summary>
    private static Dictionary<S3Name, string> Edit(FakeTrail trail, FakeDigest digest, Action<JsonObject> change)
    {
        var content = digest.Content.DeepClone().AsObject();
        change(content);
        trail.Objects[digest.Name.Key] = trail.Objects[digest.Name.Key] with
        {
            Content = FakeTrail.Gzip(Encoding.UTF8.GetBytes(content.ToJsonString())),
        };
        return new() { [digest.Name] = "invalid" };
    }

    /// <summary>Changes the file and signs it again.</summary>
    private static Dictionary<S3Name, string> Replace(FakeTrail trail, FakeDigest digest, Action<JsonObject> change, SigningKey key)
    {
        var content = digest.Content.DeepClone().AsObject();
        change(content);
        trail.Add(FakeTrail.Sign(content, key, digest.Logs));
        return new() { [digest.Name] = "invalid" };
    }
}
