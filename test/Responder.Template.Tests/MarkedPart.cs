namespace Responder.Template.Tests;

/// <summary>A part of a YAML file that a test writes, between two comment lines with the same indent.</summary>
internal static class MarkedPart
{
    /// <summary>The text with its part rewritten; equal to the input if the part is up to date.</summary>
    /// <param name="write">Gets the indent of the marks and returns the lines between them.</param>
    public static string Replace(string text, string begin, string end, Func<string, string> write)
    {
        var mark = text.IndexOf($"# {begin}\n", StringComparison.Ordinal);
        if (mark < 0) throw new InvalidOperationException($"no line '# {begin}'");
        var indent = text[(text.LastIndexOf('\n', mark) + 1)..mark];
        var bodyStart = text.IndexOf('\n', mark) + 1;
        var bodyEnd = text.IndexOf($"{indent}# {end}\n", bodyStart, StringComparison.Ordinal);
        if (bodyEnd < 0) throw new InvalidOperationException($"'# {begin}' has no '# {end}' at the same indent");
        return text[..bodyStart] + write(indent) + text[bodyEnd..];
    }
}
