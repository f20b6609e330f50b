using System.Diagnostics;

namespace Responder.Architecture.Tests;

/// <summary>Rules of .editorconfig that the compiler does not enforce.</summary>
public class StyleTests
{
    private const int Columns = 140;
    private const int LinesOfAFile = 400;

    [Fact]
    public void No_line_is_longer_than_a_screen_is_wide() =>
        Assert.Empty(
            Repository.Sources("src", "test", "bench")
                .SelectMany(static file => TooLong(File.ReadLines(Repository.PathOf(file))).Select(line => $"{file}:{line}")));

    [Fact]
    public void No_file_of_src_has_grown_too_long() =>
        Assert.All(Repository.Sources("src"), static file =>
            Assert.True(File.ReadLines(Repository.PathOf(file)).Count() <= LinesOfAFile, $"{file}: more than {LinesOfAFile} lines"));

    [Fact]
    public void A_long_line_is_found_by_its_number_and_what_a_raw_string_holds_is_not_ours_to_break()
    {
        var wide = new string('x', Columns + 1);
        Assert.Equal(
            [2, 7], TooLong([wide[1..], wide, "var json = \"\"\"", wide, "\"\"\";", "M(\"\"\"" + wide + "\"\"\");", "// " + wide]));
    }

    [Fact]
    public async Task White_space_is_as_dotnet_format_leaves_it()
    {
        var info = new ProcessStartInfo("dotnet", ["format", "whitespace", ".", "--folder", "--verify-no-changes"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await errors);
    }

    private static IEnumerable<int> TooLong(IEnumerable<string> lines)
    {
        var (number, isRaw) = (0, false);
        foreach (var line in lines)
        {
            number++;
            var isComment = !isRaw && line.TrimStart().StartsWith("//", StringComparison.Ordinal);
            var quotes = isComment ? 0 : line.Split("\"\"\"").Length - 1;
            if (!isRaw && quotes == 0 && line.Length > Columns) yield return number;
            if (quotes % 2 == 1) isRaw = !isRaw;
        }
    }
}
