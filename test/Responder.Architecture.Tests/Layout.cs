namespace Responder.Architecture.Tests;

/// <summary>The documented order (docs/architecture.md, "Layers"): an entry may use those before it, never those after it.</summary>
internal static class Layout
{
    /// <summary>A project, which of our projects it may use, and its folders in order; "." is the project's own folder.</summary>
    public static IReadOnlyList<Project> Projects { get; } =
    [
        new("Responder.Events", "Responder.Events", "everywhere", [], ["."]),
        new("Responder", "Responder.Core", "in the function, and everywhere else", ["Responder.Events"],
        [
            "Vocabulary", "Policies", "Detections", "Settings", "Aws", "Facts", "Decisions", "Containment", "Records", "Retention",
            "Paging", "Reporting", ".",
        ]),
        new("Responder.Lambda", "Responder.Lambda", "the function's executable", ["Responder.Events", "Responder"], ["."]),
        new("Responder.Operations", "Responder.Operations", "by hand", ["Responder.Events", "Responder"],
            ["Routing", "Installation", "ByHand", "Release", "Incidents", "Drill"]),
        new("Responder.Logs", "Responder.Logs", "command line", ["Responder.Events", "Responder"], ["."]),
        new("Responder.Integrity", "Responder.Integrity", "command line", ["Responder.Events", "Responder", "Responder.Logs"], ["."]),
        new("Responder.Analysis", "Responder.Analysis", "command line",
            ["Responder.Events", "Responder", "Responder.Operations", "Responder.Logs", "Responder.Integrity"],
        [
            "Tables", "Html", "Identities", "Bursts", "Backtest", "Hunting", "Timeline", "Evidence",
        ]),
        new("Responder.LocalAws", "Responder.LocalAws", "replay and tests", [],
            ["Protocol", "State", "Athena", "CloudTrail", "Iam", "Sns", "Ssm", "Sts", "."]),
        new("Responder.Cli", "responder", "the executable `responder`",
            ["Responder.Events", "Responder", "Responder.Operations", "Responder.Logs", "Responder.Integrity", "Responder.Analysis",
                "Responder.LocalAws"],
            ["Tables", "Terminal", "Output", "Replay", "Doctor", "Quickstart", "Redrive", "Athena", "Commands", "."]),
    ];

    /// <summary>The order in the form in which docs/architecture.md shows it.</summary>
    public static string Table =>
        "| Project | Runs | May use | Its folders, in order |\n|---|---|---|---|\n" + string.Concat(Projects.Select(static project =>
            $"| `{project.Name}` | {project.Runs} | "
                + $"{(project.MayUse.Count == 0 ? "nothing of ours" : string.Join(", ", project.MayUse.Select(Code)))} | "
            + $"{string.Join(", ", project.Folders.Select(static folder => folder == "." ? "its own files" : Code(folder)))} |\n"));

    private static string Code(string text) => $"`{text}`";

    /// <summary>The project and folder of a namespace; null if it is not ours.</summary>
    public static Place? PlaceOf(string @namespace)
    {
        var project = Projects.Where(p => @namespace == p.Name || @namespace.StartsWith(p.Name + ".", StringComparison.Ordinal))
            .MaxBy(static p => p.Name.Length);
        if (project is null) return null;
        if (@namespace.Length == project.Name.Length) return new Place(project, ".", ".");
        var below = @namespace[(project.Name.Length + 1)..].Split('.');
        return new Place(project, below[0], string.Join('/', below));
    }

    /// <param name="Assembly">The file name of the assembly, without .dll.</param>
    /// <param name="Runs">Where it runs, in a few words.</param>
    public sealed record Project(string Name, string Assembly, string Runs, IReadOnlyList<string> MayUse, IReadOnlyList<string> Folders);

    /// <param name="Folder">The folder below the project; "." is the project's own.</param>
    /// <param name="Path">The folder together with what lies below it.</param>
    public sealed record Place(Project Project, string Folder, string Path)
    {
        public override string ToString() => Path == "." ? Project.Name : Project.Name + "/" + Path;
    }
}
