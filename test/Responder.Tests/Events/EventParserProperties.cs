using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Responder.Detections;
using Responder.Events;

namespace Responder.Tests.Events;

/// <summary>Properties that hold for any input at all. A counterexample is shrunk and printed with its seed.</summary>
public class EventParserProperties
{
    private static readonly string[] s_names =
    [
        "detail", "detail-type", "eventSource", "eventName", "userIdentity", "type", "arn", "sessionContext", "sessionIssuer", "attributes",
        "requestParameters",
        "responseElements", "insightDetails", "insightContext", "statistics", "errorCode", "errorMessage", "eventTime", "readOnly",
        "eventCategory", "items",
        "ipPermissions", "ipRanges", "cidrIp", "policyDocument", "userName", "additionalEventData", "MFAUsed", "ConsoleLogin", "omitted",
        "x",
    ];

    private static readonly string[] s_texts =
    [
        "", "iam.amazonaws.com", "ec2.amazonaws.com", "signin.amazonaws.com", "cloudtrail.amazonaws.com", "AttachUserPolicy",
        "ConsoleLogin", "PutEventSelectors",
        "AuthorizeSecurityGroupIngress", "Root", "IAMUser", "AssumedRole", "arn:aws:iam::123456789012:user/a", "AccessDenied", "Failure",
        "true", "Insight",
        "0.0.0.0/0", "{\"Statement\":[]}", "%7B%22a%22", "2026-06-08T14:32:15Z", "\u202e", "😀",
    ];

    [Fact]
    public void Parser_never_throws_on_arbitrary_bytes() => Prop.ForAll<byte[]>(static bytes => HasOneAnswer(EventParser.Parse(bytes)))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Parser_never_throws_on_arbitrary_text() =>
        Prop.ForAll<string>(static text => HasOneAnswer(EventParser.Parse(Encoding.UTF8.GetBytes(text ?? "")))).QuickCheckThrowOnFailure();

    [Fact]
    public void Parser_and_detections_never_throw_on_arbitrary_JSON()
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(3_000);
        Prop.ForAll(JsonTexts().ToArbitrary(), static json =>
        {
            var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(json));
            if (parsed.Event is { } e)
            {
                _ = DetectionCatalog.Default.Detect(e);
                _ = DetectionCatalog.Default.DetectAsIfSucceeded(e);
            }

            return HasOneAnswer(parsed);
        }).Check(config);
    }

    [Fact]
    public void Whatever_the_record_holds_its_incident_has_a_name()
    {
        Prop.ForAll(JsonTexts().ToArbitrary(), static json =>
            EventParser.Parse(Encoding.UTF8.GetBytes($$"""{"eventSource":"a","eventName":"b","requestParameters":{{json}}}""")).Event is { IncidentId.Length: > 0 })
            .QuickCheckThrowOnFailure();
    }

    private static bool HasOneAnswer(ParsedEvent result) => result.Event is null != result.Error is null;

    private static Gen<string> JsonTexts() => Gen.Sized(size => Node(Math.Min(size, 12)))
        .Select(static node => node?.ToJsonString() ?? "null");

    private static Gen<JsonNode?> Node(int size)
    {
        var leaf = Gen.OneOf(
            Gen.Constant<JsonNode?>(null),
            Gen.Elements(s_texts).Select(static text => (JsonNode?)JsonValue.Create(text)),
            ArbMap.Default.GeneratorFor<int>().Select(static number => (JsonNode?)JsonValue.Create(number)),
            ArbMap.Default.GeneratorFor<bool>().Select(static flag => (JsonNode?)JsonValue.Create(flag)));
        if (size <= 1) return leaf;
        var inner = Node(size / 2);
        return Gen.Frequency(
            (2, leaf),
            (1, inner.ListOf(3).Select(static nodes => (JsonNode?)new JsonArray([.. nodes.Select(static node => node?.DeepClone())]))),
            (4, Gen.Zip(Gen.Elements(s_names), inner).ListOf(6).Select(static members =>
            {
                var json = new JsonObject();
                foreach (var (name, value) in members) json[name] = value?.DeepClone();
                return (JsonNode?)json;
            })));
    }
}
