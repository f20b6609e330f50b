namespace Responder.Testing;

/// <summary>Locates the files of the checkout by walking up from the test assembly.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Events => Path.Combine(Root, "events");

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Responder.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no Responder.sln above {AppContext.BaseDirectory}: tests read events/ of the checkout");
    }
}
