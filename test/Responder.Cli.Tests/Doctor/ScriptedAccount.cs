using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Responder.Cli.Tests.Aws;
using Responder.Detections;

namespace Responder.Cli.Tests.Doctor;

/// <summary>
/// An account in which everything is as it should be, answered call by call; a test writes over the answer that it is about.
/// </summary>
internal sealed class ScriptedAccount
{
    public const string Trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit";
    public const string Bus = "arn:aws:events:us-east-1:123456789012:event-bus/default";

    private static readonly IReadOnlyList<RoutingRule> s_rules = EventPatterns.Of(DetectionCatalog.Default);
    private static readonly IReadOnlyList<ForwardingRule> s_forwarding = EventPatterns.Forwarding(DetectionCatalog.Default);

    private readonly Dictionary<string, Func<JsonNode?, WireReply?>> _instead = new(StringComparer.Ordinal);

    /// <summary>Answers this call by that instead; null: as it should be.</summary>
    /// <param name="operation">Its API name.</param>
    /// <param name="reply">From the request's members (JSON) or form.</param>
    public ScriptedAccount Answer(string operation, Func<JsonNode?, WireReply?> reply)
    {
        _instead[operation] = reply;
        return this;
    }

    public ScriptedAccount Answer(string operation, WireReply reply) => Answer(operation, _ => reply);

    public WireReply Reply(WireRequest request)
    {
        var (operation, input) = Read(request);
        return (_instead.GetValueOrDefault(operation)?.Invoke(input)) ?? AsItShouldBe(operation, input, request);
    }

    public static string Resources(params string[] without)
    {
        var rows = s_rules.Select(static rule => (rule.LogicalId, "AWS::Events::Rule", "responder-" + rule.LogicalId))
            .Concat(s_rules.Select(static rule => rule.FunctionId).Distinct().Select(static id => (id, "AWS::Lambda::Function", "responder-" + id)))
            .Concat(s_rules.Select(static rule => rule.FunctionId).Distinct().Select(static id => (id + "Role", "AWS::IAM::Role", $"responder-{id}Role")))
            .Append(("ReleaseRole", "AWS::IAM::Role", "responder-ReleaseRole"))
            .Append(("AlertingPolicy", "AWS::IAM::ManagedPolicy", "arn:aws:iam::123456789012:policy/responder-AlertingPolicy"))
            .Append(("AlertTopic", "AWS::SNS::Topic", "arn:aws:sns:us-east-1:123456789012:alerts"))
            .Append(("FunctionDeadLetters", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/function-letters"))
            .Append(("RuleDeadLetters", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/rule-letters"))
            .Where(row => !without.Contains(row.Item1));
        return Result("ListStackResources", "<StackResourceSummaries>" + string.Concat(rows.Select(static row =>
            $"<member><LogicalResourceId>{row.Item1}</LogicalResourceId><ResourceType>{row.Item2}</ResourceType><PhysicalResourceId>{row.Item3}</PhysicalResourceId></member>")) + "</StackResourceSummaries>");
    }

    public static string Result(string operation, string inner) => $"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>";

    public static JsonObject Rule(string name)
    {
        var pattern = s_rules.FirstOrDefault(rule => "responder-" + rule.LogicalId == name)?.Pattern ?? s_forwarding.Single(rule => "forward-" + rule.Name == name).Pattern;
        return new JsonObject { ["Name"] = name, ["State"] = "ENABLED", ["EventPattern"] = pattern.ToJsonString() };
    }

    public static string Role(string trust, string? boundary = null) => Result("GetRole", $"<Role><RoleName>r</RoleName><Arn>arn:aws:iam::123456789012:role/r</Arn><AssumeRolePolicyDocument>{Uri.EscapeDataString(trust)}</AssumeRolePolicyDocument>"
        + (boundary is null ? "" : $"<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>{boundary}</PermissionsBoundaryArn></PermissionsBoundary>") + "</Role>");

    public static string Trust(string principal) => """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":PRINCIPAL,"Action":"sts:AssumeRole"}]}""".Replace("PRINCIPAL", principal, StringComparison.Ordinal);

    public static string Counts(int visible, int inFlight = 0) => Result("GetQueueAttributes",
        $"<Attribute><Name>ApproximateNumberOfMessages</Name><Value>{visible}</Value></Attribute><Attribute><Name>ApproximateNumberOfMessagesNotVisible</Name><Value>{inFlight}</Value></Attribute>");

    public static string Subscribed(params string[] arns) => Result("ListSubscriptionsByTopic", $"<Subscriptions>{string.Concat(arns.Select(static arn => $"<member><SubscriptionArn>{arn}</SubscriptionArn></member>"))}</Subscriptions>");

    private static WireReply AsItShouldBe(string operation, JsonNode? input, WireRequest request) => operation switch
    {
        "DescribeTrails" => WireReply.Json(Trails()),
        "GetTrailStatus" => WireReply.Json("""{"IsLogging":true}"""),
        "GetEventSelectors" => WireReply.Json("""{"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]}"""),
        "GetInsightSelectors" => WireReply.Json("""{"InsightSelectors":[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]}"""),
        "ListStackResources" => WireReply.Xml(Resources()),
        "DescribeRule" => WireReply.Json(Rule((string)input!["Name"]!).ToJsonString()),
        "ListTargetsByRule" => WireReply.Json(Target((string)input!["Rule"]!)),
        "ListRuleNamesByTarget" => WireReply.Json(new JsonObject
        {
            ["RuleNames"] = new JsonArray([.. s_forwarding.Where(rule => !rule.OfGlobalService || request.Authorization.Contains("/us-east-1/", StringComparison.Ordinal)).Select(static rule => JsonValue.Create("forward-" + rule.Name))]),
        }.ToJsonString()),
        "GetFunctionConcurrency" => WireReply.Json("""{"ReservedConcurrentExecutions":5}"""),
        "DescribeRegions" => WireReply.Xml("<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName></item><item><regionName>us-east-1</regionName></item></regionInfo></DescribeRegionsResponse>"),
        "GetCallerIdentity" => WireReply.Xml(Result("GetCallerIdentity", "<Arn>arn:aws:iam::123456789012:user/doctor</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>")),
        "GetRole" => WireReply.Xml(Role(Trust((string?)input!["RoleName"] == "responder-ReleaseRole" ? """{"AWS":"arn:aws:iam::123456789012:root"}""" : """{"Service":"lambda.amazonaws.com"}"""))),
        "ListAttachedRolePolicies" => WireReply.Xml(Result(operation, "<AttachedPolicies><member><PolicyName>responder-AlertingPolicy</PolicyName><PolicyArn>arn:aws:iam::123456789012:policy/responder-AlertingPolicy</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated>")),
        "ListSubscriptionsByTopic" => WireReply.Xml(Subscribed("arn:aws:sns:us-east-1:123456789012:alerts:0001")),
        "GetQueueAttributes" => WireReply.Xml(Counts(0)),
        "GetParameter" => WireReply.Json("""{"__type":"ParameterNotFound","message":"no such parameter"}""", 400),
        "DescribeParameters" => WireReply.Json("""{"Parameters":[]}"""),
        _ => throw new InvalidOperationException("not in the script: " + operation),
    };

    public static string Trails(bool multiRegion = true, bool validated = true) => new JsonObject
    {
        ["trailList"] = new JsonArray(new JsonObject { ["Name"] = "audit", ["TrailARN"] = Trail, ["HomeRegion"] = "us-east-1", ["IsMultiRegionTrail"] = multiRegion, ["LogFileValidationEnabled"] = validated }),
    }.ToJsonString();

    public static string Target(string rule, string? function = null, string queue = "rule-letters") => new JsonObject
    {
        ["Targets"] = new JsonArray(new JsonObject
        {
            ["Id"] = "1",
            ["Arn"] = "arn:aws:lambda:us-east-1:123456789012:function:" + (function ?? "responder-" + s_rules.Single(r => "responder-" + r.LogicalId == rule).FunctionId),
            ["DeadLetterConfig"] = new JsonObject { ["Arn"] = "arn:aws:sqs:us-east-1:123456789012:" + queue },
        }),
    }.ToJsonString();

    private static (string Operation, JsonNode? Input) Read(WireRequest request)
    {
        if (request.Method == "GET") return ("GetFunctionConcurrency", new JsonObject { ["Path"] = request.Path });
        if (request.Target is { Length: > 0 } target) return (target[(target.LastIndexOf('.') + 1)..], request.Body.Length == 0 ? null : JsonNode.Parse(request.Body));
        var form = QueryHelpers.ParseQuery(request.Body);
        return (form["Action"].ToString(), new JsonObject(form.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value.ToString())))));
    }
}
