using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Responder;

/// <summary>Writes the JSON that leaves the responder: ASCII only, control characters, HTML-sensitive characters and braces in strings escaped.</summary>
public static class JsonText
{
    /// <summary>ASCII; <c>{</c> inside a string is written as an escape, because SSM refuses a value with two of them in a row.</summary>
    private static readonly JsonWriterOptions s_options = new() { Encoder = CreateEncoder() };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream(1024);
        using (var writer = new Utf8JsonWriter(buffer, s_options)) write(writer);
        return Encoding.ASCII.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>A string property, or null. Unpaired surrogates become U+FFFD.</summary>
    public static void WriteText(this Utf8JsonWriter writer, string name, string? value)
    {
        if (value is null) writer.WriteNull(name);
        else writer.WriteString(name, value);
    }

    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteText(name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));

    private static JavaScriptEncoder CreateEncoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        settings.ForbidCharacters('{');
        return JavaScriptEncoder.Create(settings);
    }
}
