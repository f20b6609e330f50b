using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Responder.Integrity;

/// <summary>Decompresses digests, which are returned whole, and logs, of which only the hash is returned.</summary>
internal static class DigestContent
{
    /// <summary>Maximum size of a digest in bytes. One for an hour with tens of thousands of log files is far smaller.</summary>
    private const int MaxDigest = 64 * 1024 * 1024;

    /// <summary>The content of a digest; null when it is not valid gzip, empty, or larger than any digest.</summary>
    public static byte[]? Inflate(Stream compressed)
    {
        using var content = new MemoryStream();
        var whole = true;
        var read = Each(compressed, block =>
        {
            whole = content.Length + block.Length <= MaxDigest;
            if (whole) content.Write(block);
            return whole;
        });
        return read && whole && content.Length > 0 ? content.ToArray() : null;
    }

    /// <summary>SHA-256 of the uncompressed content, in lower-case hexadecimal; null when it is not valid gzip.</summary>
    public static string? HashOf(Stream compressed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return Each(compressed, block =>
        {
            hash.AppendData(block);
            return true;
        })
            ? Convert.ToHexStringLower(hash.GetHashAndReset())
            : null;
    }

    private delegate bool Block(ReadOnlySpan<byte> content);

    private static bool Each(Stream compressed, Block take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true);
            int count;
            while ((count = gzip.Read(buffer)) > 0)
            {
                if (!take(buffer.AsSpan(0, count))) break;
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
