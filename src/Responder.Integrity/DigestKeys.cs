using System.Security.Cryptography;
using System.Text.Json;
using Responder.Aws;
using Responder.Logs;

namespace Responder.Integrity;

/// <summary>
/// CloudTrail's public keys by fingerprint: from files, or from CloudTrail itself, which has its own keys in every region.
/// </summary>
public sealed class DigestKeys : IDisposable
{
    private readonly Dictionary<string, RSA?> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string Region, DateTimeOffset From)> _asked = [];
    private readonly Func<string, AwsClients>? _online;

    private DigestKeys(Func<string, AwsClients>? online) => _online = online;

    /// <param name="clientsOf">Returns the clients for a region.</param>
    public static DigestKeys Online(Func<string, AwsClients> clientsOf) => new(clientsOf);

    /// <summary>Reads files in the format that <c>aws cloudtrail list-public-keys</c> prints.</summary>
    /// <exception cref="UsageException">A file cannot be read or has another format.</exception>
    public static DigestKeys OfFiles(IEnumerable<string> paths)
    {
        var keys = new DigestKeys(null);
        foreach (var path in paths)
        {
            try
            {
                using var document = JsonDocument.Parse(File.ReadAllBytes(path));
                keys.Add(document.RootElement);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"--public-keys: {path}: {EventReader.ReasonOf(e)}");
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
            {
                throw new UsageException($"--public-keys: {path}: expected what `aws cloudtrail list-public-keys` prints: "
                    + "{\"PublicKeyList\":[{\"Value\":base64,\"Fingerprint\":…}]}");
            }
        }

        return keys;
    }

    /// <summary>Finds the key with a fingerprint. False: unknown; true and null: known, but not readable as a key.</summary>
    /// <param name="from">Earliest time at which the digest may have been signed; CloudTrail lists keys by time.</param>
    public async Task<(bool Known, RSA? Key)> FindAsync(
        string region, string fingerprint, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue(fingerprint, out var key)) return (true, key);
        if (_online is null || !_asked.Add((region, from))) return (false, null);

        using var cloudTrail = new AwsCall(AwsService.CloudTrail, _online(region));
        await foreach (var page in cloudTrail.JsonPagesAsync("ListPublicKeys", Period, cancellationToken).ConfigureAwait(false)) Add(page);
        return _keys.TryGetValue(fingerprint, out key) ? (true, key) : (false, null);

        void Period(Utf8JsonWriter json)
        {
            json.WriteNumber("StartTime", from.ToUnixTimeSeconds());
            json.WriteNumber("EndTime", to.ToUnixTimeSeconds());
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values) key?.Dispose();
    }

    // Validity times are ignored: CloudTrail also signs with keys past theirs, and a fingerprint always means the same key.
    private void Add(JsonElement answer)
    {
        foreach (var key in answer.GetProperty("PublicKeyList").EnumerateArray())
            _keys.TryAdd(key.GetProperty("Fingerprint").GetString()!, DigestSignature.Key(key.GetProperty("Value").GetBytesFromBase64()));
    }
}
