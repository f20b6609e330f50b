using System.Globalization;
using System.Text;
using Responder.Cli.Terminal;
using Responder.Logs;

namespace Responder.Cli.Output;

/// <summary>
/// A line on a terminal that says how far the reading of logs is: share, files, bytes, rate, time left. It is cleared before anything else
/// is written.
/// </summary>
/// <param name="terminal">Null: there is none, and nothing is shown.</param>
/// <param name="time">Clock for the rate and for how often the line is refreshed.</param>
internal sealed class ReadingProgress(TextWriter? terminal, int files, long totalBytes, TimeProvider time)
{
    private const int BarWidth = 20;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private long _started = time.GetTimestamp();
    private long _shownAt;
    private long _bytes;
    private long _records;
    private int _filesDone;
    private int _pass = 1;
    private bool _isShown;

    /// <summary>Adds stored bytes that a worker has read, safe on any thread; null: nobody wants to know.</summary>
    public Action<int>? OnBytes => terminal is null ? null : bytes => Interlocked.Add(ref _bytes, bytes);

    /// <summary>For a run over these files; it is cleared before the run tells anything.</summary>
    public static ReadingProgress Of(LogRun run, IReadOnlyCollection<LogFile> files)
    {
        var progress = new ReadingProgress(
            run.Surroundings.ErrorIsTerminal ? run.Surroundings.Error : null, files.Count, files.Sum(static file => file.Bytes),
            run.Surroundings.Clock);
        run.BeforeTelling = progress.Clear;
        return progress;
    }

    /// <summary>The same files for somebody who reads all of them, perhaps several times; what is read of them is shown.</summary>
    public IEnumerable<LogFile> Watched(IEnumerable<LogFile> all) => OnBytes is not { } onBytes ? all : all.Select(file => file with
    {
        Open = (onError, cancellationToken) =>
        {
            lock (_lock)
            {
                if (_filesDone == files) BeginPass();
            }

            Add(records: 0, isFileDone: true);
            return file.Open(onError, cancellationToken) is { } stream ? new CountedStream(stream, onBytes) : null;
        },
    });

    /// <summary>Safe on any thread.</summary>
    /// <param name="records">Number of records that have been dealt with since the last call.</param>
    /// <param name="isFileDone">True: another file has been read to its end.</param>
    public void Add(long records, bool isFileDone)
    {
        if (terminal is null) return;
        lock (_lock)
        {
            _records += records;
            if (isFileDone) _filesDone++;
            if (_shownAt != 0 && time.GetElapsedTime(_shownAt) < s_interval) return;
            _shownAt = time.GetTimestamp();
            terminal.Write("\r" + Line() + "\u001b[K");
            terminal.Flush();
            _isShown = true;
        }
    }

    /// <summary>Clears the line, to make room for others.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (!_isShown) return;
            terminal!.Write("\r\u001b[K");
            terminal.Flush();
            _isShown = false;
        }
    }

    private void BeginPass()
    {
        (_filesDone, _records, _started) = (0, 0, time.GetTimestamp());
        Interlocked.Exchange(ref _bytes, 0);
        _pass++;
    }

    /// <summary>
    /// For example <c>[#####               ]  25 %  12 of 48 files  1.2 of 4.8 MB  81,234 records a second  0:34 left</c>.
    /// </summary>
    private string Line()
    {
        var elapsed = time.GetElapsedTime(_started);
        var bytes = Math.Min(Interlocked.Read(ref _bytes), totalBytes);
        // If the sizes of the files are unknown, the number of files counts.
        var share = totalBytes > 0 ? (double)bytes / totalBytes : (double)_filesDone / Math.Max(1, files);
        var bar = (int)(share * BarWidth);
        var line = new StringBuilder().Append('[').Append('#', bar).Append(' ', BarWidth - bar);
        line.Append(CultureInfo.InvariantCulture, $"] {share * 100,3:0} %  {_filesDone:#,0} of {files:#,0} files");
        if (totalBytes > 0) line.Append(CultureInfo.InvariantCulture, $"  {bytes / 1e6:#,0.0} of {totalBytes / 1e6:#,0.0} MB");
        if (elapsed > TimeSpan.Zero && _records > 0)
            line.Append(CultureInfo.InvariantCulture, $"  {_records / elapsed.TotalSeconds:#,0} records a second");
        else if (elapsed > TimeSpan.Zero && bytes > 0)
            line.Append(CultureInfo.InvariantCulture, $"  {bytes / 1e6 / elapsed.TotalSeconds:0.0} MB a second");
        if (share > 0)
        {
            var left = (elapsed / share) - elapsed;
            line.Append(CultureInfo.InvariantCulture, $"  {(long)left.TotalMinutes}:{left.Seconds:00} left");
        }

        if (_pass > 1) line.Append(CultureInfo.InvariantCulture, $", pass {_pass}");
        return line.ToString();
    }
}
