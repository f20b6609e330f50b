using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>
/// What an event says: one hash for each finding, of what the page would tell and of whom and what the call names. The same call again
/// says the same, whenever it was made; another principal, port, key or role says something new.
/// </summary>
/// <param name="Severity">How grave it is.</param>
/// <param name="Width">How wide it opens: see <see cref="Finding.Width"/>.</param>
/// <param name="Hashes">One for each finding, strongest first. Names that anybody chose are in them, so they are long enough that nobody
/// makes up two with the same hash.</param>
public sealed record Saying(Severity Severity, int Width, IReadOnlyList<string> Hashes)
{
    private const int MostHashes = 12;

    public static Saying Of(CloudTrailEvent e, IReadOnlyList<Finding> findings)
    {
        if (findings is not [var strongest, ..]) return new Saying(Severity.None, 0, []);
        // A refused call gave nothing, whomever it named.
        var names = e.Outcome == CallOutcome.Succeeded ? CallNames.Of(e) : "";
        string[] hashes = [.. findings.Select(f => HashOf(e, f, names)).Distinct(StringComparer.Ordinal)];
        if (hashes.Length > MostHashes) hashes = [Hash(hashes.Order(StringComparer.Ordinal))];
        var width = findings.Where(f => f.Detection.Id == strongest.Detection.Id).Max(static f => f.Width);
        return new Saying(strongest.Severity, width, hashes);
    }

    /// <summary>A saying that consists of texts alone, such as names of principals.</summary>
    public static Saying OfTexts(Severity severity, IEnumerable<string> texts) =>
        new(severity, 0, [.. texts.Select(static text => Hash([text]))]);

    /// <summary>120 bits of a hash of the parts. They are length-prefixed, so that two lists never look alike.</summary>
    internal static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, 15));
    }

    private static string HashOf(CloudTrailEvent e, Finding finding, string names) => Hash(
    [
        finding.Detection.Id, finding.Severity.Name(), e.Region ?? "",
        finding.Target is { } target ? $"{target.Kind}:{target.AccountId}:{target.Name}" : "", finding.Resource ?? "", names,
        .. finding.Says,
    ]);
}
