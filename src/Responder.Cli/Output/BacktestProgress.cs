using System.Globalization;
using System.Text;
using Responder.Analysis.Backtest;

namespace Responder.Cli.Output;

/// <summary>
/// A line on a terminal that says how far the backtest is: share, files, rate, time left. It is cleared before anything else is written.
/// </summary>
/// <param name="terminal">Null: there is none, and nothing is shown.</param>
/// <param name="time">Clock for the rate and for how often the line is refreshed.</param>
internal sealed class BacktestProgress(TextWriter? terminal, int files, long totalBytes, TimeProvider time)
{
    private const int BarWidth = 20;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    private readonly long _started = time.GetTimestamp();
    private long _shownAt;
    private long _bytes;
    private long _records;
    private int _filesDone;
    private bool _isShown;

    public bool IsOn => terminal is not null;

    /// <summary>Adds stored bytes that a worker has read. Safe on any thread.</summary>
    public void AddBytes(int bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Adds a part that has been put into the result.</summary>
    public void Add(ScanPart part) => Add(part.Ids.Count + part.Malformed.Count + part.Skipped, part.IsLast);

    /// <param name="records">Number of records that have been dealt with since the last call.</param>
    /// <param name="isFileDone">True: another file has been read to its end.</param>
    public void Add(long records, bool isFileDone)
    {
        _records += records;
        if (isFileDone) _filesDone++;
        if (terminal is null || (_shownAt != 0 && time.GetElapsedTime(_shownAt) < s_interval)) return;
        _shownAt = time.GetTimestamp();
        terminal.Write("\r" + Line() + "\u001b[K");
        terminal.Flush();
        _isShown = true;
    }

    /// <summary>Clears the line, to make room for others.</summary>
    public void Clear()
    {
        if (!_isShown) return;
        terminal!.Write("\r\u001b[K");
        terminal.Flush();
        _isShown = false;
    }

    /// <summary>For example <c>[#####               ]  25 %  12 of 48 files  81,234 records a second  0:34 left</c>.</summary>
    private string Line()
    {
        var elapsed = time.GetElapsedTime(_started);
        var bytes = Math.Min(Interlocked.Read(ref _bytes), totalBytes);
        // If the sizes of the files are unknown, the number of files counts.
        var share = totalBytes > 0 ? (double)bytes / totalBytes : (double)_filesDone / Math.Max(1, files);
        var bar = (int)(share * BarWidth);
        var line = new StringBuilder().Append('[').Append('#', bar).Append(' ', BarWidth - bar);
        line.Append(CultureInfo.InvariantCulture, $"] {share * 100,3:0} %  {_filesDone:#,0} of {files:#,0} files");
        if (elapsed > TimeSpan.Zero) line.Append(CultureInfo.InvariantCulture, $"  {_records / elapsed.TotalSeconds:#,0} records a second");
        if (share > 0)
        {
            var left = (elapsed / share) - elapsed;
            line.Append(CultureInfo.InvariantCulture, $"  {(long)left.TotalMinutes}:{left.Seconds:00} left");
        }

        return line.ToString();
    }
}
