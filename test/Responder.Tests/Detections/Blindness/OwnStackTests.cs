using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Blindness;

/// <summary>Tests the detection of tampering with the responder: which resources are ours, and who may change them.</summary>
public class OwnStackTests
{
    private const string OwnRole = "arn:aws:iam::123456789012:role/responder-AccountFunctionRole-1";

    [Theory]
    [InlineData("lambda", "PutFunctionConcurrency20171031", """{"functionName":"responder-IamFunction-1","reservedConcurrentExecutions":0}""", "responder.stopped")]
    [InlineData("lambda", "PutFunctionConcurrency20171031", """{"functionName":"responder-IamFunction-1","reservedConcurrentExecutions":"0"}""", "responder.stopped")]
    [InlineData("lambda", "PutFunctionConcurrency20171031", """{"functionName":"responder-IamFunction-1","reservedConcurrentExecutions":1}""", "responder.changed")]
    [InlineData("lambda", "DeleteFunctionConcurrency20171031", """{"functionName":"responder-IamFunction-1"}""", "responder.stopped")]
    [InlineData("lambda", "UpdateFunctionCode20150331v2", """{"functionName":"arn:aws:lambda:us-east-1:123456789012:function:responder-IamFunction-1:live"}""", "responder.changed")]
    [InlineData("lambda", "UpdateFunctionCode20150331v2", """{"functionName":"123456789012:function:responder-IamFunction-1"}""", "responder.changed")]
    [InlineData("events", "RemoveTargets", """{"rule":"responder-IamFunctionCalls-1","ids":["a"]}""", "responder.stopped")]
    [InlineData("events", "DeleteRule", """{"name":"arn:aws:events:us-east-1:123456789012:rule/responder-IamFunctionCalls-1"}""", "responder.stopped")]
    [InlineData("events", "PutRule", """{"name":"responder-IamFunctionCalls-1","state":"DISABLED"}""", "responder.stopped")]
    [InlineData("events", "PutRule", """{"name":"responder-IamFunctionCalls-1"}""", "responder.changed")]
    [InlineData("cloudformation", "DeleteStack", """{"stackName":"responder"}""", "responder.stopped")]
    [InlineData("cloudformation", "ExecuteChangeSet", """{"changeSetName":"x","stackName":"arn:aws:cloudformation:us-east-1:123456789012:stack/responder/0f1e"}""", "responder.changed")]
    [InlineData("sns", "Unsubscribe", """{"subscriptionArn":"arn:aws:sns:us-east-1:123456789012:responder-AlertTopic-1:0f1e"}""", "responder.alerts-silenced")]
    [InlineData("sqs", "DeleteQueue", """{"queueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/responder-RuleDeadLetters-1"}""", "responder.alerts-silenced")]
    [InlineData("logs", "DeleteLogStream", """{"logGroupName":"/aws/lambda/responder-IamFunction-1"}""", "responder.alerts-silenced")]
    [InlineData("monitoring", "DisableInsightRules", """{"ruleNames":["responder-refused-calls-by-user"]}""", "responder.alerts-silenced")]
    [InlineData("logs", "DeleteMetricFilter", """{"logGroupName":"trail","filterName":"responder-RootLoginsRefused-1"}""", "responder.alerts-silenced")]
    [InlineData("ssm", "DeleteParameter", """{"name":"/security/mode"}""", "responder.parameter-changed")]
    [InlineData("ssm", "PutParameter", """{"name":"/security/budget/2026-07-01T08"}""", "responder.parameter-changed")]
    [InlineData("iam", "AttachRolePolicy", """{"roleName":"responder-IamFunctionRole-1","policyArn":"arn:aws:iam::aws:policy/AWSDenyAll"}""", "responder.role-changed")]
    [InlineData("iam", "DeletePolicy", """{"policyArn":"arn:aws:iam::123456789012:policy/responder-AlertingPolicy-1"}""", "responder.role-changed")]
    [InlineData("iam", "DetachUserPolicy", """{"userName":"mallory","policyArn":"arn:aws-cn:iam::aws:policy/AWSDenyAll"}""", "responder.quarantine-undone")]
    public void Part_of_the_responder_is_known_by_its_name(string service, string name, string request, string id)
    {
        var finding = Detected.Single(Call(service, name, request), id);
        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.True(finding.Detection.PagesTrustedActors);
    }

    [Theory]
    [InlineData("lambda", "DeleteFunction20150331", """{"functionName":"first-responder-api"}""")]
    [InlineData("lambda", "DeleteFunction20150331", """{"functionName":"responders"}""")]
    [InlineData("lambda", "DeleteFunction20150331", """{"functionName":"arn:aws:lambda:us-east-1:210987654321:function:responder-IamFunction-1"}""")]
    [InlineData("lambda", "DeleteFunction20150331", "null")]
    [InlineData("cloudformation", "DeleteStack", """{"stackName":"arn:aws:cloudformation:us-east-1:123456789012:stack/orders/responder"}""")]
    [InlineData("cloudformation", "UpdateTerminationProtection", """{"stackName":"responder","enableTerminationProtection":"true"}""")]
    [InlineData("sqs", "PurgeQueue", """{"queueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/orders"}""")]
    [InlineData("ssm", "PutParameter", """{"name":"/security/modes"}""")]
    [InlineData("ssm", "PutParameter", """{"name":"arn:aws:ssm:us-east-1:123456789012:x"}""")]
    [InlineData("ssm", "PutParameter", """{"name":"/orders/security/mode"}""")]
    [InlineData("iam", "AttachRolePolicy", """{"roleName":"orders","policyArn":"arn:aws:iam::123456789012:policy/responder-AlertingPolicy-1"}""")]
    [InlineData("iam", "DetachUserPolicy", """{"userName":"mallory","policyArn":"arn:aws:iam::123456789012:policy/AWSDenyAll"}""")]
    public void What_is_not_ours_finds_nothing_here(string service, string name, string request) =>
        Assert.DoesNotContain(
            DetectionCatalog.Default.Detect(Call(service, name, request)), static f =>
                f.Detection.Id.StartsWith("responder.", StringComparison.Ordinal));

    [Fact]
    public void Deployment_by_an_undeclared_role_is_one_incident_whatever_part_it_touches()
    {
        var code = Detected.Single(Call("lambda", "UpdateFunctionCode20150331v2", """{"functionName":"responder-IamFunction-1"}"""), "responder.changed");
        var rule = Detected.Single(Call("events", "PutRule", """{"name":"responder-IamFunctionCalls-1"}"""), "responder.changed");
        Assert.Equal(code.Resource, rule.Resource);
        Assert.Contains("responder-IamFunction-1", code.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Trusted_administrator_who_throws_the_kill_switch_is_paged()
    {
        var options = new ResponderOptions { TrustedPrincipalArns = new HashSet<string>(StringComparer.Ordinal) { OwnRole } };
        Assert.Equal(DecisionAction.Alert, Decide(Call("ssm", "PutParameter", """{"name":"/security/mode"}""", OwnRole), options).Action);
    }

    [Fact]
    public void Own_role_that_writes_a_record_is_not_paged_and_so_cannot_page_in_a_circle()
    {
        var decision = Decide(Call("ssm", "PutParameter", """{"name":"/security/incidents/2026-07-01/x"}""", OwnRole, inLambda: true), Ours(OwnRole));
        Assert.True(decision.Trusted);
        Assert.Equal(DecisionAction.None, decision.Action);
    }

    [Fact]
    public void Role_with_a_name_like_ours_is_paged() =>
        Assert.Equal(DecisionAction.Alert, Decide(Call("ssm", "DeleteParameter", """{"name":"/security/mode"}""", OwnRole), Ours(OwnRole + "2")).Action);

    [Fact]
    public void Own_role_that_stops_the_responder_is_paged() =>
        Assert.Equal(DecisionAction.Alert, Decide(Call("cloudformation", "DeleteStack", """{"stackName":"responder"}""", OwnRole), Ours(OwnRole)).Action);

    [Fact]
    public void Own_role_that_stops_a_trail_is_paged() =>
        Assert.Equal(DecisionAction.Alert, Decide(Call("cloudtrail", "StopLogging", """{"name":"main"}""", OwnRole), Ours(OwnRole)).Action);

    private static ResponderOptions Ours(string arn) => new() { ResponderRoleArns = new HashSet<string>(StringComparer.Ordinal) { arn } };

    private static Decision Decide(CloudTrailEvent e, ResponderOptions options) =>
        new Decider(options, ContainmentActions.All)
            .Decide(e, KnownFacts.None(DetectionCatalog.Default.Detect(e), new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.Zero)),
                "123456789012");

    /// <param name="inLambda">Whether the user agent names Lambda's runtime.</param>
    private static CloudTrailEvent Call(string service, string name, string request, string? roleArn = null, bool inLambda = false)
    {
        var agent = inLambda ? "aws-sdk-dotnet-coreclr/4.0 exec-env/AWS_Lambda_dotnet10" : "aws-cli/2.15.0";
        var identity = roleArn is null ? Identities.User("alice") : Identities.Role(roleArn[(roleArn.LastIndexOf('/') + 1)..]);
        return EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request}},"userIdentity":{{identity}},"userAgent":"{{agent}}"}""");
    }
}
