using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>
/// The template.yaml that the SAM translator deploys, and what cfn-lint says of every template. Both take seconds, so they are made only
/// once.
/// </summary>
internal static class Translated
{
    /// <summary>The templates of the checkout: template.yaml and every stack under infra/.</summary>
    public static IReadOnlyList<string> Templates { get; } =
        ["template.yaml", .. Directory.EnumerateFiles(Repository.PathOf("infra"), "*.yaml")
            .Select(static f => "infra/" + Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static readonly Lazy<string> s_path = new(static () =>
    {
        var path = Path.Combine(Path.GetTempPath(), $"responder-{Guid.NewGuid():N}.json");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(path);
        Python.Run("sam_transform.py", ["cfnlint", "samtranslator"], null, SamTemplate.FilePath, path);
        return path;
    });

    private static readonly Lazy<IReadOnlyDictionary<string, string>> s_findings = new(
        static () => Python.CfnLint([.. Templates.Select(static t => PathOf(t)), FilePath]));

    public static string FilePath => s_path.Value;

    public static JsonObject Read() => JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();

    /// <summary>What cfn-lint says of one of <see cref="Templates"/>.</summary>
    public static string FindingsOf(string template) => s_findings.Value[PathOf(template)];

    /// <summary>What cfn-lint says of the translated template.</summary>
    public static string Findings => s_findings.Value[FilePath];

    private static string PathOf(string template) => Repository.PathOf(template.Split('/'));
}
