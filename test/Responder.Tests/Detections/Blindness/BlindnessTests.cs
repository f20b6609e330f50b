using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Blindness;

/// <summary>Calls that blind the account and their severity, each with a similar call that is ordinary work.</summary>
public class BlindnessTests
{
    [Theory]
    [InlineData("DeleteEventDataStore", """{"eventDataStore":"s"}""", "CRITICAL")]
    [InlineData("DeleteEventDataStore", "null", "CRITICAL")]
    [InlineData("StopEventDataStoreIngestion", """{"eventDataStore":"s"}""", "CRITICAL")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","multiRegionEnabled":"false"}""", "HIGH")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","organizationEnabled":false}""", "HIGH")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","retentionPeriod":89}""", "HIGH")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","retentionPeriod":90}""", "none")]
    [InlineData("UpdateEventDataStore", """{"omitted":true,"originalSize":102401,"reason":"requestParameters too large"}""", "CRITICAL")]
    [InlineData("UpdateEventDataStore", "null", "MEDIUM")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Management"]}]}]}""", "none")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"readOnly","equals":["true"]}]}]}""", "CRITICAL")]
    [InlineData("UpdateEventDataStore", """{"eventDataStore":"s","advancedEventSelectors":[{"fieldSelectors":[{"field":"eventCategory","equals":["Management"]},{"field":"eventSource","notEquals":["kms.amazonaws.com"]}]}]}""", "HIGH")]
    [InlineData("PutEventConfiguration", """{"trailName":"main","maxEventSize":"Standard"}""", "MEDIUM")]
    [InlineData("PutEventConfiguration", """{"trailName":"main","maxEventSize":"Large"}""", "none")]
    public void Lake_is_judged_by_what_it_still_takes(string name, string request, string severity) =>
        Judged("cloudtrail", name, request, severity);

    [Theory]
    [InlineData("aws-cloudtrail-logs-123456789012-ab12cd34", "CRITICAL")]
    [InlineData("example-CloudTrail", "CRITICAL")]
    [InlineData("org-audit-trail", "CRITICAL")]
    [InlineData("aws-controltower-logs-123456789012-eu-west-1", "CRITICAL")]
    [InlineData("cloudtrail-athena-results", "none")]
    [InlineData("nature-trail-maps", "none")]
    [InlineData("example-logs", "none")]
    public void Bucket_deleted_is_the_trails_by_its_name(string bucket, string severity) => Judged("s3", "DeleteBucket", $$"""{"bucketName":"{{bucket}}"}""", severity);

    [Theory]
    [InlineData("cloudtrail-logs", "", 7, "CRITICAL")]
    [InlineData("cloudtrail-logs", "", 8, "MEDIUM")]
    [InlineData("cloudtrail-logs", "", 90, "MEDIUM")]
    [InlineData("cloudtrail-logs", "", 91, "none")]
    [InlineData("cloudtrail-logs", "tmp/", 1, "none")]
    [InlineData("archive", "AWSLogs/", 1, "CRITICAL")]
    [InlineData("archive", "org/AWSLogs/o-1/", 1, "CRITICAL")]
    [InlineData("archive", "", 1, "none")]
    public void Expiry_counts_when_it_reaches_the_log_files(string bucket, string prefix, int days, string severity)
    {
        var request = $$"""{"bucketName":"{{bucket}}","LifecycleConfiguration":{"Rule":[{"Status":"Enabled","Filter":{"Prefix":"{{prefix}}"},"Expiration":{"Days":{{days}} } } ] } }""";
        var e = EventBuilder.Of("s3.amazonaws.com", "PutBucketLifecycle", $$"""{"requestParameters":{{request}} }""");
        var found = DetectionCatalog.Default.Detect(e).Where(static f => f.Detection.Id == "trail.log-bucket-weakened")
            .Select(static f => f.Severity.Name());
        Assert.Equal(severity, found.SingleOrDefault("none"));
    }

    [Fact]
    public void Lifecycle_of_a_log_bucket_that_cannot_be_read_counts_as_the_worst() =>
        Judged("s3", "PutBucketLifecycle", """{"bucketName":"cloudtrail-logs"}""", "CRITICAL");

    [Theory]
    [InlineData("""{"ObjectLockEnabled":"Enabled"}""", "HIGH")]
    [InlineData("""{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Years":7}}}""", "MEDIUM")]
    [InlineData("""{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":1}}}""", "MEDIUM")]
    [InlineData("""{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Years":7}}}""", "none")]
    public void Object_lock_of_a_log_bucket_has_to_hold(string configuration, string severity) =>
        Judged("s3", "PutBucketObjectLockConfiguration", $$"""{"bucketName":"cloudtrail-logs","ObjectLockConfiguration":{{configuration}} }""", severity);

    [Theory]
    [InlineData("logs", "DeleteLogGroup", """{"logGroupName":"aws-cloudtrail-logs"}""", "HIGH")]
    [InlineData("logs", "DeleteLogGroup", """{"logGroupName":"/app"}""", "MEDIUM")]
    [InlineData("logs", "DeleteLogGroup", "null", "MEDIUM")]
    [InlineData("logs", "PutRetentionPolicy", """{"logGroupName":"aws-cloudtrail-logs","retentionInDays":365}""", "none")]
    [InlineData("logs", "DeleteMetricFilter", """{"logGroupName":"/app","filterName":"errors"}""", "LOW")]
    [InlineData("logs", "DeleteMetricFilter", """{"logGroupName":"/app","filterName":"root-login"}""", "MEDIUM")]
    [InlineData("logs", "DeleteSubscriptionFilter", """{"logGroupName":"aws-cloudtrail-logs","filterName":"x"}""", "MEDIUM")]
    [InlineData("monitoring", "DeleteAlarms", """{"alarmNames":["TargetTracking-table/orders-AlarmHigh"]}""", "LOW")]
    [InlineData("monitoring", "DeleteAlarms", """{"alarmNames":["francis-cpu"]}""", "LOW")]
    [InlineData("monitoring", "PutMetricAlarm", """{"alarmName":"cis-3-1","actionsEnabled":true}""", "none")]
    [InlineData("monitoring", "PutMetricAlarm", """{"alarmName":"cis-3-1","actionsEnabled":false}""", "MEDIUM")]
    [InlineData("events", "PutRule", """{"name":"guardduty","state":"ENABLED"}""", "none")]
    [InlineData("events", "DeleteRule", """{"name":"guardduty"}""", "MEDIUM")]
    [InlineData("events", "DeleteRule", """{"name":"nightly"}""", "LOW")]
    [InlineData("ec2", "DeleteFlowLogs", "null", "MEDIUM")]
    [InlineData("cloudtrail", "DeleteFlowLogs", "null", "none")]
    public void Logs_alarms_and_rules_are_worth_what_they_watch(string service, string name, string request, string severity) =>
        Judged(service, name, request, severity);

    [Theory]
    [InlineData("guardduty", "UpdateDetector", """{"detectorId":"d","dataSources":{"kubernetes":{"auditLogs":{"enable":false}}}}""", "HIGH")]
    [InlineData("guardduty", "UpdateDetector", """{"detectorId":"d","features":[{"name":"S3_DATA_EVENTS","status":"ENABLED"}]}""", "none")]
    [InlineData("guardduty", "CreateFilter", """{"detectorId":"d","name":"n","action":"ARCHIVE","findingCriteria":{"criterion":{}}}""", "HIGH")]
    [InlineData("guardduty", "CreateFilter", """{"detectorId":"d","name":"n","action":"ARCHIVE","findingCriteria":{"criterion":{"type":{"eq":["x"]}}}}""", "MEDIUM")]
    [InlineData("guardduty", "UpdateOrganizationConfiguration", """{"detectorId":"d","autoEnable":false}""", "MEDIUM")]
    [InlineData("guardduty", "UpdateOrganizationConfiguration", """{"detectorId":"d","autoEnableOrganizationMembers":"ALL"}""", "none")]
    [InlineData("config", "PutConfigurationRecorder", """{"configurationRecorder":{"recordingGroup":{"recordingStrategy":{"useOnly":"INCLUSION_BY_RESOURCE_TYPES"}}}}""", "HIGH")]
    [InlineData("config", "PutConfigurationRecorder", """{"configurationRecorder":{"recordingGroup":{"allSupported":true,"includeGlobalResourceTypes":false}}}""", "none")]
    [InlineData("config", "PutDeliveryChannel", """{"deliveryChannel":{"name":"default"}}""", "none")]
    [InlineData("securityhub", "DisableImportFindingsForProduct", """{"ProductSubscriptionArn":"a"}""", "HIGH")]
    [InlineData("macie2", "PutFindingsPublicationConfiguration", """{"securityHubConfiguration":{"publishPolicyFindings":false}}""", "HIGH")]
    [InlineData("access-analyzer", "DeleteAnalyzer", """{"analyzerName":"a"}""", "MEDIUM")]
    [InlineData("access-analyzer", "CreateAnalyzer", """{"analyzerName":"a"}""", "none")]
    [InlineData("inspector2", "Disable", """{"resourceTypes":["EC2"]}""", "MEDIUM")]
    public void Sensors_are_judged_by_what_they_still_see(string service, string name, string request, string severity) =>
        Judged(service, name, request, severity);

    [Theory]
    [InlineData("DisablePolicyType", """{"policyType":"TAG_POLICY"}""", "MEDIUM")]
    [InlineData("DisablePolicyType", """{"policyType":"SERVICE_CONTROL_POLICY"}""", "HIGH")]
    [InlineData("DisablePolicyType", "null", "HIGH")]
    [InlineData("DetachPolicy", "null", "MEDIUM")]
    [InlineData("DisableAWSServiceAccess", """{"servicePrincipal":"ram.amazonaws.com"}""", "none")]
    [InlineData("DeregisterDelegatedAdministrator", """{"accountId":"210987654321","servicePrincipal":"securityhub.amazonaws.com"}""", "HIGH")]
    [InlineData("EnablePolicyType", """{"policyType":"SERVICE_CONTROL_POLICY"}""", "none")]
    public void Guardrails_of_the_organization_are_told_apart(string name, string request, string severity) =>
        Judged("organizations", name, request, severity);

    [Theory]
    [InlineData("logs", "DeleteLogGroup", """{"logGroupName":"aws-cloudtrail-logs"}""")]
    [InlineData("monitoring", "DeleteAlarms", """{"alarmNames":["cis-3-1"]}""")]
    [InlineData("events", "DeleteRule", """{"name":"guardduty"}""")]
    [InlineData("config", "DeleteConfigRule", """{"configRuleName":"r"}""")]
    public void AWS_services_that_tidy_up_on_their_own_find_nothing(string service, string name, string request)
    {
        var e = EventBuilder.Of(service + ".amazonaws.com", name,
            $$"""{"requestParameters":{{request}},"userIdentity":{{Identities.Service("autoscaling.amazonaws.com")}} }""");
        Assert.Empty(DetectionCatalog.Default.Detect(e));
    }

    private static void Judged(string service, string name, string request, string severity) =>
        Assert.Equal(severity, Detected.SeverityOf(EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request}} }""")).Name());
}
