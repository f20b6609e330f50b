using Responder.Events;

namespace Responder.Logs;

/// <summary>One event of a file, or the reason why it could not be read as one.</summary>
/// <param name="File">The file as it was named, or the named folder with the path below it.</param>
/// <param name="Record">Number of the record in the file, from 1; malformed ones count.</param>
/// <param name="Parsed">The error of a malformed one names the line and what was expected there.</param>
public sealed record EventInput(string File, long Record, ParsedEvent Parsed);

/// <summary>A file or folder that could not be read, or only in part.</summary>
public sealed record InputError(string Path, string Reason);

/// <summary>
/// Reads events from files and folders. A file holds one EventBridge event, one bare record, a log file (<c>{"Records":[…]}</c>), a list,
/// or JSON Lines of these; gzip is recognized by its first bytes, and a byte order mark is skipped. Content never causes an exception.
/// </summary>
public static class EventReader
{
    /// <summary>How long to wait for an entry without bytes to open: this happens at once or, with a pipe, perhaps never.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private static readonly string[] s_extensions = [".json", ".jsonl", ".gz"];

    private static readonly EnumerationOptions s_everything = new() { IgnoreInaccessible = false, AttributesToSkip = 0 };

    /// <summary>The events of all paths in input order.</summary>
    /// <param name="onError">Told what could not be read; the rest is read anyway.</param>
    public static IEnumerable<EventInput> Read(IEnumerable<string> paths, Action<InputError> onError) =>
        Files(paths, onError).SelectMany(file => ReadFile(file, onError));

    /// <summary>
    /// The files that the paths stand for, in the order of the paths. A folder is searched recursively for <c>*.json</c>, <c>*.jsonl</c>
    /// and <c>*.gz</c>, in ordinal order of the path below it, without following links to folders; a file that is named directly may have
    /// any name.
    /// </summary>
    public static IEnumerable<string> Files(IEnumerable<string> paths, Action<InputError> onError)
    {
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return path;
                continue;
            }

            var found = new List<string>();
            Collect(path, "", found, onError);
            if (found.Count == 0) onError(new InputError(path, "the folder holds no *.json, *.jsonl or *.gz file"));
            found.Sort(StringComparer.Ordinal);
            foreach (var below in found)
                yield return path.EndsWith('/') || path.EndsWith(Path.DirectorySeparatorChar) ? path + below : path + "/" + below;
        }
    }

    /// <summary>The events of one file, in file order.</summary>
    public static IEnumerable<EventInput> ReadFile(string file, Action<InputError> onError)
    {
        if (Open(file, onError) is not { } stream) yield break;
        using (stream)
        {
            foreach (var input in ReadStream(file, stream, sieve: null, onError, CancellationToken.None)) yield return input;
        }
    }

    /// <summary>The events of a stream that the caller has opened and will close.</summary>
    /// <param name="file">Name of the stream in events and errors.</param>
    /// <param name="sieve">Asked about every bare record that can be judged by its surface; records it does not want are not built. Null:
    /// all are built.</param>
    /// <param name="onError">Told when the stream breaks off.</param>
    /// <param name="cancellationToken">Ends the events early, without an error.</param>
    public static IEnumerable<EventInput> ReadStream(
        string file, Stream stream, RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken)
    {
        using var reader = new EventStream(stream, sieve, cancellationToken);
        while (reader.Next() is { } parsed) yield return new EventInput(file, reader.Records, parsed);
        if (reader.Unreadable is { } reason && !cancellationToken.IsCancellationRequested) onError(new InputError(file, reason));
    }

    /// <summary>Opens a file to be read from beginning to end. Null when it cannot be; <paramref name="onError"/> is told why.</summary>
    public static FileStream? Open(string file, Action<InputError> onError)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
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
        if (!stream.CanSeek || stream.Length > 0) return false;
        Span<byte> beginning = stackalloc byte[4096];
        beginning = beginning[..stream.Read(beginning)];
        stream.Position = 0;
        return beginning.Contains((byte)0) && !beginning.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
    }

    /// <summary>
    /// False for a named pipe in a folder, which would block the whole run until somebody wrote to it; nobody wants it to be read. A pipe
    /// that is named directly is read.
    /// </summary>
    private static bool Opens(FileSystemInfo entry)
    {
        if (!OperatingSystem.IsWindows() && entry is FileInfo { Exists: true, Length: 0 })
        {
            // A blocked open cannot be canceled, so it has a thread of its own, which ends with the process at the latest.
            var opening = Task.Factory.StartNew(
                () => Open(entry.FullName, static _ => { })?.Dispose(), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            return opening.Wait(s_patience);
        }

        return true;
    }

    private static void Collect(string root, string below, List<string> found, Action<InputError> onError)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(Path.Combine(root, below)).EnumerateFileSystemInfos("*", s_everything))
            {
                var name = below.Length == 0 ? entry.Name : below + "/" + entry.Name;
                if (entry is DirectoryInfo)
                {
                    // A link may lead back to a folder above it.
                    if (entry.LinkTarget is null) Collect(root, name, found, onError);
                }
                else if (s_extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase))
                {
                    if (Opens(entry)) found.Add(name);
                    else onError(new InputError(Path.Combine(root, name), "it does not open: perhaps a pipe to which nobody writes"));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            onError(new InputError(Path.Combine(root, below), ReasonOf(e)));
        }
    }
}
