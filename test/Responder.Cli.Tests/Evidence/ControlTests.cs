using System.Text.Json.Nodes;
using Responder.Analysis.Evidence;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Tests.Evidence;

/// <summary>For each control, one record that must count for it and one that is as similar as possible but must not.</summary>
public sealed class ControlTests
{
    private const string Iam = "iam.amazonaws.com", Ec2 = "ec2.amazonaws.com", S3 = "s3.amazonaws.com", Kms = "kms.amazonaws.com",
    CloudTrail = "cloudtrail.amazonaws.com",
        Config = "config.amazonaws.com", SignIn = "signin.amazonaws.com", Organizations = "organizations.amazonaws.com",
        Hub = "securityhub.amazonaws.com";

    private const string Refused = """{"errorCode":"AccessDenied"}""";
    private const string NotFound = """{"errorCode":"NoSuchEntityException"}""";
    private const string Data = """{"eventCategory":"Data","readOnly":true}""";
    private const string DataWrite = """{"eventCategory":"Data","readOnly":false}""";
    private const string Root = """{"userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root"}}""";
    private const string LoggedIn = """{"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"No"}}""";
    private const string LoggedInWithMfa = """{"responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}""";
    private const string LoginFailed = """{"responseElements":{"ConsoleLogin":"Failure"},"errorMessage":"Failed authentication"}""";

    public static TheoryData<string, string, string, string> Rows => new()
    {
        { "pci-dss", "10.2", Call(Iam, "ListUsers"), Call(null, "ListUsers") },
        { "pci-dss", "10.2.1", Call(Iam, "ListUsers"), Call(Iam, null) },
        { "pci-dss", "10.2.1.1", Call(S3, "GetObject", Data), Call(S3, "GetBucketPolicy") },
        { "pci-dss", "10.2.1.2", Call(Iam, "CreateUser", Root), Call(Iam, "CreateUser") },
        { "pci-dss", "10.2.1.3", Call(CloudTrail, "LookupEvents"), Call(CloudTrail, "DescribeTrails") },
        { "pci-dss", "10.2.1.3", Call(S3, "GetObject", """{"requestParameters":{"bucketName":"b","key":"AWSLogs/1/x.json.gz"}}"""), Call(S3, "GetObject", """{"requestParameters":{"key":"photo.jpg"}}""") },
        { "pci-dss", "10.2.1.4", Call(Iam, "CreateUser", Refused), Call(Iam, "CreateUser", NotFound) },
        { "pci-dss", "10.2.1.5", Call(Iam, "CreateAccessKey"), Call(Iam, "ListAccessKeys") },
        { "pci-dss", "10.2.1.5", Call(Iam, "PutUserPermissionsBoundary"), Call(Iam, "GetUserPolicy") },
        { "pci-dss", "10.2.1.6", Call(CloudTrail, "StopLogging"), Call(CloudTrail, "GetTrailStatus") },
        { "pci-dss", "10.2.1.7", Call(Ec2, "RunInstances"), Call(Ec2, "DescribeInstances", """{"readOnly":true}""") },
        { "pci-dss", "10.2.1.7", Call(S3, "DeleteBucket"), Call(S3, "DeleteBucket", Refused) },
        { "pci-dss", "10.2.2", Call(Iam, "ListUsers"), Call(Iam, "ListUsers", """{"sourceIPAddress":null}""") },
        { "pci-dss", "10.3", Call(S3, "PutBucketVersioning"), Call(S3, "GetBucketVersioning") },
        { "soc2", "CC6.1", Call("sts.amazonaws.com", "AssumeRole"), Call("sts.amazonaws.com", "GetCallerIdentity") },
        { "soc2", "CC6.2", Call(Iam, "DeleteUser"), Call(Iam, "TagUser") },
        { "soc2", "CC6.3", Call(Iam, "AddUserToGroup"), Call(Iam, "CreateUser") },
        { "soc2", "CC7.2", Call("guardduty.amazonaws.com", "GetFindings"), Call("guardduty.amazonaws.com", "ListTagsForResource") },
        { "soc2", "CC7.3", Call("ssm.amazonaws.com", "PutParameter", """{"requestParameters":{"name":"/security/incidents/2026-03-04/a"}}"""), Call("ssm.amazonaws.com", "PutParameter", """{"requestParameters":{"name":"/app/setting"}}""") },
        { "soc2", "A1.1", Call("autoscaling.amazonaws.com", "PutScalingPolicy"), Call(Ec2, "RunInstances") },
        { "hipaa", "164.312(b)", Call(Ec2, "DescribeInstances"), Call(null, null) },
        { "hipaa", "164.312(c)(1)", Call(S3, "PutBucketPolicy"), Call(S3, "PutBucketTagging") },
        { "hipaa", "164.308(a)(5)(ii)(C)", Call(SignIn, "ConsoleLogin", LoginFailed), Call("sts.amazonaws.com", "AssumeRole") },
        { "cis", "3.1", Call(CloudTrail, "CreateTrail"), Call(CloudTrail, "ListTrails") },
        { "cis", "3.2", Call(CloudTrail, "UpdateTrail"), Call("elsewhere.amazonaws.com", "UpdateTrail") },
        { "cis", "3.3", Call(Config, "StartConfigurationRecorder"), Call(Config, "PutConfigRule") },
        { "cis", "3.4", Call(S3, "PutBucketLogging"), Call(S3, "GetBucketLogging") },
        { "cis", "3.5", Call(Kms, "GenerateDataKey", """{"userIdentity":{"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"}}"""), Call(Kms, "GenerateDataKey") },
        { "cis", "3.6", Call(Kms, "EnableKeyRotation"), Call(Kms, "GetKeyRotationStatus") },
        { "cis", "3.7", Call(Ec2, "CreateFlowLogs"), Call(Ec2, "DescribeFlowLogs") },
        { "cis", "3.8", Call(S3, "PutObject", DataWrite), Call(S3, "GetObject", Data) },
        { "cis", "3.9", Call(S3, "GetObject", Data), Call(S3, "PutObject", DataWrite) },
        { "cis", "4.1", Call(Ec2, "RunInstances", """{"errorCode":"Client.UnauthorizedOperation"}"""), Call(Ec2, "RunInstances", """{"errorCode":"Client.DryRunOperation"}""") },
        { "cis", "4.2", Call(SignIn, "ConsoleLogin", LoggedIn), Call(SignIn, "ConsoleLogin", LoggedInWithMfa) },
        { "cis", "4.3", Call(Iam, "ListUsers", Root), Call(Iam, "ListUsers", """{"userIdentity":{"type":"Root","invokedBy":"autoscaling.amazonaws.com"}}""") },
        { "cis", "4.4", Call(Iam, "AttachUserPolicy"), Call(Iam, "CreateUser") },
        { "cis", "4.5", Call(CloudTrail, "StopLogging"), Call(CloudTrail, "LookupEvents") },
        { "cis", "4.6", Call(SignIn, "ConsoleLogin", LoginFailed), Call(SignIn, "ConsoleLogin", LoggedIn) },
        { "cis", "4.7", Call(Kms, "ScheduleKeyDeletion"), Call(Kms, "CancelKeyDeletion") },
        { "cis", "4.8", Call(S3, "PutBucketPolicy"), Call(S3, "PutBucketTagging") },
        { "cis", "4.9", Call(Config, "StopConfigurationRecorder"), Call(Config, "DescribeConfigurationRecorders") },
        { "cis", "4.10", Call(Ec2, "AuthorizeSecurityGroupIngress"), Call(Ec2, "DescribeSecurityGroups") },
        { "cis", "4.11", Call(Ec2, "CreateNetworkAclEntry"), Call(Ec2, "CreateRoute") },
        { "cis", "4.12", Call(Ec2, "AttachInternetGateway"), Call(Ec2, "AttachVolume") },
        { "cis", "4.13", Call(Ec2, "CreateRoute"), Call(Ec2, "CreateNetworkAclEntry") },
        { "cis", "4.14", Call(Ec2, "CreateVpc"), Call(Ec2, "CreateSubnet") },
        { "cis", "4.15", Call(Organizations, "LeaveOrganization"), Call(Organizations, "DescribeOrganization") },
        { "cis", "4.16", Call(Hub, "EnableSecurityHub"), Call(Hub, "TagResource") },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_control_counts_its_events_and_no_others(string framework, string control, string counts, string countsNot)
    {
        var events = Framework.Find(framework).Controls.Single(c => c.Id == control).Events!;
        Assert.True(Parse(counts) is { } e && events.Holds(e), "must count: " + counts);
        // A record without a source or name is malformed: it is reported and counts for no control.
        Assert.False(Parse(countsNot) is { } other && events.Holds(other), "must not count: " + countsNot);
    }

    [Fact]
    public void No_control_with_a_filter_is_left_out_of_the_table_above()
    {
        var rows = Rows.Select(static row => (row.Data.Item1, row.Data.Item2)).ToHashSet();
        foreach (var framework in Framework.All)
        {
            Assert.Equal(framework.Controls.Count, framework.Controls.Select(static c => c.Id).Distinct(StringComparer.Ordinal).Count());
            foreach (var control in framework.Controls)
            {
                Assert.Equal(control.Events is not null, rows.Contains((framework.Id, control.Id)));
                Assert.Equal(control.Events is not null, control.Counts is not null);
                Assert.True(control.Events is not null || !control.Basis.HasFlag(Basis.Events), control.Id);
                Assert.Equal(control.Basis.HasFlag(Basis.Retention), control.RetentionDays > 0);
            }
        }
    }

    [Fact]
    public void The_controls_are_those_that_were_asked_for()
    {
        Assert.Superset(
            new HashSet<string>
            {
                "10.2", "10.2.1", "10.2.1.1", "10.2.1.2", "10.2.1.3", "10.2.1.4", "10.2.1.5", "10.2.1.6", "10.2.1.7", "10.2.2", "10.3",
                "10.5",
            },
            Framework.Find("pci-dss").Controls.Select(static c => c.Id).ToHashSet());
        Assert.Equal(["CC6.1", "CC6.2", "CC6.3", "CC7.2", "CC7.3", "A1.1"], Framework.Find("soc2").Controls.Select(static c => c.Id));
        Assert.Equal(
            ["164.312(b)", "164.312(c)(1)", "164.308(a)(5)(ii)(C)", "164.316(b)(2)(i)"],
            Framework.Find("hipaa").Controls.Select(static c => c.Id));
        Assert.Equal(
            [.. Enumerable.Range(1, 9).Select(static n => $"3.{n}"), .. Enumerable.Range(1, 16).Select(static n => $"4.{n}")],
            Framework.Find("cis").Controls.Select(static c => c.Id));
    }

    /// <summary>No wording of ours may be read as saying that a control is passed.</summary>
    [Fact]
    public void No_verdict_and_no_text_says_that_a_control_is_met()
    {
        Assert.Equal(["no evidence", "partial", "evidence"], Enum.GetValues<Support>().Select(static support => support.Name()));
        Assert.All(
            Framework.All.SelectMany(static f => f.Controls).SelectMany(static c => new[] { c.Asks, c.Counts ?? "", c.Limits }),
            static text =>
            Assert.DoesNotMatch("(?i)complian|passed|fulfil", text));
    }

    private static string Call(string? source, string? name, string patch = "{}")
    {
        var record = Samples.Attach();
        record["eventSource"] = source;
        record["eventName"] = name;
        record["requestParameters"] = null;
        foreach (var (key, value) in JsonNode.Parse(patch)!.AsObject()) record[key] = value?.DeepClone();
        return record.ToJsonString();
    }

    private static CloudTrailEvent? Parse(string record)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, record);
            return Assert.Single(EventReader.ReadFile(path, static error => Assert.Fail(error.Reason))).Parsed.Event;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
