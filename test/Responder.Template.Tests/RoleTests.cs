using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Aws;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Facts;
using Responder.Operations.Installation;
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
    private static readonly string[] s_functionsThatReadRoles = ["security-group", "s3", "account"];

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

    /// <summary>What an action reads before it contains, and what it does.</summary>
    private static readonly string[] s_contain =
        [.. ContainmentActions.All.SelectMany(static a => (IEnumerable<string>)[.. a.Reads, .. a.Permissions])];

    private static readonly string[] s_undo = [.. ContainmentActions.All.SelectMany(static a => a.UndoPermissions)];

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

    private const string Stored = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${ParameterRoot}/";

    /// <summary>What a person's command reads in the parameters, whichever role it runs as.</summary>
    private static readonly string[] s_storeReads =
        ["ssm:DescribeParameters", "ssm:GetParameter", .. SsmIncidents.Permissions.Where(static p => p != "ssm:PutParameter")];

    private static readonly string[] s_peoplesRoles = ["ReleaseRole", "OperatorRole"];

    /// <summary>The policies that a parameter adds to the release role.</summary>
    private static readonly string[] s_furtherReleases = ["ReleaseKeysPolicy", "ReleaseGroupsPolicy", "ReleaseVersionsPolicy"];

    /// <summary>What a release only names, because it is not compared with the state before.</summary>
    private static readonly string[] s_namedAtReleases = ["iam:ListGroupsForUser", "iam:ListUserPolicies"];

    [Fact]
    public void The_release_role_may_undo_and_write_releases_and_nothing_else()
    {
        string[] further = [.. s_furtherReleases.SelectMany(AllowedBy)];
        Assert.Equal(
            ["iam:AttachGroupPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAccessKey"], Sorted(further));
        Assert.Equal(
            Sorted([.. ContainmentActions.All.SelectMany(static a => a.Reads), .. s_undo.Except(further), .. s_storeReads,
                "ssm:PutParameter", "logs:FilterLogEvents", .. s_page, .. s_namedAtReleases]),
            Allowed("ReleaseRole"));
        Assert.Empty(CallsIn("src/Responder.Operations/Release").Except(Allowed("ReleaseRole")));
    }

    /// <summary>What a group, a key or a policy lost has no boundary that the grant back could be bound to.</summary>
    [Theory]
    [InlineData("ReleaseKeysPolicy", "ContainKeys")]
    [InlineData("ReleaseGroupsPolicy", "ContainGroups")]
    [InlineData("ReleaseVersionsPolicy", "ReleasePolicyVersions")]
    public void A_release_gives_back_without_a_quarantine_only_where_a_parameter_says_so(string policy, string parameter)
    {
        var resource = SamTemplate.Resource(policy);
        Assert.Equal(parameter, (string?)SamTemplate.Root["Conditions"]![(string)resource["Condition"]!]!["Fn::Equals"]![0]!["Ref"]);
        Assert.Equal("false", (string?)SamTemplate.Root["Parameters"]![parameter]!["Default"]);
        Assert.Equal("ReleaseRole", (string?)Assert.Single(resource["Properties"]!["Roles"]!.AsArray())!["Ref"]);
    }

    [Theory]
    [InlineData("iam:AttachUserPolicy")]
    [InlineData("iam:AttachRolePolicy")]
    public void A_release_attaches_only_to_who_is_quarantined(string action)
    {
        var statement = Assert.Single(Statements("ReleaseRole"), s => Actions(s).Contains(action));
        Assert.Equal(
            "arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll",
            (string?)statement["Condition"]!["StringEquals"]!["iam:PermissionsBoundary"]!["Fn::Sub"]);
        Assert.Equal([action], Actions(statement));
    }

    [Fact]
    public void The_operator_role_may_contain_close_redrive_and_throw_the_switch_and_nothing_else()
    {
        Assert.Equal(
            Sorted([.. s_contain, .. EventHistory.Permissions, .. s_storeReads, "ssm:PutParameter", .. s_page]), Allowed("OperatorRole"));
        string[] called = [.. CallsIn("src/Responder.Operations/ByHand"), .. CallsIn("src/Responder.Operations/Incidents")];
        Assert.Empty(called.Except(Allowed("OperatorRole")));
        Assert.Equal(
            ["cloudformation:ListStackResources", "lambda:InvokeFunction", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage",
                "sqs:ReceiveMessage"],
            Sorted(AllowedBy("OperatorRedrivePolicy")));
        Assert.Equal(
            SamTemplate.OfType("AWS::Serverless::Function").Order(StringComparer.Ordinal),
            PolicyStatements("OperatorRedrivePolicy").Single(static s => Actions(s).Contains("lambda:InvokeFunction"))["Resource"]!
                .AsArray().Select(static r => (string)r!["Fn::GetAtt"]![0]!).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Where one call both takes and gives (a boundary, a key, a version), a condition tells, or IAM has none; every other call belongs to
    /// one of the two.
    /// </summary>
    [Fact]
    public void Neither_of_the_roles_for_people_can_do_what_the_other_is_for()
    {
        string[] both =
        [
            "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:SetDefaultPolicyVersion", "iam:UpdateAccessKey",
        ];
        string[] release = [.. Allowed("ReleaseRole"), .. s_furtherReleases.SelectMany(AllowedBy)];
        var operators = Allowed("OperatorRole");
        string[] Changes(IEnumerable<string> actions) => Sorted(actions.Where(static a =>
            a.StartsWith("iam:", StringComparison.Ordinal) && !a.StartsWith("iam:Get", StringComparison.Ordinal)
            && !a.StartsWith("iam:List", StringComparison.Ordinal)));
        Assert.Equal(both, Changes(release.Intersect(operators)));
        foreach (var giving in (string[])["iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy",
            "iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy"])
            Assert.DoesNotContain(giving, operators);
        foreach (var taking in (string[])["iam:DetachUserPolicy", "iam:DetachRolePolicy", "iam:DetachGroupPolicy", "iam:DeleteLoginProfile",
            "iam:PutRolePolicy"])
            Assert.DoesNotContain(taking, release);
    }

    /// <summary>What contains is bound in the same way, whoever contains.</summary>
    [Theory]
    [InlineData("IamFunctionRole", "QuarantineUsers")]
    [InlineData("IamFunctionRole", "DetachGrants")]
    [InlineData("IamFunctionRole", "ReadEventHistory")]
    [InlineData("ContainRolesPolicy", "QuarantineRoles")]
    [InlineData("ContainRolesPolicy", "DetachGrantsOfRoles")]
    [InlineData("ContainRolesPolicy", "RevokeSessions")]
    [InlineData("ContainGroupsPolicy", "DetachGrantsOfGroups")]
    public void The_operator_role_contains_under_the_conditions_of_the_function(string holder, string sid)
    {
        var theirs = SamTemplate.Properties(holder).ContainsKey("PolicyDocument") ? PolicyStatements(holder) : Statements(holder);
        Assert.Equal(
            theirs.Single(s => (string?)s["Sid"] == sid).ToJsonString(),
            Statements("OperatorRole").Single(s => (string?)s["Sid"] == sid).ToJsonString());
    }

    [Fact]
    public void The_roles_for_people_are_assumed_with_MFA_or_by_named_roles_and_never_change_the_roles_of_the_stack()
    {
        foreach (var role in s_peoplesRoles)
        {
            var trust = SamTemplate.Properties(role)["AssumeRolePolicyDocument"]!["Statement"]!.AsArray();
            Assert.Equal(2, trust.Count);
            Assert.Equal("""{"Bool":{"aws:MultiFactorAuthPresent":"true"}}""", trust[0]!["Condition"]!.ToJsonString());
            // Without names the statement is not there: an empty list would be refused by IAM.
            var choice = trust[1]!["Fn::If"]!.AsArray();
            Assert.Equal(("HasOnCallRoles", "AWS::NoValue"), ((string?)choice[0], (string?)choice[2]!["Ref"]));
            Assert.Equal(
                """{"ArnLike":{"aws:PrincipalArn":{"Ref":"OnCallRoleArns"}}}""", choice[1]!["Condition"]!.ToJsonString());
            Assert.All(trust.Select(static s => s!["Fn::If"]?[1] ?? s), static statement =>
                Assert.Equal("arn:${AWS::Partition}:iam::${AWS::AccountId}:root", (string?)statement!["Principal"]!["AWS"]!["Fn::Sub"]));
            var denied = Assert.Single(Statements(role), static s => (string?)s["Sid"] == "NeverChangeOwnRoles");
            Assert.Equal("Deny", (string?)denied["Effect"]);
            Assert.Equal(
                ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${AWS::StackName}-*"], Texts(denied["Resource"]));
            Assert.All(Texts(denied["NotAction"]), static action => Assert.Matches("^iam:(Get|List)", action));
        }
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:role/oncall", true)]
    [InlineData("arn:aws:iam::123456789012:role/team/a/oncall", true)]
    [InlineData("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_????????????????", true)]
    [InlineData("", true)]
    [InlineData("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_????????????????", false)]
    [InlineData("arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_*", false)]
    [InlineData("arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_???????????????", false)]
    [InlineData("arn:aws:iam::123456789012:role/AWSReservedSSO_?????????????????", false)] // seventeen
    [InlineData("arn:aws:iam::*:role/oncall", false)]
    [InlineData("arn:aws:iam::123456789012:user/alice", false)]
    [InlineData("arn:aws:iam::123456789012:root", false)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/oncall/bea", false)]
    public void Who_may_release_is_named_whole(string arn, bool isTaken) => Assert.Equal(
        isTaken, Regex.IsMatch(
            arn, "^(?:" + (string?)SamTemplate.Root["Parameters"]!["OnCallRoleArns"]!["AllowedPattern"] + ")$", RegexOptions.None,
            TimeSpan.FromSeconds(1)));

    [Fact]
    public void The_budget_has_a_parameter_from_the_beginning_so_that_a_full_store_still_counts()
    {
        var parameter = SamTemplate.Resource("ContainmentPlaces");
        var properties = parameter["Properties"]!;
        Assert.Equal("AWS::SSM::Parameter", (string?)parameter["Type"]);
        Assert.Equal(
            new ParameterNames("${ParameterRoot}").Places, (string?)properties["Name"]!["Fn::Sub"]);
        Assert.Equal(("String", "Standard"), ((string?)properties["Type"], (string?)properties["Tier"]));
        var empty = ContainmentBudget.Read((string?)properties["Value"], DateTimeOffset.UtcNow);
        Assert.Empty(empty.People);
        Assert.Empty(empty.Lesser);
    }

    /// <summary>Each is overwritten only, which works in a full store, too.</summary>
    [Fact]
    public void What_a_full_store_must_still_take_has_a_parameter_from_the_beginning()
    {
        var names = new ParameterNames("${ParameterRoot}");
        Assert.Equal(names.Pages, (string?)SamTemplate.Resource("PageCounts")["Properties"]!["Name"]!["Fn::Sub"]);
        Assert.Equal(names.Plan, (string?)SamTemplate.Resource("ReleasePlan")["Properties"]!["Name"]!["Fn::Sub"]);
    }

    /// <summary>What a person's command reads is what the functions have in their environment.</summary>
    [Fact]
    public void The_settings_that_the_stack_writes_down_are_those_of_the_functions()
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in (string[])["InstallationSettings", "ProtectedPrincipals", "MemberAccounts"])
        {
            var properties = SamTemplate.Resource(resource)["Properties"]!;
            Assert.StartsWith(
                new ParameterNames("${ParameterRoot}").SettingsRoot + "/", (string?)properties["Name"]!["Fn::Sub"],
                StringComparison.Ordinal);
            Assert.Equal(("String", "Standard"), ((string?)properties["Type"], (string?)properties["Tier"]));
            var text = properties["Value"]!.ToJsonString();
            foreach (var name in InstallationSettings.Names.Where(name => text.Contains($"\"{name}=", StringComparison.Ordinal)))
                Assert.True(written.TryAdd(name, text), name);
        }

        Assert.Equal(Sorted(InstallationSettings.Names), Sorted([.. written.Keys]));
        var environment = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!;
        foreach (var name in InstallationSettings.Names)
        {
            // Each resource and parameter that the function's value is made of is in the setting, too.
            foreach (Match part in Regex.Matches(environment[name]!.ToJsonString(), @"(?<=""(Ref|Fn::GetAtt)"":\[?"")[A-Za-z]+"))
                Assert.Contains(part.Value, written[name], StringComparison.Ordinal);
        }
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
        const string root = Stored;
        string[] Written(string role, string effect = "Allow") =>
            Sorted(Statements(role).Where(s => (string?)s["Effect"] == effect && Actions(s).Contains("ssm:PutParameter"))
            .SelectMany(static s => Texts(s["Resource"])));

        foreach (var function in s_alertingFunctions)
            Assert.Equal(
                [root + "budget/pages", root + "incidents/*", .. function == "account" ? (string[])[root + "running"] : []],
                Written(RoleOf(function)));
        Assert.Equal(
            [root + "budget/*", root + "budget/pages", root + "incidents/*", root + "quarantines/*"], Written(RoleOf("iam")));
        Assert.Equal([root + "incidents/*", root + "mode", root + "quarantines/*"], Written("OperatorRole"));
        // Undo data and what ends a quarantine are never written by the same role.
        Assert.Equal([root + "incidents/*", root + "quarantines/*/*/*.release", root + "release"], Written("ReleaseRole"));
        foreach (var role in (string[])[RoleOf("iam"), "OperatorRole"])
            Assert.Equal([root + "quarantines/*.release"], Written(role, "Deny"));
        var names = new ParameterNames("/security");
        var ledger = names.Ledger(new Principal(PrincipalKind.User, "123456789012", "mallory.release"));
        Assert.DoesNotMatch(@"^/security/quarantines/.*/.*/.*\.release$", ledger);
        Assert.Matches(@"^/security/quarantines/.*/.*/.*\.release$", LedgerBook.ReleaseName(LedgerBook.EntryName(ledger, 1)));
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

    /// <summary>The statements of a policy that is a resource by itself.</summary>
    private static IEnumerable<JsonObject> PolicyStatements(string policy) =>
        SamTemplate.Properties(policy)["PolicyDocument"]!["Statement"]!.AsArray().Select(static s => s!.AsObject());

    private static IEnumerable<string> AllowedBy(string policy) =>
        PolicyStatements(policy).Where(static s => (string?)s["Effect"] == "Allow").SelectMany(Actions);

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
