using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Detections.S3;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.S3;

public class S3DetectionTests
{
    private const string Owner = "9f3c0e5b1a7d4c2e8f60b1d2c3a4958677e6d5c4b3a291807f6e5d4c3b2a1908";

    [Theory]
    [InlineData("""{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]},"policy":""}""", Severity.High)]
    [InlineData("""{"bucketName":["b"],"bucketPolicy":[{"Statement":{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:*","Resource":"*"}}],"policy":[""]}""", Severity.High)]
    [InlineData("""{"bucketName":"b","bucketPolicy":"{\"Statement\":[{\"Effect\":\"Allow\",\"NotPrincipal\":{\"AWS\":\"123456789012\"},\"Action\":\"*\",\"Resource\":\"*\"}]}"}""", Severity.High)]
    [InlineData("""{"name":"ap","PutAccessPointPolicyRequest":{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}}""", Severity.High)]
    [InlineData("""{"bucketName":"b","bucketPolicy":"no policy"}""", Severity.Medium)]
    [InlineData("""{"bucketName":"b","policy":""}""", Severity.Medium)]
    [InlineData("null", Severity.Medium)]
    [InlineData("\"text\"", Severity.Medium)]
    [InlineData("""{"omitted":true,"reason":"requestParameters too large"}""", Severity.High)]
    [InlineData("""{"omitted":"true","reason":"requestParameters too large"}""", Severity.High)]
    [InlineData("""{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}}}]}}""", Severity.Low)]
    [InlineData("""{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}]}}""", Severity.Low)]
    [InlineData("""{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}}""", Severity.None)]
    public void Bucket_policy_is_judged_by_content(string request, Severity expected) =>
        Assert.Equal(expected, Worst(new BucketPolicyOpened(), "PutBucketPolicy", request));

    [Theory]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-acl":"public-read"}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-acl":["authenticated-read"]}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-acl":"[\"public-read\"]"}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","accessControlList":[{"x-amz-grant-read":"uri=http://acs.amazonaws.com/groups/global/AllUsers"}]}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","accessControlList":"{\"x-amz-grant-read\":\"uri=http://acs.amazonaws.com/groups/global/AllUsers\"}"}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-acl":"something-new"}""", Severity.Medium)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-acl":["private"]}""", Severity.None)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-grant-read":"uri=http://acs.amazonaws.com/groups/global/AllUsers"}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-grant-read":["id=\"abc\", uri=\"http://acs.amazonaws.com/groups/global/AuthenticatedUsers\""]}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","accessControlList":{"x-amz-grant-full-control":"emailAddress=\"eve@example.com\""}}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","x-amz-grant-write":"uri=\"http://acs.amazonaws.com/groups/s3/LogDelivery\""}""", Severity.None)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","AccessControlPolicy":{"Owner":{"ID":"OWNER"},"AccessControlList":{"Grant":{"Grantee":{"ID":"OWNER"},"Permission":"FULL_CONTROL"}}}}""", Severity.None)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","AccessControlPolicy":{"Owner":{"ID":"OWNER"},"AccessControlList":{"Grant":[{"Grantee":{"ID":"other"},"Permission":"READ"}]}}}""", Severity.High)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","AccessControlPolicy":{"Owner":{"ID":"OWNER"},"AccessControlList":""}}""", Severity.None)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","AccessControlPolicy":{"Owner":{"ID":"OWNER"}}}""", Severity.Medium)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","AccessControlPolicy":"text"}""", Severity.Medium)]
    [InlineData("PutBucketAcl", """{"bucketName":"b","acl":""}""", Severity.Medium)]
    [InlineData("PutBucketAcl", "null", Severity.Medium)]
    [InlineData("CreateBucket", """{"bucketName":"b"}""", Severity.None)]
    [InlineData("CreateBucket", """{"bucketName":"b","x-amz-acl":"public-read-write"}""", Severity.High)]
    [InlineData("CreateBucket", "null", Severity.Medium)]
    public void Acl_is_read_in_all_its_forms(string call, string request, Severity expected) =>
        Assert.Equal(expected, Worst(new BucketAclOpened(), call, request.Replace("OWNER", Owner)));

    [Theory]
    [InlineData("DeleteBucketPublicAccessBlock", """{"bucketName":"b"}""", Severity.High)]
    [InlineData("DeleteAccountPublicAccessBlock", "null", Severity.High)]
    [InlineData("PutBucketPublicAccessBlock", """{"bucketName":"b","PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}""", Severity.None)]
    [InlineData("PutBucketPublicAccessBlock", """{"bucketName":"b","PublicAccessBlockConfiguration":{"BlockPublicAcls":"true","IgnorePublicAcls":"true","BlockPublicPolicy":"true","RestrictPublicBuckets":"false"}}""", Severity.High)]
    [InlineData("PutBucketPublicAccessBlock", """{"bucketName":"b","PublicAccessBlockConfiguration":{"BlockPublicAcls":true}}""", Severity.High)]
    [InlineData("PutAccountPublicAccessBlock", """{"PublicAccessBlockConfiguration":{"BlockPublicAcls":false,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true}}""", Severity.High)]
    [InlineData("PutBucketPublicAccessBlock", """{"bucketName":"b"}""", Severity.Medium)]
    [InlineData("PutBucketPublicAccessBlock", "null", Severity.Medium)]
    [InlineData("PutBucketPublicAccessBlock", """{"omitted":true}""", Severity.High)]
    public void A_hole_in_the_public_access_block_is_high(string call, string request, Severity expected) =>
        Assert.Equal(expected, Worst(new PublicAccessBlockWeakened(), call, request));

    [Fact]
    public void Removed_public_access_block_comes_with_the_command_that_restores_it()
    {
        const string All = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true";
        Assert.Equal(
            $"aws s3api put-public-access-block --bucket 'b; rm -rf /' --public-access-block-configuration {All} --region us-east-1",
            Assert.Single(Detect(new PublicAccessBlockWeakened(), "DeleteBucketPublicAccessBlock", """{"bucketName":"b; rm -rf /"}""")).UndoCommand?.Text);
        Assert.Equal($"aws s3control put-public-access-block --account-id 123456789012 --public-access-block-configuration {All} --region "
            + "us-east-1",
            Assert.Single(Detect(new PublicAccessBlockWeakened(), "DeleteAccountPublicAccessBlock", "null")).UndoCommand?.Text);
    }

    [Theory]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{"Days":1}}}""", Severity.Medium)]
    [InlineData("""{"Rule":[{"Status":"Disabled","Expiration":{"Days":1}},{"Status":"Enabled","Expiration":{"Days":"90"}}]}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Expiration":{"Days":1}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{"Date":"2026-03-10T00:00:00Z"}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{"Date":"unreadable"}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","NoncurrentVersionExpiration":{"NoncurrentDays":1}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","NoncurrentVersionExpiration":{"NoncurrentDays":30}}}""", Severity.Low)]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{"Date":"2030-01-01T00:00:00Z"}}}""", Severity.Low)]
    [InlineData("""{"Rule":{"Status":"Enabled","Filter":"","Expiration":{"Days":730},"NoncurrentVersionExpiration":{"NoncurrentDays":730}}}""", Severity.Low)]
    [InlineData("""{"Rule":{"Status":"Disabled","Expiration":{"Days":1}}}""", Severity.None)]
    [InlineData("""{"Rule":{"Status":"Enabled","Expiration":{"ExpiredObjectDeleteMarker":true}}}""", Severity.None)]
    [InlineData("""{"Rule":{"Status":"Enabled","AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}}}""", Severity.None)]
    [InlineData("null", Severity.Medium)]
    public void Lifecycle_that_deletes_soon_is_medium(string configuration, Severity expected) =>
        Assert.Equal(expected, Worst(new LifecycleWeakened(), "PutBucketLifecycle", $$"""{"bucketName":"b","LifecycleConfiguration":{{configuration}}}"""));

    [Theory]
    [InlineData("""{"Rule":{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::x","Account":"210987654321"}}}""", Severity.High)]
    [InlineData("""{"Rule":[{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::x","Account":"123456789012"}},{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::y","Account":210987654321}}]}""", Severity.High)]
    [InlineData("""{"Rule":{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::x"}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Disabled","Destination":{"Bucket":"arn:aws:s3:::x","Account":"210987654321"}}}""", Severity.Medium)]
    [InlineData("""{"Rule":{"Status":"Enabled","Destination":{"Bucket":"arn:aws:s3:::x","Account":"123456789012"}}}""", Severity.Low)]
    [InlineData("null", Severity.Medium)]
    public void Replication_is_high_when_the_destination_is_foreign(string configuration, Severity expected) =>
        Assert.Equal(expected, Worst(new ReplicationChanged(), "PutBucketReplication", $$"""{"bucketName":"b","ReplicationConfiguration":{{configuration}}}"""));

    [Theory]
    [InlineData("""{"VersioningConfiguration":{"Status":"Suspended"}}""", Severity.Medium)]
    [InlineData("""{"VersioningConfiguration":{"Status":"Enabled","MfaDelete":"Enabled"}}""", Severity.None)]
    [InlineData("""{"VersioningConfiguration":{"Status":"Enabled","MfaDelete":"Disabled"}}""", Severity.Low)]
    [InlineData("""{"versioning":[""]}""", Severity.Medium)]
    [InlineData("null", Severity.Medium)]
    public void Suspended_versioning_is_medium(string request, Severity expected) =>
        Assert.Equal(expected, Worst(new VersioningWeakened(), "PutBucketVersioning", request));

    [Theory]
    [InlineData("""{"CORSConfiguration":{"CORSRule":{"AllowedOrigin":"*","AllowedMethod":"GET"}}}""", Severity.Medium)]
    [InlineData("""{"CORSConfiguration":{"CORSRule":[{"AllowedOrigin":"https://a.example.com"},{"AllowedOrigin":["https://b.example.com","https://*"]}]}}""", Severity.Medium)]
    [InlineData("""{"CORSConfiguration":{"CORSRule":{"AllowedOrigin":["https://a.example.com"]}}}""", Severity.Low)]
    [InlineData("null", Severity.Medium)]
    public void Cors_with_a_wildcard_origin_is_medium(string request, Severity expected) =>
        Assert.Equal(expected, Worst(new CorsOpened(), "PutBucketCors", request));

    [Theory]
    [InlineData("DeleteBucketEncryption", """{"bucketName":"b"}""", Severity.Medium)]
    [InlineData("PutBucketEncryption", """{"ServerSideEncryptionConfiguration":{"Rule":{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"arn:aws:kms:us-east-1:210987654321:key/k"}}}}""", Severity.Medium)]
    [InlineData("PutBucketEncryption", """{"ServerSideEncryptionConfiguration":{"Rule":{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"arn:aws:kms:us-east-1:123456789012:key/k"}}}}""", Severity.None)]
    [InlineData("PutBucketEncryption", """{"ServerSideEncryptionConfiguration":{"Rule":{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}}}""", Severity.None)]
    [InlineData("PutBucketEncryption", "null", Severity.Medium)]
    public void Encryption_that_is_removed_or_held_by_others_is_medium(string call, string request, Severity expected) =>
        Assert.Equal(expected, Worst(new EncryptionWeakened(), call, request));

    [Theory]
    [InlineData("""{"BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"}}""", Severity.Medium)]
    [InlineData("""{"BucketLoggingStatus":""}""", Severity.Medium)]
    [InlineData("""{"BucketLoggingStatus":{"LoggingEnabled":{"TargetBucket":"logs","TargetPrefix":""}}}""", Severity.None)]
    [InlineData("null", Severity.Medium)]
    public void Logging_without_a_target_is_switched_off(string request, Severity expected) =>
        Assert.Equal(expected, Worst(new AccessLoggingStopped(), "PutBucketLogging", request));

    [Fact]
    public void What_an_AWS_service_does_on_its_own_is_reported_only_when_it_opens_data_to_others()
    {
        var service = new JsonObject { ["type"] = "AWSService", ["invokedBy"] = "config.amazonaws.com" };
        Assert.Empty(Detect(new BucketPolicyDeleted(), "DeleteBucketPolicy", """{"bucketName":"b"}""", service));
        Assert.Empty(Detect(new VersioningWeakened(), "PutBucketVersioning", """{"VersioningConfiguration":{"Status":"Suspended"}}""", service));
        Assert.Single(Detect(new BucketPolicyOpened(), "PutBucketPolicy",
            """{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}}""", service));
    }

    [Fact]
    public void Bucket_is_taken_from_the_resources_when_the_request_is_missing()
    {
        var e = EventBuilder.Call("s3.amazonaws.com", "DeleteBucketPolicy", null)
            .With("resources", JsonNode.Parse("""[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::vault-example"}]"""));
        Assert.Equal("vault-example", Assert.Single(new BucketPolicyDeleted().Detect(EventParser.Parse(e.Build()).Event!)).Resource);
    }

    private static Severity Worst(IDetection detection, string call, string request) =>
        Detect(detection, call, request).Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max();

    private static List<Finding> Detect(IDetection detection, string call, string request, JsonObject? actor = null)
    {
        var builder = EventBuilder.Call("s3.amazonaws.com", call, JsonNode.Parse(request));
        if (actor is not null) builder.By(actor.DeepClone().AsObject());
        return [.. detection.Detect(EventParser.Parse(builder.Build()).Event!)];
    }
}
