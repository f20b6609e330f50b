using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Integrity;

namespace Responder.Cli.Tests.Integrity;

internal sealed record FakeObject(byte[] Content, Dictionary<string, string> Metadata);

/// <summary>A generated digest with the log files that it vouches for.</summary>
internal sealed record FakeDigest(
    S3Name Name, JsonObject Content, string Signature, SigningKey Key, IReadOnlyList<S3Name> Logs, bool IsBackfill);

/// <summary>A trail in one account and region.</summary>
internal sealed record FakeChain(string Account, string Region, string Trail, string? Organization)
{
    public string Folder(string kind) => $"AWSLogs/{(Organization is null ? "" : Organization + "/")}{Account}/{kind}/{Region}";
}

/// <summary>
/// A log bucket as CloudTrail fills it, signed with our own keys: one trail in two accounts and two regions, and an organization's trail.
/// It covers six hours, of which the third has no events; the key changes after the fourth, and one digest is late.
/// </summary>
internal sealed class FakeTrail
{
    public const string Bucket = "audit-logs";
    public const int Hours = 6;

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 21, 5, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = Start.AddHours(Hours);

    public static readonly FakeChain Main = new("111122223333", "eu-west-1", "main_trail", null);

    public static readonly FakeChain[] Chains =
    [
        Main, new("111122223333", "us-east-1", "main_trail", null), new("444455556666", "eu-west-1", "main_trail", null),
        new("444455556666", "us-east-1", "main_trail", null),
        new("777788889999", "eu-west-1", "everyone", "o-exampleorg1"),
    ];

    public SortedDictionary<string, FakeObject> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>The digests of each chain, oldest first.</summary>
    public Dictionary<FakeChain, List<FakeDigest>> Digests { get; } = [];

    public FakeTrail(params FakeChain[] chains)
    {
        foreach (var chain in chains.Length > 0 ? chains : Chains)
        {
            Digests[chain] = [];
            for (var hour = 0; hour < Hours; hour++) AddHour(chain, hour);
            if (chain == Main) AddBackfill(chain);
        }
    }

    /// <summary>The digest of the given hour of the trail that the tests tamper with.</summary>
    public FakeDigest Digest(int hour) => Digests[Main][hour];

    public FakeDigest Backfill => Digests[Main].Single(static digest => digest.IsBackfill);

    public IEnumerable<FakeDigest> All => Digests.Values.SelectMany(static digests => digests);

    public void AddHour(FakeChain chain, int hour, bool breaksChain = false)
    {
        var end = Start.AddHours(hour + 1);
        var logs = hour == 2 ? [] : Enumerable.Range(0, 2)
            .Select(number => AddLog(chain, end.AddMinutes(-40 + (10 * number)), $"h{hour}n{number}")).ToArray();
        var previous = breaksChain ? null : Digests[chain].LastOrDefault(static digest => !digest.IsBackfill);
        Digests[chain].Add(Add(Write(chain, end.AddHours(-1), end, previous, logs, "", hour < 4 ? SigningKey.First : SigningKey.Second)));
    }

    /// <summary>Stores the digest, with its signature, in the place that it names.</summary>
    public FakeDigest Add(FakeDigest digest)
    {
        var metadata = new Dictionary<string, string> { ["signature"] = digest.Signature, ["signature-algorithm"] = "SHA256withRSA" };
        if (digest.IsBackfill) metadata["backfill-generation-timestamp"] = "2026-03-02T04:00:00Z";
        Objects[digest.Name.Key] = new FakeObject(Gzip(Encoding.UTF8.GetBytes(digest.Content.ToJsonString())), metadata);
        return digest;
    }

    /// <summary>A digest with this content, signed with the key.</summary>
    public static FakeDigest Sign(JsonObject content, SigningKey key, IReadOnlyList<S3Name> logs)
    {
        string? Text(string name) => (string?)content[name];
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToJsonString())));
        // The string to sign is written out again here, because the product's own code proves nothing about itself.
        var text = string.Join(
            '\n', Text("digestEndTime"), Text("digestS3Bucket") + "/" + Text("digestS3Object"), hash, Text("previousDigestSignature")
            ?? "null");
        var signature = Convert.ToHexStringLower(
            key.Rsa.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var name = new S3Name(Text("digestS3Bucket")!, Text("digestS3Object")!);
        return new FakeDigest(name, content, signature, key, logs, name.Key.Contains("_backfill", StringComparison.Ordinal));
    }

    public static byte[] Gzip(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal)) gzip.Write(content);
        return buffer.ToArray();
    }

    public static byte[] Gunzip(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var buffer = new MemoryStream();
        gzip.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>Writes the bucket as a local copy.</summary>
    /// <returns>The folder that contains the folder of the bucket.</returns>
    public string WriteTo(string folder, bool withMetadata = true, string bucket = Bucket)
    {
        foreach (var (key, stored) in Objects)
        {
            var file = Path.Combine(folder, bucket, key);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, stored.Content);
            if (withMetadata && stored.Metadata.Count > 0)
                File.WriteAllText(file + ".meta.json", JsonSerializer.Serialize(stored.Metadata));
        }

        return folder;
    }

    private void AddBackfill(FakeChain chain)
    {
        var log = AddLog(chain, Start.AddMinutes(30), "late");
        Digests[chain].Add(Add(Write(chain, Start.AddHours(1), Start.AddHours(2), null, [log], "_backfill", SigningKey.Second)));
    }

    private S3Name AddLog(FakeChain chain, DateTimeOffset time, string id)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{chain.Folder("CloudTrail")}/{time:yyyy'/'MM'/'dd}/"
            + $"{chain.Account}_CloudTrail_{chain.Region}_{time:yyyyMMdd'T'HHmm'Z'}_{id}.json.gz");
        var text = $$"""{"Records":[{"eventID":"{{chain.Account}}-{{chain.Region}}-{{id}}","eventTime":"{{time:yyyy-MM-ddTHH:mm:ssZ}}","padding":"{{new string('x', 200)}}"}]}""";
        Objects[key] = new FakeObject(Gzip(Encoding.UTF8.GetBytes(text)), []);
        return new S3Name(Bucket, key);
    }

    private FakeDigest Write(
        FakeChain chain, DateTimeOffset start, DateTimeOffset end, FakeDigest? previous, IReadOnlyList<S3Name> logs, string suffix,
        SigningKey key)
    {
        static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var content = new JsonObject
        {
            ["awsAccountId"] = chain.Account,
            ["digestStartTime"] = Time(start),
            ["digestEndTime"] = Time(end),
            ["digestS3Bucket"] = Bucket,
            ["digestS3Object"] = string.Create(CultureInfo.InvariantCulture, $"{chain.Folder("CloudTrail-Digest")}/{end:yyyy'/'MM'/'dd}/"
                + $"{chain.Account}_CloudTrail-Digest_{chain.Region}_{chain.Trail}_eu-west-1_{end:yyyyMMdd'T'HHmmss'Z'}{suffix}.json.gz"),
            ["digestPublicKeyFingerprint"] = key.Fingerprint,
            ["digestSignatureAlgorithm"] = "SHA256withRSA",
            ["newestEventTime"] = logs.Count == 0 ? null : Time(end.AddMinutes(-30)),
            ["oldestEventTime"] = logs.Count == 0 ? null : Time(end.AddMinutes(-40)),
            ["previousDigestS3Bucket"] = previous?.Name.Bucket,
            ["previousDigestS3Object"] = previous?.Name.Key,
            ["previousDigestHashValue"] = previous is null
                ? null
                : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(previous.Content.ToJsonString()))),
            ["previousDigestHashAlgorithm"] = previous is null ? null : "SHA-256",
            ["previousDigestSignature"] = previous?.Signature,
            ["logFiles"] = new JsonArray([.. logs.Select(log => (JsonNode)new JsonObject
            {
                ["s3Bucket"] = log.Bucket,
                ["s3Object"] = log.Key,
                ["hashValue"] = Convert.ToHexStringLower(SHA256.HashData(Gunzip(Objects[log.Key].Content))),
                ["hashAlgorithm"] = "SHA-256",
                ["newestEventTime"] = Time(end.AddMinutes(-30)),
                ["oldestEventTime"] = Time(end.AddMinutes(-40)),
            })]),
        };
        return Sign(content, key, logs);
    }
}
