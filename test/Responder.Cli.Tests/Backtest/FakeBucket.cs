using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace Responder.Cli.Tests.Backtest;

/// <summary>An S3 bucket on loopback, path style: it serves objects and lists their keys in byte order, two per page.</summary>
internal sealed class FakeBucket : IDisposable
{
    private const int PageSize = 2;

    private readonly HttpListener _listener = new();
    private readonly SortedDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly Task _serving;

    public FakeBucket(string name)
    {
        Name = name;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    public string Name { get; }

    public string Url { get; }

    /// <summary>The keys that were read, and <c>?</c> for each page that was listed.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Keys that are listed but may not be read.</summary>
    public HashSet<string> Refused { get; } = [];

    public void Put(string key, byte[] content) => _objects[key] = content;

    public void Dispose()
    {
        _listener.Close();
        _serving.GetAwaiter().GetResult();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // the bucket was disposed
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = Uri.UnescapeDataString(context.Request.Url!.AbsolutePath).TrimStart('/').Split('/', 2);
        var key = path.Length > 1 ? path[1] : "";
        var (status, type, body) = path[0] != Name ? Error(404, "NoSuchBucket")
            : key.Length == 0 ? (200, "application/xml", Page(HttpUtility.ParseQueryString(context.Request.Url.Query)))
            : Refused.Contains(key) ? Error(403, "AccessDenied")
            : _objects.TryGetValue(key, out var content) ? (200, "application/octet-stream", content)
            : Error(404, "NoSuchKey");
        lock (Calls) Calls.Add(key.Length == 0 ? "?" : key);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength64 = body.Length;
        context.Response.OutputStream.Write(body);
        context.Response.Close();
    }

    private byte[] Page(System.Collections.Specialized.NameValueCollection query)
    {
        var rest = _objects.Where(
            o => o.Key.StartsWith(query["prefix"] ?? "", StringComparison.Ordinal)
            && string.CompareOrdinal(o.Key, query["continuation-token"] ?? "") > 0).ToArray();
        var page = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        foreach (var (key, content) in rest.Take(PageSize))
            page.Append(
                System.Globalization.CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><Size>{content.Length}</Size></Contents>");
        page.Append(
            rest.Length > PageSize
            ? $"<IsTruncated>true</IsTruncated><NextContinuationToken>{rest[PageSize - 1].Key}</NextContinuationToken>"
            : "<IsTruncated>false</IsTruncated>");
        return Encoding.UTF8.GetBytes(page.Append("</ListBucketResult>").ToString());
    }

    private static (int Status, string Type, byte[] Body) Error(int status, string code) =>
        (status, "application/xml", Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>as asked for</Message></Error>"));
}
