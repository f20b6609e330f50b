using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Cases;

/// <summary>
/// Checks calls of every kind that docs/severity.md describes, in each shape that CloudTrail gives them, against the severity that the
/// document promises.
/// </summary>
public class CaseTests
{
    public static TheoryData<string> Names { get; } = [.. Case.Lines.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_call_is_worth_what_the_severity_page_says(string name)
    {
        var one = Case.Read(name);
        var findings = DetectionCatalog.Default.Detect(one.Event);
        var severity = findings.Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max();
        var found = findings.Select(static finding => $"{finding.Detection.Id} {finding.Severity.Name()} {finding.Title}");
        Assert.True(severity >= one.Min && severity <= one.Max,
            $"{one.Call}: {severity.Name()}, expected {one.Min.Name()} to {one.Max.Name()} ({one.Why}) [{string.Join("; ", found)}]");
        Assert.All(findings, static finding => Assert.False(string.IsNullOrWhiteSpace(finding.Title)));
    }
}
