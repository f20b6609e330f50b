using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.IdentityManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Detections;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Moto;

/// <summary>
/// The sequences about names and ids (<see cref="Sequences.SequenceTests"/>) against an IAM that we did not write, where moto is present:
/// its ids, its renames, its dates.
/// </summary>
public sealed class MotoSequenceTests
{
    private const string Narrow = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    [Fact]
    public async Task On_moto_too_ids_count_and_not_names()
    {
        using var server = await MotoServer.StartAsync();
        var play = new Play(server);

        // Nobody of that name was ever there.
        var ghost = await play.DeliverAsync(AdminAttachedTo("ghost").At(play.Clock.Now));
        Assert.Contains("NOT contained", ghost.Alert!.Alert.Subject, StringComparison.Ordinal);
        Assert.Empty(await play.LedgersAsync("ghost"));

        // Given everything, and released: what was before, and nothing more.
        var anna = await play.MakeAsync("anna", Narrow);
        var given = await play.GiveAsync("anna");
        Assert.Contains("(contained)", (await play.DeliverAsync(given)).Alert!.Alert.Subject, StringComparison.Ordinal);
        Assert.Equal(DenyAll, (await play.UserAsync("anna")).PermissionsBoundary?.PermissionsBoundaryArn);
        Assert.Empty(await play.PoliciesAsync("anna"));
        Assert.Contains(anna, (await play.LedgersAsync("anna"))[0], StringComparison.Ordinal);
        await play.ReleaseAsync(given);
        Assert.Equal(Narrow, (await play.UserAsync("anna")).PermissionsBoundary?.PermissionsBoundaryArn);
        Assert.Equal([Admin], await play.PoliciesAsync("anna"));

        // Renamed before anybody looked: not contained, and contained under the new name once the rename is told.
        var bob = await play.MakeAsync("bob");
        given = await play.GiveAsync("bob");
        var renamed = await play.RenameAsync("bob", "robert");
        var first = await play.DeliverAsync(given);
        Assert.Contains("NOT contained", first.Alert!.Alert.Subject, StringComparison.Ordinal);
        Assert.Null((await play.UserAsync("robert")).PermissionsBoundary);
        await play.DeliverAsync(renamed);
        Assert.Equal(DenyAll, (await play.UserAsync("robert")).PermissionsBoundary?.PermissionsBoundaryArn);
        Assert.Equal(bob, (await play.UserAsync("robert")).UserId);

        // Renamed, and a decoy under the old name: the decoy is left alone.
        await play.MakeAsync("carol");
        given = await play.GiveAsync("carol");
        renamed = await play.RenameAsync("carol", "caroline");
        await play.WaitAsync();
        await play.MakeAsync("carol");
        await play.DeliverAsync(given);
        Assert.Null((await play.UserAsync("carol")).PermissionsBoundary);
        await play.DeliverAsync(renamed);
        Assert.Equal(DenyAll, (await play.UserAsync("caroline")).PermissionsBoundary?.PermissionsBoundaryArn);
        Assert.Null((await play.UserAsync("carol")).PermissionsBoundary);

        // Contained, deleted and made anew: the new one inherits neither quarantine nor policy.
        var dave = await play.MakeAsync("dave");
        given = await play.GiveAsync("dave");
        await play.DeliverAsync(given);
        await play.ActAsync("DeleteUser", ("UserName", "dave"));
        await play.WaitAsync();
        Assert.NotEqual(dave, await play.MakeAsync("dave"));
        var bounded = await play.TellAsync(
            "PutUserPermissionsBoundary", ("UserName", "dave"), ("PermissionsBoundary", Narrow));
        await play.DeliverAsync(bounded);
        Assert.Equal(Narrow, (await play.UserAsync("dave")).PermissionsBoundary?.PermissionsBoundaryArn);
        await play.ReleaseAsync(given, force: true);
        Assert.Equal(Narrow, (await play.UserAsync("dave")).PermissionsBoundary?.PermissionsBoundaryArn);
        Assert.Empty(await play.PoliciesAsync("dave"));

        // An old call contains nobody.
        await play.MakeAsync("erin");
        given = await play.GiveAsync("erin");
        given.At(play.Clock.Now.AddHours(-7));
        await play.DeliverAsync(given);
        Assert.Null((await play.UserAsync("erin")).PermissionsBoundary);
        TestContext.Current.TestOutputHelper?.WriteLine("unknown, released, renamed, decoy, made anew, old: as on our own endpoint");
    }

    /// <summary>What a caller does on moto, and what the responder then does; each delivery has an environment of its own.</summary>
    private sealed class Play(MotoServer server)
    {
        private readonly HttpClient _http = new();
        private readonly ResponderOptions _options = new() { AlertTopicArn = server.Topic };

        /// <summary>moto's clock is the machine's; ours stands still between two acts, so that no limit of time can pass.</summary>
        public FakeTimeProvider Clock { get; } = new(DateTimeOffset.UtcNow);

        /// <summary>Makes a user who was there before every call that follows; returns his id.</summary>
        public async Task<string> MakeAsync(string name, string? boundary = null)
        {
            await ActAsync("CreateUser", ("UserName", name));
            if (boundary is not null)
                await ActAsync("PutUserPermissionsBoundary", ("UserName", name), ("PermissionsBoundary", boundary));
            await WaitAsync();
            return (await UserAsync(name)).UserId;
        }

        /// <summary>Lets moto's clock pass a second: dates of IAM have no finer ones.</summary>
        public async Task WaitAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System, TestContext.Current.CancellationToken);
            await CatchUpAsync();
        }

        /// <summary>Brings both clocks together; the responder's own pauses have moved only ours.</summary>
        private async Task CatchUpAsync()
        {
            while (Clock.Now > DateTimeOffset.UtcNow)
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
            Clock.Advance(DateTimeOffset.UtcNow - Clock.Now);
        }

        public Task<EventBuilder> GiveAsync(string name) => TellAsync("AttachUserPolicy", ("UserName", name), ("PolicyArn", Admin));

        public Task<EventBuilder> RenameAsync(string from, string to) => TellAsync("UpdateUser", ("UserName", from), ("NewUserName", to));

        /// <summary>Makes the call, and returns the event that CloudTrail would write.</summary>
        public async Task<EventBuilder> TellAsync(string action, params (string Name, string Value)[] parameters)
        {
            await ActAsync(action, parameters);
            await CatchUpAsync();
            return Call("iam.amazonaws.com", action, new JsonObject(parameters.Select(static p => KeyValuePair.Create(
                char.ToLowerInvariant(p.Name[0]) + p.Name[1..], (JsonNode?)JsonValue.Create(p.Value))))).At(Clock.Now);
        }

        public async Task ActAsync(string action, params (string Name, string Value)[] parameters)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, server.Url)
            {
                Content = new FormUrlEncodedContent(
                    [new("Action", action), new("Version", "2010-05-08"),
                        .. parameters.Select(static p => KeyValuePair.Create(p.Name, p.Value))]),
            };
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260304/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0");
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{action}: {text}");
            Assert.NotNull(XDocument.Parse(text).Root);
        }

        public Task<Response> DeliverAsync(EventBuilder e)
        {
            var responder = LiveResponder.Of(
                DetectionCatalog.Default, _options, server.Clients, new JsonLog(TextWriter.Null, Clock, "iam"), Clock,
                pauses: new AdvancingPauses(Clock));
            return responder.RespondAsync(e.Build(), new Invocation(Account, "us-east-1"));
        }

        public async Task ReleaseAsync(EventBuilder incident, bool force = false)
        {
            var releaser = new Releaser(
                new IamAccounts(server.Clients, _options, _options.MemberReleaseRoleName, "aws", Clock), server.Clients.Ssm(),
                new ParameterNames("/security"), Clock);
            var plan = await releaser.PlanAsync(
                (string)incident.Record()["eventID"]!, null, force, TestContext.Current.CancellationToken);
            Assert.Equal(ReleaseState.Ready, plan.State);
            Assert.Empty((await releaser.ReleaseAsync(plan, "tester", null, TestContext.Current.CancellationToken)).Failures);
        }

        public async Task<User> UserAsync(string name) =>
            (await server.Clients.Iam().GetUserAsync(new GetUserRequest { UserName = name })).User;

        public async Task<IReadOnlyList<string>> PoliciesAsync(string name) =>
            [.. ((await server.Clients.Iam().ListAttachedUserPoliciesAsync(new ListAttachedUserPoliciesRequest { UserName = name }))
                .AttachedPolicies ?? []).Select(static p => p.PolicyArn)];

        /// <summary>The texts of the entries of a user's ledger.</summary>
        public async Task<IReadOnlyList<string>> LedgersAsync(string name)
        {
            var path = $"/security/quarantines/{Account}/user.{name}";
            var below = await new SsmLedgers(server.Clients.Ssm(), ActionCatalog.Default).BelowAsync(path, default);
            return [.. below.Value!.Where(static p => !p.Key.EndsWith("/wanted", StringComparison.Ordinal)).Select(static p => p.Value)];
        }
    }
}
