using System.Collections;
using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;
using Responder.Logs;

namespace Responder.Cli.Tables;

/// <summary>
/// A Parquet file as lines of JSON, one for each row, so that its rows are read like any other records. Its directory is at its end, so a
/// file that comes out of a pipe, a bucket or an archive is kept in memory, up to a limit; of the rows one group at a time is.
/// </summary>
internal sealed class ParquetRows : ForwardStream
{
    private const int MaxKept = 256 * 1024 * 1024;

    private readonly MemoryStream _file = new();
    private readonly MemoryStream _lines = new();
    private ParquetReader? _reader;
    private int _group;

    private ParquetRows()
    {
    }

    /// <summary>Reads the whole file; its rows are made as they are asked for.</summary>
    public static ParquetRows Of(Stream stored)
    {
        var rows = new ParquetRows();
        var buffer = new byte[128 * 1024];
        while (stored.Read(buffer) is > 0 and var read)
        {
            if (rows._file.Length + read > MaxKept)
            {
                rows._file.SetLength(0);
                break;
            }

            rows._file.Write(buffer, 0, read);
        }

        return rows;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            while (_lines.Position == _lines.Length)
            {
                if (!NextGroup()) return 0;
            }
        }
        // The package reports damage in whatever way it comes upon it.
        catch (Exception e) when (e is not (OutOfMemoryException or InvalidDataException))
        {
            throw new InvalidDataException("the Parquet file is damaged or of a kind that is not read: " + e.Message, e);
        }

        return _lines.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _reader?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            _file.Dispose();
            _lines.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Turns the next group of rows into lines; false: there is none.</summary>
    private bool NextGroup()
    {
        if (_file.Length == 0) throw new InvalidDataException("a Parquet file of more than 256 MB: split it, or export JSON");
        _reader ??= Wait(ParquetReader.CreateAsync(_file, leaveStreamOpen: true));
        if (_group == _reader.RowGroupCount) return false;
        _file.Position = 0;
        var rows = Wait(ParquetSerializer.DeserializeUntypedAsync(_file, rowGroupIndex: _group));
        _group++;
        _lines.SetLength(0);
        using (var writer = new Utf8JsonWriter(_lines))
        {
            foreach (var row in rows.Data)
            {
                WriteObject(writer, row);
                writer.Flush();
                _lines.WriteByte((byte)'\n');
                writer.Reset();
            }
        }

        _lines.Position = 0;
        return true;
    }

    /// <summary>Blocks until the call is done: readers of logs have threads of their own.</summary>
    private static T Wait<T>(Task<T> call) => call.GetAwaiter().GetResult();

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object>> members)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case DateTime time: writer.WriteStringValue(TextOf(new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)))); break;
            case DateTimeOffset time: writer.WriteStringValue(TextOf(time)); break;
            case byte[] bytes: writer.WriteStringValue(System.Text.Encoding.UTF8.GetString(bytes)); break;
            case IEnumerable<KeyValuePair<string, object>> members: WriteObject(writer, members); break;
            case IDictionary map:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    writer.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "");
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable items:
                writer.WriteStartArray();
                foreach (var item in items) Write(writer, item);
                writer.WriteEndArray();
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
