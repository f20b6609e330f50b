using System.Globalization;
using System.Text.Json;

namespace Responder.Integrity;

/// <summary>What a digest records about one log file.</summary>
internal sealed record DigestedLog(
    S3Name Name, string Hash, string HashAlgorithm, DateTimeOffset? OldestEvent, DateTimeOffset? NewestEvent);

/// <summary>The content of a digest file, as it was signed.</summary>
/// <param name="EndText">The end as it was written, because it is part of what is signed.</param>
/// <param name="Previous">The digest before this one; null when none is named.</param>
/// <param name="PreviousSignature">Signature of the digest before, hexadecimal; null when there is none before.</param>
/// <param name="PreviousHash">SHA-256 of the digest before, uncompressed, in hexadecimal.</param>
internal sealed record Digest(
    S3Name Self, DateTimeOffset Start, DateTimeOffset End, string EndText, string Fingerprint, S3Name? Previous, string? PreviousSignature,
    string? PreviousHash,
    IReadOnlyList<DigestedLog> Logs)
{
    /// <summary>Null when this is not a digest: not JSON, or without a member that every digest has.</summary>
    public static Digest? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            // CloudTrail writes this member into every digest; it is null in the first one of a chain.
            if (!root.TryGetProperty("previousDigestSignature", out _)) return null;
            var end = Text(root, "digestEndTime");
            var logs = root.TryGetProperty("logFiles", out var files) && files.ValueKind == JsonValueKind.Array ? files.EnumerateArray()
                .Select(Log).ToArray() : [];
            var previousBucket = OptionalText(root, "previousDigestS3Bucket");
            var previousKey = OptionalText(root, "previousDigestS3Object");
            return new Digest(
                new S3Name(Text(root, "digestS3Bucket"), Text(root, "digestS3Object")), Time(Text(root, "digestStartTime")), Time(end), end,
                Text(root, "digestPublicKeyFingerprint"),
                previousBucket is not null && previousKey is not null ? new S3Name(previousBucket, previousKey) : null,
                OptionalText(root, "previousDigestSignature"), OptionalText(root, "previousDigestHashValue"), logs);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DigestedLog Log(JsonElement log) => new(
        new S3Name(Text(log, "s3Bucket"), Text(log, "s3Object")), Text(log, "hashValue"), OptionalText(log, "hashAlgorithm") ?? "SHA-256",
        OptionalText(log, "oldestEventTime") is { } oldest
            ? Time(oldest)
            : null, OptionalText(log, "newestEventTime") is { } newest
            ? Time(newest)
            : null);

    private static string Text(JsonElement json, string name) => OptionalText(json, name) ?? throw new FormatException(name);

    private static string? OptionalText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
