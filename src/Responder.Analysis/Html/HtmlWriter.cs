using System.Diagnostics.CodeAnalysis;
using Responder.Events;

namespace Responder.Analysis.Html;

/// <summary>
/// Writes HTML and escapes everything: tags and attribute names are the program's own words, while every text and every value is treated as
/// an attacker's. Event handlers, style attributes and links out of the page, except to ATT&amp;CK, are refused.
/// </summary>
internal sealed class HtmlWriter(TextWriter output)
{
    /// <summary>Longer than anything that is shown; text that has to be cut is cut before it gets here.</summary>
    private const int MaxText = 1 << 20;

    private static readonly string[] s_void = ["meta", "input"];

    /// <summary>SVG elements that are written as self-closing; otherwise everything after them would be inside them.</summary>
    private static readonly string[] s_shapes = ["rect", "line"];

    private readonly Stack<string> _open = new();

    public HtmlWriter Doctype()
    {
        output.Write("<!doctype html>\n");
        return this;
    }

    /// <param name="attributes">An attribute with the value null is left out; one with an empty value is written without a value.</param>
    public HtmlWriter Open([ConstantExpected] string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(tag, attributes);
        if (!s_void.Contains(tag, StringComparer.Ordinal) && !s_shapes.Contains(tag, StringComparer.Ordinal)) _open.Push(tag);
        return this;
    }

    public HtmlWriter Close()
    {
        var tag = _open.Pop();
        output.Write("</");
        output.Write(tag);
        output.Write(IsInline(tag) ? ">" : ">\n");
        return this;
    }

    /// <summary>Writes text on one line; characters that cannot be shown become visible, like <c>\u202E</c>.</summary>
    public HtmlWriter Text(string? text)
    {
        Escape(PlainText.OneLine(text, MaxText));
        return this;
    }

    /// <summary>Like <see cref="Text"/>, but keeps line breaks.</summary>
    public HtmlWriter Lines(string text)
    {
        var first = true;
        foreach (var line in text.Split('\n'))
        {
            if (!first) output.Write('\n');
            Text(line);
            first = false;
        }

        return this;
    }

    public HtmlWriter Element([ConstantExpected] string tag, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes) =>
        Open(tag, attributes).Text(text).Close();

    /// <summary>
    /// Writes the page's own style or script, the only text that is not escaped; its hash is in the Content-Security-Policy.
    /// </summary>
    public HtmlWriter Asset(PageAsset asset)
    {
        output.Write($"<{asset.Tag}>{asset.Text}</{asset.Tag}>\n");
        return this;
    }

    public void Finish()
    {
        if (_open.Count > 0) throw new InvalidOperationException($"<{_open.Peek()}> was not closed");
    }

    private void Begin(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        output.Write('<');
        output.Write(Word(tag));
        foreach (var (name, value) in attributes)
        {
            if (value is null) continue;
            if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name is "style" or "src" or "srcdoc" or "action")
                throw new ArgumentException($"attribute {name} has no place in a report", nameof(attributes));
            if (name == "href" && !value.StartsWith('#') && !value.StartsWith("https://attack.mitre.org/", StringComparison.Ordinal))
                throw new ArgumentException("a link leads into the page or to ATT&CK", nameof(attributes));
            output.Write(' ');
            output.Write(Word(name));
            if (value.Length == 0) continue;
            output.Write("=\"");
            Escape(PlainText.OneLine(value, MaxText));
            output.Write('"');
        }

        output.Write(s_shapes.Contains(tag, StringComparer.Ordinal) ? "/>" : ">");
    }

    private static string Word(string word) => word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')
        ? word
        : throw new ArgumentException("not a tag or attribute name", nameof(word));

    private void Escape(string text)
    {
        foreach (var c in text)
        {
            switch (c)
            {
                case '&': output.Write("&amp;"); break;
                case '<': output.Write("&lt;"); break;
                case '>': output.Write("&gt;"); break;
                case '"': output.Write("&quot;"); break;
                case '\'': output.Write("&#39;"); break;
                case '`': output.Write("&#96;"); break;
                default: output.Write(c); break;
            }
        }
    }

    private static bool IsInline(string tag) => tag is "a" or "span" or "strong" or "code" or "time" or "small" or "label" or "option"
        or "em";
}
