using System.Security.Cryptography;
using System.Text;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.SimpleNotificationService.Model;

namespace StandIns.Tests;

public class SignatureTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    private static readonly AWSCredentials Session = new SessionAWSCredentials("ASIAIOSFODNN7EXAMPLE", Secret, "session+token/=");

    [Theory]
    [InlineData("iam", false)]
    [InlineData("iam", true)]
    [InlineData("sns", false)]
    [InlineData("sns", true)]
    public async Task Every_client_signs_what_it_sends(string service, bool withSession)
    {
        using var endpoint = new RecordingEndpoint((request, _) => Emptily(request));
        var credentials = withSession ? Session : Clients.Credentials;
        await (service switch
        {
            "iam" => (Task)Clients.Iam(endpoint.Url, credentials: credentials).PutUserPolicyAsync(
                new PutUserPolicyRequest { UserName = "mallory +/ü", PolicyName = "p", PolicyDocument = """{"Version":"2012-10-17"}""" }),
            _ => Clients.Sns(endpoint.Url, credentials: credentials).PublishAsync(
                new PublishRequest
                {
                    TopicArn = "arn:aws:sns:us-east-1:123456789012:page",
                    Subject = "a b",
                    Message = "line\nline & more ~*",
                }),
        });

        var request = Assert.Single(endpoint.Requests);
        Assert.Equal(Signature(request, service), SignatureSent(request));
        Assert.Equal(withSession, SignedHeaders(request).Contains("x-amz-security-token"));
        Assert.Superset(
            new HashSet<string> { "host", "x-amz-date", "x-amz-content-sha256", "content-type" }, SignedHeaders(request).ToHashSet());

        var tampered = request with { Body = [.. request.Body, (byte)' '] };
        Assert.NotEqual(Signature(tampered, service), SignatureSent(tampered));
    }

    [Fact]
    public async Task A_retried_request_is_signed_too()
    {
        using var endpoint = new RecordingEndpoint((request, number) => number == 0 ? new Answer.Reply(500, "") : Emptily(request));
        await Clients.Iam(endpoint.Url).GetUserAsync(new GetUserRequest { UserName = "u" });
        Assert.Equal(2, endpoint.Requests.Count);
        Assert.All(endpoint.Requests, request => Assert.Equal(Signature(request, "iam"), SignatureSent(request)));
    }

    internal static Answer Emptily(RecordedRequest request)
    {
        var action = request.Text.Split('&').Single(pair => pair.StartsWith("Action=", StringComparison.Ordinal))["Action=".Length..];
        return new Answer.Reply(
            200, $"<{action}Response><{action}Result/><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>");
    }

    private static string[] SignedHeaders(RecordedRequest request) => Part(request, "SignedHeaders").Split(';');

    private static string SignatureSent(RecordedRequest request) => Part(request, "Signature");

    private static string Part(RecordedRequest request, string name) =>
        request.Headers["Authorization"].Split(' ', ',')
            .Single(part => part.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];

    /// <summary>The AWS Signature Version 4 of the request, calculated again from its definition.</summary>
    private static string Signature(RecordedRequest request, string service)
    {
        var scope = Part(request, "Credential").Split('/')[1..];
        Assert.Equal("eu-central-1", scope[1]);
        Assert.Equal(service, scope[2]);
        var target = request.Target.Split('?');
        var canonical = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(target[0]).Append('\n')
            .Append(target.Length > 1 ? target[1] : "").Append('\n');
        foreach (var header in SignedHeaders(request))
            canonical.Append(header).Append(':')
                .Append(string.Join(' ', request.Headers[header].Split(' ', StringSplitOptions.RemoveEmptyEntries))).Append('\n');
        canonical.Append('\n').Append(string.Join(';', SignedHeaders(request))).Append('\n').Append(Hex(SHA256.HashData(request.Body)));
        var toSign = $"AWS4-HMAC-SHA256\n{request.Headers["X-Amz-Date"]}\n{string.Join('/', scope)}\n"
            + $"{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        var key = scope.Aggregate(
            Encoding.UTF8.GetBytes("AWS4" + Secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
