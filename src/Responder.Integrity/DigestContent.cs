using System.Buffers;
using System.Security.Cryptography;
using Responder.Logs;

namespace Responder.Integrity;

/// <summary>Decompresses digests, which are returned whole, and logs, of which only the hash is returned.</summary>
internal static class DigestContent
{
    /// <summary>Maximum size of a digest in bytes. One for an hour with tens of thousands of log files is far smaller.</summary>
    private const int MaxDigest = 64 * 1024 * 1024;

    /// <summary>The content of a digest; null when it is not valid gzip, empty, or larger than any digest.</summary>
    /// <param name="fault">What is wrong with the file as CloudTrail writes it, whatever its content; null: nothing.</param>
    public static byte[]? Inflate(Stream compressed, out string? fault)
    {
        using var content = new MemoryStream();
        var whole = true;
        fault = Each(compressed, block =>
        {
            whole = content.Length + block.Length <= MaxDigest;
            if (whole) content.Write(block);
            return whole;
        });
        return whole && content.Length > 0 ? content.ToArray() : null;
    }

    /// <summary>SHA-256 of the uncompressed content, in lower-case hexadecimal.</summary>
    /// <param name="fault">
    /// What is wrong with the file, whatever its content: CloudTrail writes one gzip member, its checksum and size, and nothing behind.
    /// Null:
    /// nothing.
    /// </param>
    public static string HashOf(Stream compressed, out string? fault)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        fault = Each(compressed, block =>
        {
            hash.AppendData(block);
            return true;
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private delegate bool Block(ReadOnlySpan<byte> content);

    private static string? Each(Stream compressed, Block take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var gzip = GzipMembers.Of(compressed);
            int count;
            while ((count = gzip.Read(buffer)) > 0)
            {
                if (!take(buffer.AsSpan(0, count))) break;
            }

            return gzip.Oddity;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
