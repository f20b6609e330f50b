using System.Net;
using System.Text;
using System.Text.Json;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Detections;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Lambda;

/// <summary>
/// Runs one made-up incident, from event to record, in the init phase: Lambda gives that phase a whole processor whatever the memory, and
/// the first event then meets compiled code. Nothing leaves the process: the clients of this run get their answers from memory. Native code
/// does not need it.
/// </summary>
internal static class WarmUp
{
    private const string Event = """
        {"version":"0","id":"warm-up","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","account":"000000000000","time":"2026-01-01T00:00:00Z",
        "region":"us-east-1","resources":[],"detail":{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::000000000000:assumed-role/warm/up",
        "accountId":"000000000000","accessKeyId":"warm-up","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::000000000000:role/warm","accountId":"000000000000",
        "userName":"warm"},"attributes":{"creationDate":"2026-01-01T00:00:00Z","mfaAuthenticated":"false"}}},"eventTime":"2026-01-01T00:00:00Z","eventSource":"iam.amazonaws.com",
        "eventName":"AttachUserPolicy","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","userAgent":"warm-up","requestParameters":{"userName":"warm-up",
        "policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"},"responseElements":null,"requestID":"warm-up","eventID":"warm-up","readOnly":false,
        "eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"000000000000","eventCategory":"Management"}}
        """;

    /// <summary>Runs the incident; what it logs goes nowhere.</summary>
    /// <returns>Why it failed; null when it succeeded. A failed warm-up costs time and is logged; the function works without it.</returns>
    public static async Task<string?> RunAsync(DetectionCatalog catalog, TimeProvider time)
    {
        try
        {
            var response = await RespondAsync(catalog, time).ConfigureAwait(false);
            if (response is { Outcome: Outcome.Incident, Failures.Count: 0 }) return null;
            return response.MalformedBecause ?? string.Join("; ", response.Failures.DefaultIfEmpty(response.Outcome.ToString()));
        }
        catch (Exception e)
        {
            return e.ToString();
        }
    }

    private static async Task<Response> RespondAsync(DetectionCatalog catalog, TimeProvider time)
    {
        var options = new ResponderOptions { AlertTopicArn = "arn:aws:sns:us-east-1:000000000000:warm-up", MaximumAge = null };
        var clients = new AwsClients(
            new Uri("http://warm-up.invalid"), "us-east-1", new SessionAWSCredentials("warm-up", "warm-up", "warm-up"))
        {
            MaxErrorRetry = 0,
            HttpClients = new FromMemory(),
        };
        var responder = LiveResponder.Of(catalog, options, clients, new JsonLog(TextWriter.Null, time, "warm-up"), time);
        var invocation = new Invocation("000000000000", "us-east-1", TimeSpan.FromMinutes(1));
        var serializer = new EventSerializer();
        var input = serializer.Deserialize<CloudWatchEvent<JsonElement>>(new MemoryStream(Encoding.UTF8.GetBytes(Event)));
        var response = await responder.RespondAsync(Function.Parse(input), invocation).ConfigureAwait(false);
        serializer.Serialize(Function.Line(response.ToJson(options)), new MemoryStream());
        return response;
    }

    private sealed class FromMemory : HttpClientFactory
    {
        private readonly Account _account = new();

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new AnyAnswer(_account));
    }

    /// <summary>Makes what is read back match what was done, so that nothing has to be done again.</summary>
    private sealed class Account
    {
        public volatile bool Contained;
    }

    /// <summary>One answer that every call of an incident understands: members that a call does not know are skipped.</summary>
    private sealed class AnyAnswer(Account account) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var isQuery = body.StartsWith("Action=", StringComparison.Ordinal) || body.Contains("&Action=", StringComparison.Ordinal);
            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = isQuery ? Xml(body) : Json() };
        }

        private static StringContent Json() => new("""{"Parameters":[],"InvalidParameters":[],"Events":[],"Version":1,"Tier":"Standard"}""", Encoding.UTF8, "application/x-amz-json-1.1");

        private StringContent Xml(string body)
        {
            var from = body.IndexOf("Action=", StringComparison.Ordinal) + "Action=".Length;
            var to = body.IndexOf('&', from);
            if (body.Contains("PutUserPermissionsBoundary", StringComparison.Ordinal)) account.Contained = true;
            var (boundary, policies) = account.Contained
                ? ("<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
                    + "<PermissionsBoundaryArn>arn:aws:iam::aws:policy/AWSDenyAll</PermissionsBoundaryArn></PermissionsBoundary>", "")
                : ("", "<member><PolicyName>AdministratorAccess</PolicyName>"
                    + "<PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn></member>");
            var action = to < 0 ? body[from..] : body[from..to];
            return new StringContent(
                $"<{action}Response><{action}Result><User><Path>/</Path><UserName>warm-up</UserName><UserId>AIDA</UserId>"
                    + "<Arn>arn:aws:iam::000000000000:user/warm-up</Arn>"
                + $"<CreateDate>2026-01-01T00:00:00Z</CreateDate>{boundary}</User><AttachedPolicies>{policies}</AttachedPolicies>"
                    + "<IsTruncated>false</IsTruncated><MessageId>warm-up</MessageId>"
                + $"</{action}Result><ResponseMetadata><RequestId>warm-up</RequestId></ResponseMetadata></{action}Response>",
                Encoding.UTF8, "text/xml");
        }
    }
}
