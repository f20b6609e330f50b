using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Responder.Events;

/// <summary>
/// Writes the JSON that leaves the responder: ASCII only, control characters, HTML-sensitive characters and braces in strings escaped.
/// </summary>
public static class JsonText
{
    /// <summary>Writes ASCII; <c>{</c> inside a string is escaped, because SSM refuses a value with two of them in a row.</summary>
    private static readonly JsonWriterOptions s_options = new() { Encoder = CreateEncoder() };

    /// <summary>A longer text's buffer is not kept.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>
    /// The buffer of this thread's last text; null while a text is being written, so that another one written meanwhile gets its own.
    /// </summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var (buffer, writer) = (t_buffer, t_writer);
        (t_buffer, t_writer) = (null, null);
        if (buffer is null || writer is null) writer = new Utf8JsonWriter(buffer = new ArrayBufferWriter<byte>(1024), s_options);
        write(writer);
        writer.Flush();
        var text = Encoding.ASCII.GetString(buffer.WrittenSpan);
        if (buffer.Capacity > KeptBytes) return text;
        buffer.ResetWrittenCount();
        writer.Reset();
        (t_buffer, t_writer) = (buffer, writer);
        return text;
    }

    /// <summary>Writes a string property, or null. Unpaired surrogates become U+FFFD.</summary>
    public static void WriteText(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null) writer.WriteNull(name);
        else writer.WriteString(name, value);
    }

    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteText(
            name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));

    private static JavaScriptEncoder CreateEncoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        settings.ForbidCharacters('{');
        return JavaScriptEncoder.Create(settings);
    }
}
