using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Responder.Testing;

/// <summary>
/// Runs commands in the shells of this machine. There <c>aws</c> and <c>responder</c> are the only programs, and do nothing but write down
/// their words.
/// </summary>
public static class RealShells
{
    private static readonly string[] s_wanted = ["sh", "dash", "bash", "zsh"];

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Each command in a subshell of its own, so that none reaches the next one.</summary>
    private const string Loop = """
        N=0
        while IFS= read -r line <&3
        do
            N=$((N + 1))
            export N
            (eval "$line") </dev/null 3<&-
        done 3<"$COMMANDS"
        """;

    private const string Recorder = """
        #!/bin/sh
        printf '%s\0' "$N" "$(($# + 1))" "${0##*/}" "$@" >>"$RECORDS"

        """;

    /// <summary>True if the command sh runs dash, as on Debian: then dash stands for both.</summary>
    public static bool IsShDash { get; } = PathOf("sh") is { } sh
        && Path.GetFileName(File.ResolveLinkTarget(sh, returnFinalTarget: true)?.FullName) == "dash";

    /// <summary>Name and path of each shell that is here.</summary>
    public static IReadOnlyDictionary<string, string> Present { get; } = s_wanted
        .Where(static name => name != "sh" || !IsShDash)
        .Select(static name => (name, Path: PathOf(name))).Where(static shell => shell.Path is not null)
        .ToDictionary(static shell => shell.name, static shell => shell.Path!);

    public static IEnumerable<string> Missing => s_wanted.Where(static name => PathOf(name) is null);

    /// <summary>
    /// What is wrong when the commands run in a shell, one line each: other programs or words than intended, output, files. Empty when
    /// each command runs exactly one program with exactly the intended words.
    /// </summary>
    public static IReadOnlyList<string> Violations(string shell, IReadOnlyList<(string Command, IReadOnlyList<string> Words)> commands)
    {
        var folder = Directory.CreateTempSubdirectory("shells-").FullName;
        try
        {
            return Run(folder, Present[shell], commands);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Run(string folder, string shell, IReadOnlyList<(string Command, IReadOnlyList<string> Words)> commands)
    {
        var (bin, work) = (Path.Combine(folder, "programs"), Path.Combine(folder, "work"));
        Directory.CreateDirectory(bin);
        Directory.CreateDirectory(work);
        foreach (var name in (string[])["aws", "responder"])
        {
            var path = Path.Combine(bin, name);
            File.WriteAllText(path, Recorder.ReplaceLineEndings("\n"));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var (list, records) = (Path.Combine(folder, "commands"), Path.Combine(folder, "records"));
        // A line break in a command runs what follows it, as it would in a terminal.
        File.WriteAllText(list, string.Concat(commands.Select(static c => c.Command.Replace('\n', ';') + "\n")));
        File.WriteAllText(records, "");
        var start = new ProcessStartInfo(shell, ["-c", Loop.ReplaceLineEndings("\n")])
        {
            WorkingDirectory = work,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[
            ("PATH", bin), ("HOME", work), ("COMMANDS", list), ("RECORDS", records)]) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            return ["the shell did not end"];
        }

        var violations = new List<string>();
        var runs = Records(File.ReadAllBytes(records)).ToLookup(static run => run.Number, static run => run.Words);
        for (var i = 0; i < commands.Count; i++)
        {
            string[][] ran = [.. runs[i + 1]];
            if (ran.Length != 1 || !ran[0].SequenceEqual(commands[i].Words))
            {
                var programs = string.Join(" AND ", ran.Select(static words => string.Join(" | ", words)));
                violations.Add($"{commands[i].Command}\n  ran {programs}\n  not {string.Join(" | ", commands[i].Words)}");
            }
        }

        violations.AddRange(Directory.EnumerateFileSystemEntries(work).Select(static path => "made a file: " + Path.GetFileName(path)));
        foreach (var text in (string[])[output.Result, errors.Result])
        {
            if (text.Length > 0) violations.Add("said: " + text[..Math.Min(text.Length, 1000)]);
        }

        return violations;
    }

    /// <summary>The number of each command that ran, and its words.</summary>
    private static IEnumerable<(int Number, string[] Words)> Records(byte[] bytes)
    {
        var fields = Encoding.UTF8.GetString(bytes).Split('\0');
        for (var at = 0; at + 1 < fields.Length;)
        {
            var number = int.Parse(fields[at], CultureInfo.InvariantCulture);
            var count = int.Parse(fields[at + 1], CultureInfo.InvariantCulture);
            yield return (number, fields[(at + 2)..(at + 2 + count)]);
            at += 2 + count;
        }
    }

    private static string? PathOf(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
