using System.Text.Json;
using System.Text.Json.Nodes;

namespace Responder.Tests.Ordinary;

/// <summary>
/// Records a scenario as CloudTrail would: one record for each call, with time passing between them. Fields:
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
/// </summary>
internal sealed class Journal(string scenario, Site site, DateTimeOffset start)
{
    // These services are recorded in us-east-1, wherever the caller is.
    private static readonly HashSet<string> s_global = ["iam", "organizations", "route53", "cloudfront", "ce", "support", "budgets"];

    private static readonly HashSet<string> s_readVerbs = [
        "Describe", "Get", "List", "Lookup", "Search", "Select", "BatchGet", "BatchCheck", "Head", "Assume", "Simulate", "Validate",
        "Estimate"];

    private readonly List<JsonObject> _records = [];
    private DateTimeOffset _now = start;

    public string Scenario { get; } = scenario;

    public IReadOnlyList<JsonObject> Records => _records;

    /// <summary>The caller of the following calls.</summary>
    public Caller By { get; set; } = Caller.Service("cloudtrail");

    /// <summary>Adds a call that succeeded.</summary>
    /// <param name="service">The event source before <c>.amazonaws.com</c>.</param>
    /// <param name="request">requestParameters, as an anonymous object or a JsonNode.</param>
    /// <param name="response">responseElements; reads and many writes have none.</param>
    public JsonObject Call(string service, string name, object? request = null, object? response = null)
    {
        _now += TimeSpan.FromSeconds(1 + site.Random.Below(9));
        var record = EventBuilder.Call(service + ".amazonaws.com", name, Json(request))
            .With("eventVersion", site.Random.Pick("1.08", "1.09", "1.10", "1.11"))
            .By(By.Identity.DeepClone().AsObject()).At(_now)
            .With("awsRegion", s_global.Contains(service) ? "us-east-1" : site.Region)
            .With("sourceIPAddress", By.Address)
            .With("userAgent", By.Agent)
            .With("responseElements", Json(response))
            .With("requestID", site.Random.Uuid())
            .Id(site.Random.Uuid())
            .With("readOnly", IsRead(name))
            .With("recipientAccountId", site.Account)
            .Record();
        if (By.InConsole) record["sessionCredentialFromConsole"] = "true";
        else if (!By.Address.EndsWith(".amazonaws.com", StringComparison.Ordinal))
            record["tlsDetails"] = Json(
                new
                {
                    tlsVersion = "TLSv1.3",
                    cipherSuite = "TLS_AES_128_GCM_SHA256",
                    clientProvidedHostHeader = $"{service}.{site.Region}.amazonaws.com"
                });
        _records.Add(record);
        return record;
    }

    /// <summary>Adds a call that failed; unless the code says so, the reason is not a lack of permission.</summary>
    public void Fails(string service, string name, object? request, string errorCode, string errorMessage)
    {
        var record = Call(service, name, request);
        record["errorCode"] = errorCode;
        record["errorMessage"] = errorMessage;
    }

    /// <summary>Adds the calls of several simultaneous steps; their order depends on the seed.</summary>
    public void AtTheSameTime(params Action[] steps)
    {
        foreach (var step in site.Random.Shuffled(steps)) step();
    }

    public void Pause(TimeSpan time) => _now += time;

    private static bool IsRead(string eventName) => s_readVerbs.Any(verb => eventName.StartsWith(verb, StringComparison.Ordinal));

    /// <summary>A list as EC2 writes it, <c>{"items":[…]}</c>; an empty one is <c>{}</c>.</summary>
    public static object Items(params object[] items) => items.Length == 0 ? new { } : new { items };

    private static JsonNode? Json(object? value) => value is JsonNode node ? node : JsonSerializer.SerializeToNode(value);
}
