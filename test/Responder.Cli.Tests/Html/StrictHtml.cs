using System.Net;
using System.Text;

namespace Responder.Cli.Tests.Html;

/// <summary>One element of a parsed page.</summary>
internal sealed class HtmlElement(string tag, HtmlElement? parent)
{
    public string Tag => tag;

    public HtmlElement? Parent => parent;

    public Dictionary<string, string> Attributes { get; } = new(StringComparer.Ordinal);

    public List<HtmlElement> Children { get; } = [];

    public StringBuilder OwnText { get; } = new();

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    public string Text => OwnText + string.Concat(Children.Select(static child => " " + child.Text));

    public IEnumerable<HtmlElement> All => Children.SelectMany(static child => child.All).Prepend(this);
}

/// <summary>
/// Reads only carefully written HTML: quoted values, known entities, elements closed in order, no comments. It throws on whatever a browser
/// would forgive, so that nothing can hide in it.
/// </summary>
internal static class StrictHtml
{
    private static readonly string[] s_void = ["meta", "input"];

    public static HtmlElement Parse(string page)
    {
        const string Doctype = "<!doctype html>\n";
        Assert.StartsWith(Doctype, page, StringComparison.Ordinal);
        var root = new HtmlElement("#root", null);
        var (at, current) = (Doctype.Length, root);
        while (at < page.Length)
        {
            if (page[at] != '<')
            {
                var end = page.IndexOf('<', at);
                current.OwnText.Append(Decode(page[at..(end < 0 ? end = page.Length : end)]));
                at = end;
                continue;
            }

            if (page[at + 1] == '/')
            {
                var end = page.IndexOf('>', at);
                Assert.Equal(current.Tag, page[(at + 2)..end]);
                current = current.Parent!;
                at = end + 1;
                continue;
            }

            var element = new HtmlElement(Word(page, ref at, at + 1), current);
            current.Children.Add(element);
            while (page[at] == ' ')
            {
                var name = Word(page, ref at, at + 1);
                var value = "";
                if (page[at] == '=')
                {
                    Assert.Equal('"', page[at + 1]);
                    var end = page.IndexOf('"', at + 2);
                    value = Decode(page[(at + 2)..end]);
                    at = end + 1;
                }

                Assert.True(element.Attributes.TryAdd(name, value), name + " stands twice");
            }

            var closesItself = page[at] == '/';
            if (closesItself) at++;
            Assert.Equal('>', page[at++]);
            if (element.Tag is "style" or "script")
            {
                var end = page.IndexOf("</" + element.Tag + ">", at, StringComparison.Ordinal);
                element.OwnText.Append(page, at, end - at);
                at = end + element.Tag.Length + 3;
            }
            else if (!closesItself && !s_void.Contains(element.Tag)) current = element;
        }

        Assert.Same(root, current);
        return root;
    }

    private static string Word(string page, ref int at, int from)
    {
        var to = from;
        while (char.IsAsciiLetterOrDigit(page[to]) || page[to] == '-') to++;
        Assert.True(to > from, "a name was expected: " + page[Math.Max(0, from - 20)..Math.Min(page.Length, from + 20)]);
        at = to;
        return page[from..to];
    }

    private static string Decode(string text)
    {
        for (var at = text.IndexOf('&'); at >= 0; at = text.IndexOf('&', at + 1))
            Assert.Contains(
                ((string[])["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#96;"]), entity =>
                    string.CompareOrdinal(text, at, entity, 0, entity.Length) == 0);
        Assert.DoesNotContain('>', text);
        return WebUtility.HtmlDecode(text);
    }
}
