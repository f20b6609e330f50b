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
            if (File.Exists(full) && inputs.Any(input => string.Equals(Path.GetFullPath(input), full, StringComparison.OrdinalIgnoreCase)))
                throw new UsageException("--output: this file is one of the inputs");
            return new StreamWriter(full, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException("--output: " + PlainText.OneLine(e.Message));
        }
    }
}
