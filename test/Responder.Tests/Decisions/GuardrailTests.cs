using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Decisions;

/// <summary>Tests each guardrail alone: what it refuses, and the similar case that it lets through.</summary>
public sealed class GuardrailTests
{
    private static readonly DateTimeOffset s_now = CalledAt.AddSeconds(3);

    /// <summary>Ids never change. The sentences are a contract as well: they appear in records, pages and log lines.</summary>
    private static readonly (string Id, string Sentence)[] s_approved =
    [
        ("stage", "stage Alert: this kind of target is contained only on request"),
        ("mode", "observe mode"),
        ("call-succeeded", "the call did not succeed"),
        ("event-origin", "the event did not come from CloudTrail over EventBridge"),
        ("own-account", "target is in another account"),
        ("containment-role", "no containment role in the target's account"),
        ("trusted-actor", "trusted actor"),
        ("release", "a release made this call"),
        ("protected-target", "break-glass principal, or a role of the responder"),
        ("containable-target", "target cannot be contained"),
        ("fresh-call", "the call is older than the maximum age, or timed in the future"),
        ("unread-ledger", "the ledger could not be read, and the call is old enough to have been released since"),
        ("gone-target", "IAM knows no such target any more"),
        ("gone-grant", "the grant was taken back: IAM does not show it any more"),
        ("before-release", "the call was made before the target was released"),
        ("budget", "containment budget of this hour exhausted"),
        ("put-back-budget", "put-back budget of this principal and hour exhausted"),
    ];

    [Fact]
    public void Guardrails_are_asked_in_the_documented_order()
    {
        Assert.Equal(s_approved, Decider.Guardrails.Select(static g => (g.Id.Name, g.Sentence)));
        Assert.All(Decider.Guardrails, static g => Assert.Equal(g.Sentence, Decider.SentenceOf(g.Id)));
        Assert.Null(Decider.SentenceOf(null));

        var document = File.ReadAllText(Repository.PathOf("docs", "containment.md"));
        var section = document.Split("\n## ").Single(static part => part.StartsWith("Guardrails\n", StringComparison.Ordinal));
        Assert.Equal(
            s_approved.Select(static (g, i) => $"{i + 1} {g.Id}"),
            Regex.Matches(section, @"^(\d+)\. `([a-z-]+)`: ", RegexOptions.Multiline)
                .Select(static m => $"{m.Groups[1].Value} {m.Groups[2].Value}"));
    }

    [Fact]
    public void A_person_is_stopped_by_five_guardrails_only() => Assert.Equal(
        [GuardrailId.Stage, GuardrailId.OwnAccount, GuardrailId.ContainmentRole, GuardrailId.ProtectedTarget,
            GuardrailId.ContainableTarget],
        Decider.GuardrailsByHand.Select(static g => g.Id));

    /// <summary>A sentence may be reworded, so nothing that the responder does may depend on it.</summary>
    [Fact]
    public void No_code_compares_the_sentence_of_a_guardrail()
    {
        foreach (var file in Repository.Sources("src"))
        {
            if (file.Contains("/Decisions/Guardrails/", StringComparison.Ordinal)) continue;
            var code = File.ReadAllText(Repository.PathOf(file));
            // A decision about a trusted actor has the same sentence as its reason, but not from the guardrail.
            foreach (var (_, sentence) in s_approved.Where(static g => g.Id != "trusted-actor"))
                Assert.False(code.Contains($"\"{sentence}\"", StringComparison.Ordinal), $"{file}: \"{sentence}\"");
            Assert.DoesNotMatch(
                @"\b(Because|Refusal|Sentence)(\)|!)*( (==|!=) (?!null)| is (?!null|not null|\{ \})| switch"
                + @"|\.(StartsWith|Contains|EndsWith|Equals)\()",
                code);
        }
    }

    [Fact]
    public void One_action_under_one_detection_is_promoted_and_no_other()
    {
        var catalog = DetectionCatalog.Default;
        var options = ResponderOptions.FromEnvironment(
            static name => name == "DETECTION_STAGES"
            ? "iam.admin-policy-attached:quarantine-role=Contain, iam.admin-policy-attached:deactivate-keys=Contain"
            : null, catalog, ContainmentActions.All);
        Assert.Equal([QuarantineRole.Action.Id], Decide(AdminAttachedToRole("Deploy"), options).Actions);
        Assert.Equal([QuarantineUser.Action.Id, DeactivateKeys.Action.Id], Decide(AdminAttachedTo("mallory"), options).Actions);
        Assert.Equal([QuarantineUser.Action.Id], Decide(AdminAttachedTo("mallory")).Actions);

        foreach (var wrong in (string[])[
            "iam.admin-policy-attached:fly=Contain", "iam.admin-policy-attached:remove-console-password=Contain",
            "iam.admin-policy-attached:quarantine-role=Shadow"])
            Assert.Contains(
                "DETECTION_STAGES",
                Assert.Throws<OptionsException>(
                    () => ResponderOptions.FromEnvironment(
                        name => name == "DETECTION_STAGES" ? wrong : null, catalog, ContainmentActions.All)).Message,
                        StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_given_administrator_is_contained() =>
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory")).Action);

    [Fact]
    public void Stage_Alert_never_contains() => Refused(
        AdminAttachedTo("mallory"), "stage Alert: this kind of target is contained only on request",
        new ResponderOptions { Stages = new Dictionary<string, Stage> { ["iam.admin-policy-attached"] = Stage.Alert } });

    /// <summary>
    /// A failing SSM must not stop the containment of a new attack, but a late copy of an old call must not contain somebody who has been
    /// released since.
    /// </summary>
    [Fact]
    public void Without_the_ledger_a_young_call_is_contained_and_an_old_one_is_not()
    {
        Decision After(int minutes, Read<LedgerState> ledger)
        {
            var e = EventParser.Parse(AdminAttachedTo("mallory").Build()).Event!;
            var facts = KnownFacts.None([.. DetectionCatalog.Default.Detect(e)], CalledAt.AddMinutes(minutes)) with { Ledger = ledger };
            return new Decider(new ResponderOptions(), ContainmentActions.All).Decide(e, facts, Account);
        }

        var unread = Read<LedgerState>.Failed("GetParameters: ThrottlingException");
        Assert.Equal(DecisionAction.Contain, After(15, unread).Action);
        Assert.Equal((DecisionAction.Alert, GuardrailId.UnreadLedger), (After(16, unread).Action, After(16, unread).Guardrail));
        Assert.Equal(DecisionAction.Contain, After(16, Read<LedgerState>.Of(null)).Action);
        Assert.Equal(DecisionAction.Contain, After(16, default).Action); // a backtest reads no ledger
    }

    [Fact]
    public void A_role_is_not_contained_by_default() =>
        Refused(AdminAttachedToRole("Deploy"), "stage Alert: this kind of target is contained only on request");

    [Fact]
    public void Stage_Shadow_counts_for_nothing()
    {
        var decision = Decide(AdminAttachedTo("mallory"), new ResponderOptions
        {
            Stages = new Dictionary<string, Stage> { ["iam.admin-policy-attached"] = Stage.Shadow },
        });
        Assert.Equal(DecisionAction.None, decision.Action);
        Assert.Single(decision.Shadow);
        Assert.Empty(decision.Findings);
    }

    [Fact]
    public void Observe_would_contain()
    {
        var decision = Refused(AdminAttachedTo("mallory"), "observe mode", new ResponderOptions { Mode = Mode.Observe });
        Assert.True(decision.WouldContain);
    }

    [Fact]
    public void Observe_would_not_contain_what_another_guardrail_refuses_anyway()
    {
        var options = new ResponderOptions
        {
            Mode = Mode.Observe,
            BreakGlassArns = new HashSet<string> { $"arn:aws:iam::{EventBuilder.Account}:user/mallory" },
        };
        Assert.False(Refused(AdminAttachedTo("mallory"), "observe mode", options).WouldContain);
    }

    [Fact]
    public void A_target_of_another_account_is_not_our_user_of_that_name() =>
        Refused(AdminAttachedTo("mallory").By(User("eve", Foreign)), "target is in another account");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Own_account_is_the_one_the_responder_runs_in(bool same)
    {
        var decision = Decide(AdminAttachedTo("mallory"), ownAccountId: same ? EventBuilder.Account : Foreign);
        Assert.Equal(same ? DecisionAction.Contain : DecisionAction.Alert, decision.Action);
    }

    [Fact]
    public void A_trusted_role_is_compared_by_the_whole_issuer_arn()
    {
        const string Pipeline = "arn:aws:iam::123456789012:role/deploy/Pipeline";
        var options = new ResponderOptions { TrustedPrincipalArns = new HashSet<string> { Pipeline } };
        var trusted = Decide(AdminAttachedTo("mallory").By(Session(Pipeline, "run-1")), options);
        Assert.True(trusted.Trusted);
        Assert.Equal(DecisionAction.None, trusted.Action);

        foreach (var impostor in (JsonObject[])[
            Session("arn:aws:iam::123456789012:role/Dev", "Pipeline"),
            Session("arn:aws:iam::123456789012:role/deploy/pipeline", "run-1"),
            Session("arn:aws:iam::123456789012:role/Pipeline", "run-1"),
            Session("arn:aws:iam::210987654321:role/deploy/Pipeline", "run-1")])
            Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory").By(impostor), options).Action);
    }

    [Fact]
    public void A_session_without_its_issuer_is_never_trusted()
    {
        var session = Session("arn:aws:iam::123456789012:role/Pipeline", "x");
        session.Remove("sessionContext");
        var options = new ResponderOptions
        {
            TrustedPrincipalArns = new HashSet<string> { "arn:aws:iam::123456789012:role/Pipeline", session["arn"]!.GetValue<string>() },
        };
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory").By(session), options).Action);
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:user/mallory")]
    [InlineData("arn:aws:iam::123456789012:user/emergency/mallory")]
    [InlineData("arn:aws:iam::123456789012:user/emergency/Mallory")]
    public void A_break_glass_user_is_never_contained_whatever_its_path_and_case(string arn) =>
        Refused(AdminAttachedTo("mallory"), "break-glass principal, or a role of the responder", new ResponderOptions
        {
            BreakGlassArns = new HashSet<string> { arn },
        });

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/mallory")]
    [InlineData("arn:aws:iam::210987654321:user/mallory")]
    [InlineData("arn:aws:iam::123456789012:user/mallory2")]
    [InlineData("arn:aws:iam::123456789012:user/mallory/other")]
    public void A_break_glass_arn_protects_nobody_else(string arn) =>
        Assert.Equal(
            DecisionAction.Contain,
            Decide(AdminAttachedTo("mallory"), new ResponderOptions { BreakGlassArns = new HashSet<string> { arn } }).Action);

    [Fact]
    public void An_old_call_is_only_alerted()
    {
        Refused(AdminAttachedTo("mallory"), "the call is older than the maximum age, or timed in the future", now: CalledAt.AddHours(6)
            .AddSeconds(1));
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory"), now: CalledAt.AddHours(6)).Action);
    }

    [Fact]
    public void The_budget_refuses_the_eleventh_but_not_one_who_is_contained_already()
    {
        KnownFacts Spent(KnownFacts f, int places) => f with
        {
            Place = new BudgetPlace(Account, "mallory", IsLesser: false),
            Budget = new ContainmentBudget("", [.. Enumerable.Range(0, places).Select(static i => $"{Account}:{i}")], []),
        };
        Refused(AdminAttachedTo("mallory"), "containment budget of this hour exhausted", facts: f => Spent(f, 10));
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory"), facts: f => Spent(f, 9)).Action);
        var contained = Read<LedgerState>.Of(new LedgerState(false, Priors.OfUser("", []), [], null));
        Assert.Equal(
            DecisionAction.Contain, Decide(AdminAttachedTo("mallory"), facts: f => Spent(f, 10) with { Ledger = contained }).Action);
        // Whoever has a place keeps it, and throwaway users have places of their own.
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory"), facts: f => Spent(f, 10) with
        {
            Place = new BudgetPlace(Account, "3", IsLesser: false),
        }).Action);
        Assert.Equal(DecisionAction.Contain, Decide(AdminAttachedTo("mallory"), facts: f => Spent(f, 10) with
        {
            Place = new BudgetPlace(Account, "new", IsLesser: true),
        }).Action);
    }

    [Fact]
    public void A_call_of_a_release_is_trusted_where_it_restores_something_and_else_paged()
    {
        Decision Of(ReleaseMatch match) => Decide(AdminAttachedTo("mallory"), facts: f => f with { Release = match });
        Assert.True(Of(ReleaseMatch.Restores).Trusted);
        Assert.Equal(DecisionAction.Contain, Of(ReleaseMatch.None).Action);
        foreach (var match in (ReleaseMatch[])[ReleaseMatch.RestoresByHand, ReleaseMatch.Unsupported, ReleaseMatch.Unproven])
        {
            Assert.Equal((DecisionAction.Alert, GuardrailId.Release), (Of(match).Action, Of(match).Guardrail));
            Assert.StartsWith("a release made this call", Of(match).Refusal, StringComparison.Ordinal);
        }
    }

    private static Decision Refused(
        EventBuilder e, string because, ResponderOptions? options = null, DateTimeOffset? now = null,
        Func<KnownFacts, KnownFacts>? facts = null)
    {
        var decision = Decide(e, options, now, facts);
        Assert.Equal(DecisionAction.Alert, decision.Action);
        Assert.Equal(because, Decider.SentenceOf(decision.Guardrail));
        Assert.Equal(because, decision.Refusal);
        Assert.Equal("not contained: " + because, decision.Because);
        return decision;
    }

    private static Decision Decide(
        EventBuilder builder, ResponderOptions? options = null, DateTimeOffset? now = null, Func<KnownFacts, KnownFacts>? facts = null,
        string? ownAccountId = null)
    {
        var e = EventParser.Parse(builder.Build()).Event!;
        var known = KnownFacts.None(DetectionCatalog.Default.Detect(e), now ?? s_now);
        return new Decider(options ?? new ResponderOptions(), ContainmentActions.All)
            .Decide(e, facts?.Invoke(known) ?? known, ownAccountId ?? EventBuilder.Account);
    }
}
