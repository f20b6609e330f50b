using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Aws;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Facts;
using Responder.Paging;
using Responder.Records;
using Responder.Retention;
using Responder.Vocabulary;

namespace Responder.Template.Tests;

/// <summary>The roles allow exactly what the code calls, nothing more and nothing less.</summary>
public sealed partial class RoleTests
{
    private static readonly string[] s_alertingFunctions = ["security-group", "kms", "s3", "account"];

    /// <summary>The alerting functions that receive calls which pass a role to a service.</summary>
    private static readonly string[] s_functionsThatReadRoles = ["security-group", "account"];

    /// <summary>What Lambda and SNS do with the role's permissions: logs, traces, dead letters, encryption of the topic.</summary>
    private static readonly string[] s_platform =
    [
        "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "sqs:SendMessage", "kms:Decrypt",
        "kms:GenerateDataKey",
    ];

    /// <summary>The actions that are automatic by default.</summary>
    private static readonly ContainmentAction[] s_default = [.. ContainmentActions.All.Where(static a => a.DefaultStage == Stage.Contain)];

    /// <summary>The permissions to read what every action needs, to take the action, and to undo it.</summary>
    private static readonly string[] s_everything =
        [.. ContainmentActions.All.SelectMany(static a => (IEnumerable<string>)[.. a.Reads, .. a.Permissions, .. a.UndoPermissions])];

    private static readonly string[] s_page = ["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"];

    [Fact]
    public void The_IAM_function_may_do_what_it_calls_and_nothing_else() => Assert.Equal(
        Sorted([.. AwsFacts.Permissions, .. EventHistory.Permissions, .. s_default.SelectMany(static a => a.Permissions),
            .. SsmIncidents.Permissions, .. SnsAlerts.Permissions, .. s_platform]),
        Allowed(RoleOf("iam")));

    /// <summary>The template's parameters that the actions name.</summary>
    public static TheoryData<string> Parameters =>
        [.. ContainmentActions.All.Select(static a => a.Parameter).OfType<string>().Distinct()];

    /// <summary>What a default installation cannot do cannot be abused, so each policy is granted by its own parameter.</summary>
    [Theory]
    [MemberData(nameof(Parameters))]
    public void Every_further_action_is_allowed_only_where_its_parameter_says_so(string parameter)
    {
        var actions = ContainmentActions.All.Where(a => a.Parameter == parameter).ToArray();
        var resource = SamTemplate.Resource(parameter + "Policy");
        Assert.Equal(parameter, (string?)SamTemplate.Root["Conditions"]![(string)resource["Condition"]!]!["Fn::Equals"]![0]!["Ref"]);
        Assert.Equal("false", (string?)SamTemplate.Root["Parameters"]![parameter]!["Default"]);
        Assert.Equal(RoleOf("iam"), (string?)resource["Properties"]!["Roles"]![0]!["Ref"]);
        var allowed = resource["Properties"]!["PolicyDocument"]!["Statement"]!.AsArray().SelectMany(static s => Actions(s!.AsObject()));
        // The permissions to read users and policies are granted anyway.
        Assert.Equal(
            Sorted([.. actions.SelectMany(static a => a.Reads).Except(AwsFacts.Permissions),
                .. actions.SelectMany(static a => a.Permissions)]),
            Sorted(allowed));
    }

    [Fact]
    public void Every_automatic_action_has_its_permissions_in_the_template_and_no_other_has()
    {
        foreach (var action in ContainmentActions.All)
        {
            var isAllowed = action.Parameter is not null || action.DefaultStage == Stage.Contain;
            Assert.True(action.IsByHandOnly != isAllowed, $"{action}: by a parameter, by default or by hand only");
        }

        var resources = SamTemplate.Root["Resources"]!.AsObject();
        var parameters = SamTemplate.Root["Parameters"]!.AsObject().Select(static p => p.Key)
            .Where(key => resources.ContainsKey(key + "Policy"));
        Assert.Equal(Sorted(parameters), Sorted(Parameters.Select(static row => row.Data)));
    }

    [Fact]
    public void A_function_that_alerts_changes_nothing_in_IAM_and_reads_roles_only_where_calls_pass_them()
    {
        Assert.All(AwsFacts.RolePermissions, static action => Assert.Matches("^iam:(Get|List)", action));
        foreach (var function in s_alertingFunctions)
        {
            string[] iam = s_functionsThatReadRoles.Contains(function) ? [.. AwsFacts.RolePermissions] : [];
            Assert.Equal(Sorted([.. SsmIncidents.Permissions, .. SnsAlerts.Permissions, .. s_platform, .. iam]), Allowed(RoleOf(function)));
        }
    }

    /// <summary>If the function of a source may not read roles, the roles in its calls are never read.</summary>
    [Fact]
    public void Every_call_that_passes_a_role_reaches_a_function_that_may_read_it()
    {
        var watches = DetectionCatalog.Default.Find("iam.privileged-role-passed")!.Info.Watches;
        foreach (var watch in watches)
            Assert.Contains(
                RulesText.Rules.First(
                    rule => rule.Json.Contains($"[\"{watch.EventSource}\"", StringComparison.Ordinal)
                    || rule.Json.Contains($",\"{watch.EventSource}\"", StringComparison.Ordinal)).Function,
                    (string[])["iam", .. s_functionsThatReadRoles]);
    }

    [Fact]
    public void The_retention_may_list_and_delete_records_and_nothing_else()
    {
        Assert.Equal(Sorted(RecordSweep.Permissions), CallsIn("src/Responder/Retention"));
        string[] unused = ["kms:Decrypt", "kms:GenerateDataKey"];
        Assert.Equal(Sorted([.. RecordSweep.Permissions, .. s_platform.Except(unused)]), Allowed(RoleOf("retention")));

        const string root = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterRoot}";
        var deletes = Assert.Single(Statements(RoleOf("retention")), static s => Actions(s).Contains("ssm:DeleteParameters"));
        Assert.Equal([root + "/budget/*", root + "/incidents/*", root + "/quarantines/*"], Sorted(Texts(deletes["Resource"])));
        // No other role deletes parameters.
        foreach (var role in SamTemplate.OfType("AWS::IAM::Role").Where(static r => r != RoleOf("retention")))
            Assert.DoesNotContain(Allowed(role), static action => action.StartsWith("ssm:Delete", StringComparison.Ordinal));
    }

    [Fact]
    public void The_release_role_may_contain_by_hand_undo_and_close_the_records_and_nothing_else()
    {
        var called = CallsIn("src/Responder.Operations");
        Assert.NotEmpty(called);
        called = [.. called, "ssm:GetParametersByPath"]; // `responder incidents` and `responder mode` use this role, too
        Assert.Equal(
            Sorted([.. called, .. s_everything, .. EventHistory.Permissions, .. SsmIncidents.Permissions, .. s_page]),
            Allowed("ReleaseRole"));
    }

    [Fact]
    public void The_release_role_is_assumed_with_MFA_only()
    {
        var trust = SamTemplate.Properties("ReleaseRole")["AssumeRolePolicyDocument"]!["Statement"]!.AsArray();
        Assert.Equal("true", (string?)Assert.Single(trust)!["Condition"]!["Bool"]!["aws:MultiFactorAuthPresent"]);
    }

    /// <summary>The declared permissions match the code: every client call in a folder is in the list of its class.</summary>
    [Fact]
    public void Declared_permissions_are_the_calls_in_the_code()
    {
        Assert.Equal(
            Sorted([.. IamPolicies.RolePermissions, .. IamPolicies.GroupPermissions, .. IamPolicies.HolderPermissions,
                .. IamPolicies.UserPermissions]), CallsIn("src/Responder/Facts"));
        Assert.Equal(Sorted(EventHistory.Permissions), CallsIn("src/Responder/Aws"));
        Assert.Equal(
            Sorted(s_everything), CallsIn("src/Responder/Containment"));
        Assert.Equal(["ssm:DescribeParameters"], CallsIn("src/Responder.Operations/ByHand"));
        Assert.Equal(Sorted(SsmIncidents.Permissions), CallsIn("src/Responder/Records"));
        Assert.Equal(Sorted(SnsAlerts.Permissions), CallsIn("src/Responder/Paging"));
    }

    [Fact]
    public void The_responder_may_set_no_other_boundary_than_AWSDenyAll()
    {
        var statement = Assert.Single(Statements(RoleOf("iam")), static s => Actions(s).Contains("iam:PutUserPermissionsBoundary"));
        Assert.Equal(
            "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll",
            (string?)statement["Condition"]!["StringEquals"]!["iam:PermissionsBoundary"]!["Fn::Sub"]);
        var roles = SamTemplate.Resource("ContainRolesPolicy")["Properties"]!["PolicyDocument"]!["Statement"]!.AsArray();
        var onRoles = Assert.Single(roles, static s => Actions(s!.AsObject()).Contains("iam:PutRolePermissionsBoundary"))!;
        Assert.Equal(
            "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll",
            (string?)onRoles["Condition"]!["StringEquals"]!["iam:PermissionsBoundary"]!["Fn::Sub"]);
    }

    /// <summary>
    /// Only the writers of a parameter may write it: a function that alerts cannot rewrite undo data, and no function can set the kill
    /// switch.
    /// </summary>
    [Fact]
    public void Records_are_written_under_the_parameter_root_only()
    {
        const string root = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterRoot}/";
        string[] Written(string role) =>
            Sorted(Statements(role).Where(static s => Actions(s).Contains("ssm:PutParameter"))
            .SelectMany(static s => Texts(s["Resource"])));

        foreach (var function in s_alertingFunctions) Assert.Equal([root + "incidents/*"], Written(RoleOf(function)));
        Assert.Equal([root + "budget/*", root + "incidents/*", root + "quarantines/*"], Written(RoleOf("iam")));
    }

    [Fact]
    public void Every_ARN_is_free_of_a_fixed_partition() => Assert.DoesNotMatch(@"arn:aws[a-z-]*:", File.ReadAllText(SamTemplate.FilePath));

    [Fact]
    public void Each_function_has_a_role_and_a_log_group_of_its_own()
    {
        var functions = SamTemplate.OfType("AWS::Serverless::Function").ToList();
        Assert.Equal(functions.Count, functions.Select(static f => SamTemplate.Properties(f)["Role"]!.ToJsonString()).Distinct().Count());
        foreach (var function in functions)
        {
            var logs = (string?)SamTemplate.Properties(function)["LoggingConfig"]!["LogGroup"]!["Ref"];
            var log = Assert.Single(Statements(function + "Role"), static s => Actions(s).Contains("logs:PutLogEvents"));
            Assert.Equal(logs, (string?)log["Resource"]!["Fn::GetAtt"]![0]);
            Assert.NotNull(SamTemplate.Properties(logs!)["RetentionInDays"]);
        }
    }

    private static string RoleOf(string function) =>
        (string)SamTemplate.Properties(SamTemplate.FunctionOf(function))["Role"]!["Fn::GetAtt"]![0]!;

    private static string[] Allowed(string role) =>
        Sorted(Statements(role).Where(static s => (string?)s["Effect"] == "Allow").SelectMany(Actions));

    /// <summary>The statements of the inline policies and of the stack's managed policies.</summary>
    private static IEnumerable<JsonObject> Statements(string role)
    {
        var properties = SamTemplate.Properties(role);
        var documents = (properties["Policies"]?.AsArray() ?? []).Select(static p => p!["PolicyDocument"]!)
            .Concat((properties["ManagedPolicyArns"]?.AsArray() ?? [])
            .Select(static m => SamTemplate.Properties((string)m!["Ref"]!)["PolicyDocument"]!));
        return documents.SelectMany(static d => d["Statement"]!.AsArray()).Select(static s => s!.AsObject());
    }

    private static IEnumerable<string> Actions(JsonObject statement) => Texts(statement["Action"]);

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject function when function.TryGetPropertyValue("Fn::Sub", out var text) => [(string)text!],
        JsonObject other => [other.ToJsonString()],
        JsonValue value => [value.GetValue<string>()],
        _ => [],
    };

    private static string[] CallsIn(string folder) => Sorted(
        Repository.Sources(folder).SelectMany(static file => File.ReadLines(Repository.PathOf(file)))
            .Where(static line => !line.TrimStart().StartsWith("///", StringComparison.Ordinal)) // doc comments hold examples
            .SelectMany(static line => ClientCall().Matches(line))
            .Select(static call => $"{call.Groups["client"].Value.ToLowerInvariant()}:{call.Groups["api"].Value}"));

    private static string[] Sorted(IEnumerable<string> values) => [.. values.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A method call on a client, or the generic call with the name of the operation.</summary>
    [GeneratedRegex(@"\b(?:(?<client>iam|ssm|sns)\.(?<api>[A-Z]\w+)Async\(|(?<client>cloudTrail)\.Json(?:Pages)?Async\(""(?<api>\w+)"")")]
    private static partial Regex ClientCall();
}
