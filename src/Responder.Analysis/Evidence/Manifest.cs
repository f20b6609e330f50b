using System.Security.Cryptography;
using System.Text;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>
/// The SHA-256 sums of a package's files, as `sha256sum -c` reads them. They prove that a package was not changed, but only to somebody who
/// keeps the manifest (or its own sum) elsewhere: whoever changes a file can also write a new manifest.
/// </summary>
public static class Manifest
{
    public const string FileName = "SHA256SUMS";

    public static void Write(string folder, IEnumerable<string> names)
    {
        var text = new StringBuilder();
        foreach (var name in names.Order(StringComparer.Ordinal))
            text.Append(SumOf(Path.Combine(folder, name))).Append("  ").Append(name).Append('\n');
        File.WriteAllText(Path.Combine(folder, FileName), text.ToString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>
    /// What is wrong with a package, by file name; empty: nothing. Unlike sha256sum, it also reports files that the manifest does not name.
    /// </summary>
    /// <exception cref="UsageException">The manifest or a file of the package cannot be read.</exception>
    public static IReadOnlyList<string> Faults(string folder)
    {
        var faults = new List<string>();
        var named = new HashSet<string>(StringComparer.Ordinal) { FileName };
        try
        {
            foreach (var line in File.ReadAllLines(Path.Combine(folder, FileName)))
            {
                // A name must be that of a file directly in the package.
                if (line.Length <= 66 || line.AsSpan(64, 2) is not "  " || line[66..] is var name && Path.GetFileName(name) != name)
                    faults.Add("a line of the manifest is none");
                else if (!named.Add(name)) faults.Add(name + ": named twice");
                else if (!File.Exists(Path.Combine(folder, name))) faults.Add(name + ": missing");
                else if (SumOf(Path.Combine(folder, name)) != line[..64]) faults.Add(name + ": changed");
            }

            faults.AddRange(
                Directory.EnumerateFileSystemEntries(folder).Select(static path => Path.GetFileName(path)!)
                .Where(name => !named.Contains(name)).Order(StringComparer.Ordinal)
                .Select(static name => name + ": not in the manifest"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--verify: {EventReader.ReasonOf(e)}");
        }

        return named.Count == 1 && faults.Count == 0 ? ["the manifest names no file"] : faults;
    }

    private static string SumOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
