using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

/// <summary>One file of <c>events/</c>; events/README.md explains its name.</summary>
internal sealed record Sample(string Folder, string FileName)
{
    /// <summary>The name in the approved file, <c>folder/file</c>.</summary>
    public string Name => Folder + "/" + FileName;

    public string FullPath => Path.Combine(Repository.Events, Folder, FileName);

    public bool Fires => FileName.StartsWith("fires.", StringComparison.Ordinal);

    public bool Quiet => FileName.StartsWith("quiet.", StringComparison.Ordinal);

    /// <summary>The severity in the file name; null if the detection's own severity applies.</summary>
    public Severity? NamedSeverity => FileName.Split('.') is [_, var word, _, ..] && SeverityNames.TryParse(word, out var severity)
        ? severity
        : null;

    public byte[] Read() => File.ReadAllBytes(FullPath);

    public CloudTrailEvent Parse()
    {
        var parsed = EventParser.Parse(Read());
        Assert.True(parsed.Error is null, $"{Name}: {parsed.Error}");
        return parsed.Event!;
    }

    public override string ToString() => Name;

    /// <summary>Every sample, in ordinal order.</summary>
    public static IReadOnlyList<Sample> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Events, "*.json", SearchOption.AllDirectories)
            .Select(static path => new Sample(
                Path.GetRelativePath(Repository.Events, Path.GetDirectoryName(path)!).Replace('\\', '/'), Path.GetFileName(path)))
            .OrderBy(static sample => sample.Name, StringComparer.Ordinal),
    ];
}
