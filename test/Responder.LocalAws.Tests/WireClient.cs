using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Responder.LocalAws.Tests;

/// <summary>
/// Speaks the wire protocols directly, so that the endpoint is tested against the protocols and not against a client library.
/// </summary>
internal sealed class WireClient : IDisposable
{
    public const string Admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    public const string DenyAll = "arn:aws:iam::aws:policy/AWSDenyAll";
    public const string AllowDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
    public const string TrustDocument = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";

    private static readonly Dictionary<string, string> Versions = new()
    {
        ["iam"] = "2010-05-08",
        ["sns"] = "2010-03-31",
        ["sts"] = "2011-06-15",
    };

    private readonly HttpClient _http;
    private readonly string _accessKey;
    private readonly string _region;

    public WireClient(LocalAwsEndpoint endpoint, string accessKey = "AKIAEXAMPLE", string region = "us-east-1")
    {
        _http = new HttpClient { BaseAddress = endpoint.Url, Timeout = TimeSpan.FromSeconds(30) };
        _accessKey = accessKey;
        _region = region;
    }

    public Task<Answer> IamAsync(string operation, params (string Name, string Value)[] parameters) =>
        QueryAsync("iam", operation, parameters);

    public Task<Answer> SnsAsync(string operation, params (string Name, string Value)[] parameters) =>
        QueryAsync("sns", operation, parameters);

    public Task<Answer> StsAsync(string operation, params (string Name, string Value)[] parameters) =>
        QueryAsync("sts", operation, parameters);

    public Task<Answer> QueryAsync(string service, string operation, params (string Name, string Value)[] parameters)
    {
        var form = parameters.Select(p => KeyValuePair.Create(p.Name, p.Value))
            .Append(new("Action", operation)).Append(new("Version", Versions.GetValueOrDefault(service, "2015-01-01")));
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(form) }, service);
    }

    public Task<Answer> SsmAsync(string operation, JsonObject body) => JsonAsync("ssm", "AmazonSSM." + operation, body.ToJsonString());

    public Task<Answer> JsonAsync(string service, string target, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        request.Headers.Add("X-Amz-Target", target);
        return SendAsync(request, service);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request, string? service)
    {
        if (service is not null)
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization", $"AWS4-HMAC-SHA256 Credential={_accessKey}/20260101/{_region}/{service}/aws4_request, SignedHeaders=host, "
                    + "Signature=00");
        }

        using var response = await _http.SendAsync(request);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.ToString() ?? "",
            response.Headers.GetValues("x-amzn-RequestId").Single(),
            await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record Answer(HttpStatusCode Status, string ContentType, string RequestId, string Text)
{
    public XElement Xml => XElement.Parse(Text);

    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The text of the first element with that name.</summary>
    public string this[string element] => All(element).First();

    public string Code => Text.StartsWith('<') ? this["Code"] : (string)Json["__type"]!;

    public string Message => Text.StartsWith('<') ? this["Message"] : (string)Json["message"]!;

    public IReadOnlyList<string> All(string element) => [.. Xml.Descendants().Where(e => e.Name.LocalName == element).Select(e => e.Value)];

    public void IsOk() => Assert.True(Status == HttpStatusCode.OK, Text);

    public void Is(HttpStatusCode status, string code)
    {
        Assert.True(Status == status, Text);
        Assert.Equal(code, Code);
    }
}
