using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Incidents;

/// <summary>Checks the limits of SSM: 4,096 ASCII characters, no <c>{{</c>, and names of letters, digits and <c>_.-/</c>.</summary>
public sealed class IncidentTextTests
{
    private static readonly IncidentNames s_names = new(
        "/security/incidents/2026-03-04/event-1", "/security/incidents/2026-03-04/x", "/security/quarantines/123456789012/user.mallory");

    [Fact]
    public void Property_a_record_always_fits_and_keeps_the_prior_state() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), ArbMap.Default.ArbFor<string?>(), (name, agent) =>
    {
        var text = RecordOf((name ?? "") + new string('{', 300), string.Concat(Enumerable.Repeat(agent + "名{", 400)));
        Assert.InRange(text.Length, 1, 4096);
        Assert.All(text, static c => Assert.True(c is >= ' ' and < (char)127));
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        Assert.Equal("arn:aws:iam::aws:policy/ReadOnlyAccess", IncidentText.ReadRecord(text)!.Prior!.Boundary);
        Assert.Equal([Admin], IncidentText.ReadRecord(text)!.Prior!.Detached);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_record_of_a_2_KB_user_agent_marks_the_cut() =>
        Assert.Contains("[cut, 2048 characters]", RecordOf("mallory", new string('A', 2048)), StringComparison.Ordinal);

    [Theory]
    [InlineData("mallory", "user.mallory")]
    [InlineData("Mallory", "user.mallory")]
    [InlineData("a+b=c,d.e@f-g_h", "user.a_2Bb_3Dc_2Cd.e_40f-g_5Fh")]
    public void A_ledger_name_encodes_what_SSM_refuses(string user, string encoded) =>
        Assert.Equal(
            "/security/quarantines/123456789012/" + encoded, new ParameterNames("/security")
            .Ledger(new Principal(PrincipalKind.User, EventBuilder.Account, user)));

    [Fact]
    public void Property_two_names_never_share_a_ledger() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (one, two) =>
    {
        var names = new ParameterNames("/security");
        string Ledger(string name) => names.Ledger(new Principal(PrincipalKind.User, EventBuilder.Account, name));
        var (a, b) = (Valid(one.Get), Valid(two.Get));
        Assert.Equal(string.Equals(a.ToLowerInvariant(), b.ToLowerInvariant(), StringComparison.Ordinal), Ledger(a) == Ledger(b));
        Assert.Matches("^[a-zA-Z0-9_.\\-/]{1,1011}$", Ledger(a));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_dedup_key_does_not_change_with_what_a_caller_can_rotate()
    {
        var role = "arn:aws:iam::123456789012:role/Dev";
        string Key(EventBuilder builder)
        {
            var e = EventParser.Parse(builder.Build()).Event!;
            return ParameterNames.DedupKey(e, DetectionCatalog.Default.Detect(e)[0]);
        }

        var key = Key(AdminAttachedToRole("x").By(Session(role, "one")));
        Assert.Equal(
            key, Key(AdminAttachedToRole("x").By(Session(role, "two")).With("userAgent", "other").With("sourceIPAddress", "192.0.2.1")));
        Assert.NotEqual(key, Key(AdminAttachedToRole("y").By(Session(role, "one"))));
        Assert.NotEqual(key, Key(AdminAttachedToRole("x").By(User("dev"))));
    }

    [Fact]
    public void Somebody_elses_parameter_is_not_taken_for_ours()
    {
        Assert.Null(IncidentText.ReadRecord("""{"status":"complete"}"""));
    }

    private static string Valid(string text) => new([.. text.Where(static c => !char.IsSurrogate(c)).Take(64)]);

    private static string RecordOf(string name, string agent)
    {
        var decision = DecisionOf(name, agent);
        var steps =
            new[] { new ContainmentStep(
                "PutUserPermissionsBoundary", name, StepResult.Failed, new string('{', 500)) { Subject = DenyAll } };
        var text = IncidentText.Record(
            new ContainmentResult(decision, steps, Priors.OfUser("arn:aws:iam::aws:policy/ReadOnlyAccess", [Admin])), s_names,
            complete: true, before: null, page: null);
        using var json = JsonDocument.Parse(text);
        Assert.Equal("responder.incident/1", json.RootElement.GetProperty("schema").GetString());
        return text;
    }

    private static Decision DecisionOf(string name, string? agent)
    {
        var e = EventParser.Parse(AdminAttachedTo(name).With("userAgent", agent).Build()).Event!;
        return new Decider(new ResponderOptions(), ContainmentActions.All)
            .Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), CalledAt), EventBuilder.Account);
    }
}
