using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Facts;

namespace Responder.Records;

/// <summary>
/// What the causes have said in this hour: what this process knows, and the parameter through which all processes agree. It is written
/// after each page; in a storm that pages nobody, as seldom as the shared records are.
/// </summary>
internal sealed class SsmPageCounts(IAmazonSimpleSystemsManagement ssm, string name)
{
    private const int AlwaysWritten = 8;

    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _unwritten = new(StringComparer.Ordinal);
    private PageCounts _known = new("", []);
    private int _seen;
    private DateTimeOffset _triedAt;
    private bool _failed;
    private bool _isDistrusted;

    /// <summary>Counts anew, and until the hour ends only what this process tells: somebody else wrote the parameter.</summary>
    /// <param name="ours">What it said before.</param>
    public PageCounts Distrust(PageCounts ours, DateTimeOffset now)
    {
        lock (_lock)
        {
            Begin(PageCounts.HourOf(now));
            if (_isDistrusted) return _known;
            _isDistrusted = true;
            _unwritten.Clear();
            return _known = ours with { Hour = _known.Hour };
        }
    }

    public PageCounts Known(DateTimeOffset now)
    {
        lock (_lock)
        {
            Begin(PageCounts.HourOf(now));
            return _known;
        }
    }

    /// <summary>What the processes have counted together; remembered, too.</summary>
    /// <param name="read">The parameter, as it was just read.</param>
    public PageCounts Together(PageCounts read)
    {
        lock (_lock)
        {
            Begin(read.Hour);
            if (_isDistrusted) return _known;
            var ours = _known.Causes.ToDictionary(static c => c.Key, static c => c.Value, StringComparer.Ordinal);
            var together = new List<KeyValuePair<string, Told>>();
            foreach (var (key, told) in read.Causes)
            {
                var all = told with { Count = told.Count + _unwritten.GetValueOrDefault(key) };
                together.Add(KeyValuePair.Create(key, ours.Remove(key, out var known) ? known.Together(all) : all));
            }

            return _known = _known with { Causes = [.. _known.Causes.Where(c => ours.ContainsKey(c.Key)), .. together] };
        }
    }

    /// <summary>Counts what the event said; returns why that could not be written down, or null.</summary>
    /// <param name="isRead">False: the parameter was not read for this event, and what was not read is not overwritten.</param>
    public async Task<string?> CountAsync(
        Counted counted, bool paged, bool isRead, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Begin(PageCounts.HourOf(now));
            _known = _known.With(counted.Key, _known.Of(counted.Key).With(counted.Saying, paged));
            _unwritten[counted.Key] = _unwritten.GetValueOrDefault(counted.Key) + 1;
            _seen++;
            var due = paged || now - _triedAt >= s_interval || (!_failed && (_seen <= AlwaysWritten || int.IsPow2(_seen)));
            if (!due) return null;
            _triedAt = now;
        }

        try
        {
            if (!paged || !isRead) Together(PageCounts.Read(await ReadAsync(cancellationToken).ConfigureAwait(false), now));
            var (text, written) = Text();
            await ssm.PutParameterAsync(StandardParameter.Put(name, text), cancellationToken).ConfigureAwait(false);
            Wrote(written);
            return null;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            lock (_lock) _failed = true;
            return AwsFailure.Describe("PutParameter " + name, e);
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = [name] }, cancellationToken).ConfigureAwait(false);
        return answer.Parameters is [{ Value: { } text }] ? text : null;
    }

    private (string Text, Dictionary<string, int> Written) Text()
    {
        lock (_lock) return (_known.ToText(), new Dictionary<string, int>(_unwritten, StringComparer.Ordinal));
    }

    private void Wrote(Dictionary<string, int> written)
    {
        lock (_lock)
        {
            _failed = false;
            foreach (var (key, count) in written)
            {
                if (_unwritten.GetValueOrDefault(key) <= count) _unwritten.Remove(key);
                else _unwritten[key] -= count;
            }
        }
    }

    private void Begin(string hour)
    {
        if (_known.Hour == hour) return;
        (_known, _seen, _failed, _isDistrusted) = (new PageCounts(hour, []), 0, false, false);
        _unwritten.Clear();
    }
}
