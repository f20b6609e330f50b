using System.Globalization;
using System.Text.Json;
using Amazon.Runtime;
using Responder.Logs;

namespace Responder.Integrity;

/// <summary>The metadata that CloudTrail sets on a digest.</summary>
/// <param name="Signature">Hexadecimal; null: the object has none.</param>
/// <param name="BackfillTime">When a late digest was generated.</param>
public sealed record DigestMetadata(string? Signature, string? Algorithm, string? BackfillTime)
{
    public static DigestMetadata None { get; } = new(null, null, null);

    /// <summary>Null when the text is not a JSON object of strings.</summary>
    public static DigestMetadata? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            string? Value(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
            return new DigestMetadata(Value("signature"), Value("signature-algorithm"), Value("backfill-generation-timestamp"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>An open object.</summary>
/// <param name="Metadata">Null: there is metadata, but it cannot be read.</param>
public sealed record StoredObject(Stream Content, DigestMetadata? Metadata) : IDisposable
{
    public void Dispose() => Content.Dispose();
}

/// <summary>Where digests and logs are kept.</summary>
public interface ILogStore
{
    /// <summary>The names of all digests that the period asked for reaches (<see cref="AskedPeriod.Reaches"/>).</summary>
    /// <param name="onError">Told which folders could not be listed.</param>
    Task<IReadOnlyList<DigestName>> DigestsAsync(AskedPeriod asked, Action<InputError> onError, CancellationToken cancellationToken);

    /// <summary>Whether there are log files that were delivered in this period. Which digest names them, if any, does not matter.</summary>
    Task<bool> HasLogsAsync(DigestChain chain, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Null: there is no such object. Other failures are exceptions that <see cref="StoreFailure"/> recognizes.</summary>
    Task<StoredObject?> OpenAsync(S3Name name, CancellationToken cancellationToken);
}

/// <summary>Recognizes and describes failures to read a store, which say nothing about the object.</summary>
internal static class StoreFailure
{
    public static bool Is(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && (e is UnauthorizedAccessException || S3Reader.IsFailure(e));

    public static string Reason(Exception e) => e is AmazonServiceException or AmazonClientException or OperationCanceledException
        or HttpRequestException
        ? S3Reader.ReasonOf(e)
        : EventReader.ReasonOf(e);
}

/// <summary>
/// Where the log files are that a chain of digests covers:
/// <c>…/AWSLogs/[o-id/]account/CloudTrail/region/yyyy/MM/dd/account_CloudTrail_region_yyyyMMddTHHmmZ_id.json.gz</c>.
/// </summary>
internal static class LogPlaces
{
    public static string FolderOf(DigestChain chain) =>
        $"{chain.Prefix}{DigestFolders.Root}/{(chain.Organization is null ? "" : chain.Organization + "/")}{chain.Account}/CloudTrail/"
            + $"{chain.Region}/";

    public static string DayOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture);

    /// <summary>When the file was delivered, to the minute; null when its name does not say so.</summary>
    public static DateTimeOffset? DeliveredAt(string key) =>
        key[(key.LastIndexOf('/') + 1)..].Split('_') is [_, "CloudTrail", _, var time, _]
        && DateTimeOffset.TryParseExact(
            time, "yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;
}

/// <summary>Which folders may lead to digests. The logs next to these are many and need not be listed.</summary>
public static class DigestFolders
{
    public const string Root = "AWSLogs";

    private const string Digests = "CloudTrail-Digest";

    /// <param name="path">Folder names from the top down, without the child.</param>
    public static bool LeadsOn(IReadOnlyList<string> path, string child)
    {
        if (path.Contains(Digests)) return true;
        if (path.Count == 0 || !path.Contains(Root)) return true;
        if (path[^1] == Root) return child.StartsWith("o-", StringComparison.Ordinal) || IsAccount(child);
        return path[^1].StartsWith("o-", StringComparison.Ordinal) ? IsAccount(child) : child == Digests;
    }

    private static bool IsAccount(string name) => name.Length == 12 && name.All(char.IsAsciiDigit);
}
