using System.Text.RegularExpressions;
using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

public partial class CatalogTests
{
    public static TheoryData<string> Ids => [.. DetectionCatalog.Default.Detections.Select(static detection => detection.Info.Id)];

    [Fact]
    public void Ids_are_unique()
    {
        var ids = DetectionCatalog.Default.Detections.Select(static detection => detection.Info.Id).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.NotEmpty(ids);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Id_is_domain_dot_what_happened_in_kebab_case(string id) => Assert.Matches(IdFormat(), id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Id_is_also_the_name_of_the_samples_folder(string id) =>
        Assert.True(Directory.Exists(Path.Combine(Repository.Events, id)), id);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Metadata_is_complete(string id)
    {
        var info = Info(id);
        Assert.NotEmpty(info.Title);
        Assert.False(info.Title.EndsWith('.'), "a title has no full stop");
        Assert.True(info.Description.Length >= 40 && info.Description.EndsWith('.'), "a description is two or three whole sentences");
        Assert.True(info.Severity > Severity.None);
        Assert.NotEmpty(info.Techniques);
        Assert.All(info.Techniques, static technique => Assert.Matches(TechniqueFormat(), technique));
        Assert.NotEmpty(info.Controls);
        Assert.All(info.Controls, static control => Assert.Matches(ControlFormat(), control));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Runbook_tells_what_to_check_what_to_do_and_what_is_harmless(string id)
    {
        var runbook = Info(id).Runbook;
        Assert.All([runbook.CheckFirst, runbook.Do, runbook.BenignCauses], static steps =>
        {
            Assert.NotEmpty(steps);
            Assert.All(steps, static step => Assert.False(string.IsNullOrWhiteSpace(step)));
        });
        foreach (Match placeholder in Placeholder().Matches(string.Join('\n', [.. runbook.CheckFirst, .. runbook.Do])))
            Assert.Contains(
                placeholder.Value,
                (string[])["{account}", "{region}", "{target}", "{actor}", "{resource}", "{undo}", "{role}", "{user}", "{root}"]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Watches_name_what_they_want_to_see(string id)
    {
        var watches = Info(id).Watches;
        Assert.NotEmpty(watches);
        Assert.All(watches, static watch =>
        {
            if (watch.Kind == WatchKind.Calls)
                Assert.True(watch is { EventSource.Length: > 0, EventNames.Count: > 0 }, "a watch on calls names source and calls");
            if (watch.EventSource is { } source) Assert.Matches(SourceFormat(), source);
            Assert.All(watch.EventNames, static name => Assert.Matches(EventNameFormat(), name));
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Only_the_quarantine_of_a_new_administrator_contains_by_default(string id)
    {
        if (Info(id).DefaultStage == Stage.Contain) Assert.StartsWith("iam.", id, StringComparison.Ordinal);
        else Assert.Equal(Stage.Alert, Info(id).DefaultStage);
    }

    private static DetectionInfo Info(string id) => DetectionCatalog.Default.Find(id)!.Info;

    [GeneratedRegex(@"^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex IdFormat();

    [GeneratedRegex(@"^T\d{4}(\.\d{3})?$")]
    private static partial Regex TechniqueFormat();

    [GeneratedRegex(@"^(cis|pci-dss|soc2|hipaa|nist-800-53|iso-27001):[A-Za-z0-9.()-]+$")]
    private static partial Regex ControlFormat();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[a-z0-9-]+\.amazonaws\.com$")]
    private static partial Regex SourceFormat();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]+\*?$")]
    private static partial Regex EventNameFormat();
}
