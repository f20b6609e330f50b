using System.Globalization;
using Responder.Tests.Evasions;
using static Responder.Tests.Sequences.Calls;

namespace Responder.Tests.Sequences;

/// <summary>
/// Scripted attacks and accidents, each in every order of delivery, with copies and new environments. A new one is a few lines of data.
/// </summary>
[Trap("E21")]
[Trap("E22")]
[Trap("E31")]
public sealed class SequenceTests
{
    private const string Narrow = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    private const string Escalation = "arn:aws:iam::aws:policy/PowerUserAccess";

    private static readonly Sequence[] s_all =
    [
        new("a grant", Attach("mallory")) { Contained = ["mallory"] },
        new("a grant by an inline policy", PutInline("mallory")) { Contained = ["mallory"] },
        new("a grant to somebody who has a boundary", Attach("mallory")) { Boundary = Narrow, Contained = ["mallory"] },
        new("the same grant twice", Attach("mallory"), Seconds(5), Attach("mallory")) { Contained = ["mallory"] },
        new("a grant in two ways", Attach("mallory"), PutInline("mallory")) { Contained = ["mallory"] },
        new("a grant while IAM's reads lag", Attach("mallory")) { Contained = ["mallory"], ReadLag = TimeSpan.FromSeconds(3) },
        new("a user made and given everything while IAM's reads lag", Create("trudy"), Attach("trudy"))
        {
            Contained = ["trudy"],
            ReadLag = TimeSpan.FromSeconds(4),
        },
        new("a user made and given everything", Create("trudy"), Attach("trudy")) { Contained = ["trudy"] },

        new("renamed right after the grant", Attach("mallory"), Rename("mallory", "ghost")) { Contained = ["mallory"] },
        new("renamed twice after the grant", Attach("mallory"), Rename("mallory", "ghost"), Rename("ghost", "shade")),
        new("renamed and a decoy made under the old name", Attach("mallory"), Rename("mallory", "ghost"), Create("mallory"))
        {
            Contained = ["mallory"],
            Free = ["mallory made anew"],
        },
        new("renamed, and the decoy is given something, too",
            Attach("mallory"), Rename("mallory", "ghost"), Create("mallory"), Attach("mallory"))
        {
            Contained = ["mallory", "mallory made anew"],
        },
        new("renamed there and back", Attach("mallory"), Rename("mallory", "ghost"), Rename("ghost", "mallory"))
        {
            Contained = ["mallory"],
        },
        new("renamed before the grant", Rename("mallory", "ghost"), Attach("ghost")) { Contained = ["mallory"] },
        new("an ordinary rename", Rename("mallory", "maria")) { Contained = [], Free = ["mallory"], IsAttack = false },
        new("renamed after an inline grant", PutInline("mallory"), Rename("mallory", "ghost")) { Contained = ["mallory"] },
        new("contained and renamed twice", Attach("mallory"), Seconds(5), Rename("mallory", "ghost"), Rename("ghost", "shade"),
            Unbound("shade")),
        new("renamed so that only the case differs", Attach("mallory"), Rename("mallory", "Mallory"), Seconds(30), Release),
        new("contained, renamed there and back, and released",
            Attach("mallory"), PutInline("mallory"), Seconds(5), Rename("mallory", "ghost"), Rename("ghost", "mallory"), Seconds(30),
            Release),
        new("a throwaway user under the old name of an administrator",
            Attach("mallory"), Release, Rename("mallory", "maria"), Minutes(20), Create("mallory"), Attach("mallory"),
            Detach("mallory"), Delete("mallory"))
        {
            IsAttack = false,
        },
        new("two users trade names",
            Attach("mallory"), Rename("mallory", "nobody"), Rename("trent", "mallory"), Rename("nobody", "trent"))
        {
            Users = ["mallory", "trent"],
            HitsNamesake = true,
        },
        new("renamed while IAM's reads lag", Attach("mallory"), Rename("mallory", "ghost"))
        {
            Contained = ["mallory"],
            ReadLag = TimeSpan.FromSeconds(3),
        },

        new("deleted after the grant", Attach("mallory"), Detach("mallory"), Delete("mallory")) { Contained = [] },
        new("deleted and made anew", Attach("mallory"), Detach("mallory"), Delete("mallory"), Create("mallory"))
        {
            Free = ["mallory made anew"],
        },
        new("attach, use, detach", Attach("mallory"), Detach("mallory")) { Contained = ["mallory"] },
        new("attach and detach, both told an hour later", Attach("mallory"), Detach("mallory"), Minutes(60)),

        new("the boundary taken off after the grant", Attach("mallory"), Seconds(5), Unbound("mallory")) { Contained = ["mallory"] },
        new("the boundary replaced after the grant", Attach("mallory"), Seconds(5), Bound("mallory", Narrow)) { Contained = ["mallory"] },
        new("a boundary taken off before the grant", Unbound("mallory"), Seconds(5), Attach("mallory"))
        {
            Boundary = Narrow,
            Contained = ["mallory"],
        },
        new("the policy attached again", Attach("mallory"), Seconds(5), Attach("mallory"), Seconds(5), Attach("mallory"))
        {
            Contained = ["mallory"],
        },
        new("contained, renamed, and the boundary taken off under the new name",
            Attach("mallory"), Seconds(5), Rename("mallory", "ghost"), Unbound("ghost"))
        {
            Contained = ["mallory"],
        },

        new("released", Attach("mallory"), Seconds(30), Release),
        new("released after IAM's reads lagged", Attach("mallory"), Seconds(30), Release) { ReadLag = TimeSpan.FromSeconds(3) },
        new("given a second policy while contained, and released",
            MakeTool(All), Attach("mallory"), Seconds(30), Attach("mallory", Tool), Seconds(30), Release),
        new("released, with a boundary from before", Attach("mallory"), Seconds(30), Release) { Boundary = Narrow },
        new("released and given everything again", Attach("mallory"), Seconds(30), Release, Seconds(30), Attach("mallory")),
        new("released between two grants", Attach("mallory"), PutInline("mallory"), Seconds(30), Release),
        new("released twice", Attach("mallory"), Release, Seconds(30), Attach("mallory"), Release),
        new("renamed and released", Attach("mallory"), Rename("mallory", "ghost"), Seconds(30), Release),
        new("released, then deleted and made anew", Attach("mallory"), Release, Detach("mallory"), Delete("mallory"), Create("mallory"))
        {
            Free = ["mallory made anew"],
        },
        new("the boundary taken off and released", Attach("mallory"), Unbound("mallory"), Seconds(30), Release),

        new("two users at once", Attach("mallory"), Attach("trent")) { Users = ["mallory", "trent"], Contained = ["mallory", "trent"] },
        new("two users and one release", Attach("mallory"), Attach("trent"), Seconds(30), Release) { Users = ["mallory", "trent"] },
        new("three users", Attach("mallory"), Attach("trent"), Attach("oscar")) { Users = ["mallory", "trent", "oscar"] },
        new("a policy that is no administrator's", Attach("mallory", Escalation)) { Free = ["mallory"], IsAttack = false },
        new("nothing was given", Detach("mallory"), Bound("mallory", Narrow)) { Free = ["mallory"], IsAttack = false },
        new("a group of administrators joined", Join("mallory", "admins")),
        new("a group joined and left", Join("mallory", "admins"), Leave("mallory", "admins")),

        new("in a member account", Attach("mallory")) { Account = "210987654321" },
        new("renamed in a member account", Attach("mallory"), Rename("mallory", "ghost")) { Account = "210987654321" },
        new("the function's clock is five seconds ahead", Attach("mallory"), Unbound("mallory"))
        {
            ClockAhead = TimeSpan.FromSeconds(5),
            Contained = ["mallory"],
        },
        new("the function's clock is five seconds behind", Attach("mallory"), Unbound("mallory"))
        {
            ClockAhead = TimeSpan.FromSeconds(-5),
            Contained = ["mallory"],
        },
        new("a customer policy that is equal to administrator", MakeTool(All), Seconds(60), Attach("mallory", Tool))
        {
            Contained = ["mallory"],
        },
        new("a new harmless version after the attachment", MakeTool(All), Seconds(60), Attach("mallory", Tool), Untold(NewVersion(Little)))
        {
            Contained = ["mallory"],
        },
        new("a new harmless version after the attachment, and all told an hour later",
            MakeTool(All), Seconds(60), Attach("mallory", Tool), Untold(NewVersion(Little)), Minutes(60))
        {
            IsAttack = false,
        },
        new("a new harmless version, and the one before deleted",
            MakeTool(All), Seconds(60), Attach("mallory", Tool), Untold(NewVersion(Little)), Untold(DeleteVersion("v1"))),
        new("an old harmless version made the default after the attachment",
            MakeTool(Little), Untold(NewVersion(All)), Seconds(60), Attach("mallory", Tool), Untold(MakeDefault("v1"))),
        new("a harmless version that lay ready made the default after the attachment",
            MakeTool(All), Untold(NewVersion(Little, isDefault: false)), Seconds(60), Attach("mallory", Tool), Untold(MakeDefault("v2"))),
        new("a version made the default after the attachment",
            MakeTool(Little), Untold(NewVersion(All, isDefault: false)), Seconds(60), Attach("mallory", Tool), MakeDefault("v2"))
        {
            Contained = ["mallory"],
        },
        new("a new version after the attachment, equal to administrator",
            MakeTool(Little), Seconds(60), Attach("mallory", Tool), NewVersion(All))
        {
            Contained = ["mallory"],
        },
        new("a version that two have made the default", MakeTool(Little), Untold(NewVersion(All, isDefault: false)), Seconds(60),
            Untold(Attach("mallory", Tool)), Untold(Attach("trent", Tool)), MakeDefault("v2"))
        {
            Users = ["mallory", "trent"],
            Free = ["mallory", "trent"],
        },
        new("released, with a policy of versions", MakeTool(All), Seconds(60), Attach("mallory", Tool), Seconds(30), Release),

        new("two incidents of one user and two releases",
            Attach("mallory"), Seconds(30), Release, Seconds(30), PutInline("mallory"), Seconds(30), Release),
        new("two users and two releases", Attach("mallory"), Attach("trent"), Seconds(30), Release, Seconds(30), Release)
        {
            Users = ["mallory", "trent"],
        },
        new("released while the boundary is taken off, and taken off again",
            Attach("mallory"), Seconds(5), Unbound("mallory"), Seconds(5), Release, Seconds(5), Unbound("mallory")),
        new("released and bounded by somebody", Attach("mallory"), Seconds(30), Release, Seconds(5), Bound("mallory", Narrow)),
        new("contained twice with a boundary set by hand between",
            Attach("mallory"), Seconds(30), Bound("mallory", Narrow), Seconds(30), PutInline("mallory"), Seconds(30), Release),
        new("released in a member account", Attach("mallory"), Seconds(30), Release, Seconds(30), Attach("mallory"))
        {
            Account = "210987654321",
        },
        new("renamed and made anew in a member account", Attach("mallory"), Rename("mallory", "ghost"), Create("mallory"))
        {
            Account = "210987654321",
            Free = ["mallory made anew"],
        },
        new("the release role attaches the policy by hand", ByReleaseRole(Attach("mallory"))) { Contained = ["mallory"] },
        new("the release role gives a released user another policy",
            Attach("mallory"), Seconds(30), Release, Seconds(30), ByReleaseRole(PutInline("mallory")))
        {
            Contained = ["mallory"],
        },
        new("the release role takes the boundary off without a plan", Attach("mallory"), Seconds(5), ByReleaseRole(Unbound("mallory")))
        {
            Contained = ["mallory"],
        },
        new("the release role attaches after the release what was there before",
            Attach("mallory"), Seconds(30), Release, Minutes(20), ByReleaseRole(Detach("mallory")), ByReleaseRole(Attach("mallory"))),
        new("a group left and joined again", Join("mallory", "admins"), Seconds(30), Leave("mallory", "admins"), Join("mallory", "admins")),
        new("the clocks differ and the user is renamed", Attach("mallory"), Rename("mallory", "ghost"), Unbound("ghost"))
        {
            ClockAhead = TimeSpan.FromSeconds(4),
        },
        new("the clocks differ and a release comes between", Attach("mallory"), Seconds(30), Release, Attach("mallory"))
        {
            ClockAhead = TimeSpan.FromSeconds(-4),
        },

        new("SSM answers no read", Attach("mallory"), Rename("mallory", "ghost")) { Throttled = ("ssm", "GetParameters") },
        new("SSM takes no write", Attach("mallory"), Rename("mallory", "ghost")) { Throttled = ("ssm", "PutParameter") },
        new("IAM does not list holders", Attach("mallory"), Rename("mallory", "ghost")) { Throttled = ("iam", "ListEntitiesForPolicy") },
        new("IAM does not show users", Attach("mallory")) { Throttled = ("iam", "GetUser") },
    ];

    public static TheoryData<string> Names => [.. s_all.Select(static s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_the_order_what_is_said_is_so(string name)
    {
        var (plays, broken) = await SequencePlay.AllAsync(s_all.Single(s => s.Name == name));
        TestContext.Current.TestOutputHelper?.WriteLine($"{plays} plays of \"{name}\"");
        Assert.True(broken.Count == 0, $"{broken.Count} broken invariants in {plays} plays:\n{string.Join('\n', broken.Take(30))}");
    }

    /// <summary>An invariant that cannot break proves nothing.</summary>
    [Theory]
    [InlineData(nameof(Planted.NothingStands), "a grant", "a page says contained, and mallory has no boundary of ours")]
    [InlineData(nameof(Planted.BystanderContained), "a grant", "eve was contained without a grant")]
    [InlineData(
        nameof(Planted.ReleaseWidens), "released", "released mallory has arn:aws:iam::aws:policy/IAMFullAccess, which he did not have")]
    [InlineData(nameof(Planted.PagesLost), "a grant", "nobody was paged about AttachUserPolicy")]
    [InlineData(nameof(Planted.PagesRepeated), "a grant", "4 pages for one delivery")]
    [InlineData(nameof(Planted.PlaceSpent), "a grant", "5 places for 1 who were given something")]
    public async Task Each_invariant_fails_on_a_planted_fault(string planted, string name, string expected)
    {
        var (_, broken) = await SequencePlay.AllAsync(s_all.Single(s => s.Name == name), Enum.Parse<Planted>(planted));
        Assert.Contains(broken, line => line.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void The_number_of_sequences_and_plays_is_the_one_that_is_told()
    {
        Assert.Distinct(s_all.Select(static s => s.Name));
        var told = string.Create(
            CultureInfo.InvariantCulture, $"{s_all.Length} sequences in {s_all.Sum(SequencePlay.PlaysOf):N0} plays");
        TestContext.Current.TestOutputHelper?.WriteLine(told);
        Assert.Contains(told, File.ReadAllText(Repository.PathOf("docs/development.md")), StringComparison.Ordinal);
    }
}
