using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Vocabulary;

namespace Responder.Template.Tests;

/// <summary>
/// Checks least privilege in all templates: each allowed action is listed in grants.txt together with the line of code that needs it; those
/// that containment actions declare are derived from them. Every object with an Effect counts as a statement, so that no kind of policy is
/// forgotten: policies of roles, managed policies, trust, keys, buckets, queues, topics, buses.
/// </summary>
public sealed class GrantTests
{
    /// <summary>Actions that are allowed on "*", because AWS authorizes them on no resource.</summary>
    private static readonly Dictionary<string, string> s_nameless = new(StringComparer.Ordinal)
    {
        ["xray:PutTraceSegments"] = "X-Ray has groups and sampling rules to name, but no traces",
        ["xray:PutTelemetryRecords"] = "as above",
        ["cloudtrail:LookupEvents"] = "the event history is the account's",
        ["ssm:DescribeParameters"] = "lists names and who changed them last; authorized on the account",
    };

    /// <summary>Ends of the ARNs with a wildcard that a role or managed policy may have, and why the resource cannot be named.</summary>
    private static readonly Dictionary<string, string> s_wildcards = new(StringComparer.Ordinal)
    {
        [":iam::${AWS::AccountId}:user/*"] = "whom an intruder gives power is not known before; what may be set is bounded by conditions",
        [":iam::${AWS::AccountId}:role/*"] = "as above",
        [":iam::${AWS::AccountId}:group/*"] = "as above",
        [":iam::${AWS::AccountId}:policy/*"] = "the policies that are given",
        [":iam::aws:policy/*"] = "as above, those of AWS: read only",
        [":iam::${AWS::AccountId}:instance-profile/*"] = "the profiles that are passed: read only",
        [":iam::*:role/${MemberRoleName}"] = "one name in each member account; a condition lists the accounts",
        [":iam::*:role/${MemberRoleName}-release"] = "as above",
        [":iam::*:role/${MemberRoleName}-operator"] = "as above",
        [":stack/${AWS::StackName}/*"] = "CloudFormation gives the stack an id",
        [":parameter${ParameterRoot}/*"] = "the kill switch and all records, each named by its incident",
        [":parameter${ParameterRoot}/incidents/*"] = "each record is named by its incident",
        [":parameter${ParameterRoot}/quarantines/*"] = "each ledger is named by its principal",
        [":parameter${ParameterRoot}/quarantines/*/*/*.release"] = "as above; what ends it has its name and this end",
        [":parameter${ParameterRoot}/settings/*"] = "as many parts as the stack writes: read only",
        [":parameter${ParameterRoot}/budget/*"] = "each counter is named by its hour",
        [":log-stream:${Owner}_CloudTrail_*"] = "CloudTrail numbers its streams",
        [":log-stream:${OrganizationId}_*"] = "as above; one for each account of the organisation",
        [":s3:::${LogBucketName}/${LogPrefix}AWSLogs/*"] = "log files, by account, region and day",
        [":s3:::${Bucket}/hunting/*"] = "results are named by their query",
    };

    private static readonly IReadOnlyList<Grant> s_grants = [.. Templates().SelectMany(static name => GrantsOf(name))];

    [Fact]
    public void Every_allowed_action_has_a_line_that_needs_it_and_every_line_is_about_one()
    {
        var needs = Needs();
        var allowed = s_grants.Where(static g => g.IsAllow).SelectMany(static g => g.Actions.Select(action => g.Key + " | " + action))
            .Distinct().ToList();
        Assert.Equal([], allowed.Except(needs.Keys));
        Assert.Equal([], needs.Keys.Except(allowed));
        foreach (var (key, (file, text)) in needs)
        {
            var path = Repository.PathOf(file.Split('/'));
            Assert.True(File.Exists(path), $"{key}: there is no {file}");
            var line = Array.FindIndex(File.ReadAllLines(path), l => l.Contains(text, StringComparison.Ordinal));
            Assert.True(line >= 0, $"{key}: {file} has no \"{text}\"");
            TestContext.Current.TestOutputHelper?.WriteLine($"{key}: {file}:{line + 1}");
        }
    }

    /// <summary>
    /// grants.txt must quote the call itself and not just any text: the client's method for the action, or the action's name in a generic
    /// call.
    /// </summary>
    [Fact]
    public void What_code_needs_is_the_call_of_that_action()
    {
        foreach (var (key, (file, text)) in Needs().Where(static n => n.Value.File.StartsWith("src/Responder/", StringComparison.Ordinal)))
        {
            var action = key[(key.LastIndexOf(':') + 1)..];
            Assert.True(
                text.EndsWith($".{action}Async(", StringComparison.Ordinal)
                || text.EndsWith($"PagesAsync(\"{action}\"", StringComparison.Ordinal), $"{key}: {text}");
        }
    }

    [Fact]
    public void All_resources_are_allowed_only_where_AWS_knows_none_to_name()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var wildcards = new HashSet<string>(StringComparer.Ordinal);
        foreach (var grant in s_grants.Where(static g => g is { IsAllow: true, IsIdentity: true }))
        {
            Assert.DoesNotContain(grant.Actions, static action => action.Contains('*', StringComparison.Ordinal));
            Assert.NotEmpty(grant.Resources);
            foreach (var resource in grant.Resources.Where(static r => r.Contains('*', StringComparison.Ordinal)))
            {
                if (resource == "*")
                {
                    Assert.All(
                        grant.Actions, action => Assert.True(s_nameless.ContainsKey(action), $"{grant.Key}: {action} on every resource"));
                    found.UnionWith(grant.Actions);
                    continue;
                }

                var pattern = s_wildcards.Keys.FirstOrDefault(end => resource.EndsWith(end, StringComparison.Ordinal));
                Assert.True(pattern is not null, $"{grant.Key}: {resource}");
                wildcards.Add(pattern);
            }
        }

        Assert.Equal(s_nameless.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(s_wildcards.Keys.Order(StringComparer.Ordinal), wildcards.Order(StringComparer.Ordinal));
    }

    /// <summary>Looks the actions up in AWS's own reference, in the copy that cfn-lint has.</summary>
    [Fact]
    public void The_service_authorization_reference_knows_no_resource_for_them() =>
        Assert.Equal("", Python.Run("grants.py", ["cfnlint"], string.Join('\n', s_nameless.Keys)).Trim());

    /// <summary>
    /// Only one grant is for everybody: the accounts of an organization may put events. Apart from that, other accounts are named, and
    /// services act for a resource of ours.
    /// </summary>
    [Fact]
    public void Nobody_is_let_in_who_is_not_named_or_confined_by_a_condition()
    {
        foreach (var grant in s_grants.Where(static g => g is { IsAllow: true, IsIdentity: false }))
        {
            var (principal, condition) = (grant.Statement["Principal"]!, grant.Statement["Condition"]?.ToJsonString() ?? "");
            if (principal is JsonValue)
                Assert.True(
                    grant.Holder == "OrganizationMayForward" && condition.Contains("\"aws:PrincipalOrgID\"", StringComparison.Ordinal),
                    grant.Key);
            if (principal is not JsonObject named || !named.ContainsKey("Service")) continue;
            // Lambda and CloudTrail take only roles that their caller may pass, and the topic's policy says who may publish with its key.
            if (grant.Sid == "trust" && (grant.Holder.EndsWith("FunctionRole", StringComparison.Ordinal) || grant.Holder == "LogGroupRole")
                || grant.Sid == "AlarmsPublish") continue;
            Assert.True(
                condition.Contains("\"aws:SourceArn\"", StringComparison.Ordinal)
                    || condition.Contains("\"aws:SourceAccount\"", StringComparison.Ordinal)
                    || condition.Contains("\"kms:EncryptionContext:aws:logs:arn\"", StringComparison.Ordinal),
                $"{grant.Key}: any resource of that service, of any account");
        }
    }

    /// <summary>
    /// "*" in the resource of a Deny really means everything. Only service control policies, the policies of buckets, queues and topics,
    /// and a statement that guards roles contain a Deny.
    /// </summary>
    [Fact]
    public void What_is_denied_is_known() => Assert.Equal(
        [
            "infra/forwarder.yaml | DeadLettersPolicy | NoPlainText", "infra/forwarder.yaml | DeadLettersPolicy | OnlyRulesWrite",
            "infra/guardrail.yaml | Guardrail | KeepContained",
            "infra/guardrail.yaml | Guardrail | KeepInvocation",
            "infra/guardrail.yaml | Guardrail | KeepQuarantines", "infra/guardrail.yaml | Guardrail | KeepRecords",
            "infra/guardrail.yaml | Guardrail | KeepReleases",
            "infra/guardrail.yaml | Guardrail | KeepRoles", "infra/guardrail.yaml | Guardrail | KeepSettings",
            "infra/guardrail.yaml | Guardrail | KeepStack",
            "infra/guardrail.yaml | Guardrail | KeepTrail", "infra/guardrail.yaml | Guardrail | SetBoundaries",
            "infra/hunting.yaml | ResultsBucketPolicy | TlsOnly", "infra/member-role.yaml | ContainmentOperatorRole | NeverChangeOwnRoles",
            "infra/member-role.yaml | ContainmentReleaseRole | NeverChangeOwnRoles",
            "infra/member-role.yaml | ContainmentRole | NeverChangeRoles",
            "infra/trail.yaml | AccessLogBucketPolicy | TlsOnly",
            "infra/trail.yaml | LogBucketPolicy | NobodyDeletesButBreakGlass", "infra/trail.yaml | LogBucketPolicy | TlsOnly",
            "template.yaml | AlertTopicPolicy | NoPlainText",
            "template.yaml | FunctionDeadLettersPolicy | NoPlainText", "template.yaml | FunctionDeadLettersPolicy | OnlyFunctionsWrite",
            "template.yaml | IamFunctionRole | NeverChangeRoles",
            "template.yaml | IamFunctionRole | NeverEndQuarantines", "template.yaml | OperatorRole | NeverChangeOwnRoles",
            "template.yaml | OperatorRole | NeverEndQuarantines", "template.yaml | ReleaseRole | NeverChangeOwnRoles",
            "template.yaml | RuleDeadLettersPolicy | NoPlainText", "template.yaml | RuleDeadLettersPolicy | OnlyRulesWrite",
        ],
        s_grants.Where(static g => !g.IsAllow).Select(static g => g.Key).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Templates() =>
        ["template.yaml", .. Directory.EnumerateFiles(Repository.PathOf("infra"), "*.yaml")
            .Select(static f => "infra/" + Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static IEnumerable<Grant> GrantsOf(string template) =>
        SamTemplate.Read(Repository.PathOf(template.Split('/')))["Resources"]!.AsObject()
            .SelectMany(resource => StatementsIn(resource.Value!).Select(s => new Grant(template, resource.Key, s)));

    private static IEnumerable<JsonObject> StatementsIn(JsonNode? node) => node switch
    {
        JsonObject statement when statement.ContainsKey("Effect") => [statement],
        JsonObject map => map.SelectMany(static member => StatementsIn(member.Value)),
        JsonArray list => list.SelectMany(StatementsIn),
        _ => [],
    };

    private static Dictionary<string, (string File, string Text)> Needs()
    {
        var needs = OfActions().Distinct()
            .ToDictionary(static need => need.Key, static need => (need.File, need.Text), StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "grants.txt"))
            .Where(static l => l.Length > 0 && l[0] != '#'))
        {
            var parts = line.Split(" | ");
            Assert.True(parts.Length == 6, line);
            // an action that is listed twice is an error
            foreach (var action in parts[3].Split(' ')) needs.Add($"{parts[0]} | {parts[1]} | {parts[2]} | {action}", (parts[4], parts[5]));
        }

        return needs;
    }

    /// <summary>
    /// The actions that containment actions declare, for each grant that allows them, with the file that contains the call.
    /// </summary>
    private static IEnumerable<(string Key, string File, string Text)> OfActions()
    {
        var files = Repository.Sources("src/Responder/Containment")
            .ToDictionary(static file => file, static file => File.ReadAllText(Repository.PathOf(file)));
        foreach (var grant in s_grants.Where(static g => g.IsAllow))
        {
            foreach (var action in grant.Actions.Intersect(DeclaredFor(grant.Holder), StringComparer.Ordinal))
            {
                var call = $"iam.{action["iam:".Length..]}Async(";
                var file = files.FirstOrDefault(f => f.Value.Contains(call, StringComparison.Ordinal)).Key;
                Assert.True(file is not null, $"{action} is declared, and no file below Containment calls it");
                yield return ($"{grant.Key} | {action}", file, call);
            }
        }
    }

    /// <summary>
    /// The functions need what is automatic by default, the policy of a parameter needs what the actions with this parameter declare, the
    /// operators need every action, and a release what undoes them.
    /// </summary>
    private static IEnumerable<string> DeclaredFor(string holder) => holder switch
    {
        "IamFunctionRole" or "ContainmentRole" => Done(ContainmentActions.All.Where(static a => a.DefaultStage == Stage.Contain)),
        "OperatorRole" or "ContainmentOperatorRole" => Done(ContainmentActions.All),
        "ReleaseRole" or "ContainmentReleaseRole" => ContainmentActions.All.SelectMany(
            static a => (IEnumerable<string>)[.. a.Reads, .. a.UndoPermissions]),
        "ReleaseKeysPolicy" or "ReleaseGroupsPolicy" or "ReleaseVersionsPolicy" =>
            ContainmentActions.All.SelectMany(static a => a.UndoPermissions),
        _ => Done(ContainmentActions.All.Where(a => holder == a.Parameter + "Policy")),
    };

    private static IEnumerable<string> Done(IEnumerable<ContainmentAction> actions) =>
        actions.SelectMany(static a => (IEnumerable<string>)[.. a.Reads, .. a.Permissions]);

    /// <summary>One policy statement.</summary>
    /// <param name="Holder">The logical id of the resource that contains the statement.</param>
    private sealed record Grant(string Template, string Holder, JsonObject Statement)
    {
        public bool IsAllow => (string?)Statement["Effect"] == "Allow";

        /// <value>True if the statement says what its holder may do; false if it says what others may do to it.</value>
        public bool IsIdentity => !Statement.ContainsKey("Principal");

        public string Sid => (string?)Statement["Sid"] ?? (Actions.Contains("sts:AssumeRole") ? "trust" : "-");

        public string Key => $"{Template} | {Holder} | {Sid}";

        public IReadOnlyList<string> Actions => [.. Texts(Statement["Action"] ?? Statement["NotAction"])];

        public IReadOnlyList<string> Resources => [.. Texts(Statement["Resource"])];

        /// <summary>The texts in a value; for a choice, those of each side except "no value".</summary>
        private static IEnumerable<string> Texts(JsonNode? node) => node switch
        {
            JsonArray list => list.SelectMany(Texts),
            JsonObject sub when sub["Fn::Sub"] is { } text => [(string)(text is JsonArray parts ? parts[0]! : text)!],
            JsonObject choice when choice["Fn::If"] is JsonArray sides => sides.Skip(1).SelectMany(Texts),
            JsonObject nothing when (string?)nothing["Ref"] == "AWS::NoValue" => [],
            JsonObject other => [other.ToJsonString()],
            JsonValue value => [value.GetValue<string>()],
            _ => [],
        };
    }
}
