using System.Security.Cryptography;
using System.Text;

namespace Responder.Analysis.Html;

/// <summary>The style and the script of every report: embedded in this assembly, so they are never anybody else's text.</summary>
internal sealed class PageAsset
{
    private PageAsset(string tag, string file)
    {
        Tag = tag;
        using var stream = typeof(PageAsset).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"{file} is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        Text = reader.ReadToEnd();
    }

    public static PageAsset Style { get; } = new("style", "report.css");

    public static PageAsset Script { get; } = new("script", "report.js");

    public string Tag { get; }

    public string Text { get; }

    /// <summary>The asset as a Content-Security-Policy names it: <c>'sha256-…'</c> over the text between the tags.</summary>
    public string Source => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    /// <summary>The Content-Security-Policy: nothing is loaded, sent, framed or run except these two.</summary>
    public static string Policy =>
        $"default-src 'none'; style-src {Style.Source}; script-src {Script.Source}; base-uri 'none'; form-action 'none'";
}
