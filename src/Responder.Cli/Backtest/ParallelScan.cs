namespace Responder.Cli.Backtest;

/// <summary>Reads files on several threads and hands them over in the order of the list, never many of them ahead.</summary>
internal static class ParallelScan
{
    /// <summary>Files that may be finished before the one that is handed over next, for each worker.</summary>
    private const int Ahead = 4;

    /// <summary>The files in their order; ends at the first that was not begun because of the cancellation.</summary>
    public static IEnumerable<FileScan> Run(IReadOnlyList<string> files, int workers, Func<string, FileScan> read, CancellationToken cancellationToken)
    {
        var scans = files.Select(static _ => new TaskCompletionSource<FileScan?>()).ToArray();
        using var ahead = new SemaphoreSlim(workers * Ahead);
        var next = -1;
        var abandoned = false;

        void Work()
        {
            while (true)
            {
                ahead.Wait(CancellationToken.None);
                var at = Interlocked.Increment(ref next);
                if (at >= scans.Length || Volatile.Read(ref abandoned)) return;
                try
                {
                    scans[at].SetResult(cancellationToken.IsCancellationRequested ? null : read(files[at]));
                }
                catch (Exception e)
                {
                    // It ends the run where the file is handed over, not here on a thread that nobody watches.
                    scans[at].SetException(e);
                }
            }
        }

        var threads = Enumerable.Range(0, workers)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        try
        {
            foreach (var scan in scans)
            {
                if (scan.Task.GetAwaiter().GetResult() is not { } file) yield break;
                yield return file;
                ahead.Release();
            }
        }
        finally
        {
            Volatile.Write(ref abandoned, true);
            ahead.Release(workers);
            Task.WaitAll(threads, CancellationToken.None);
        }
    }
}
