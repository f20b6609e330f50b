using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>
/// HTTP/1.1 over one kept connection, one call at a time: what the Runtime API on the loopback interface needs, and no more.
/// A general client would cost every cold start its connection pool, handlers and diagnostics before the first event is read.
/// </summary>
internal sealed class LoopbackHttp : IDisposable
{
    private const int MaximumHead = 64 * 1024;

    private readonly string _authority;
    private readonly string _host;
    private readonly int _port;
    private Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <param name="authority"><c>host:port</c>, the host a name or an address (IPv6 in brackets).</param>
    public LoopbackHttp(string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(authority.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _port))
            throw new FormatException($"'{authority}' is no host:port.");
        _authority = authority;
        _host = authority[..colon].Trim('[', ']');
    }

    internal sealed record Response(int Status, Dictionary<string, string> Headers, byte[] Body)
    {
        public string Header(string name) => Headers.GetValueOrDefault(name);
    }

    /// <exception cref="IOException">The connection broke, or what came is no HTTP.</exception>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public async Task<Response> SendAsync(
        string method, string path, IReadOnlyList<(string Name, string Value)> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var request = Request(method, path, headers, body.Span);
        for (var resend = _socket is not null; ; resend = false)
        {
            try
            {
                await ConnectAsync(cancellationToken).ConfigureAwait(false);
                for (var sent = 0; sent < request.Length;)
                    sent += await _socket.SendAsync(request.AsMemory(sent), SocketFlags.None, cancellationToken).ConfigureAwait(false);
                if (await FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    resend = false;
                    return await ReadAsync(cancellationToken).ConfigureAwait(false);
                }

                if (!resend)
                    throw new IOException("The Runtime API closed the connection without an answer.");
                Disconnect();
            }
            catch (SocketException) when (resend)
            {
                // The other side dropped the idle connection (a thaw after a long freeze): once more on a fresh one.
                Disconnect();
            }
            catch
            {
                Disconnect();
                throw;
            }
        }
    }

    public void Dispose() => Disconnect();

    private byte[] Request(string method, string path, IReadOnlyList<(string Name, string Value)> headers, ReadOnlySpan<byte> body)
    {
        var head = new StringBuilder(256).Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: ").Append(_authority)
            .Append("\r\nUser-Agent: responder-standin-lambda-runtime\r\n");
        foreach (var (name, value) in headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("\r\n");

        // One buffer and one send: with head and body apart, Nagle's algorithm and delayed acknowledgements cost 40 ms.
        var text = head.ToString();
        var request = new byte[text.Length + body.Length];
        Encoding.Latin1.GetBytes(text, request);
        body.CopyTo(request.AsSpan(text.Length));
        return request;
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_socket is not null)
            return;
        _start = _end = 0;
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (IPAddress.TryParse(_host, out var address))
            await _socket.ConnectAsync(new IPEndPoint(address, _port), cancellationToken).ConfigureAwait(false);
        else
            await _socket.ConnectAsync(_host, _port, cancellationToken).ConfigureAwait(false);
    }

    private void Disconnect()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>Receives more behind what is buffered; false when the other side closed.</summary>
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken).ConfigureAwait(false);
        _end += received;
        return received > 0;
    }

    private async Task FillOrThrowAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            throw new IOException("The Runtime API closed the connection in the middle of an answer.");
    }

    private async Task<Response> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (status, headers) = await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            if (status is >= 100 and <= 199)
                continue;
            var body = await ReadBodyAsync(status, headers, cancellationToken).ConfigureAwait(false);
            if (string.Equals(headers.GetValueOrDefault("Connection"), "close", StringComparison.OrdinalIgnoreCase))
                Disconnect();
            return new Response(status, headers, body);
        }
    }

    private async Task<(int Status, Dictionary<string, string> Headers)> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_end - _start > MaximumHead)
                throw new IOException("The head of the Runtime API's answer is too long.");
            await FillOrThrowAsync(cancellationToken).ConfigureAwait(false);
        }

        var lines = Encoding.Latin1.GetString(_buffer, _start, length).Split("\r\n");
        _start += length + 4;
        if (!lines[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || lines[0].Length < 12
            || !int.TryParse(lines[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new IOException($"The Runtime API answered with no HTTP/1.1 status line: {lines[0]}");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return (status, headers);
    }

    private async Task<byte[]> ReadBodyAsync(int status, Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (status is 204 or 304)
            return [];
        if (string.Equals(headers.GetValueOrDefault("Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase))
            return await ReadChunksAsync(cancellationToken).ConfigureAwait(false);
        if (headers.TryGetValue("Content-Length", out var text))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                throw new IOException($"The Runtime API sent no readable Content-Length: {text}");
            var body = new byte[length];
            await ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
            return body;
        }

        // Neither length nor chunks: the body ends with the connection.
        while (await FillAsync(cancellationToken).ConfigureAwait(false))
        {
        }

        var rest = _buffer.AsSpan(_start, _end - _start).ToArray();
        Disconnect();
        return rest;
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
            var semicolon = line.IndexOf(';', StringComparison.Ordinal);
            if (!int.TryParse(semicolon < 0 ? line : line[..semicolon], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length) || length < 0)
                throw new IOException($"The Runtime API sent no readable chunk length: {line}");
            if (length == 0)
                break;
            var chunk = new byte[length];
            await ReadExactlyAsync(chunk, cancellationToken).ConfigureAwait(false);
            body.Write(chunk);
            await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }

        while ((await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
        {
            // Trailers: none that matters here.
        }

        return body.ToArray();
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
        {
            if (_end - _start > MaximumHead)
                throw new IOException("A line of the Runtime API's answer is too long.");
            await FillOrThrowAsync(cancellationToken).ConfigureAwait(false);
        }

        var line = Encoding.Latin1.GetString(_buffer, _start, length);
        _start += length + 2;
        return line;
    }

    private async Task ReadExactlyAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var buffered = Math.Min(_end - _start, destination.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(destination.Span);
        _start += buffered;
        for (var read = buffered; read < destination.Length;)
        {
            var received = await _socket.ReceiveAsync(destination[read..], SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (received == 0)
                throw new IOException("The Runtime API closed the connection in the middle of an answer.");
            read += received;
        }
    }
}
