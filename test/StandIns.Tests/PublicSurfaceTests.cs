namespace StandIns.Tests;

public class PublicSurfaceTests
{
    private static readonly string Approved = Path.Combine(AppContext.BaseDirectory, "PublicSurface.approved.txt");

#if OFFICIAL_AWS_PACKAGES
    [Fact]
    public void Official_packages_have_all_that_the_stand_ins_promise()
    {
        var official = PublicSurface.Lines().ToHashSet();
        var missing = File.ReadLines(Approved).Where(line => !official.Contains(line)).ToList();
        Assert.True(missing.Count == 0, $"The official packages do not have:\n{string.Join('\n', missing)}");
    }
#else
    [Fact]
    public void Public_surface_of_the_stand_ins_is_the_approved_one()
    {
        var actual = PublicSurface.Lines().ToList();
        var approved = File.ReadAllLines(Approved);
        if (actual.SequenceEqual(approved))
            return;
        var received = Path.Combine(AppContext.BaseDirectory, "PublicSurface.received.txt");
        File.WriteAllLines(received, actual);
        Assert.Fail(
            "The stand-ins promise something else than PublicSurface.approved.txt; if that is meant, and the official packages have it, "
                + $"copy {received} over it.\n"
            + string.Join(
                '\n', actual.Except(approved).Select(line => "+ " + line).Concat(approved.Except(actual).Select(line => "- " + line))));
    }

    [Fact]
    public void Stand_ins_cannot_be_mistaken_for_the_official_assemblies() =>
        Assert.All(PublicSurface.Assemblies, assembly => Assert.StartsWith("Responder.StandIn.", assembly.GetName().Name));
#endif
}
