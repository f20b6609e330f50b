using Responder.Detections;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class PrivilegedRoleTests
{
    private const string Passed = "iam.privileged-role-passed";
    private const string Role = "arn:aws:iam::123456789012:role/team/deploy";

    public static TheoryData<string, string, string> Carriers => new()
    {
        { "lambda", "CreateFunction20150331", """{"functionName":"f","role":"ROLE"}""" },
        { "lambda", "UpdateFunctionConfiguration20150331v2", """{"functionName":"f","role":"ROLE"}""" },
        { "ecs", "RegisterTaskDefinition", """{"family":"f","taskRoleArn":"ROLE","executionRoleArn":"ROLE"}""" },
        { "ecs", "RunTask", """{"taskDefinition":"f","overrides":{"taskRoleArn":"ROLE"}}""" },
        { "ecs", "StartTask", """{"taskDefinition":"f","overrides":{"executionRoleArn":"deploy"}}""" },
        { "glue", "UpdateJob", """{"jobName":"j","jobUpdate":{"role":"team/deploy"}}""" },
        { "glue", "CreateDevEndpoint", """{"roleArn":"ROLE"}""" },
        { "codebuild", "StartBuild", """{"projectName":"p","serviceRoleOverride":"ROLE"}""" },
        { "sagemaker", "CreateDomain", """{"domainName":"d","defaultUserSettings":{"executionRole":"ROLE"}}""" },
        { "batch", "RegisterJobDefinition", """{"containerProperties":{"jobRoleArn":"ROLE"}}""" },
        { "apprunner", "CreateService", """{"instanceConfiguration":{"instanceRoleArn":"ROLE"}}""" },
        { "codestar", "CreateProject", """{"toolchain":{"roleArn":"ROLE"}}""" },
        { "states", "CreateStateMachine", """{"roleArn":"ROLE"}""" },
        { "ssm", "StartAutomationExecution", """{"documentName":"d","parameters":{"AutomationAssumeRole":["ROLE"]}}""" },
        { "events", "PutTargets", """{"rule":"r","targets":[{"id":"1","arn":"a"},{"id":"2","roleArn":"ROLE"}]}""" },
        { "scheduler", "CreateSchedule", """{"name":"s","target":{"arn":"a","roleArn":"ROLE"}}""" },
        { "eks", "CreatePodIdentityAssociation", """{"clusterName":"c","roleArn":"ROLE"}""" },
        { "bedrock-agentcore", "CreateCodeInterpreter", """{"name":"c","executionRoleArn":"ROLE"}""" },
        { "iam", "AddRoleToInstanceProfile", """{"instanceProfileName":"p","roleName":"deploy"}""" },
        { "redshift", "ModifyClusterIamRoles", """{"clusterIdentifier":"c","addIamRoles":["ROLE"]}""" },
        { "batch", "RegisterJobDefinition", """{"nodeProperties":{"nodeRangeProperties":[{"container":{"jobRoleArn":"ROLE"}}]}}""" },
        { "states", "TestState", """{"definition":"{}","roleArn":"ROLE"}""" },
        { "ssm", "UpdateServiceSetting", """{"settingId":"arn:aws:ssm:eu-central-1:123456789012:servicesetting/ssm/managed-instance/default-ec2-instance-management-role","settingValue":"deploy"}""" },
        { "ssm", "StartAutomationExecution", """{"documentName":"d","parameters":{"WhoRuns":["ROLE"]}}""" },
        { "servicecatalog", "UpdateConstraint", """{"parameters":"{\"LocalRoleName\":\"deploy\"}"}""" },
    };

    [Theory]
    [MemberData(nameof(Carriers))]
    public void A_role_is_found_where_each_call_names_it(string service, string name, string request)
    {
        var finding = Assert.Single(Found(service, name, request.Replace("ROLE", Role, StringComparison.Ordinal)));

        Assert.Equal(Severity.Low, finding.Severity);
        Assert.Equal(new Question.RolePolicies("deploy"), finding.Question);
        Assert.Equal((PrincipalKind.Role, "deploy"), (finding.Target!.Kind, finding.Target.Name));
        Assert.Null(finding.Grant);
        Assert.Equal(Severity.High, finding.Answered(Holding("AdministratorAccess"))!.Severity);
    }

    [Theory]
    [InlineData("RunInstances", """{"iamInstanceProfile":{"name":"web"}}""")]
    [InlineData("RunInstances", """{"iamInstanceProfile":{"arn":"arn:aws:iam::123456789012:instance-profile/apps/web"}}""")]
    [InlineData("ReplaceIamInstanceProfileAssociation", """{"ReplaceIamInstanceProfileAssociationRequest":{"IamInstanceProfile":{"Name":"web"},"AssociationId":"iip-assoc-1"}}""")]
    [InlineData("RequestSpotInstances", """{"launchSpecification":{"iamInstanceProfile":{"name":"web"}}}""")]
    [InlineData("CreateLaunchTemplateVersion", """{"CreateLaunchTemplateVersionRequest":{"LaunchTemplateData":{"IamInstanceProfile":{"Name":"web"}}}}""")]
    public void An_instance_profile_is_asked_for_the_role_it_hands_out(string name, string request)
    {
        var finding = Assert.Single(Found("ec2", name, request));

        Assert.Equal(new Question.InstanceProfile("web"), finding.Question);
        Assert.Null(finding.Target);
        var known = finding.Answered(Holding("AdministratorAccess"))!;
        Assert.Equal((Severity.High, "deploy"), (known.Severity, known.Target!.Name));
        Assert.Contains("Role deploy, equal to AdministratorAccess, passed to", known.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_that_only_the_answer_names_is_found_and_told_once()
    {
        const string response = """{"instancesSet":{"items":[{"iamInstanceProfile":{"arn":"arn:aws:iam::123456789012:instance-profile/web"}},{"iamInstanceProfile":{"arn":"arn:aws:iam::123456789012:instance-profile/web"}}]}}""";
        Assert.Single(Found("ec2", "RunInstances", """{"launchTemplate":{"launchTemplateId":"lt-1"}}""", response));
        Assert.Single(Found("ec2", "RunInstances", """{"iamInstanceProfile":{"name":"web"}}""", response));
    }

    [Fact]
    public void What_the_role_may_do_decides()
    {
        var finding = Assert.Single(Found("lambda", "CreateFunction20150331", $$"""{"role":"{{Role}}"}"""));
        Severity? Worth(params string[] documents) => finding.Answered(new Answer.RolePolicies("deploy", [], documents))?.Severity;

        Assert.Equal(Severity.High, Worth(Allow("*")));
        Assert.Equal(Severity.High, Worth(Allow("iam:PutRolePolicy")));
        Assert.Equal(Severity.High, Worth(Allow("iam:A*", "iam:C*", "iam:P*"), Allow("iam:S*", "iam:U*")));
        Assert.Null(Worth(Allow("s3:GetObject", "logs:*")));
        Assert.Null(Worth(Deny("*")));
        Assert.Equal(Severity.High, finding.Answered(Holding("IAMFullAccess"))!.Severity);
        Assert.Equal(Severity.High, finding.Answered(Holding("AdministratorAccess-Amplify"))!.Severity);
        Assert.Equal(Severity.Medium, finding.Answered(Holding("PowerUserAccess"))!.Severity);
        Assert.Null(finding.Answered(Holding("ReadOnlyAccess")));
        Assert.Null(finding.Answered(new Answer.RolePolicies("deploy", [AwsPolicy("AdministratorAccess"), AwsPolicy("AWSDenyAll")], [])));
        Assert.Null(finding.Answered(new Answer.RolePolicies("deploy", [AwsPolicy("AdministratorAccess")], [Deny("*")])));
        Assert.Null(finding.Answered(new Answer.RolePolicies("deploy", [AwsPolicy("PowerUserAccess")], [Deny("*")])));
        var left = finding.Answered(new Answer.RolePolicies("deploy", [AwsPolicy("AdministratorAccess")], [Deny("iam:*", "sts:*")]))!;
        Assert.Equal(Severity.Medium, left.Severity);
    }

    [Fact]
    public void A_role_that_was_not_read_to_its_end_is_worth_what_was_read()
    {
        var finding = Assert.Single(Found("lambda", "CreateFunction20150331", $$"""{"role":"{{Role}}"}"""));

        Assert.Equal(Severity.Low, finding.Answered(new Answer.Unanswered("throttled"))!.Severity);
        Assert.Equal(Severity.Low, finding.Answered(new Answer.RolePolicies("deploy", [], [Allow("s3:GetObject"), ""]))!.Severity);
        Assert.Equal(Severity.High, finding.Answered(new Answer.RolePolicies("deploy", [], ["", Allow("*")]))!.Severity);
        Assert.Equal(Severity.Low, finding.Answered(new Answer.RolePolicies("deploy", [], []))!.Severity);
    }

    [Fact]
    public void A_template_deploys_with_an_administrator_by_design()
    {
        var finding = Assert.Single(Found("cloudformation", "CreateChangeSet", $$"""{"stackName":"s","roleARN":"{{Role}}"}"""));

        Assert.Equal(Severity.Medium, finding.Answered(Holding("AdministratorAccess"))!.Severity);
        Assert.Equal(Severity.Low, finding.Answered(Holding("PowerUserAccess"))!.Severity);
        Assert.Empty(Found("cloudformation", "UpdateStack", """{"stackName":"s"}"""));
    }

    [Fact]
    public void A_foreign_role_or_an_impossible_name_is_not_asked_in_our_account()
    {
        Assert.Null(Assert.Single(Found("lambda", "CreateFunction20150331", """{"role":"arn:aws:iam::210987654321:role/deploy"}""")).Question);
        Assert.Null(Assert.Single(Found("ssm", "StartAutomationExecution", """{"parameters":{"AutomationAssumeRole":["{{ AutomationAssumeRole }}"]}}""")).Question);
    }

    [Fact]
    public void A_service_linked_role_and_a_service_of_its_own_are_no_pass()
    {
        Assert.Empty(Found("ecs", "CreateService", """{"role":"arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"}"""));
        Assert.Empty(Found("ec2", "RunInstances", """{"iamInstanceProfile":{"name":"web"}}""", by: new { type = "AWSService", invokedBy = "autoscaling.amazonaws.com" }));
        Assert.Empty(Found("lambda", "CreateFunctionUrlConfig", """{"functionName":"f","role":"deploy"}"""));
    }

    [Fact]
    public void Parameters_that_are_missing_are_low_and_not_nothing() =>
        Assert.Equal(Severity.Low, Assert.Single(Found("glue", "CreateDevEndpoint", "null")).Severity);

    [Fact]
    public void Many_roles_in_one_call_are_all_told_and_the_first_ten_asked()
    {
        var targets = string.Join(',', Enumerable.Range(0, 25).Select(static i => $$"""{"id":"{{i}}","roleArn":"arn:aws:iam::123456789012:role/r{{i}}"}"""));
        var findings = Found("events", "PutTargets", $$"""{"targets":[{{targets}}]}""");

        Assert.Equal(25, findings.Count);
        Assert.Equal(10, findings.Count(static f => f.Question is not null));
    }

    private static Answer.RolePolicies Holding(string awsPolicy) => new("deploy", [AwsPolicy(awsPolicy)], []);

    private static List<Finding> Found(string service, string name, string request, string response = "null", object? by = null)
    {
        var e = Call(
            name, System.Text.Json.JsonSerializer.Deserialize<object>(request),
            System.Text.Json.JsonSerializer.Deserialize<object>(response), by, service + ".amazonaws.com");
        return [.. DetectionCatalog.Default.Detect(e).Where(static f => f.Detection.Id == Passed)];
    }
}
