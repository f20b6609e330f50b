using Amazon.Runtime;
using Responder.Aws;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Operations.ByHand;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>
/// Two accounts in one world: the responder's own, and a member account whose principals it contains through a role there.
/// </summary>
public sealed class MemberAccountTests
{
    private const string Member = "222222222222";
    private const string Role = "arn:aws:iam::222222222222:role/ResponderContainment";
    private const string Ledger = "/security/quarantines/222222222222/user.mallory";
    private const string Prior = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    [Fact]
    public async Task A_user_of_a_member_account_is_contained_there_and_nobody_here()
    {
        await using var estate = await Estate.StartAsync();
        estate.World.Home.Attach(estate.World.Home.EnsureUser("mallory"), Admin); // the namesake
        var response = await estate.SendAsync(AttachedInMember("mallory"));

        Assert.Empty(response.Failures);
        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Equal(DenyAll, estate.User("mallory").BoundaryArn);
        Assert.Empty(estate.User("mallory").AttachedPolicies);
        Assert.Null(estate.World.Home.Users["mallory"].BoundaryArn);
        Assert.Equal([Admin], estate.World.Home.Users["mallory"].AttachedPolicies);
        var ledger = estate.World.Home.LedgerOf(Ledger)!;
        Assert.Equal((Prior, false), (ledger.Prior.Boundary, ledger.Released));
        Assert.Contains("\"throughRole\":\"ResponderContainment\"", estate.Parameter(response.RecordName!)!, StringComparison.Ordinal);
        var page = Assert.Single(estate.World.Messages);
        Assert.EndsWith("(contained) 222222222222", page.Subject, StringComparison.Ordinal);
        Assert.Contains("in account 222222222222, through its role ResponderContainment", page.For("email"), StringComparison.Ordinal);
        Assert.All(estate.Aws.Calls.Of("iam"), static call => Assert.Equal(Member, call.Account));
        Assert.Equal(Role, Assert.Single(estate.Aws.Calls.Of("sts", "AssumeRole")).Parameters["RoleArn"]);
    }

    [Fact]
    public async Task The_roles_that_a_member_s_user_took_on_are_looked_up_there()
    {
        await using var estate = await Estate.StartAsync();
        estate.World.Home.AddEvent(Assumed("arn:aws:iam::123456789012:role/Here", EventBuilder.Account));
        estate.World.Account(Member).AddEvent(Assumed("arn:aws:iam::222222222222:role/There", Member));
        await estate.SendAsync(AttachedInMember("mallory"));

        var page = Assert.Single(estate.World.Messages).For("email");
        Assert.Contains("responder contain arn:aws:iam::222222222222:role/There --action revoke-sessions", page, StringComparison.Ordinal);
        Assert.DoesNotContain("role/Here", page, StringComparison.Ordinal);
        Assert.Equal(Member, Assert.Single(estate.Aws.Calls.Of("cloudtrail")).Account);

        static string Assumed(string role, string account) =>
            EventBuilder.Call("sts.amazonaws.com", "AssumeRole", new System.Text.Json.Nodes.JsonObject { ["roleArn"] = role })
            .By(EventBuilder.User("mallory", account)).Build().GetProperty("detail").GetRawText();
    }

    [Fact]
    public async Task The_session_is_named_by_a_hash_and_kept_until_it_nears_its_end()
    {
        await using var estate = await Estate.StartAsync();
        await estate.SendAsync(AttachedInMember("mallory").Id("bob; drop"));
        estate.World.Account(Member).EnsureUser("trent");
        await estate.SendAsync(AttachedInMember("trent"));
        var assumed = Assert.Single(estate.Aws.Calls.Of("sts", "AssumeRole"));
        Assert.Matches("^responder-[0-9a-f]{16}$", assumed.Parameters["RoleSessionName"]);

        estate.Clock.Now += IamAccounts.SessionLife - IamAccounts.Margin - TimeSpan.FromSeconds(1);
        await estate.SendAsync(AttachedInMember("mallory"));
        Assert.Single(estate.Aws.Calls.Of("sts", "AssumeRole"));
        estate.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Equal(Outcome.Incident, (await estate.SendAsync(AttachedInMember("mallory"))).Outcome);
        Assert.Equal(2, estate.Aws.Calls.Of("sts", "AssumeRole").Count());
    }

    [Fact]
    public async Task A_missing_role_is_an_alert_and_no_failure()
    {
        await using var estate = await Estate.StartAsync(withRoles: false);
        var response = await estate.SendAsync(AttachedInMember("mallory"));

        Assert.Empty(response.Failures);
        Assert.Equal((Outcome.Alert, DecisionAction.Alert), (response.Outcome, response.Decision!.Action));
        Assert.Equal("not contained: no containment role in account 222222222222", response.Decision.Because);
        Assert.Equal(Prior, estate.User("mallory").BoundaryArn);
        var page = Assert.Single(estate.World.Messages).For("email");
        Assert.Contains("no containment role in account 222222222222", page, StringComparison.Ordinal);
        Assert.Contains("AssumeRole " + Role, page, StringComparison.Ordinal); // AWS's own message
        Assert.Null(estate.Parameter(Ledger));
    }

    /// <summary>A temporary failure makes Lambda try again and is not taken for a missing role.</summary>
    [Fact]
    public async Task An_STS_that_fails_fails_the_delivery_and_the_next_one_contains()
    {
        await using var estate = await Estate.StartAsync();
        estate.Aws.Faults.On("sts", "AssumeRole").ServerError();
        var e = AttachedInMember("mallory");
        var first = await estate.SendAsync(e);
        Assert.NotEmpty(first.Failures);
        Assert.Equal(Prior, estate.User("mallory").BoundaryArn);
        Assert.Contains("FAILED", Assert.Single(estate.World.Messages).For("email"), StringComparison.Ordinal);

        estate.Aws.Faults.Clear();
        Assert.Empty((await estate.SendAsync(e)).Failures);
        Assert.Equal(DenyAll, estate.User("mallory").BoundaryArn);
    }

    /// <summary>The own account receives copies of a member's events, and the "mallory" in them is not ours.</summary>
    [Fact]
    public async Task A_copy_of_an_event_for_another_recipient_contains_nobody()
    {
        await using var estate = await Estate.StartAsync();
        estate.World.Home.Attach(estate.World.Home.EnsureUser("mallory"), Admin);
        var copy = AdminAttachedTo("mallory").By(User("alice", Member)); // the recipient is the own account
        var reverse = AdminAttachedTo("mallory").With("recipientAccountId", Member); // the caller belongs to the own account
        foreach (var e in (EventBuilder[])[copy, reverse])
        {
            var response = await estate.SendAsync(e);
            Assert.Equal(GuardrailId.OwnAccount, response.Decision!.Guardrail);
        }

        Assert.Equal(Prior, estate.User("mallory").BoundaryArn);
        Assert.Null(estate.World.Home.Users["mallory"].BoundaryArn);
        Assert.Empty(estate.Aws.Calls.Of("iam", "Put*"));
    }

    [Fact]
    public async Task An_account_that_nobody_named_is_alerted_only_and_never_asked()
    {
        await using var estate = await Estate.StartAsync();
        const string stranger = "333333333333";
        var response = await estate.SendAsync(AdminAttachedTo("mallory").By(User("alice", stranger)).With("recipientAccountId", stranger));
        Assert.Equal(GuardrailId.OwnAccount, response.Decision!.Guardrail);
        Assert.Empty(estate.Aws.Calls.Of("sts"));
        Assert.Empty(estate.Aws.Calls.Of("iam"));
    }

    [Fact]
    public async Task A_release_goes_through_the_role_for_releases_and_restores_the_member()
    {
        await using var estate = await Estate.StartAsync();
        var contained = await estate.SendAsync(AttachedInMember("mallory"));
        var releaser = new Releaser(estate.Accounts(), estate.Clients.Ssm(), new ParameterNames("/security"), estate.Clock);
        var result = await releaser.ReleaseAsync(
            await releaser.PlanAsync(contained.RecordName!, null, force: false, default), "anna", null, default);

        Assert.Empty(result.Failures);
        Assert.Equal(Prior, estate.User("mallory").BoundaryArn);
        Assert.Equal([Admin], estate.User("mallory").AttachedPolicies);
        Assert.All(estate.Aws.Calls.Of("iam", "AttachUserPolicy"), static call => Assert.Equal(Member, call.Account));
        Assert.Equal([Role, Role + "-release"], estate.Aws.Calls.Of("sts", "AssumeRole").Select(static call => call.Parameters["RoleArn"]));
        Assert.True(estate.World.Home.LedgerOf(Ledger)!.Released);
    }

    [Fact]
    public async Task A_release_without_the_role_says_so_and_changes_nothing()
    {
        await using var estate = await Estate.StartAsync();
        var contained = await estate.SendAsync(AttachedInMember("mallory"));
        estate.Aws.Faults.On("sts", "AssumeRole").Refuse();
        var releaser = new Releaser(estate.Accounts(), estate.Clients.Ssm(), new ParameterNames("/security"), estate.Clock);
        var thrown = await Assert.ThrowsAsync<ReleaseException>(
            () => releaser.PlanAsync(contained.RecordName!, null, force: false, default));
        Assert.Contains("222222222222", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(DenyAll, estate.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task A_person_contains_in_a_member_account()
    {
        await using var estate = await Estate.StartAsync();
        var target = ContainmentRequest.TargetOf("arn:aws:iam::222222222222:user/mallory", EventBuilder.Account);
        var request = new ContainmentRequest(
            target, ContainmentRequest.ActionsOf(target, []), "arn:aws:iam::123456789012:role/responder-OperatorRole", null, null);
        var containment = new HandContainment(request, estate.Options, estate.Clients, EventBuilder.Account, "us-east-1", estate.Clock);
        Assert.False((await containment.PlanAsync(default)).IsRefused);
        Assert.Empty((await containment.ContainAsync(default)).Failures);
        Assert.Equal(DenyAll, estate.User("mallory").BoundaryArn);
        Assert.All(
            estate.Aws.Calls.Of("sts", "AssumeRole"), static call => Assert.Equal(Role + "-operator", call.Parameters["RoleArn"]));
    }

    [Fact]
    public async Task A_quarantine_taken_off_in_a_member_account_is_put_back_there()
    {
        await using var estate = await Estate.StartAsync();
        await estate.SendAsync(AttachedInMember("mallory"));
        estate.World.Account(Member).SetBoundary(estate.User("mallory"), null);
        var request = new System.Text.Json.Nodes.JsonObject { ["userName"] = "mallory" };
        EventBuilder Removed() => Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", request.DeepClone())
            .With("recipientAccountId", Member);

        // A role of the right name proves nothing: no release has planned this.
        var byRole = await estate.SendAsync(
            Removed().By(Session("arn:aws:iam::222222222222:role/ResponderContainment-release", "responder-1", Member)));
        Assert.Equal((Severity.Critical, Outcome.Incident), (byRole.Severity, byRole.Outcome));
        estate.World.Account(Member).SetBoundary(estate.User("mallory"), null);
        var byNamesake = await estate.SendAsync(
            Removed().By(Session("arn:aws:iam::222222222222:role/x/ResponderContainment-release", "responder-1", Member)));
        Assert.Equal((Severity.Critical, Outcome.Incident), (byNamesake.Severity, byNamesake.Outcome));
        Assert.Equal(DenyAll, estate.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task The_containment_roles_of_members_are_protected()
    {
        await using var estate = await Estate.StartAsync(new ResponderOptions
        {
            ActionStages = new Dictionary<(
                string, ActionId), Stage>
            { [("iam.admin-policy-attached", QuarantineRole.Action.Id)] = Stage.Contain },
        });
        var response = await estate.SendAsync(
            AdminAttachedToRole("ResponderContainment").By(User("alice", Member)).With("recipientAccountId", Member));
        Assert.Equal(GuardrailId.ProtectedTarget, response.Decision!.Guardrail);
    }

    [Theory]
    [InlineData("MEMBER_ACCOUNT_IDS", "22222222222")]
    [InlineData("MEMBER_ACCOUNT_IDS", "222222222222,*")]
    [InlineData("MEMBER_ACCOUNT_IDS", EventBuilder.Account)] // the topic's own
    [InlineData("MEMBER_ROLE_NAME", "role/ResponderContainment")]
    [InlineData("MEMBER_ROLE_NAME", "*")]
    public void A_bad_value_names_its_variable(string variable, string value)
    {
        string? Read(string name) => name == variable ? value : name == "ALERT_TOPIC_ARN" ? ResponderDriver.TopicArn : null;
        Assert.Equal(
            variable,
            Assert.Throws<OptionsException>(
                () => ResponderOptions.FromEnvironment(Read, DetectionCatalog.Default, ContainmentActions.All)).Variable);
    }

    [Fact]
    public void What_is_shared_with_a_member_is_not_foreign() => Assert.Contains(
        Member, ResponderOptions.FromEnvironment(
            static name => name == "MEMBER_ACCOUNT_IDS" ? Member : null, DetectionCatalog.Default,
            ContainmentActions.All).Estate.TrustedAccountIds);

    private static EventBuilder AttachedInMember(string user) => AdminAttachedTo(user).By(User("alice", Member))
        .With("recipientAccountId", Member);

    private sealed class Estate : IAsyncDisposable
    {
        private readonly SecurityResponder _responder;

        private Estate(LocalAwsEndpoint aws, FakeTimeProvider clock, ResponderOptions options)
        {
            Aws = aws;
            Clock = clock;
            Options = options;
            _responder = LiveResponder.Of(
                DetectionCatalog.Default, options, Clients, new NoLog(), clock, pauses: new AdvancingPauses(clock));
        }

        public LocalAwsEndpoint Aws { get; }

        public World World => Aws.World;

        public FakeTimeProvider Clock { get; }

        public ResponderOptions Options { get; }

        public AwsClients Clients => new(Aws.Url, "us-east-1", new BasicAWSCredentials("AKIARESPONDER", "secret"))
        {
            MaxErrorRetry = 0,
            CallTimeout = TimeSpan.FromSeconds(60),
        };

        public static async Task<Estate> StartAsync(ResponderOptions? options = null, bool withRoles = true)
        {
            var clock = new FakeTimeProvider(CalledAt.AddSeconds(3));
            var world = new World(EventBuilder.Account, time: clock);
            world.Home.EnsureTopic("alerts");
            var member = world.Account(Member);
            member.Attach(member.EnsureUser("mallory"), Admin);
            member.SetBoundary(member.Users["mallory"], Prior);
            if (withRoles)
            {
                member.EnsureRole("ResponderContainment");
                member.EnsureRole("ResponderContainment-release");
                member.EnsureRole("ResponderContainment-operator");
            }

            return new Estate(
                await LocalAwsEndpoint.StartAsync(world), clock,
                (options ?? new ResponderOptions()) with
                {
                    AlertTopicArn = ResponderDriver.TopicArn,
                    MemberAccountIds = new HashSet<string>
                    {
                        Member,
                    },
                    MaximumAge = null
                });
        }

        public IamAccounts Accounts() => new(Clients, Options, Options.MemberReleaseRoleName, "aws", Clock);

        public Task<Response> SendAsync(EventBuilder e) =>
            _responder.RespondAsync(e.Build(), new Invocation(EventBuilder.Account, "us-east-1"));

        public IamUser User(string name) => World.Account(Member).Users[name];

        public string? Parameter(string name) => World.Home.Parameter(name)?.Value;

        public ValueTask DisposeAsync() => Aws.DisposeAsync();
    }
}
