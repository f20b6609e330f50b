using System.Text;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>The folder for the auditor. The manifest is written last, so a package without one is not finished.</summary>
public static class EvidencePackage
{
    public const string Statement =
        "This package shows what the given logs hold. `evidence` means that there is material, `partial` that some is missing or that logs "
            + "cannot show all of it, `no evidence` "
        + "that there is none; none of them says that a control is met. An auditor decides that.";

    private static readonly IReadOnlyList<(string Name, Func<EvidenceResult, string> Text)> s_files =
    [
        ("index.json", EvidenceJson.Index),
        ("report.html", Html),
        ("controls.csv", EvidenceCsv.Controls),
        ("events.csv", EvidenceCsv.Events),
        ("principals.csv", EvidenceCsv.Principals),
        ("findings.csv", EvidenceCsv.Findings),
        ("gaps.csv", EvidenceCsv.Gaps),
        ("inputs.csv", EvidenceCsv.Inputs),
        ("integrity.csv", EvidenceCsv.Integrity),
        ("incidents.csv", EvidenceCsv.Incidents),
    ];

    public static IEnumerable<string> Names => s_files.Select(static file => file.Name);

    /// <summary>Checks and creates the folder before hours are spent on reading.</summary>
    /// <exception cref="UsageException">The folder is not empty, is inside an input, or cannot be created.</exception>
    public static string Prepare(string folder, IEnumerable<string> inputs)
    {
        try
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
            foreach (var input in inputs.Where(Directory.Exists))
            {
                // A package written below an input would be read as logs the next time.
                if ((full + Path.DirectorySeparatorChar)
                    .StartsWith(
                        Path.TrimEndingDirectorySeparator(Path.GetFullPath(input)) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new UsageException("--output: the folder lies inside the logs");
            }

            if (Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
                throw new UsageException("--output: the folder holds something; name a new or an empty one");
            Directory.CreateDirectory(full);
            return full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException("--output: " + PlainText.OneLine(e.Message));
        }
    }

    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, EvidenceResult result)
    {
        foreach (var (name, text) in s_files)
            File.WriteAllText(Path.Combine(folder, name), text(result), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Manifest.Write(folder, Names);
    }

    private static string Html(EvidenceResult result)
    {
        using var text = new StringWriter { NewLine = "\n" };
        EvidencePage.Write(text, result);
        return text.ToString();
    }
}
