namespace Responder.Logs;

/// <summary>
/// Reads files on several threads and hands their parts over in the order of the list. Both the files and the parts that are read ahead are
/// limited, so a worker with a huge file waits for the files before it instead of holding all of it in memory.
/// </summary>
/// <typeparam name="TPart">A stretch of one file, so small that hundreds of them may wait.</typeparam>
public sealed class ParallelScan<TPart>
    where TPart : class
{
    /// <summary>How many groups per worker may be begun ahead, counted from the one that is being handed over.</summary>
    private const int GroupsAhead = 4;

    /// <summary>The same where a part may be a whole file, which takes memory.</summary>
    private const int FilesAhead = 2;

    /// <summary>Of many small files, so many one after the other are read by one worker, which hands their parts over together.</summary>
    private const int MaxGroup = 32;

    /// <summary>Limit on the waiting parts of all files; it does not apply to the group that is being handed over.</summary>
    private const int PartsAhead = 256;

    /// <summary>Limit on the waiting parts of the group that is being handed over.</summary>
    private const int PartsOfFirst = 16;

    private readonly object _lock = new();
    private readonly IReadOnlyList<LogFile> _files;
    private readonly Action<LogFile, Action<TPart>> _read;
    private readonly CancellationToken _cancellationToken;

    private readonly int _group;
    private readonly int _groups;

    /// <summary>A ring buffer, indexed by the group's number modulo its length.</summary>
    private readonly Slot?[] _slots;
    private int _next;
    private int _first;
    private int _waiting;
    private bool _abandoned;

    private ParallelScan(
        IReadOnlyList<LogFile> files, int workers, Action<LogFile, Action<TPart>> read, bool together, CancellationToken cancellationToken)
    {
        _files = files;
        _read = read;
        _cancellationToken = cancellationToken;
        // Only where there is enough for all workers until the end.
        _group = together ? Math.Clamp(files.Count / (workers * GroupsAhead * 8), 1, MaxGroup) : 1;
        _groups = (files.Count + _group - 1) / _group;
        _slots = new Slot?[workers * (together ? GroupsAhead : FilesAhead)];
    }

    /// <summary>A group of files that has been begun.</summary>
    private sealed class Slot
    {
        public Queue<TPart> Parts { get; } = new();

        public bool IsDone { get; set; }

        /// <summary>True: interrupted before all of its files were begun.</summary>
        public bool IsCut { get; set; }

        public Exception? Failure { get; set; }
    }

    /// <summary>The parts in the order of the files; ends at the first file that was not begun because of a cancellation.</summary>
    /// <param name="read">Called on a worker's thread for each file; gives the file's parts to its second argument.</param>
    /// <param name="together">True: parts are small, so several may be handed over at once; false: each as soon as it is there.</param>
    public static IEnumerable<TPart> Run(
        IReadOnlyList<LogFile> files, int workers, Action<LogFile, Action<TPart>> read, CancellationToken cancellationToken,
        bool together = true) =>
        new ParallelScan<TPart>(files, workers, read, together, cancellationToken).Run(Math.Min(workers, files.Count));

    private IEnumerable<TPart> Run(int workers)
    {
        var threads = Enumerable.Range(0, workers)
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            .ToArray();
        try
        {
            while (Take() is { } part) yield return part;
        }
        finally
        {
            lock (_lock)
            {
                _abandoned = true;
                Monitor.PulseAll(_lock);
            }

            Task.WaitAll(threads, CancellationToken.None);
        }
    }

    private void Work()
    {
        var ready = new List<TPart>();
        while (Begin() is var (at, slot))
        {
            try
            {
                var end = Math.Min(_files.Count, (at + 1) * _group);
                for (var i = at * _group; i < end && !slot.IsCut; i++)
                {
                    slot.IsCut = i > at * _group && _cancellationToken.IsCancellationRequested;
                    if (!slot.IsCut) _read(_files[i], Add);
                }

                Hand();
            }
            catch (Exception e)
            {
                // Rethrown where the file is handed over, not here on a thread that nobody watches.
                slot.Failure = e;
                ready.Clear();
            }

            void Add(TPart part)
            {
                ready.Add(part);
                if (ready.Count >= _group) Hand();
            }

            void Hand()
            {
                if (ready.Count > 0) Put(at, slot, ready);
                ready.Clear();
            }

            lock (_lock)
            {
                slot.IsDone = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Begins the next group; null when there is none, or when no more files are to be begun.</summary>
    private (int At, Slot Slot)? Begin()
    {
        lock (_lock)
        {
            while (!_abandoned && _next < _groups && _next - _first >= _slots.Length) Monitor.Wait(_lock);
            if (_abandoned || _next == _groups || _cancellationToken.IsCancellationRequested) return null;
            var slot = new Slot();
            _slots[_next % _slots.Length] = slot;
            return (_next++, slot);
        }
    }

    private void Put(int at, Slot slot, List<TPart> parts)
    {
        lock (_lock)
        {
            // The first group's parts must always get through, or all workers would wait forever.
            while (!_abandoned && (at == _first ? slot.Parts.Count >= PartsOfFirst : _waiting >= PartsAhead)) Monitor.Wait(_lock);
            if (_abandoned) throw new OperationCanceledException();
            foreach (var part in parts) slot.Parts.Enqueue(part);
            _waiting += parts.Count;
            if (at == _first) Monitor.PulseAll(_lock);
        }
    }

    private TPart? Take()
    {
        lock (_lock)
        {
            while (_first < _groups)
            {
                if (_slots[_first % _slots.Length] is not { } slot)
                {
                    // After a cancellation no worker begins this group any more.
                    if (_cancellationToken.IsCancellationRequested) return null;
                    Monitor.Wait(_lock, TimeSpan.FromMilliseconds(100));
                }
                else if (slot.Parts.TryDequeue(out var part))
                {
                    _waiting--;
                    Monitor.PulseAll(_lock);
                    return part;
                }
                else if (!slot.IsDone)
                {
                    Monitor.Wait(_lock);
                }
                else if (slot.Failure is { } failure)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
                }
                else if (slot.IsCut)
                {
                    return null;
                }
                else
                {
                    _slots[_first % _slots.Length] = null;
                    _first++;
                    Monitor.PulseAll(_lock);
                }
            }

            return null;
        }
    }
}
