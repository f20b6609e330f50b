using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Analysis.Backtest;
using Responder.Analysis.Backtest.Html;
using Responder.Analysis.Html;
using Responder.Cli.Commands;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Tests.Html;

public sealed partial class BacktestHtmlTests : IDisposable
{
    /// <summary>The page with all samples, created once.</summary>
    private static readonly Lazy<Task<HtmlElement>> s_samples = new(static () => PageOfAsync(Samples.File()));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_has_the_parts_that_a_reader_and_a_keyboard_need()
    {
        var page = await s_samples.Value;
        var all = page.All.ToArray();
        var html = Assert.Single(page.Children);
        Assert.Equal(("html", "en"), (html.Tag, html["lang"]));
        foreach (var tag in (string[])["h1", "header", "main", "footer", "nav", "title"])
            Assert.Single(all, element => element.Tag == tag && element.Parent!.Tag != "svg" && element.Parent.Tag != "g");
        // The skip link is the first element that can take the focus, and the tab order is that of the page.
        var focusable = all.Where(
            static e => e.Tag is "a" or "button" or "select" or "input" or "summary" || e.Attributes.ContainsKey("tabindex")).ToArray();
        Assert.Equal(("skip", "#findings"), (focusable[0]["class"], focusable[0]["href"]));
        Assert.All(all.Where(static e => e["tabindex"] is not null), static e => Assert.Equal("0", e["tabindex"]));
        var ids = all.Select(static e => e["id"]).OfType<string>().ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        foreach (var e in all)
        {
            if (e["href"] is { } href && href.StartsWith('#')) Assert.Contains(href[1..], ids);
            if (e["aria-labelledby"] is { } label) Assert.Contains(label, ids);
            if (e["for"] is { } control) Assert.Contains(control, ids);
            if (e.Tag == "details") Assert.Equal("summary", e.Children[0].Tag);
            if (e.Tag == "svg") Assert.True(e["role"] == "img" && (e["aria-label"] ?? e["aria-labelledby"]) is not null);
        }
    }

    [Fact]
    public async Task The_counts_are_those_of_the_json_and_every_finding_unfolds_to_its_event_and_runbook()
    {
        var page = await s_samples.Value;
        var json = (await Cli.RunAsync("backtest", Samples.File(), "--format", "json")).Json;
        var summary = json[^1];
        var cards = page.All.Where(static e => e["class"]?.StartsWith("card ", StringComparison.Ordinal) == true)
            .Select(static e => e.Children[0].Text).ToArray();
        var severities = (string[])["CRITICAL", "HIGH", "MEDIUM", "LOW"];
        Assert.Equal(
            [.. severities.Select(name => summary.GetProperty("bySeverity").GetProperty(name).ToString()),
                summary.GetProperty("wouldContain").ToString()], cards);

        var findings = page.All.Where(static e => e["class"]?.StartsWith("finding ", StringComparison.Ordinal) == true).ToArray();
        Assert.Equal(
            json.SkipLast(1).Select(static l => (l.GetProperty("severity").GetString(), l.GetProperty("detection").GetString())).Order(),
            findings.Select(static e => (e["data-severity"], e["data-detection"])).Order());
        Assert.All(findings, static finding => Assert.Contains("Runbook", finding.Text, StringComparison.Ordinal));
        Assert.All(
            findings, static finding =>
                Assert.True(
                    finding.All.Any(static e => e.Tag == "pre")
                    || finding.Text.Contains("The event stands under", StringComparison.Ordinal), finding.Text));
        var ranks = findings.Select(finding => Array.IndexOf(severities, finding["data-severity"])).ToArray();
        Assert.Equal(ranks.Order(), ranks);

        // The placeholders of the runbook are filled in, quoted for a shell.
        var attached = findings.First(
            static finding => finding["data-detection"] == "iam.admin-policy-attached"
            && finding.Text.Contains("mallory", StringComparison.Ordinal));
        Assert.Contains("AttributeKey=Username,AttributeValue=mallory", attached.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            findings, static finding => Placeholder()
            .IsMatch(
                finding.All.First(static e => e["class"] == "body").Children.TakeWhile(static e => e.Tag != "details")
                .Aggregate("", static (text, e) => text + e.Text)));
    }

    [Fact]
    public async Task Each_technique_counts_the_findings_of_its_detections_under_each_of_its_tactics()
    {
        var page = await s_samples.Value;
        var techniques = DetectionsCommand.All().ToDictionary(static info => info.Id, static info => info.Techniques);
        var expected = (await Cli.RunAsync("backtest", Samples.File(), "--format", "json")).Json.SkipLast(1)
            .SelectMany(line => techniques[line.GetProperty("detection").GetString()!])
            .CountBy(static id => id)
            .SelectMany(
                static count =>
                    AttackTechniques.Of(count.Key).Tactics.Select(
                        tactic => (tactic, count.Key, count.Value.ToString(CultureInfo.InvariantCulture)))).Order();
        var shown = page.All.Where(static e => e["data-technique"] is not null)
            .Select(static e => (e.Parent!.Parent!.Children[0].Text, e["data-technique"]!, e.Children[^1].Text)).Order();
        Assert.Equal(expected, shown);
    }

    [Fact]
    public void Every_technique_of_the_catalogue_has_a_name_and_a_tactic()
    {
        Assert.All(
            DetectionsCommand.All().SelectMany(static info => info.Techniques), static id => Assert.True(AttackTechniques.IsKnown(id), id));
        Assert.All(
            DetectionsCommand.All().SelectMany(static info => info.Techniques).SelectMany(static id => AttackTechniques.Of(id).Tactics),
            static tactic => Assert.Contains(tactic, AttackTechniques.Tactics));
    }

    [Fact]
    public async Task Nothing_but_the_pages_own_style_and_script_is_allowed_by_its_policy()
    {
        var page = await s_samples.Value;
        var policy = Assert.Single(page.All, static e => e["http-equiv"] is not null)["content"]!;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        foreach (var tag in (string[])["style", "script"])
        {
            var hash = Convert.ToBase64String(
                SHA256.HashData(Encoding.UTF8.GetBytes(Assert.Single(page.All, e => e.Tag == tag).OwnText.ToString())));
            Assert.Contains($"{tag}-src 'sha256-{hash}'", policy, StringComparison.Ordinal);
        }

        AssertInert(page);
        var style = PageAsset.Style.Text;
        Assert.DoesNotContain("url(", style, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", style, StringComparison.Ordinal);
        foreach (var word in (string[])["innerHTML", "eval", "fetch", "XMLHttpRequest", "document.write", "src"])
            Assert.DoesNotContain(word, PageAsset.Script.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_of_hostile_names_stay_text_wherever_they_stand()
    {
        var file = HostileLog();
        var text = await HtmlAsync(file);
        var page = StrictHtml.Parse(text);
        AssertInert(page);
        Assert.Equal(
            HostileText.All.Count, page.All.Count(static e => e["class"]?.StartsWith("finding ", StringComparison.Ordinal) == true));
        Assert.All(text, static c => Assert.True(c is '\n' || !char.IsControl(c)));
        foreach (var c in "\u202E\u2066\u2069\u2028\uFEFF\u200B\0\u001b\r") Assert.DoesNotContain(c, text);
        Assert.Contains("\\u202E", text, StringComparison.Ordinal);
        Assert.True(HostileText.All.Count > 300);
    }

    [Fact]
    public async Task The_writer_refuses_handlers_and_addresses_that_lead_out()
    {
        await using var output = new StringWriter();
        var html = new HtmlWriter(output);
        foreach (var attribute in (string[])["onclick", "OnLoad", "style", "src", "srcdoc", "action"])
            Assert.Throws<ArgumentException>(() => html.Open("p", (attribute, "x")));
        foreach (var address in (string[])[
            "javascript:alert(1)", "http://evil.example", "//evil.example", "https://attack.mitre.org.evil.example/",
            " #x"]) Assert.Throws<ArgumentException>(() => html.Open("a", ("href", address)));
        Assert.Throws<InvalidOperationException>(() => new HtmlWriter(output).Open("p").Text("x").Finish());
    }

    [Fact]
    public async Task Without_a_finding_the_page_says_so()
    {
        var file = _folder.Write(
            "quiet.json", Samples.Attach(policy: "arn:aws:iam::aws:policy/ReadOnlyAccess").ToJsonString()
            .Replace("AttachUserPolicy", "ListUsers", StringComparison.Ordinal));
        var page = await PageOfAsync(file);
        var main = page.All.Single(static e => e.Tag == "main").Text;
        foreach (var sentence in (string[])[
            "Nothing was found.", "Nobody.", "No technique was seen.", "No finding tells its time.",
            "Everything was read."]) Assert.Contains(sentence, main, StringComparison.Ordinal);
        Assert.DoesNotContain(page.All, static e => e["id"] == "filter");
    }

    [Fact]
    public async Task The_chain_names_who_opened_each_session_by_access_key_never_by_session_name()
    {
        var file = _folder.Write("log.json", new JsonObject { ["Records"] = new JsonArray([.. Intrusion.Records()]) }.ToJsonString());
        var page = await PageOfAsync(file);
        var finding = page.All.Single(static e => e["data-detection"] == "iam.admin-policy-attached");
        var chain = finding.All.Single(static e => e["class"] == "chain").Children.Select(static e => e.Text).ToArray();
        Assert.Equal(3, chain.Length);
        Assert.Contains(
            "AssumeRole 2026-03-04 09:02:00Z by arn:aws:iam::123456789012:role/deploy with ASIADEPLOY000000EXAMPLE", chain[1],
            StringComparison.Ordinal);
        Assert.Contains(
            "AssumeRole 2026-03-04 09:01:00Z by arn:aws:iam::123456789012:user/alice with AKIAALICE0000000EXAMPLE", chain[2],
            StringComparison.Ordinal);
        Assert.DoesNotContain("bob", finding.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("FwoGZ", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_findings_than_a_page_holds_are_counted_and_said()
    {
        var records = Enumerable.Range(0, BacktestHtml.MaxShown + 7).Select(static i => (JsonNode)Samples.Attach(user: $"u{i}")).ToArray();
        var page = await PageOfAsync(_folder.Write("many.json", new JsonObject { ["Records"] = new JsonArray(records) }.ToJsonString()));
        Assert.Equal(
            BacktestHtml.MaxShown, page.All.Count(static e => e["class"]?.StartsWith("finding ", StringComparison.Ordinal) == true));
        Assert.Contains("The 2,000 most severe are listed; 7 are not.", page.Text, StringComparison.Ordinal);
        Assert.Contains(page.All, static e => e["class"] == "card critical" && e.Children[0].Text == "2,007");
    }

    [Fact]
    public async Task What_could_not_be_read_stands_on_the_page_and_in_the_exit_code()
    {
        _folder.Write("bad<b>.json", "{not json");
        var run = await Cli.RunAsync("backtest", _folder.Root, "--format", "html");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(
            "bad<b>.json", StrictHtml.Parse(run.Output).All.Single(static e => e["id"] == "oddities").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_header_names_the_filters_and_what_was_left_out_or_not_read()
    {
        var logs = Path.Combine(_folder.Root, "AWSLogs", Samples.Account);
        foreach (var (place, text) in ((string, string)[])
            [
                ("CloudTrail/us-east-1/2026/03/04/a.json", Samples.Attach(id: "in").ToJsonString() + "\n"
                    + Samples.Attach(account: "111122223333", id: "out").ToJsonString()),
                ("CloudTrail/us-east-1/2024/03/04/old.json", Samples.Attach(id: "old").ToJsonString()),
                ("CloudTrail/us-east-1/2026/03/04/bad.json", "{"),
                ("CloudTrail-Digest/us-east-1/2026/03/04/d.json", "{}"),
            ])
        {
            var file = Path.Combine(logs, place);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var run = await Cli.RunAsync(
            "backtest", _folder.Root, "--since", "2026-03-01", "--until", "2026-03-05", "--account", Samples.Account, "--region",
            "us-east-1", "--detection", "iam.admin-policy-attached", "--format", "html");

        Assert.Equal(3, run.ExitCode);
        var facts = StrictHtml.Parse(run.Output).All.Single(static e => e.Tag == "header").All.Where(static e => e.Tag == "dt")
            .ToDictionary(static e => e.Text, static e => e.Parent!.Children[1].Text);
        Assert.Equal("since 2026-03-01 00:00:00Z; before 2026-03-06 00:00:00Z; account 123456789012; region us-east-1; detection "
            + "iam.admin-policy-attached", facts["Filter"]);
        Assert.Equal("1 file by where they lie, 1 record by the filter, 1 digest file, which hold no events", facts["Left out"]);
        Assert.Equal("1 malformed record: named at the end", facts["Not read"]);
        Assert.DoesNotContain("Interrupted", run.Output, StringComparison.Ordinal);

        var all = StrictHtml.Parse(
            (await Cli.RunAsync("backtest", Path.Combine(logs, "CloudTrail/us-east-1/2024"), "--format", "html")).Output).All.Single(
                static e => e.Tag == "header").Text;
        Assert.Contains("none: everything counts", all, StringComparison.Ordinal);
        Assert.DoesNotContain("Left out", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_page_says_how_far_it_came()
    {
        await using var output = new StringWriter();
        var result = new BacktestResult(new ResponderOptions(), static _ => { });
        var files = new LogFiles([LogFile.Local("a.json", withSize: false), LogFile.Local("b.json", withSize: false)], 0, 0);
        BacktestHtml.Write(
            result, new ReportFindings(1), [], new FindingEvidence(new ResponderOptions()), new ResponderOptions(),
            new ReportScope(["logs"], LogFilter.Everything, files, IsPartial: true), DateTimeOffset.UnixEpoch, output);
        var warning = StrictHtml.Parse(output.ToString()).All.Single(static e => e["class"] == "warning").Text;
        Assert.Equal("Interrupted: the page holds what was read until then, 0 of 2 files to their end.", warning);
        Assert.Contains(
            "what came after the interruption", StrictHtml.Parse(output.ToString()).All.Single(static e => e.Tag == "header").Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_interruption_the_events_are_read_for_some_seconds_more()
    {
        var file = LogFile.Local(
            _folder.Write("log.json", new JsonObject { ["Records"] = new JsonArray([.. Intrusion.Records()]) }.ToJsonString()),
            withSize: false);
        var evidence = new FindingEvidence(new ResponderOptions()) { Grace = TimeSpan.FromMinutes(1) };
        var page = await InterruptedPageAsync([file], evidence);
        Assert.Contains(page.All, static e => e.Tag == "pre" && e.Text.Contains("AttachUserPolicy", StringComparison.Ordinal));
        Assert.Contains("user/alice with AKIAALICE0000000EXAMPLE", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(page.All.Single(static e => e["id"] == "findings").All, static e => e["class"] == "warning");
    }

    [Fact]
    public async Task What_could_not_be_read_in_that_time_is_said()
    {
        var first = LogFile.Local(
            _folder.Write("a.json", string.Join('\n', Intrusion.Records().Select(static record => record.ToJsonString()))),
            withSize: false);
        var content = Encoding.UTF8.GetBytes(Samples.Attach(id: "slow").ToJsonString());
        var opened = 0;
        var slow = new LogFile("z.json", 0, (_, cancellationToken) =>
        {
            // When it is opened again to show its event, it does not answer until the time is up.
            if (opened++ > 0) cancellationToken.WaitHandle.WaitOne();
            return new MemoryStream(content);
        });
        var evidence = new FindingEvidence(new ResponderOptions()) { Grace = TimeSpan.FromMilliseconds(1) };
        var findings = (await InterruptedPageAsync([first, slow], evidence)).All.Single(static e => e["id"] == "findings");
        var all = findings.All.Count(static e => e["class"]?.StartsWith("finding ", StringComparison.Ordinal) == true);
        Assert.StartsWith(
            $"Interrupted: of {all} listed findings {all} are shown without their event",
            findings.All.Single(static e => e["class"] == "warning").Text, StringComparison.Ordinal);
        Assert.Contains(
            "The call that opened this session was not found before the interruption.", findings.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("is not in these logs", findings.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(findings.All, static e => e.Tag == "pre");
    }

    /// <summary>The page for these files, interrupted after everything has been counted.</summary>
    private static async Task<HtmlElement> InterruptedPageAsync(IReadOnlyList<LogFile> logs, FindingEvidence evidence)
    {
        var (options, report) = (new ResponderOptions { MaximumAge = null }, new ReportFindings(BacktestHtml.MaxShown));
        var result = new BacktestResult(options, report.Add);
        foreach (var log in logs)
            new FileScan(options, LogFilter.Everything, LogFilter.Everything.Watches())
                .Read(log, result.Add, onBytes: null, TestContext.Current.CancellationToken);
        result.Finish();
        var shown = report.Shown();
        evidence.Read(shown, logs, new CancellationToken(canceled: true));
        await using var output = new StringWriter();
        BacktestHtml.Write(
            result, report, shown, evidence, options,
            new ReportScope(["logs"], LogFilter.Everything, new LogFiles(logs, 0, 0), IsPartial: true), DateTimeOffset.UnixEpoch, output);
        return StrictHtml.Parse(output.ToString());
    }

    /// <summary>WCAG 2.2, 1.4.3 requires a contrast of at least 4.5 to 1 for text.</summary>
    [Fact]
    public void Text_stands_out_from_its_ground_in_the_light_and_in_the_dark()
    {
        var themes = ThemeBlock().Matches(PageAsset.Style.Text)
            .Select(static m => Colour().Matches(m.Value).ToDictionary(static c => c.Groups[1].Value, static c => c.Groups[2].Value))
            .ToArray();
        Assert.Equal(3, themes.Length);
        foreach (var theme in themes)
        {
            foreach (var text in (string[])["text", "dim", "link", "critical", "high", "medium", "low", "contain"])
            {
                Assert.True(Contrast(theme[text], theme["back"]) >= 4.5, text);
                Assert.True(Contrast(theme[text], theme["raised"]) >= 4.5, text);
            }

            foreach (var badge in (string[])["critical", "high", "medium", "low", "none", "contain"])
                Assert.True(Contrast(theme["on-badge"], theme[badge]) >= 4.5, badge);
            for (var level = 1; level <= 5; level++)
                Assert.True(Contrast(theme[$"on-heat-{level}"], theme[$"heat-{level}"]) >= 4.5, $"heat {level}");
        }
    }

    [Fact]
    public async Task In_a_browser_nothing_of_an_attacker_runs_and_the_filter_works()
    {
        var path = Path.Combine(_folder.Root, "page.html");
        Assert.Equal(0, (await Cli.RunAsync("backtest", HostileLog(), "--format", "html", "--output", path)).ExitCode);
        var dom = Browser.DumpDom(path, _folder.Root);
        // The script of the page has run: it shows the filter and the count. No other script has.
        Assert.Contains($"{HostileText.All.Count} of {HostileText.All.Count} shown</p>", dom, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "<div id=\"filter\" class=\"filter\" role=\"search\" aria-label=\"Filter the findings\" hidden", dom, StringComparison.Ordinal);
        Assert.Single(ScriptTag().Matches(dom));
        Assert.DoesNotContain("<img", dom, StringComparison.Ordinal);
        Assert.DoesNotContain("<iframe", dom, StringComparison.Ordinal);
    }

    private static void AssertInert(HtmlElement page)
    {
        string[] known =
        [
            "#root", "html", "head", "meta", "title", "style", "script", "body", "a", "header", "h1", "h2", "h3", "h4", "p", "ul", "ol",
            "li", "strong", "span", "dl", "div", "dt", "dd", "nav", "main",
            "section", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "g", "line", "rect", "text",
            "details", "summary", "label", "select", "option", "input",
            "button", "pre", "code", "footer",
        ];
        foreach (var e in page.All)
        {
            Assert.Contains(e.Tag, known);
            Assert.DoesNotContain(
                e.Attributes.Keys, static name => name.StartsWith("on", StringComparison.Ordinal) || name is "style" or "src" or "action"
                or "formaction");
            if (e["href"] is { } href) Assert.True(href.StartsWith('#') || (e.Tag == "a" && Technique().IsMatch(href)), href);
        }

        Assert.Single(page.All, static e => e.Tag == "script");
    }

    private string HostileLog() => _folder.Write("hostile.json", new JsonObject
    {
        ["Records"] = new JsonArray([.. HostileText.All.Select(static (name, i) =>
        {
            var record = Samples.Attach(user: name, id: $"{i}-{name}");
            record["userIdentity"] = new JsonObject
            {
                ["type"] = "IAMUser", ["arn"] = $"arn:aws:iam::{Samples.Account}:user/{name}", ["accountId"] = Samples.Account,
                ["userName"] = name, ["accessKeyId"] = name,
            };
            foreach (var field in (string[])["sourceIPAddress", "userAgent", "awsRegion", "requestID", name]) record[field] = name;
            return (JsonNode)record;
        })]),
    }.ToJsonString());

    private static async Task<HtmlElement> PageOfAsync(string path) => StrictHtml.Parse(await HtmlAsync(path));

    private static async Task<string> HtmlAsync(string path)
    {
        var run = await Cli.RunAsync("backtest", path, "--format", "html");
        // The folder of samples has a README.
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^(responder: 1 file is no log and was not opened: 1 text; the first is .*\n)?$", run.Error);
        return run.Output;
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Part(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255d;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Part(0)) + (0.7152 * Part(2)) + (0.0722 * Part(4));
    }

    [GeneratedRegex(@"\{(account|region|actor|target|role|user|resource|undo)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@":root \{[^}]*\}")]
    private static partial Regex ThemeBlock();

    [GeneratedRegex(@"--([a-z0-9-]+): #([0-9a-f]{6})")]
    private static partial Regex Colour();

    [GeneratedRegex(@"^https://attack\.mitre\.org/techniques/T\d{4}(/\d{3})?/$")]
    private static partial Regex Technique();

    [GeneratedRegex("<script")]
    private static partial Regex ScriptTag();
}
