using System.IO.Enumeration;
using Responder.Events;

namespace Responder.Logs;

/// <summary>One event of a file, or the reason why it could not be read as one.</summary>
/// <param name="File">The file as it was named, or the named folder with the path below it.</param>
/// <param name="Record">Number of the record in the file, from 1; malformed ones count.</param>
/// <param name="Parsed">The error of a malformed one names the line and what was expected there.</param>
public sealed record EventInput(string File, long Record, ParsedEvent Parsed);

/// <summary>What is the matter with an input.</summary>
public enum InputIssue
{
    /// <summary>It could not be read, or only in part.</summary>
    Unreadable,

    /// <summary>It is no log; the reason says what it is, in a word or two.</summary>
    NotOpened,

    /// <summary>It was read, and somebody should know this about it.</summary>
    Notice,
}

/// <summary>A file or folder that could not be read, or only in part, or that is worth a word.</summary>
public sealed record InputError(string Path, string Reason)
{
    public InputIssue Issue { get; init; }
}

/// <summary>
/// Reads events from files and folders. A file holds one EventBridge event, one bare record, a log file (<c>{"Records":[…]}</c>), a list,
/// JSON Lines of these, or what services wrap around them; packings and archives are recognized by their first bytes, and byte order marks
/// are skipped. Content never causes an exception.
/// </summary>
public static class EventReader
{
    /// <summary>How long to wait for an entry without bytes to open: this happens at once or, with a pipe, perhaps never.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>What the samples say about the world that they assume; nobody expects events in it.</summary>
    private const string Assumptions = "given.yaml";

    private static readonly EnumerationOptions s_everything = new() { IgnoreInaccessible = false, AttributesToSkip = 0 };

    /// <summary>What an entry of a folder is.</summary>
    private enum EntryKind
    {
        File,
        Folder,
        Link,

        /// <summary>Without bytes: a file, or a pipe.</summary>
        Empty,
        Assumptions,
    }

    /// <summary>Stands for standard input among the paths.</summary>
    public const string StandardInput = "-";

    /// <summary>The events of all paths in input order.</summary>
    /// <param name="onError">Told what could not be read; the rest is read anyway.</param>
    public static IEnumerable<EventInput> Read(IEnumerable<string> paths, Action<InputError> onError) =>
        Files(paths, onError).SelectMany(file => LogFile.Local(file.Path, withSize: false, file.IsNamed).Events(onError,
            CancellationToken.None));

    /// <summary>
    /// The files that the paths stand for, in the order of the paths. Of a folder it is every file below it, whatever its name, in ordinal
    /// order of the path, without following links; <c>given.yaml</c> is left out.
    /// </summary>
    /// <returns>Path of each file, and whether somebody named this very file.</returns>
    public static IEnumerable<(string Path, bool IsNamed)> Files(IEnumerable<string> paths, Action<InputError> onError)
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return (path, true);
                continue;
            }

            var found = new List<string>();
            Collect(path, "", found, onError);
            if (found.Count == 0) onError(new InputError(path, "the folder holds no file"));
            found.Sort(StringComparer.Ordinal);
            foreach (var below in found)
                yield return (path.EndsWith('/') || path.EndsWith(Path.DirectorySeparatorChar) ? path + below : path + "/" + below, false);
        }
    }

    /// <summary>The events of one file, in file order.</summary>
    public static IEnumerable<EventInput> ReadFile(string file, Action<InputError> onError) =>
        LogFile.Local(file, withSize: false).Events(onError, CancellationToken.None);

    /// <summary>The events of a stream that the caller has opened and will close.</summary>
    /// <param name="file">Name of the stream in events and errors; what is inside an archive has a longer one.</param>
    /// <param name="sieve">Asked about every bare record that can be judged by its surface; records it does not want are not built. Null:
    /// all are built.</param>
    /// <param name="onError">Told when the stream breaks off, and what it holds that is no log.</param>
    /// <param name="cancellationToken">Ends the events early, without an error.</param>
    /// <param name="isNamed">True: somebody named this very file as a log; false: it may be anything.</param>
    public static IEnumerable<EventInput> ReadStream(
        string file, Stream stream, RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken,
        bool isNamed = true) => new LogReading(sieve, onError, cancellationToken).Read(file, stream, isNamed);

    /// <summary>Opens a file to be read from beginning to end. Null when it cannot be; <paramref name="onError"/> is told why.</summary>
    public static Stream? Open(string file, Action<InputError> onError) => Open(file, file, onError);

    /// <param name="file">The file in errors.</param>
    /// <param name="path">Where it lies: a whole path spares asking for the current folder.</param>
    /// <param name="onError">Told why it cannot be opened.</param>
    internal static Stream? Open(string file, string path, Action<InputError> onError)
    {
        if (file == StandardInput) return Console.OpenStandardInput();
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (!stream.CanSeek) return stream;
            if (stream.Length is > 0 and var length) return new WholeFile(stream, length);
            if (!HasNoEnd(stream)) return stream;
            stream.Dispose();
            onError(new InputError(file, "a device that gives no text"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            stream?.Dispose();
            onError(new InputError(file, ReasonOf(e)));
            return null;
        }
    }

    /// <summary>One line that says why a file or folder could not be read.</summary>
    public static string ReasonOf(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or folder",
        UnauthorizedAccessException => "permission denied",
        _ => PlainText.OneLine(e.Message),
    };

    /// <summary>
    /// True for a device such as /dev/zero or /dev/urandom, which could be read forever: its length is 0, yet it delivers bytes that no
    /// text contains. Files below /proc have length 0 as well, but they hold text and are read.
    /// </summary>
    private static bool HasNoEnd(FileStream stream)
    {
        Span<byte> beginning = stackalloc byte[4096];
        beginning = beginning[..stream.Read(beginning)];
        stream.Position = 0;
        return beginning.Contains((byte)0) && !beginning.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
    }

    private static void Collect(string root, string below, List<string> found, Action<InputError> onError)
    {
        var empty = new List<string>();
        try
        {
            // The kind of each entry comes with the listing: many small files are listed faster without asking for each of them again.
            var entries = new FileSystemEnumerable<(string Name, EntryKind Kind)>(
                Path.Combine(root, below),
                (ref FileSystemEntry entry) =>
                    (below.Length == 0 ? entry.FileName.ToString() : string.Concat(below, "/", entry.FileName), KindOf(ref entry)),
                s_everything);
            foreach (var (name, kind) in entries)
            {
                switch (kind)
                {
                    // A link may lead back to a folder above it, or to what nobody named.
                    case EntryKind.Link: onError(new InputError(Path.Combine(root, name), "link") { Issue = InputIssue.NotOpened }); break;
                    case EntryKind.Folder: Collect(root, name, found, onError); break;
                    case EntryKind.Empty: empty.Add(name); break;
                    case EntryKind.File: found.Add(name); break;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onError(new InputError(Path.Combine(root, below), ReasonOf(e)));
        }

        var stuck = Stuck([.. empty.Select(name => Path.Combine(root, name))]);
        foreach (var (i, name) in empty.Index())
        {
            if (!stuck.Contains(i)) found.Add(name);
            else onError(new InputError(Path.Combine(root, name), "it does not open: perhaps a pipe to which nobody writes"));
        }
    }

    private static EntryKind KindOf(ref FileSystemEntry entry)
    {
        if ((entry.Attributes & FileAttributes.ReparsePoint) != 0) return EntryKind.Link;
        if (entry.IsDirectory) return EntryKind.Folder;
        if (entry.FileName.SequenceEqual(Assumptions)) return EntryKind.Assumptions;
        return !OperatingSystem.IsWindows() && entry.Length == 0 ? EntryKind.Empty : EntryKind.File;
    }

    /// <summary>
    /// Which of these files without bytes do not open. A named pipe in a folder would block the whole run until somebody wrote to it;
    /// nobody
    /// wants it to be read. A pipe that is named directly is read.
    /// </summary>
    private static HashSet<int> Stuck(string[] files)
    {
        var stuck = new HashSet<int>();
        var reached = 0;
        while (reached < files.Length)
        {
            var from = reached;
            var at = new System.Runtime.CompilerServices.StrongBox<int>(from);
            // A blocked open cannot be canceled, so it has a thread of its own, which ends with the process at the latest.
            var opening = Task.Factory.StartNew(
                () =>
                {
                    for (var i = from; i < files.Length; i++)
                    {
                        Volatile.Write(ref at.Value, i);
                        Open(files[i], static _ => { })?.Dispose();
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            int seen;
            do seen = Volatile.Read(ref at.Value);
            while (!opening.Wait(s_patience) && Volatile.Read(ref at.Value) != seen);
            if (opening.IsCompleted) break;
            stuck.Add(seen);
            reached = seen + 1;
        }

        return stuck;
    }
}
