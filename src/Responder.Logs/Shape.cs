using System.Buffers;
using System.Globalization;

namespace Responder.Logs;

/// <summary>What a file is by its first bytes.</summary>
internal enum Shape
{
    Empty,
    Text,

    /// <summary>Text in UTF-16, little-endian.</summary>
    Wide,

    /// <summary>Text in UTF-16, big-endian.</summary>
    WideBig,
    Gzip,
    Zip,
    Tar,
    Zstd,
    Parquet,

    /// <summary>None of the others, and no text.</summary>
    Other,
}

/// <summary>Tells the shape of a file from its first bytes; names prove nothing.</summary>
internal static class Shapes
{
    /// <summary>Enough to tell every shape: a tar archive begins with a block of this size.</summary>
    public const int Needed = 512;

    private static readonly SearchValues<byte> s_beginsJson = SearchValues.Create("{[ \t\r\n"u8);

    private static readonly (byte[] Mark, string Kind)[] s_others =
    [
        ("%PDF"u8.ToArray(), "PDF"), ([0x89, .. "PNG"u8], "image"), ([0xFF, 0xD8, 0xFF], "image"), ("GIF8"u8.ToArray(), "image"),
        ("BZh"u8.ToArray(), "bzip2 data"), ([0xFD, .. "7zXZ"u8], "xz data"), ([.. "7z"u8, 0xBC, 0xAF], "7-Zip archive"),
        ([0x04, 0x22, 0x4D, 0x18], "LZ4 data"), ("Obj\u0001"u8.ToArray(), "Avro file"), ("ORC"u8.ToArray(), "ORC file"),
        ("SQLite format 3"u8.ToArray(), "SQLite database"), ([0x7F, .. "ELF"u8], "program"), ("MZ"u8.ToArray(), "program"),
        ("Rar!"u8.ToArray(), "RAR archive"),
    ];

    /// <summary>True if these few bytes already say that it is JSON, so that nobody waits for more of them.</summary>
    public static bool BeginsJson(ReadOnlySpan<byte> start) => !start.IsEmpty && s_beginsJson.Contains(start[0])
        && !(start.Length > 1 && start[1] == 0);

    /// <param name="start">The first bytes, <see cref="Needed"/> of them if the file has that many.</param>
    public static Shape Of(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty) return Shape.Empty;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return Shape.Gzip;
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8)) return Shape.Zip;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            || (start.Length >= 4 && (start[0] & 0xF0) == 0x50 && start[1..4].SequenceEqual((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18])))
            return Shape.Zstd;
        if (start.StartsWith("PAR1"u8)) return Shape.Parquet;
        if (IsTar(start)) return Shape.Tar;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Shape.Wide;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Shape.WideBig;
        // Without a mark: a bracket or a blank and a zero.
        if (start.Length > 3 && start[1] == 0 && start[3] == 0 && s_beginsJson.Contains(start[0])) return Shape.Wide;
        if (start.Length > 3 && start[0] == 0 && start[2] == 0 && s_beginsJson.Contains(start[1])) return Shape.WideBig;
        return start.Contains((byte)0) || KindOf(start) is not null ? Shape.Other : Shape.Text;
    }

    /// <summary>What a file of no known shape is, in a word or two; null: it cannot be told.</summary>
    public static string? KindOf(ReadOnlySpan<byte> start)
    {
        foreach (var (mark, kind) in s_others)
        {
            // The short marks are words of text, too.
            if (start.StartsWith(mark) && (mark.Length > 3 || start.IndexOfAnyInRange((byte)0, (byte)8) >= 0)) return kind;
        }

        return null;
    }

    private static bool IsTar(ReadOnlySpan<byte> block)
    {
        if (block.Length < Needed || block[0] == 0) return false;
        var field = System.Text.Encoding.ASCII.GetString(block.Slice(148, 8)).Trim('\0', ' ');
        if (field.Length is 0 or > 7 || !field.All(static c => c is >= '0' and <= '7')) return false;
        // The checksum of the block, in which it counts as blanks itself.
        var sum = 8 * ' ';
        for (var i = 0; i < Needed; i++)
        {
            if (i is < 148 or >= 156) sum += block[i];
        }

        return sum == Convert.ToInt32(field, 8);
    }
}

/// <summary>Says what text is that does not begin like a log.</summary>
internal static class TextKinds
{
    private static readonly string[] s_logExtensions = [".json", ".jsonl", ".ndjson", ".gz"];

    private static readonly string[] s_textExtensions = ["", ".log", ".txt", ".csv", ".tsv", ".yaml", ".yml", .. s_logExtensions];

    /// <summary>Columns of the console's event history, and of tables of CloudTrail's records.</summary>
    private static readonly string[] s_columns = ["event name", "eventname", "event_name"];

    /// <summary>True for the head of a table with one event per line, as the console and Athena give it.</summary>
    public static bool IsEventTable(string firstLine) => firstLine.Contains(',', StringComparison.Ordinal)
        && firstLine.Split(',').Any(static column => s_columns.Contains(
            column.Trim().Trim('"', '\uFEFF').ToLower(CultureInfo.InvariantCulture), StringComparer.Ordinal));

    /// <summary>
    /// True if text that does not begin like a log holds what only records have. Instructions and programs may hold an example.
    /// </summary>
    public static bool MayHoldRecords(string name, ReadOnlySpan<byte> start) =>
        s_textExtensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)
        && start.IndexOf("eventVersion"u8) >= 0 && start.IndexOf("userIdentity"u8) >= 0 && start.IndexOf("eventSource"u8) >= 0
        && start.IndexOf("eventName"u8) >= 0;

    /// <summary>True if the name promises a log, so that it is worth saying why the content is none.</summary>
    public static bool IsLogName(string name) => s_logExtensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
}
