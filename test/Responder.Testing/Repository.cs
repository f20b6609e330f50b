namespace Responder.Testing;

/// <summary>Locates the files of the checkout by walking up from the test assembly.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Events => Path.Combine(Root, "events");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// The C# files below these folders, as paths from the root with slashes, in ordinal order; without what builds leave behind.
    /// </summary>
    public static IReadOnlyList<string> Sources(params IEnumerable<string> folders) =>
    [
        .. folders.SelectMany(static folder => Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Select(static path => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(static path => !path.Split('/').Any(static part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Responder.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no Responder.sln above {AppContext.BaseDirectory}: tests read events/ of the checkout");
    }
}
