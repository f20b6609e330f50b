using System.IO.Compression;
using System.Text.Json;

namespace Responder.Bench.Logs;

/// <summary>
/// The least work of a program that sees every record: it unpacks the files and walks all tokens, but keeps and decides nothing.
/// </summary>
internal static class PlainLoop
{
    private const int BufferBytes = 128 * 1024;

    /// <returns>How many records were seen.</returns>
    public static long Run(string folder, int workers, bool withTree)
    {
        var files = Directory.EnumerateFiles(folder, "*.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var (next, records) = (-1, 0L);
        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(() =>
        {
            var buffer = new byte[BufferBytes];
            var sum = 0L;
            for (int at; (at = Interlocked.Increment(ref next)) < files.Length;)
                sum += withTree ? CountInTree(files[at]) : Count(files[at], ref buffer);
            Interlocked.Add(ref records, sum);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return records;
    }

    /// <summary>Runs a Utf8JsonReader over the pieces as they are unpacked; no record is read twice, and no string is created.</summary>
    private static long Count(string path, ref byte[] buffer)
    {
        using var gzip = Open(path);
        var (state, start, end, records) = (default(JsonReaderState), 0, 0, 0L);
        while (true)
        {
            if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = gzip.Read(buffer, end, buffer.Length - end);
            end += read;
            var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), isFinalBlock: read == 0, state);
            while (reader.Read())
            {
                // The opening brace of a record stands at depth 2, after {"Records":[.
                if (reader.CurrentDepth == 2 && reader.TokenType == JsonTokenType.StartObject) records++;
            }

            if (read == 0) return records;
            state = reader.CurrentState;
            start += (int)reader.BytesConsumed;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
    }

    private static long CountInTree(string path)
    {
        using var gzip = Open(path);
        using var document = JsonDocument.Parse(gzip);
        return document.RootElement.GetProperty("Records").GetArrayLength();
    }

    private static GZipStream Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 32 * 1024, FileOptions.SequentialScan),
            CompressionMode.Decompress);
}
