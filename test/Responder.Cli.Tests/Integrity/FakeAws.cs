using System.Globalization;
using System.Net;
using System.Text;
using Responder.Cli.Tests.Aws;

namespace Responder.Cli.Tests.Integrity;

/// <summary>S3, CloudTrail and Organizations on the wire, as far as the check of digests needs them, over one generated bucket.</summary>
internal sealed class FakeAws(FakeTrail trail, FakeChain chain)
{
    /// <summary>Small enough to make the listing use several pages.</summary>
    private const int PageSize = 7;

    /// <summary>The key of an object that may not be read.</summary>
    public string? Refused { get; init; }

    public string TrailArn =>
        $"arn:aws:cloudtrail:eu-west-1:{(chain.Organization is null ? chain.Account : "123456789012")}:trail/{chain.Trail}";

    public Task<WireServer> StartAsync() => WireServer.StartAsync(Answer);

    private WireReply Answer(WireRequest request) => request.Target.Split('.')[^1] switch
    {
        "ListPublicKeys" => WireReply.Json(SigningKey.PublicKeys(secondAsSubjectPublicKeyInfo: false)),
        "DescribeTrails" => WireReply.Json($$"""{"trailList":[{"TrailARN":"{{TrailArn}}","S3BucketName":"{{FakeTrail.Bucket}}","IsOrganizationTrail":{{(chain.Organization is null ? "false" : "true")}}}]}"""),
        "DescribeOrganization" => WireReply.Json("{\"Organization\":{\"Id\":\"" + chain.Organization + "\"}}"),
        _ => request.Path.Trim('/') is FakeTrail.Bucket ? List(request) : Get(request.Path),
    };

    private WireReply Get(string path)
    {
        if (!path.StartsWith($"/{FakeTrail.Bucket}/", StringComparison.Ordinal))
            return WireReply.Xml("<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>", 404);
        var key = path[(FakeTrail.Bucket.Length + 2)..];
        if (key == Refused) return WireReply.Xml("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", 403);
        return trail.Objects.TryGetValue(key, out var stored)
            ? new WireReply(200, "application/gzip", stored.Content)
            {
                Headers = stored.Metadata.ToDictionary(static pair => "x-amz-meta-" + pair.Key, static pair => pair.Value),
            }
            : WireReply.Xml("<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>", 404);
    }

    private WireReply List(WireRequest request)
    {
        string Value(string name) => request.Query[name].ToString();
        if (request.Query.ContainsKey("location"))
            return WireReply.Xml("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>");
        var after = new[] { Value("marker"), Value("start-after"), Value("continuation-token") }.Max(StringComparer.Ordinal)!;
        var (prefix, delimiter) = (Value("prefix"), Value("delimiter"));
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var keys = new List<string>();
        foreach (var key in trail.Objects.Keys.Where(
            key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0))
        {
            var end = delimiter.Length == 0 ? -1 : key.IndexOf('/', prefix.Length);
            if (end >= 0) folders.Add(key[..(end + 1)]);
            else keys.Add(key);
        }

        var page = keys.Take(PageSize).ToArray();
        var isTruncated = keys.Count > page.Length;
        var body = new StringBuilder("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        body.Append(
            CultureInfo.InvariantCulture,
            $"<Name>{FakeTrail.Bucket}</Name><Prefix>{prefix}</Prefix><IsTruncated>{(isTruncated ? "true" : "false")}</IsTruncated>");
        if (isTruncated)
            body.Append(
                CultureInfo.InvariantCulture,
                $"<NextContinuationToken>{page[^1]}</NextContinuationToken><NextMarker>{page[^1]}</NextMarker>");
        foreach (var key in page)
            body.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{WebUtility.HtmlEncode(key)}</Key>"
                + $"<LastModified>2026-03-02T00:00:00.000Z</LastModified><Size>1</Size></Contents>");
        foreach (var folder in folders)
            body.Append(CultureInfo.InvariantCulture, $"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>");
        return WireReply.Xml(body.Append("</ListBucketResult>").ToString());
    }
}
