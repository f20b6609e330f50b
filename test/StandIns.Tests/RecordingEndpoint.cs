using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StandIns.Tests;

/// <summary>A request as it was received: the target is not decoded, and header names may be in any case.</summary>
internal sealed record RecordedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>What the endpoint does in response to a request.</summary>
internal abstract record Answer
{
    /// <summary>A reply; if <paramref name="Chunked"/>, it is sent in two chunks instead of with a length.</summary>
    public sealed record Reply(
        int Status, string Body, string ContentType = "text/xml", (string Name, string Value)[]? Headers = null, bool Chunked = false)
        : Answer;

    /// <summary>The connection is reset.</summary>
    public sealed record Reset : Answer;

    /// <summary>No answer is ever sent.</summary>
    public sealed record Hang : Answer;

    /// <summary>A reply, after which the connection is closed without an announcement.</summary>
    public sealed record ReplyThenClose(Reply Last) : Answer;
}

/// <summary>A plain HTTP/1.1 server on loopback that records requests and can misbehave. Its behavior never depends on time.</summary>
internal sealed class RecordingEndpoint : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<RecordedRequest, int, Task<Answer>> _answer;
    private readonly List<RecordedRequest> _requests = [];
    private int _connections;

    /// <param name="answer">Makes the answer to a request from the request and its number, which counts from 0.</param>
    public RecordingEndpoint(Func<RecordedRequest, int, Answer> answer)
        : this((request, number) => Task.FromResult(answer(request, number)))
    {
    }

    public RecordingEndpoint(Func<RecordedRequest, int, Task<Answer>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public string Url => $"http://{Authority}";

    public int Connections => Volatile.Read(ref _connections);

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    int number;
                    lock (_requests)
                    {
                        number = _requests.Count;
                        _requests.Add(request);
                    }

                    switch (await _answer(request, number))
                    {
                        case Answer.Reply reply:
                            await WriteAsync(stream, reply);
                            break;
                        case Answer.ReplyThenClose closing:
                            await WriteAsync(stream, closing.Last);
                            return;
                        case Answer.Reset:
                            client.LingerState = new LingerOption(true, 0);
                            return;
                        case Answer.Hang:
                            await Task.Delay(Timeout.Infinite, _stop.Token);
                            return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away, for example after a time-out; its request is still recorded.
            }
        }
    }

    private async Task<RecordedRequest?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        if (headers.GetValueOrDefault("Expect") == "100-continue")
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        byte[] body;
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            var all = new List<byte>();
            while (await ChunkAsync(stream) is { Length: > 0 } chunk)
                all.AddRange(chunk);
            body = [.. all];
        }
        else
        {
            body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length") ?? "0", CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, _stop.Token);
        }

        return new RecordedRequest(words[0], words[1], headers, body);
    }

    private async Task<byte[]> ChunkAsync(NetworkStream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 2 || line[^1] != '\n')
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            line.Append((char)one[0]);
        }

        var chunk = new byte[int.Parse(line.ToString().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(chunk, _stop.Token);
        await stream.ReadExactlyAsync(new byte[2], _stop.Token);
        return chunk;
    }

    private async Task WriteAsync(NetworkStream stream, Answer.Reply reply)
    {
        var body = Encoding.UTF8.GetBytes(reply.Body);
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Answer\r\nContent-Type: {reply.ContentType}\r\n");
        foreach (var (name, value) in reply.Headers ?? [])
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        head.Append(
            reply.Chunked
            ? "Transfer-Encoding: chunked\r\n\r\n"
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.ToString()), _stop.Token);
        if (!reply.Chunked)
        {
            await stream.WriteAsync(body, _stop.Token);
            return;
        }

        foreach (var part in new[] { body[..(body.Length / 2)], body[(body.Length / 2)..] }.Where(part => part.Length > 0))
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{part.Length:x};extension=1\r\n"), _stop.Token);
            await stream.WriteAsync(part, _stop.Token);
            await stream.WriteAsync("\r\n"u8.ToArray(), _stop.Token);
        }

        await stream.WriteAsync("0\r\nTrailer: none\r\n\r\n"u8.ToArray(), _stop.Token);
    }
}
