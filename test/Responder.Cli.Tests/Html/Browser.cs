using System.ComponentModel;
using System.Diagnostics;

namespace Responder.Cli.Tests.Html;

/// <summary>A headless Chromium, if there is one; otherwise the test that needs it is skipped.</summary>
internal static class Browser
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    /// <summary>
    /// The DOM of the page after its script has run. Fails when the page requested anything but its own file, opened a dialog or violated
    /// its own security policy.
    /// </summary>
    public static string DumpDom(string path, string folder)
    {
        var log = Path.Combine(folder, "netlog.json");
        foreach (var name in s_names)
        {
            var info = new ProcessStartInfo(name) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                    "--user-data-dir=" + Path.Combine(folder, "profile"), "--host-resolver-rules=MAP * ~NOTFOUND", "--log-net-log=" + log,
                    "--enable-logging=stderr", "--v=0", "--dump-dom",
                    new Uri(path).AbsoluteUri,
                ])
                info.ArgumentList.Add(argument);
            try
            {
                using var process = Process.Start(info)!;
                var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
                if (!process.WaitForExit(s_limit))
                {
                    process.Kill(entireProcessTree: true);
                    Assert.Fail("the browser did not end");
                }

                foreach (var word in (string[])["Content Security Policy", "CONSOLE", "javascript dialog", "Uncaught"])
                    Assert.DoesNotContain(word, error.Result, StringComparison.OrdinalIgnoreCase);
                Assert.True(process.ExitCode == 0, error.Result);
                var requests = File.ReadAllText(log);
                Assert.DoesNotContain("evil.example", requests, StringComparison.Ordinal);
                Assert.DoesNotContain("\"url\":\"data:", requests, StringComparison.Ordinal);
                return output.Result;
            }
            catch (Win32Exception)
            {
                // There is no browser of this name.
            }
        }

        Assert.Skip("no Chromium on this machine");
        return "";
    }
}
