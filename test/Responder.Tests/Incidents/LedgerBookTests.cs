using Responder.Facts;
using Responder.Records;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Incidents;

/// <summary>What a ledger says, read from the texts of its parameters.</summary>
[Trap("E27")]
public sealed class LedgerBookTests
{
    private const string Path = "/security/quarantines/123456789012/user.mallory";
    private const string Incident = "/security/incidents/2026-03-04/event-1";

    private static readonly Principal s_mallory = new(PrincipalKind.User, Account, "mallory") { Id = "AIDAMALLORY000000001" };

    private static readonly Principal s_newMallory = s_mallory with { Id = "AIDAMALLORY000000002" };

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    [Fact]
    public void Whoever_was_never_contained_has_none()
    {
        Assert.Null(LedgerBook.Read(Path, _texts).Of(null));
        Given(1, s_mallory, Priors.OfUser("", [Admin]));
        Assert.Null(LedgerBook.Read(Path, _texts).Of(s_newMallory.Id));
    }

    /// <summary>Ten policies with the longest paths that IAM allows, and a boundary like them.</summary>
    [Fact]
    public void Undo_data_that_is_too_long_for_one_parameter_is_split_and_put_together()
    {
        string[] arns = [.. Enumerable.Range(0, 10).Select(static i => LongArn($"p{i}"))];
        var prior = Priors.OfUser(LongArn("boundary"), arns);
        Given(1, s_mallory, prior);

        Assert.True(_texts.Count > 1);
        Assert.All(_texts.Values, static text => Assert.InRange(text.Length, 1, IncidentText.MaxLength));
        var state = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.Equal(LongArn("boundary"), state.Prior.Boundary);
        Assert.Equal(arns, state.Prior.Detached);
        Assert.False(state.IsIncomplete);
        Assert.Equal(_texts.Keys.Order(StringComparer.Ordinal), state.Entries.Order(StringComparer.Ordinal));

        _texts.Remove(LedgerBook.PartName(LedgerBook.EntryName(Path, 1), 2));
        Assert.True(LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!.IsIncomplete);
    }

    [Fact]
    public void A_release_ends_what_is_before_it_and_nothing_after_it()
    {
        Given(1, s_mallory, Priors.OfUser("", [Admin]));
        Given(2, s_mallory, Priors.OfUser("", [Admin, "arn:aws:iam::aws:policy/IAMFullAccess"]));
        Released(2, s_mallory, CalledAt.AddMinutes(5));
        var released = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.True(released.Released);
        Assert.Equal([Admin, "arn:aws:iam::aws:policy/IAMFullAccess"], released.Prior.Detached);
        Assert.Equal(CalledAt.AddMinutes(5), released.ReleasedAt);

        Given(3, s_mallory, Priors.OfUser("arn:aws:iam::aws:policy/ReadOnlyAccess", []));
        var open = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.False(open.Released);
        Assert.Equal("arn:aws:iam::aws:policy/ReadOnlyAccess", open.Prior.Boundary);
        Assert.Empty(open.Prior.Detached);
        Assert.Equal(CalledAt.AddMinutes(5), open.ReleasedAt);
    }

    [Fact]
    public void A_release_of_one_id_leaves_the_other_contained()
    {
        Given(1, s_mallory, Priors.OfUser("", [Admin]));
        Given(2, s_newMallory, Priors.OfUser("", []));
        Released(2, s_newMallory, CalledAt.AddMinutes(5));
        var book = LedgerBook.Read(Path, _texts);
        Assert.False(book.Of(s_mallory.Id)!.Released);
        Assert.True(book.Of(s_newMallory.Id)!.Released);
        Assert.Equal(2, book.Last);
    }

    /// <summary>A delivery that could not read the id wrote the first entry.</summary>
    [Fact]
    public void An_entry_without_an_id_counts_for_whoever_asks()
    {
        Given(1, s_mallory with { Id = null }, Priors.OfUser(null, [Admin]));
        Given(2, s_mallory, Priors.OfUser("", []));
        var state = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.Equal(("", s_mallory.Id), (state.Prior.Boundary, state.PrincipalId));
        Assert.Equal([Admin], state.Prior.Detached);
        Released(2, s_mallory, CalledAt.AddMinutes(5));
        Assert.False(LedgerBook.Read(Path, _texts).HasOpen);
    }

    [Fact]
    public void A_release_that_is_not_finished_says_what_it_has_done()
    {
        Given(1, s_mallory, Priors.OfUser("", [Admin]));
        Released(1, s_mallory, CalledAt.AddMinutes(1), isDone: false);
        var state = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.False(state.Released);
        Assert.Equal(["AttachUserPolicy " + Admin], state.Release!.Steps);
        Assert.Equal(["request-1"], state.ReleaseRequestIds);
    }

    [Fact]
    public void A_ledger_of_the_first_release_is_still_read()
    {
        _texts[Path] = """
            {"schema":"responder.quarantine/1","status":"contained",
            "principal":{"kind":"user","account":"123456789012","name":"mallory","id":"AIDAMALLORY000000001"},
            "prior":{"actions":["quarantine-user"],"boundary":"none","detached":["arn:aws:iam::aws:policy/AdministratorAccess"]},
            "incident":"/security/incidents/2026-03-04/event-1","containedAt":"2026-03-04T09:01:12.000Z",
            "release":{"at":"2026-03-04T09:05:00.000Z","by":"anna","requestIds":["r1"],"steps":["AttachUserPolicy x"]}}
            """;
        var state = LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!;
        Assert.Equal((false, "", Incident), (state.Released, state.Prior.Boundary, state.FirstIncident));
        Assert.Equal(["r1"], state.ReleaseRequestIds);
        Assert.Null(LedgerBook.Read(Path, _texts).Of(s_newMallory.Id));

        _texts[Path] = _texts[Path].Replace("\"contained\"", "\"released\"", StringComparison.Ordinal);
        Assert.True(LedgerBook.Read(Path, _texts).Of(s_mallory.Id)!.Released);
    }

    [Theory]
    [InlineData("0001", "hello")]
    [InlineData("0001", "{\"schema\":\"responder.quarantine/9\"}")]
    [InlineData("first", "{\"schema\":\"responder.quarantine/2\"}")]
    [InlineData("0001.releas", "{\"schema\":\"responder.quarantine-release/1\"}")]
    public void What_is_none_of_ours_is_named(string name, string text)
    {
        _texts[$"{Path}/{name}"] = text;
        var book = LedgerBook.Read(Path, _texts);
        Assert.Equal([$"{Path}/{name}"], book.Unreadable);
        Assert.Null(book.Of(null));
    }

    [Fact]
    public void The_name_of_a_call_is_its_subject_or_a_hash_of_a_long_one()
    {
        Assert.Equal("AttachUserPolicy " + Admin, CallName.Of("AttachUserPolicy", Admin));
        Assert.Equal("DeleteUserPermissionsBoundary", CallName.Of("DeleteUserPermissionsBoundary", null));
        var name = CallName.Of("AttachUserPolicy", LongArn("x"));
        Assert.StartsWith("AttachUserPolicy sha256:", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 1, 100);
        Assert.NotEqual(name, CallName.Of("AttachUserPolicy", LongArn("y")));
    }

    private static string LongArn(string name) => $"arn:aws:iam::123456789012:policy/{new string('p', 510)}/{name}{new string('n', 100)}";

    private void Given(int number, Principal principal, PriorState prior)
    {
        var texts = LedgerText.Entry(principal, prior, Incident, CalledAt.AddSeconds(number));
        for (var part = 1; part <= texts.Count; part++)
        {
            var name = LedgerBook.EntryName(Path, number);
            _texts[part == 1 ? name : LedgerBook.PartName(name, part)] = texts[part - 1];
        }
    }

    private void Released(int number, Principal principal, DateTimeOffset at, bool isDone = true) =>
        _texts[LedgerBook.ReleaseName(LedgerBook.EntryName(Path, number))] = LedgerText.Release(
            new ReleaseProgress(isDone, at, "arn:aws:sts::123456789012:assumed-role/ReleaseRole/anna")
            {
                TargetId = principal.Id,
                Steps = ["AttachUserPolicy " + Admin],
                RequestIds = ["request-1"],
            },
            "looked into");
}
