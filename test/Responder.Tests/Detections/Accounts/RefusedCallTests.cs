using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Accounts;

public class RefusedCallTests
{
    private const string Id = "account.call-refused";

    [Theory]
    [InlineData("cloudtrail.amazonaws.com", "StopLogging")]
    [InlineData("cloudtrail.amazonaws.com", "UpdateTrail")]
    [InlineData("iam.amazonaws.com", "AttachUserPolicy")]
    [InlineData("iam.amazonaws.com", "PutRolePolicy")]
    [InlineData("iam.amazonaws.com", "CreatePolicyVersion")]
    [InlineData("iam.amazonaws.com", "SetDefaultPolicyVersion")]
    [InlineData("iam.amazonaws.com", "AddUserToGroup")]
    [InlineData("kms.amazonaws.com", "PutKeyPolicy")]
    [InlineData("organizations.amazonaws.com", "LeaveOrganization")]
    [InlineData("guardduty.amazonaws.com", "DeleteDetector")]
    [InlineData("config.amazonaws.com", "StopConfigurationRecorder")]
    [InlineData("securityhub.amazonaws.com", "DisableSecurityHub")]
    [InlineData("macie2.amazonaws.com", "DisableMacie")]
    public void Refused_call_that_could_have_been_critical_is_medium(string source, string name) =>
        Assert.Equal(Severity.Medium, Detected.SeverityOf(Refused(source, name)));

    [Fact]
    public void Content_decides_where_the_name_alone_does_not()
    {
        Assert.Equal(Severity.Medium, Detected.SeverityOf(Refused("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", ""","requestParameters":{"groupId":"sg-1","ipProtocol":"-1","cidrIp":"0.0.0.0/0"}""")));
        Assert.Equal(Severity.Low, Detected.SeverityOf(Refused("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress", ""","requestParameters":{"groupId":"sg-1","ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIp":"0.0.0.0/0"}""")));
    }

    [Theory]
    [InlineData("sqs.amazonaws.com", "DeleteQueue", "")]
    [InlineData("cloudtrail.amazonaws.com", "StartLogging", "")]
    [InlineData("s3.amazonaws.com", "PutBucketAcl", "")]
    [InlineData("sts.amazonaws.com", "GetSessionToken", ",\"readOnly\":true")]
    [InlineData("unheard-of.amazonaws.com", "FrobnicateThing", "")]
    [InlineData("chime.amazonaws.com", "CreateUser", "")]
    [InlineData("organizations.amazonaws.com", "CreatePolicy", "")]
    [InlineData("iot.amazonaws.com", "CreatePolicyVersion", "")]
    [InlineData("kafka.amazonaws.com", "CreateCluster", "")]
    [InlineData("sso.amazonaws.com", "CreateUser", "")]
    public void Other_refused_write_is_low_even_when_it_narrows(string source, string name, string more) =>
        Assert.Equal(Severity.Low, Detected.SeverityOf(Refused(source, name, more)));

    [Theory]
    [InlineData("ec2.amazonaws.com", "DescribeInstances", "")]
    [InlineData("ec2.amazonaws.com", "RunReport", ",\"readOnly\":\"true\"")]
    [InlineData("sts.amazonaws.com", "AssumeRole", "")]
    [InlineData("sts.amazonaws.com", "AssumeRoleWithSAML", "")]
    [InlineData("s3.amazonaws.com", "HeadBucket", "")]
    public void Refused_read_and_role_assumption_find_nothing(string source, string name, string more) =>
        Assert.Equal(Severity.None, Detected.SeverityOf(Refused(source, name, more)));

    [Fact]
    public void Refusal_of_a_service_on_its_own_finds_nothing()
    {
        Detected.Nothing(Refused("s3.amazonaws.com", "PutObject", $",\"userIdentity\":{Identities.Service("config.amazonaws.com")}"), Id);
        Detected.Nothing(
            Refused("ec2.amazonaws.com", "RunInstances", $",\"userIdentity\":{Identities.Root("autoscaling.amazonaws.com")}"), Id);
        Assert.Equal(
            Severity.Low,
            Detected.Single(
                Refused("sqs.amazonaws.com", "DeleteQueue", $",\"userIdentity\":{Identities.Root("cloudformation.amazonaws.com")}"),
                Id).Severity);
    }

    [Theory]
    [InlineData("cloudtrail.amazonaws.com", "LeaveOrganization")]
    [InlineData("ec2.amazonaws.com", "StopLogging")]
    [InlineData("kinesis.amazonaws.com", "AttachUserPolicy")]
    public void Call_under_a_source_that_does_not_own_it_finds_nothing(string source, string name) =>
        Assert.Equal(Severity.None, Detected.SeverityOf(Refused(source, name)));

    [Fact]
    public void Copy_in_the_data_category_finds_nothing() =>
        Assert.Equal(Severity.None, Detected.SeverityOf(Refused("s3.amazonaws.com", "PutObject", ",\"eventCategory\":\"Data\"")));

    [Fact]
    public void Refused_call_never_offers_an_undo_nor_a_grant()
    {
        var e = Refused("iam.amazonaws.com", "AttachUserPolicy", ""","requestParameters":{"userName":"victim","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}""");
        var finding = Assert.Single(DetectionCatalog.Default.Detect(e));
        Assert.Equal("iam AttachUserPolicy refused to role Deploy", finding.Title);
        Assert.Null(finding.Grant);
        Assert.Null(finding.Target);
        Assert.Null(finding.UndoCommand);
    }

    private static CloudTrailEvent Refused(string source, string name, string more = "") =>
        EventBuilder.Of(source, name, $$"""{"errorCode":"AccessDenied","errorMessage":"not authorized"{{more}} }""");
}
