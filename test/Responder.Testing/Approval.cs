using System.Runtime.CompilerServices;

namespace Responder.Testing;

/// <summary>
/// Compares files that tests can write. <c>RESPONDER_APPROVE=1</c> rewrites them instead of comparing; review the difference, then commit.
/// </summary>
public static class Approval
{
    private const string Variable = "RESPONDER_APPROVE";

    public static bool IsGiven => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Fails if the file is not as it should be; with the approval, it is written instead.</summary>
    /// <param name="what">The beginning of the message, such as "The rules in template.yaml are".</param>
    /// <param name="test">The test's own file, from which the command to write it is derived.</param>
    public static void Check(string path, string fresh, string what, [CallerFilePath] string test = "")
    {
        var approved = File.Exists(path) ? File.ReadAllText(path) : "";
        if (approved == fresh) return;
        if (IsGiven) File.WriteAllText(path, fresh);
        else Assert.Fail($"{what} stale. To write: {Command(test)}\n{Difference(approved.Split('\n'), fresh.Split('\n'))}");
    }

    /// <summary>The command that approves the files of the calling test class.</summary>
    public static string Command([CallerFilePath] string test = "")
    {
        var parts = test.Replace('\\', '/').Split('/');
        var project = parts[Array.LastIndexOf(parts, "test") + 1];
        return $"{Variable}=1 dotnet test test/{project} --filter {Path.GetFileNameWithoutExtension(parts[^1])}";
    }

    private static string Difference(string[] approved, string[] fresh) => string.Join(
        '\n', [.. approved.Except(fresh, StringComparer.Ordinal).Select(static line => "- " + line),
            .. fresh.Except(approved, StringComparer.Ordinal).Select(static line => "+ " + line)]);
}
