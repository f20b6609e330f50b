using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

/// <summary>
/// Cases that are rarely recorded: for each of them, <c>events/</c> has a firing sample whose event, and not just its name, has that shape.
/// </summary>
public class WrittenCaseTests
{
    private static readonly Dictionary<string, Func<Sample, CloudTrailEvent, bool>> s_cases = new()
    {
        ["ModifySecurityGroupRules"] = static (_, e) => e.EventName == "ModifySecurityGroupRules",
        ["advancedEventSelectors"] = static (_, e) => e.EventName == "PutEventSelectors" && e.Request["advancedEventSelectors"].Exists
            && !e.Request["eventSelectors"].Exists,
        ["::/0 only"] = static (s, e) => IsIngress(e) && Says(s, "\"::/0\"") && !Says(s, "0.0.0.0/0"),
        ["prefix-list ingress"] = static (s, e) => IsIngress(e) && Says(s, "\"pl-") && !Says(s, "/0\""),
        ["canned ACL public-read"] = static (_, e) => e.EventName == "PutBucketAcl" && e.Request["x-amz-acl"].Text == "public-read",
        ["KMS deletion"] = static (_, e) => e.EventSource == "kms.amazonaws.com" && e.EventName == "ScheduleKeyDeletion",
        ["GuardDuty shut down"] = static (_, e) => e.EventSource == "guardduty.amazonaws.com"
            && (e.EventName == "DeleteDetector" || (e.EventName == "UpdateDetector" && e.Request["enable"].Flag == false)),
        ["Config shut down"] = static (_, e) => e.EventSource == "config.amazonaws.com" && e.EventName is "StopConfigurationRecorder"
            or "DeleteConfigurationRecorder",
        ["Insight in an envelope"] = static (s, e) => e.IsInsight && DetailType(s) == "AWS Insight via CloudTrail",
        ["sign-in in an envelope"] = static (s, e) => e.EventName == "ConsoleLogin"
            && DetailType(s) == "AWS Console Sign In via CloudTrail",
        ["sign-in in an envelope, new spelling"] = static (s, e) => e.EventName == "ConsoleLogin"
            && DetailType(s) == "AWS Console Signin via CloudTrail",
        ["AddUserToGroup of an administrators' group"] = static (s, e) => e.EventName == "AddUserToGroup"
            && s.NamedSeverity == Severity.Critical && HasGiven(s),
        ["SetDefaultPolicyVersion, read from IAM"] = static (s, e) => e.EventName == "SetDefaultPolicyVersion"
            && !e.Request["policyDocument"].Exists && HasGiven(s),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sample_of_that_shape_fires(string name) =>
        Assert.Contains(
            Sample.All, sample => sample.Fires && sample.Parse() is { Outcome: CallOutcome.Succeeded } e && s_cases[name](sample, e));

    private static bool IsIngress(CloudTrailEvent e) => e.EventName == "AuthorizeSecurityGroupIngress";

    private static bool Says(Sample sample, string text) => System.Text.Encoding.UTF8.GetString(sample.Read())
        .Contains(text, StringComparison.Ordinal);

    private static string? DetailType(Sample sample) => JsonView.TryParse(System.Text.Encoding.UTF8.GetString(sample.Read()), out var json)
        && json["detail"].IsObject ? json["detail-type"].Text : null;

    private static bool HasGiven(Sample sample) => File.Exists(Path.Combine(Path.GetDirectoryName(sample.FullPath)!, "given.yaml"));
}
