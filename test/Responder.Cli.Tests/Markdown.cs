using System.Text;
using System.Text.RegularExpressions;

namespace Responder.Cli.Tests;

/// <summary>One document of the repository, parsed as far as the tests need it.</summary>
internal sealed partial class Markdown(string path)
{
    /// <summary>Relative to the root of the repository, with slashes.</summary>
    public string Path { get; } = path;

    public string Text { get; } = File.ReadAllText(Repository.PathOf(path));

    /// <summary>Every document below the root, except what builds leave behind.</summary>
    public static IReadOnlyList<Markdown> All()
    {
        var root = Repository.PathOf();
        return
        [
            .. Directory.EnumerateFiles(
                root, "*.md", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
                .Select(file => System.IO.Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(static file => !file.Split('/').Any(static part => part is "bin" or "obj" or ".git" or "node_modules"))
                .Order(StringComparer.Ordinal)
                .Select(static file => new Markdown(file)),
        ];
    }

    /// <summary>The fenced blocks, without their fences.</summary>
    public IReadOnlyList<string> Blocks => [.. Fence().Matches(Text).Select(static m => m.Groups["code"].Value)];

    /// <summary>What stands in backticks outside of the fenced blocks.</summary>
    public IReadOnlyList<string> Spans => [.. Span().Matches(Fence().Replace(Text, "")).Select(static m => m.Groups[1].Value)];

    /// <summary>The targets of the links that stay inside the repository.</summary>
    public IReadOnlyList<string> Links =>
        [.. Link().Matches(Span().Replace(Fence().Replace(Text, ""), "`")).Select(static m => m.Groups[1].Value)];

    /// <summary>The fragments that may follow <c>#</c>: one for each heading, as GitHub forms it.</summary>
    public IReadOnlyList<string> Anchors
    {
        get
        {
            var anchors = new List<string>();
            foreach (Match heading in Heading().Matches(Fence().Replace(Text, "")))
            {
                var slug = SlugOf(heading.Groups[1].Value);
                var anchor = slug;
                for (var again = 1; anchors.Contains(anchor); again++) anchor = $"{slug}-{again}";
                anchors.Add(anchor);
            }

            return anchors;
        }
    }

    /// <summary>
    /// Lower case, with blanks as hyphens; of the other characters, only letters, digits, hyphens and underscores are kept.
    /// </summary>
    private static string SlugOf(string heading)
    {
        var slug = new StringBuilder();
        foreach (var c in LinkedText().Replace(heading, "$1").Trim())
        {
            if (c == ' ') slug.Append('-');
            else if (char.IsLetterOrDigit(c) || c is '-' or '_') slug.Append(char.ToLowerInvariant(c));
        }

        return slug.ToString();
    }

    [GeneratedRegex(@"^(?<fence>`{3,}|~{3,})[^\n]*\n(?<code>.*?)^\k<fence>[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\]\((?![a-z]+:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} +(.+?)[ #]*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkedText();
}
