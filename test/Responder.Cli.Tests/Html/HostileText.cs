namespace Responder.Cli.Tests.Html;

/// <summary>Names that try to act as markup, script or commands.</summary>
internal static class HostileText
{
    private static readonly string[] s_payloads =
    [
        "<script>alert(1)</script>", "</script><script>alert(2)</script>", "<img src=x onerror=alert(3)>", "\" onmouseover=\"alert(4)",
        "' onfocus='alert(5)", "` onload=`alert(6)",
        "<svg/onload=alert(7)>", "</title><script>alert(8)</script>", "</style><script>alert(9)</script>", "<!--", "-->", "]]>",
        "<![CDATA[", "javascript:alert(10)", "&lt;script&gt;",
        "&#60;script&#62;", "</pre></code></details>", "<iframe srcdoc=\"<script>alert(11)</script>\">",
        "<link rel=stylesheet href=//evil.example>", "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0;url=//evil.example>", "<form action=//evil.example><input name=a>", "\u202Eevil",
        "\u2066x\u2069", "\u0000nul", "\u001b[31mred", "\r\n\r\n<h1>",
        "a\u2028b", "\uFEFFbom", "\u200Bzero", "{{constructor}}", "${alert(12)}", "<%= 1 %>", "<details open ontoggle=alert(13)>",
        "x\" autofocus onfocus=\"alert(14)", "all",
    ];

    /// <summary>Positions of a payload inside a longer name.</summary>
    private static readonly string[] s_frames = ["{0}", "a{0}", "{0}z", "\"{0}\"", "'{0}'", "<{0}", "{0}>", "&{0};", "={0} ", "/{0}/"];

    public static IReadOnlyList<string> All { get; } = [
        .. s_payloads.SelectMany(static payload => s_frames.Select(frame => frame.Replace("{0}", payload, StringComparison.Ordinal)))];
}
