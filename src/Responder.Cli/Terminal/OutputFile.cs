using System.Text;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Terminal;

/// <summary>The file that `--output` names.</summary>
internal static class OutputFile
{
    /// <exception cref="UsageException">The file cannot be written, or is one of the inputs.</exception>
    public static StreamWriter Create(string path, IReadOnlyList<string> inputs)
    {
        try
        {
            var full = Path.GetFullPath(path);
            // The findings of an input that is emptied before it is read would never be seen.
            if (File.Exists(full) && inputs.Any(input => MayBe(input, full)
                && string.Equals(Path.GetFullPath(input), full, StringComparison.OrdinalIgnoreCase)))
                throw new UsageException("--output: this file is one of the inputs");
            return new StreamWriter(full, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException("--output: " + PlainText.OneLine(e.Message));
        }
    }

    /// <summary>False: the last name of the path is another one. For a whole path the system is asked where we are.</summary>
    private static bool MayBe(string input, string full) =>
        Path.GetFileName(input.AsSpan()).Equals(Path.GetFileName(full.AsSpan()), StringComparison.OrdinalIgnoreCase);
}
