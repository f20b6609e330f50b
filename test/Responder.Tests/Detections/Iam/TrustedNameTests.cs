using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

/// <summary>The calls of a trusted name are not paged, so every way to become one, or to run as one, is told.</summary>
public sealed class TrustedNameTests
{
    private static readonly DetectionCatalog s_catalog = DetectionCatalog.For(new Estate
    {
        TrustedRoleArns = new HashSet<string> { $"arn:aws:iam::{Account}:role/ci/Deploy", "arn:aws:iam::*:role/ci/Ship" },
        TrustedUserArns = new HashSet<string> { $"arn:aws:iam::{Account}:user/robot" },
    });

    [Theory]
    [InlineData("DetachRolePolicy", """{"roleName":"Deploy","policyArn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}""", Severity.High)]
    [InlineData("DeleteRolePolicy", """{"roleName":"Deploy","policyName":"p"}""", Severity.High)]
    [InlineData("AddRoleToInstanceProfile", """{"roleName":"Ship","instanceProfileName":"web"}""", Severity.High)]
    [InlineData("DeleteRolePolicy", """{"roleName":"Deployer","policyName":"p"}""", Severity.Low)]
    [InlineData("UpdateUser", """{"userName":"mallory","newUserName":"robot"}""", Severity.High)]
    [InlineData("UpdateUser", """{"userName":"robot","newPath":"/bots/"}""", Severity.None)]
    [InlineData("UpdateUser", """{"userName":"robot","newUserName":"robot","newPath":"/bots/"}""", Severity.None)]
    [InlineData("UpdateUser", """{"userName":"mallory","newUserName":"robots"}""", Severity.Low)]
    [InlineData("CreateUser", """{"userName":"robot"}""", Severity.High)]
    [InlineData("CreateUser", """{"userName":"robots"}""", Severity.Medium)]
    public void Whoever_can_become_one_is_told(string name, string request, Severity expected) =>
        Assert.Equal(expected, Worst(Event("iam", name, request)));

    [Fact]
    public void What_runs_as_one_is_told_however_little_the_role_may_do()
    {
        var finding = Assert.Single(
            s_catalog.Detect(Event("lambda", "CreateFunction20150331", $$"""{"role":"arn:aws:iam::{{Account}}:role/ci/Deploy"}""")),
            static f => f.Detection.Id == "iam.privileged-role-passed");

        Assert.Equal(Severity.Medium, finding.Severity);
        Assert.Equal(Severity.Medium, finding.Answered(new Answer.RolePolicies("Deploy", [], [Allow("s3:GetObject")]))!.Severity);
        Assert.Equal(Severity.High, finding.Answered(new Answer.RolePolicies("Deploy", [], [Allow("*")]))!.Severity);
        Assert.Contains("TRUSTED_PRINCIPAL_ARNS", finding.Reasons[0], StringComparison.Ordinal);

        var profile = Assert.Single(s_catalog.Detect(Event("ec2", "RunInstances", """{"iamInstanceProfile":{"name":"web"}}""")));
        Assert.Equal(Severity.Medium, profile.Answered(new Answer.RolePolicies("Ship", [], [Allow("s3:GetObject")]))!.Severity);
        Assert.Null(profile.Answered(new Answer.RolePolicies("other", [], [Allow("s3:GetObject")])));
        // A template is deployed with a trusted role every day.
        var stack = Assert.Single(s_catalog.Detect(
            Event("cloudformation", "CreateStack", $$"""{"stackName":"s","roleARN":"arn:aws:iam::{{Account}}:role/ci/Deploy"}""")));
        Assert.Equal(Severity.Low, stack.Severity);
    }

    private static Severity Worst(CloudTrailEvent e) =>
        s_catalog.Detect(e).Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max();

    private static CloudTrailEvent Event(string service, string name, string request) =>
        EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request}}}""");
}
