using System.Diagnostics;

namespace Responder.Architecture.Tests;

/// <summary>
/// Tests .ci/summary: it adds up the test projects, and a test may be skipped only where test/expected-skips.txt says so.
/// </summary>
public sealed class SummaryTests : IDisposable
{
    private const string Passed =
        "Passed!  - Failed:     0, Passed:   374, Skipped:     0, Total:   374, Duration: 40 s - One.Tests.dll (net10.0)\n";
    private const string OneSkipped =
        "Passed!  - Failed:     0, Passed:     5, Skipped:     1, Total:     6, Duration: 1 s - Two.Tests.dll (net10.0)\n";
    private const string OneFailed =
        "Failed!  - Failed:     1, Passed:     5, Skipped:     0, Total:     6, Duration: 1 s - Two.Tests.dll (net10.0)\n";
    private const string AllSkipped =
        "Skipped! - Failed:     0, Passed:     0, Skipped:     1, Total:     1, Duration: 1 s - Two.Tests.dll (net10.0)\n";
    private const string Skip = "[xUnit.net 00:00:34.31]     Two.Tests.Html.PageTests.In_a_browser(page: \"a b\") [SKIP]\n  Skipped "
        + "Two.Tests.Html.PageTests.In_a_browser(page: \"a b\") [1 ms]\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", 0, "0 passed, 0 failed", 1)]
    [InlineData("error CS1002: ; expected\n", 1, "0 passed, 0 failed", 1)]
    [InlineData(Passed, 0, "374 passed, 0 failed", 0)]
    [InlineData(Passed + Passed, 0, "748 passed, 0 failed", 0)]
    [InlineData(Passed + OneFailed, 1, "379 passed, 1 failed", 1)]
    [InlineData(Passed + OneFailed, 0, "379 passed, 1 failed", 1)]
    [InlineData(Passed, 134, "374 passed, 0 failed", 134)]
    public async Task Sum_and_exit_code(string log, int status, string last, int expected) =>
        Assert.Equal((last, expected), await SumAsync(log, status, ""));

    /// <summary>Two processes write at once, so one text may begin before the other has ended its line.</summary>
    [Fact]
    public async Task Two_results_on_one_line_are_both_counted() =>
        Assert.Equal(("379 passed, 1 failed", 1), await SumAsync("  A.dll -> " + Passed.TrimEnd() + OneFailed.TrimEnd() + "\n\n", 1, ""));

    [Theory]
    [InlineData("", 1)]
    [InlineData("# nothing\n\n", 1)]
    [InlineData("Two.Tests.Html.* | no-command there-is-no-such-browser | no browser\n", 0)]
    [InlineData("Two.Tests.Html.PageTests.In_a_browser|no-file no/such/file|no file", 0)]
    [InlineData("Two.Tests.Html.PageTests.In_a_browser | no-file no/such/file | no file\n", 0)]
    [InlineData("Two.Tests.Html.PageTests.In_a | no-file no/such/file | no file\n", 1)]
    [InlineData("Two.Tests.Html.* | no-command there-is-no-such-browser bash | no browser\n", 1)]
    [InlineData("Two.Tests.Html.* | no-file Responder.sln | no solution\n", 1)]
    [InlineData("Two.Tests.Html.* | no-file /dev/null | no devices\n", 1)]
    [InlineData("Two.Tests.Html.* | no-module there_is_no_such_module | no module\n", 0)]
    [InlineData("Two.Tests.Html.* | no-package there.is.no.such.package | no package\n", 0)]
    [InlineData("Two.Tests.Html.* | no-package xunit | no package\n", 1)]
    [InlineData("Two.Tests.Html.* | variable RESPONDER_IS_NOT_SET | set\n", 1)]
    [InlineData("Two.Tests.Html.* | variable PATH | set\n", 0)]
    [InlineData("Two.Tests.Html.* | glibc-above 99.1 | a C library that is too new\n", 1)]
    [InlineData("Two.Tests.Html.* | no-such-condition | nonsense\n", 1)]
    [InlineData("Two.Tests.Html.* | no-file Responder.sln | no solution\nTwo.Tests.* | variable PATH | set\n", 0)]
    public async Task A_skip_fails_unless_it_is_expected_here(string expectedSkips, int exitCode)
    {
        Assert.Equal(("379 passed, 0 failed, 1 skipped", exitCode), await SumAsync(Passed + Skip + OneSkipped, 0, expectedSkips));
        Assert.Equal(("374 passed, 0 failed, 1 skipped", exitCode), await SumAsync(Passed + Skip + AllSkipped, 0, expectedSkips));
    }

    [Fact]
    public async Task A_skip_without_a_name_is_not_expected() =>
        Assert.Equal(("5 passed, 0 failed, 1 skipped", 1), await SumAsync(OneSkipped, 0, "* | variable PATH | set\n"));

    /// <summary>
    /// A line for a test that no longer exists would allow another test of that name to be skipped, and would hide a misspelled name.
    /// </summary>
    [Fact]
    public void Every_line_of_the_list_names_a_test_class_and_a_condition()
    {
        var sources = Repository.Sources("test").Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
        var lines = File.ReadLines(Repository.PathOf("test", "expected-skips.txt"))
            .Where(static l => l.Trim().Length > 0 && !l.StartsWith('#')).Select(static l => l.Split('|', StringSplitOptions.TrimEntries))
            .ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            Assert.Equal(3, line.Length);
            var type = line[0].Split('.').First(static part => part.EndsWith("Tests", StringComparison.Ordinal) && part != "Tests");
            // both are in PublishedFunctionTests.cs
            Assert.True(sources.Contains(type) || type is "ReadyToRunFunctionTests" or "NativeAotFunctionTests", line[0]);
            Assert.Contains(
                line[1].Split(' ')[0],
                (string[])["root", "no-command", "no-module", "no-npm", "no-file", "no-package", "variable", "glibc-above"]);
            Assert.NotEmpty(line[2]);
        });
    }

    private async Task<(string Last, int ExitCode)> SumAsync(string log, int status, string expectedSkips)
    {
        var start = new ProcessStartInfo(
            "bash", [Repository.PathOf(".ci", "summary"), _folder.Write("log", log), $"{status}", _folder.Write("skips", expectedSkips)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await errors;
        return ((await output).TrimEnd().Split('\n')[^1], process.ExitCode);
    }
}
