using System.Text;
using Responder.Analysis.Timeline;
using Responder.Cli.Tests.Integrity;
using Responder.Logs;

namespace Responder.Cli.Tests.Timeline;

/// <summary>Files that are fetched and unpacked ahead of time give the same events and errors as each file by itself.</summary>
public sealed class LoadedFileTests
{
    [Fact]
    public void Events_and_errors_are_those_of_the_files_in_their_order_in_whatever_state_they_are()
    {
        var log = Encoding.UTF8.GetBytes(
            string.Join('\n', Enumerable.Range(0, 60).Select(static i => Samples.Attach(id: $"e{i}").ToJsonString())));
        var packed = FakeTrail.Gzip(log);
        var damaged = packed.ToArray();
        damaged[packed.Length / 2] ^= 0x55;
        var noise = new byte[9 * 1024 * 1024];
        new Random(3).NextBytes(noise);
        var large = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Encoding.UTF8.GetString(log) + "\n", 300)));
        byte[][] contents =
        [
            log, packed, packed[..^9], packed[..(packed.Length / 2)], [.. packed[..^4], 1, 2, 3, 4], damaged, [.. packed, .. packed],
            [.. packed, 0, 0, 0, 0], FakeTrail.Gzip(packed), FakeTrail.Gzip([]), [],
            [0x1F, 0x8B], FakeTrail.Gzip([0x1F]), FakeTrail.Gzip([.. "\uFEFF"u8, .. log]), FakeTrail.Gzip(Encoding.Unicode.GetPreamble()),
            FakeTrail.Gzip(large), FakeTrail.Gzip(noise), large,
        ];
        Assert.True(large.Length > 9 * 1024 * 1024);
        List<LogFile> files = [.. contents.Select(static (content, i) => new LogFile($"{i}.gz", 0, (_, _) => new MemoryStream(content)))];
        files.Insert(3, new LogFile("missing.gz", 0, static (onError, _) =>
        {
            onError(new InputError("missing.gz", "no such file or folder"));
            return null;
        }));
        files.Insert(7, new LogFile("breaks.gz", 0, (_, _) => new Breaking(log)));
        files.Insert(9, new LogFile("s3://bucket/plain.json", 0, (_, _) => new MemoryStream(log)));
        files.Insert(9, new LogFile("pipe", 0, (_, _) => new MemoryStream(log)));

        var expected = Told((onError, cancellationToken) => files.SelectMany(file => file.Events(onError, cancellationToken)));
        Assert.Equal(expected, Told((onError, cancellationToken) => LoadedFile.Events(files, null, onError, cancellationToken)));
        Assert.True(expected.Count > 18_000, $"{expected.Count}");
        // What is missing, what breaks off, and the zeros behind the gzip data.
        Assert.Equal(3, expected.Count(static line => line.StartsWith("InputError", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_not_packed_and_lies_here_is_opened_once_and_in_its_turn()
    {
        var opened = new List<string>();
        var files = Enumerable.Range(0, 5).Select(i => new LogFile($"{i}.json", 0, (_, _) =>
        {
            opened.Add($"opened {i}");
            return new MemoryStream(Encoding.UTF8.GetBytes(Samples.Attach(id: $"e{i}").ToJsonString()));
        })).ToList();
        foreach (var input in LoadedFile.Events(files, null, static _ => { }, TestContext.Current.CancellationToken))
            opened.Add("read " + input.Parsed.Event!.EventId);
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(static i => (string[])[$"opened {i}", $"read e{i}"]), opened);
    }

    [Fact]
    public async Task An_interruption_ends_the_events_without_an_error()
    {
        using var interrupted = new CancellationTokenSource();
        var packed = FakeTrail.Gzip(Encoding.UTF8.GetBytes(Samples.Attach().ToJsonString()));
        var files = Enumerable.Range(0, 500).Select(i => new LogFile($"{i}.gz", 0, (_, _) => new MemoryStream(packed))).ToList();
        var (read, errors) = (0, new List<InputError>());
        foreach (var _ in LoadedFile.Events(files, null, errors.Add, interrupted.Token))
        {
            if (++read == 3) await interrupted.CancelAsync();
        }

        Assert.Equal((3, 0), (read, errors.Count));
    }

    private static List<string> Told(Func<Action<InputError>, CancellationToken, IEnumerable<EventInput>> read)
    {
        var told = new List<string>();
        foreach (var input in read(error => told.Add(error.ToString()), TestContext.Current.CancellationToken))
            told.Add($"{input.File}#{input.Record} {input.Parsed.Error} {input.Parsed.Event?.IncidentId}");
        return told;
    }

    /// <summary>A connection that breaks after the last byte.</summary>
    private sealed class Breaking(byte[] content) : ForwardStream
    {
        private int _at;

        public override int Read(Span<byte> buffer)
        {
            if (_at == content.Length) throw new IOException("the connection broke");
            var read = Math.Min(buffer.Length, content.Length - _at);
            content.AsSpan(_at, read).CopyTo(buffer);
            _at += read;
            return read;
        }
    }
}
