using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Responder.Cli.Doctor;
using Responder.Cli.Tests.Aws;
using Responder.Detections;
using Responder.Cli.Terminal;
using Responder.Operations.Installation;
using Responder.Operations.Routing;
using Responder.Settings;

namespace Responder.Cli.Tests.Doctor;

/// <summary>
/// An account in which everything is as it should be, answered call by call; a test replaces only the answer that it is about.
/// </summary>
internal sealed class ScriptedAccount
{
    public const string Trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/audit";
    private const string SubscriptionCheck = "arn:aws:states:us-east-1:123456789012:stateMachine:SubscriptionCheck";
    public const string Bus = "arn:aws:events:us-east-1:123456789012:event-bus/default";

    private static readonly IReadOnlyList<RoutingRule> s_rules = EventPatterns.Of(DetectionCatalog.Default);
    private static readonly IReadOnlyList<ForwardingRule> s_forwarding = EventPatterns.Forwarding(DetectionCatalog.Default);

    private readonly Func<string, WireReply, WireReply>? _change;

    private readonly Dictionary<string, Func<JsonNode?, WireReply?>> _instead = new(StringComparer.Ordinal);

    /// <param name="change">Gets a call (its name and input) and the proper answer, and returns the answer to give.</param>
    public ScriptedAccount(Func<string, WireReply, WireReply>? change = null) => _change = change;

    /// <summary>Answers a call differently; when <paramref name="reply"/> returns null, the proper answer is given.</summary>
    /// <param name="operation">The API name of the call.</param>
    /// <param name="reply">Makes the answer from the members (JSON) or the form of the request.</param>
    public ScriptedAccount Answer(string operation, Func<JsonNode?, WireReply?> reply)
    {
        _instead[operation] = reply;
        return this;
    }

    public ScriptedAccount Answer(string operation, WireReply reply) => Answer(operation, _ => reply);

    public WireReply Reply(WireRequest request)
    {
        var (operation, input) = Read(request);
        var reply = _instead.GetValueOrDefault(operation)?.Invoke(input) ?? AsItShouldBe(operation, input, request);
        return _change?.Invoke($"{operation} {input?.ToJsonString()}", reply) ?? reply;
    }

    public static string Resources(params string[] without)
    {
        var rows = s_rules.Select(static rule => (rule.LogicalId, "AWS::Events::Rule", "responder-" + rule.LogicalId))
            .Concat(s_rules.Select(static rule => rule.FunctionId).Distinct().Append("RetentionFunction")
            .Select(static id => (id, "AWS::Lambda::Function", "responder-" + id)))
            .Concat(StackTemplate.OfType("AWS::IAM::Role").Where(static r => r.Condition is null or "HasPulse")
            .Select(static r => (r.Id, "AWS::IAM::Role", "responder-" + r.Id)))
            .Concat(StackTemplate.OfType("AWS::IAM::ManagedPolicy")
            .Select(static p => (p.Id, "AWS::IAM::ManagedPolicy", "arn:aws:iam::123456789012:policy/responder-" + p.Id)))
            .Concat((
                (string[])["IamFunction", "SecurityGroupFunction", "KmsFunction", "S3Function", "AccountFunction", "RetentionFunction"])
                .Select(static id => (id + "Logs", "AWS::Logs::LogGroup", "responder-" + id + "Logs")))
            .Append(("TopicKey", "AWS::KMS::Key", "1234abcd-12ab-34cd-56ef-1234567890ab"))
            .Append(("SubscriptionCheck", "AWS::StepFunctions::StateMachine", SubscriptionCheck))
            .Append(("AlertTopic", "AWS::SNS::Topic", "arn:aws:sns:us-east-1:123456789012:alerts"))
            .Append(("FunctionDeadLetters", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/function-letters"))
            .Append(("RuleDeadLetters", "AWS::SQS::Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/rule-letters"))
            .Where(row => !without.Contains(row.Item1));
        return Result("ListStackResources", "<StackResourceSummaries>" + string.Concat(rows.Select(static row =>
            $"<member><LogicalResourceId>{row.Item1}</LogicalResourceId><ResourceType>{row.Item2}</ResourceType>"
                + $"<PhysicalResourceId>{row.Item3}</PhysicalResourceId></member>")) + "</StackResourceSummaries>");
    }

    public static string Result(string operation, string inner) =>
        $"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>";

    public static JsonObject Rule(string name)
    {
        var (pattern, state) = s_rules.FirstOrDefault(rule => "responder-" + rule.LogicalId == name) is { } rule
            ? (rule.Pattern, rule.State)
            : s_forwarding.Where(rule => "forward-" + rule.Name == name).Select(static rule => (rule.Pattern, rule.State)).Single();
        return new JsonObject
        {
            ["Name"] = name,
            ["Arn"] = RuleArn(name),
            ["State"] = state,
            ["EventPattern"] = pattern.ToJsonString(),
        };
    }

    public static string RuleArn(string name) => "arn:aws:events:us-east-1:123456789012:rule/" + name;

    /// <summary>
    /// The template's policies as IAM would hold them for this stack: inline ones by role and name, managed ones by their own name.
    /// </summary>
    public static JsonNode Policy(string holder, string? name = null)
    {
        var id = holder["responder-".Length..];
        var properties = StackTemplate.OfType("AWS::IAM::Role").Concat(StackTemplate.OfType("AWS::IAM::ManagedPolicy"))
            .Single(r => r.Id == id).Properties;
        var document = name is null
            ? properties["PolicyDocument"]
            : InlineOf(id, properties).Single(p => (string?)p["PolicyName"] == name)["PolicyDocument"];
        return Deployed(document!)!;
    }

    public static string Document(string operation, JsonNode document) => Result(operation, "<RoleName>r</RoleName>"
        + $"<PolicyName>p</PolicyName><PolicyDocument>{Uri.EscapeDataString(document.ToJsonString())}</PolicyDocument>");

    public static string Version(JsonNode document) => Result("GetPolicyVersion", "<PolicyVersion>"
        + $"<Document>{Uri.EscapeDataString(document.ToJsonString())}</Document><VersionId>v1</VersionId>"
        + "<IsDefaultVersion>true</IsDefaultVersion></PolicyVersion>");

    /// <summary>Resolves the references of the template for a default installation, without any options.</summary>
    private static JsonNode? Deployed(JsonNode? node) => node switch
    {
        JsonObject call when call["Fn::If"] is { } choice => Deployed(choice[2]),
        JsonObject call when call["Ref"] is { } name => (string)name! switch
        {
            "AlertTopic" => "arn:aws:sns:us-east-1:123456789012:alerts",
            "SubscriptionCheck" => SubscriptionCheck,
            "AWS::AccountId" => "123456789012",
            "AWS::NoValue" => null,
            var other => throw new InvalidOperationException(other),
        },
        JsonObject call when call["Fn::GetAtt"] is { } path => (string)path[0]! switch
        {
            "TopicKey" => "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "FunctionDeadLetters" => "arn:aws:sqs:us-east-1:123456789012:function-letters",
            "RuleDeadLetters" => "arn:aws:sqs:us-east-1:123456789012:rule-letters",
            var function when function.EndsWith("Function", StringComparison.Ordinal) =>
                "arn:aws:lambda:us-east-1:123456789012:function:responder-" + function,
            var logs => $"arn:aws:logs:us-east-1:123456789012:log-group:responder-{logs}:*",
        },
        JsonObject call when call["Fn::Sub"] is { } text => ((string)text!).Replace("${AWS::Partition}", "aws", StringComparison.Ordinal)
            .Replace("${AWS::AccountId}", "123456789012", StringComparison.Ordinal)
            .Replace("${AWS::Region}", "us-east-1", StringComparison.Ordinal)
            .Replace("${AWS::StackName}", "responder", StringComparison.Ordinal)
            .Replace("${ParameterRoot}", "/security", StringComparison.Ordinal),
        JsonObject map => new JsonObject(map.Select(static m => KeyValuePair.Create(m.Key, Deployed(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Deployed).Where(static item => item is not null)]),
        _ => node?.DeepClone(),
    };

    public static string Role(string trust, string? boundary = null) => Result("GetRole", "<Role><RoleName>r</RoleName>"
        + $"<Arn>arn:aws:iam::123456789012:role/r</Arn><AssumeRolePolicyDocument>{Uri.EscapeDataString(trust)}</AssumeRolePolicyDocument>"
        + (boundary is null ? "" : "<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
            + $"<PermissionsBoundaryArn>{boundary}</PermissionsBoundaryArn></PermissionsBoundary>") + "</Role>");

    public static string Trust(string principal) => """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":PRINCIPAL,"Action":"sts:AssumeRole"}]}""".Replace("PRINCIPAL", principal, StringComparison.Ordinal);

    public static string Counts(int visible, int inFlight = 0) => Result("GetQueueAttributes",
        $"<Attribute><Name>ApproximateNumberOfMessages</Name><Value>{visible}</Value></Attribute><Attribute>"
            + $"<Name>ApproximateNumberOfMessagesNotVisible</Name><Value>{inFlight}</Value></Attribute>");

    public static string Subscribed(params string[] arns) => Result("ListSubscriptionsByTopic", "<Subscriptions>"
        + $"{string.Concat(arns.Select(static arn => $"<member><SubscriptionArn>{arn}</SubscriptionArn></member>"))}</Subscriptions>");

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
            ["RuleNames"] = new JsonArray(
                [.. s_forwarding.Where(
                    rule => !rule.OfGlobalService || request.Authorization.Contains("/us-east-1/", StringComparison.Ordinal))
                    .Select(static rule => JsonValue.Create("forward-" + rule.Name))]),
        }.ToJsonString()),
        "DescribeStacks" => WireReply.Xml(Stack()),
        "GetFunctionConfiguration" => WireReply.Json(Function(FunctionOf(input!)).ToJsonString()),
        "GetPolicy" when request.Method == "GET" => WireReply.Json(FunctionPolicy(FunctionOf(input!))),
        "GetPolicy" => WireReply.Xml(Result("GetPolicy", "<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>")),
        "GetPolicyVersion" => WireReply.Xml(Version(Policy(((string)input!["PolicyArn"]!).Split('/')[1]))),
        "ListRolePolicies" => WireReply.Xml(Result(operation, "<PolicyNames>"
            + $"{string.Concat(Inline((string)input!["RoleName"]!).Select(static name => $"<member>{name}</member>"))}</PolicyNames>"
            + "<IsTruncated>false</IsTruncated>")),
        "GetRolePolicy" => WireReply.Xml(Document(operation, Policy((string)input!["RoleName"]!, (string)input["PolicyName"]!))),
        "GetQueueUrl" =>
            WireReply.Xml(
                Result(operation, $"<QueueUrl>https://sqs.eu-west-1.amazonaws.com/123456789012/{input!["QueueName"]}</QueueUrl>")),
        "GetFunctionConcurrency" => WireReply.Json("""{"ReservedConcurrentExecutions":5}"""),
        "DescribeRegions" => WireReply.Xml("<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName></item><item>"
            + "<regionName>us-east-1</regionName></item></regionInfo></DescribeRegionsResponse>"),
        "GetCallerIdentity" =>
            WireReply.Xml(
                Result("GetCallerIdentity",
                    "<Arn>arn:aws:iam::123456789012:user/doctor</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>")),
        "GetRole" => WireReply.Xml(Role(Deployed(Properties((string)input!["RoleName"]!)["AssumeRolePolicyDocument"])!.ToJsonString())),
        "ListAttachedRolePolicies" =>
            WireReply.Xml(
                Attached(
                    [.. (Properties((string)input!["RoleName"]!)["ManagedPolicyArns"]?.AsArray() ?? [])
                    .Select(static p => "arn:aws:iam::123456789012:policy/responder-" + (string)p!["Ref"]!)])),
        "ListSubscriptionsByTopic" => WireReply.Xml(Subscribed("arn:aws:sns:us-east-1:123456789012:alerts:0001")),
        "GetQueueAttributes" => WireReply.Xml(Counts(0)),
        "GetAccountSummary" => WireReply.Xml(Summary(users: 3, devices: 2)),
        "ListRoles" => WireReply.Xml(ListedRoles()),
        "GetParametersByPath" => WireReply.Json(Settings().ToJsonString()),
        "GetParameterHistory" => WireReply.Json(WrittenBy((string)input!["Name"]!, "arn:aws:iam::123456789012:user/deployer")),
        "GetParameter" when (string?)input!["Name"] == "/security/running" => WireReply.Json(Running()),
        "GetParameter" when (string?)input!["Name"] == "/security-drill/last" => Drilled("true", ""),
        "GetParameter" => WireReply.Json("""{"__type":"ParameterNotFound","message":"no such parameter"}""", 400),
        "DescribeParameters" => WireReply.Json("""{"Parameters":[]}"""),
        _ => throw new InvalidOperationException("not in the script: " + operation),
    };

    public static string Summary(int users, int devices) => Result("GetAccountSummary", "<SummaryMap>"
        + $"<entry><key>Users</key><value>{users}</value></entry><entry><key>MFADevicesInUse</key><value>{devices}</value></entry>"
        + "</SummaryMap>");

    public static string ListedRoles(params string[] arns) => Result("ListRoles", "<Roles>"
        + $"{string.Concat(arns.Select(static arn => $"<member><Arn>{arn}</Arn></member>"))}</Roles><IsTruncated>false</IsTruncated>");

    /// <summary>What the stack writes of itself, in one part.</summary>
    public static JsonObject Settings(params (string Name, string Value)[] others)
    {
        var lines = InstallationSettings.Names.ToDictionary(
            static name => name, static name => (string?)Function("IamFunction")["Environment"]!["Variables"]![name] ?? "");
        lines["STACK_VERSION"] = Build.Number;
        lines["STACK_REGION"] = "us-east-1";
        foreach (var (name, value) in others) lines[name] = value;
        return new JsonObject
        {
            ["Parameters"] = new JsonArray(new JsonObject
            {
                ["Name"] = "/security/settings/installation",
                ["Value"] = string.Join('\n', lines.Select(static line => line.Key + "=" + line.Value)),
            }),
        };
    }

    public static string WrittenBy(string name, params string[] writers) => new JsonObject
    {
        ["Parameters"] = new JsonArray([.. writers.Select((by, i) => new JsonObject
        {
            ["Name"] = name,
            ["Value"] = "x",
            ["Version"] = i + 1,
            ["LastModifiedUser"] = by,
        })]),
    }.ToJsonString();

    public static string Running(string packages = "official", string? version = null, TimeSpan age = default) => new JsonObject
    {
        ["Parameter"] = new JsonObject
        {
            ["Name"] = "/security/running",
            ["Value"] = new JsonObject
            {
                ["at"] = (DateTimeOffset.UtcNow - age).ToString("O"),
                ["version"] = version ?? Build.Number,
                ["awsPackages"] = packages,
                ["code"] = "native-aot",
                ["region"] = "us-east-1",
            }.ToJsonString(),
            ["Version"] = 7,
        },
    }.ToJsonString();

    /// <summary>The outcome of the last drill.</summary>
    /// <param name="failure">Why it failed; empty: it did not.</param>
    public static WireReply Drilled(string passed, string failure)
    {
        var failures = failure.Length == 0 ? "[]" : $"""["{failure}"]""";
        var text = $$"""{"schema":"responder.drill/1","at":"2026-03-04T09:00:00.000Z","by":"arn:aws:iam::123456789012:user/anna","passed":{{passed}},"containedSeconds":4.1,"recordedSeconds":6,"failures":{{failures}}}""";
        return WireReply.Json(new JsonObject
        {
            ["Parameter"] = new JsonObject { ["Name"] = "/security-drill/last", ["Value"] = text, ["Version"] = 1 },
        }.ToJsonString());
    }

    public static string Trails(bool multiRegion = true, bool validated = true) => new JsonObject
    {
        ["trailList"] = new JsonArray(
            new JsonObject
            {
                ["Name"] = "audit",
                ["TrailARN"] = Trail,
                ["HomeRegion"] = "us-east-1",
                ["IsMultiRegionTrail"] = multiRegion,
                ["LogFileValidationEnabled"] = validated,
            }),
    }.ToJsonString();

    public static string Attached(params string[] arns) => Result(
        "ListAttachedRolePolicies",
        "<AttachedPolicies>"
        + string.Concat(arns.Select(static arn => $"<member><PolicyName>p</PolicyName><PolicyArn>{arn}</PolicyArn></member>"))
        + "</AttachedPolicies><IsTruncated>false</IsTruncated>");

    public static JsonObject Function(string id) => new()
    {
        ["FunctionName"] = "responder-" + id,
        ["State"] = "Active",
        ["LastUpdateStatus"] = "Successful",
        ["CodeSha256"] = "same",
        ["Role"] = $"arn:aws:iam::123456789012:role/responder-{id}Role",
        ["DeadLetterConfig"] = new JsonObject { ["TargetArn"] = "arn:aws:sqs:us-east-1:123456789012:function-letters" },
        ["Environment"] = new JsonObject { ["Variables"] = Variables(id) },
    };

    /// <summary>The variables that the template sets, with their default values.</summary>
    private static JsonObject Variables(string id)
    {
        var name = s_rules.FirstOrDefault(rule => rule.FunctionId == id)?.Function ?? "retention";
        return new JsonObject(
            SettingTable.All.Where(static s => s.IsInTemplate)
            .Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)JsonValue.Create(setting.Name switch
            {
                "RESPONDER_FUNCTION" => name,
                "ALERT_TOPIC_ARN" => "arn:aws:sns:us-east-1:123456789012:alerts",
                _ => setting.Default ?? "",
            }))));
    }

    /// <summary>The policy as SAM writes it: one statement for each rule.</summary>
    public static string FunctionPolicy(string id, string? without = null)
    {
        var statements = s_rules.Where(rule => rule.FunctionId == id && rule.LogicalId != without).Select(static rule => new JsonObject
        {
            ["Sid"] = rule.LogicalId,
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject
            {
                ["Service"] = "events.amazonaws.com",
            },
            ["Action"] = "lambda:InvokeFunction",
            ["Resource"] = "*",
            ["Condition"] = new JsonObject { ["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = RuleArn("responder-" + rule.LogicalId) } },
        });
        return new JsonObject
        {
            ["Policy"] = new JsonObject
            {
                ["Version"] = "2012-10-17",
                ["Statement"] = new JsonArray([.. statements]),
            }.ToJsonString(),
            ["RevisionId"] = "r",
        }.ToJsonString();
    }

    /// <summary>The answer of DescribeStacks, with default parameters.</summary>
    public static string Stack(params (string Name, string Value)[] others)
    {
        Dictionary<string, string> parameters = new()
        {
            ["ParameterRoot"] = "/security",
            ["OnCallRoleArns"] = "",
            ["ChatTopic"] = "None",
            ["ContainKeys"] = "false",
            ["ContainRoles"] = "false",
            ["ContainGroups"] = "false",
            ["ReleasePolicyVersions"] = "false",
            ["MemberAccountIds"] = "",
            ["MemberRoleName"] = "ResponderContainment",
            ["CreateTrail"] = "false",
            ["CheckedTrailArn"] = "",
            ["Pulse"] = "true",
        };
        foreach (var (name, value) in others) parameters[name] = value;
        var members = parameters.Select(
            static p => $"<member><ParameterKey>{p.Key}</ParameterKey><ParameterValue>{p.Value}</ParameterValue></member>");
        return Result(
            "DescribeStacks",
            $"<Stacks><member><StackName>responder</StackName><Parameters>{string.Concat(members)}</Parameters></member></Stacks>");
    }

    private static JsonObject Properties(string role) => StackTemplate.OfType("AWS::IAM::Role")
        .Single(r => "responder-" + r.Id == role).Properties;

    private static IEnumerable<string> Inline(string role) => InlineOf(role["responder-".Length..], Properties(role))
        .Select(static p => (string)p["PolicyName"]!);

    /// <summary>The inline policies of a role: its own, and those that are resources by themselves and have no condition.</summary>
    private static IEnumerable<JsonObject> InlineOf(string id, JsonObject role) =>
        (role["Policies"]?.AsArray() ?? []).Select(static p => p!.AsObject()).Concat(
            StackTemplate.OfType("AWS::IAM::Policy").Where(
                p => p.Condition is null && p.Properties["Roles"]!.AsArray().Any(r => (string?)r!["Ref"] == id))
            .Select(static p => p.Properties));

    private static string FunctionOf(JsonNode input) => ((string)input["Path"]!).Split('/')[3]["responder-".Length..];

    /// <summary>The targets of a rule of the stack, or of a rule that forwards.</summary>
    public static string Target(string rule, string? function = null, string queue = "rule-letters") =>
        rule.StartsWith("forward-", StringComparison.Ordinal) ? Forwarded() : new JsonObject
        {
            ["Targets"] = new JsonArray(new JsonObject
            {
                ["Id"] = "1",
                ["Arn"] = "arn:aws:lambda:us-east-1:123456789012:function:"
                + (function ?? "responder-" + s_rules.Single(r => "responder-" + r.LogicalId == rule).FunctionId),
                ["DeadLetterConfig"] = new JsonObject { ["Arn"] = "arn:aws:sqs:us-east-1:123456789012:" + queue },
            }),
        }.ToJsonString();

    public static string Forwarded(
        string? role = "arn:aws:iam::123456789012:role/forwarder", string? queue = "arn:aws:sqs:eu-west-1:123456789012:forwarder-letters")
    {
        var target = new JsonObject { ["Id"] = "Home", ["Arn"] = Bus };
        if (role is not null) target["RoleArn"] = role;
        if (queue is not null) target["DeadLetterConfig"] = new JsonObject { ["Arn"] = queue };
        return new JsonObject { ["Targets"] = new JsonArray(target) }.ToJsonString();
    }

    private static (string Operation, JsonNode? Input) Read(WireRequest request)
    {
        if (request.Method == "GET")
        {
            var last = request.Path[(request.Path.LastIndexOf('/') + 1)..];
            return (last switch
            {
                "concurrency" => "GetFunctionConcurrency",
                "configuration" => "GetFunctionConfiguration",
                _ => "GetPolicy"
            }, new JsonObject { ["Path"] = request.Path });
        }

        if (request.Target is { Length: > 0 } target)
            return (target[(target.LastIndexOf('.') + 1)..], request.Body.Length == 0 ? null : JsonNode.Parse(request.Body));
        if (request.Path.EndsWith("/invocations", StringComparison.Ordinal))
        {
            return ("Invoke", new JsonObject
            {
                ["Path"] = request.Path,
                ["Type"] = request.Headers["X-Amz-Invocation-Type"].ToString(),
                ["Payload"] = request.Body,
            });
        }

        var form = QueryHelpers.ParseQuery(request.Body);
        return (form["Action"].ToString(),
            new JsonObject(form.Select(static pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value.ToString())))));
    }
}
