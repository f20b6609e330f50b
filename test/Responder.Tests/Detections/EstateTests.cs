using System.Text.Json.Nodes;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Detections.SignIn;
using Responder.Events;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;

namespace Responder.Tests.Detections;

/// <summary>What the settings of the estate change, and what they must leave unchanged.</summary>
public class EstateTests
{
    private const string Sibling = "111122223333";
    private const string KeyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
    private const string KeyArn = "arn:aws:kms:us-east-1:123456789012:key/" + KeyId;

    private static readonly Estate s_ours = new()
    {
        LogBuckets = new HashSet<string> { "archive-eu" },
        TrailKeyArns = new HashSet<string> { KeyArn },
        TrustedAccountIds = new HashSet<string> { Sibling },
        OrganizationIds = new HashSet<string> { "o-ours123456" },
    };

    public static TheoryData<string, string, string> Shared => new()
    {
        { "ec2", "ModifySnapshotAttribute", """{"snapshotId":"snap-1","createVolumePermission":{"add":{"items":[{"userId":"ACCOUNT"}]}}}""" },
        { "ec2", "ModifyImageAttribute", """{"imageId":"ami-1","launchPermission":{"add":{"items":[{"userId":"ACCOUNT"}]}}}""" },
        { "rds", "ModifyDBSnapshotAttribute", """{"dBSnapshotIdentifier":"s","attributeName":"restore","valuesToAdd":["ACCOUNT"]}""" },
        { "kms", "CreateGrant", """{"keyId":"k","granteePrincipal":"arn:aws:iam::ACCOUNT:role/Reader","operations":["Decrypt"]}""" },
        { "kms", "PutKeyPolicy", """{"keyId":"k","policy":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT:root"},"Action":"kms:*","Resource":"*"}]}}""" },
        { "ecr", "SetRepositoryPolicy", """{"repositoryName":"r","policyText":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"ACCOUNT"},"Action":"ecr:*"}]}}""" },
        { "secretsmanager", "PutResourcePolicy", """{"secretId":"s","resourcePolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"ACCOUNT"}}}]}}""" },
        { "s3", "PutBucketPolicy", """{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT:role/Reader"},"Action":"s3:GetObject","Resource":"*"}]}}""" },
        { "lambda", "AddPermission20150331v2", """{"functionName":"f","principal":"ACCOUNT","action":"lambda:InvokeFunction","statementId":"s"}""" },
        { "iam", "UpdateAssumeRolePolicy", """{"roleName":"r","policyDocument":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT:root"},"Action":"sts:AssumeRole"}]}}""" },
    };

    [Theory]
    [MemberData(nameof(Shared))]
    public void What_is_shared_with_a_sibling_account_is_not_foreign(string service, string name, string request)
    {
        var sibling = EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request.Replace("ACCOUNT", Sibling, StringComparison.Ordinal)}} }""");
        var foreign = EventBuilder.Of(service + ".amazonaws.com", name, $$"""{"requestParameters":{{request.Replace("ACCOUNT", EventBuilder.Foreign, StringComparison.Ordinal)}} }""");

        Assert.True(Worst(s_ours, sibling) <= Severity.Low, Worst(s_ours, sibling).Name());
        Assert.Equal(Severity.High, Worst(Estate.Unknown, sibling));
        Assert.Equal(Severity.High, Worst(s_ours, foreign));
    }

    [Theory]
    [InlineData("archive-eu", Severity.Low, Severity.High)]
    [InlineData("aws-cloudtrail-logs-123456789012-0a1b2c3d", Severity.High, Severity.Low)]
    [InlineData("aws-cloudtrail-logs-111122223333-0a1b2c3d", Severity.High, Severity.High)]
    [InlineData("acme-cloudtrail-logs", Severity.High, Severity.High)]
    public void Only_the_buckets_of_the_setting_may_take_a_trail_once_it_is_set(string bucket, Severity known, Severity unknown)
    {
        var moved = EventBuilder.Of(
            "cloudtrail.amazonaws.com", "UpdateTrail", $$"""{"requestParameters":{"name":"t","s3BucketName":"{{bucket}}"} }""");

        Assert.Equal(known, Worst(s_ours, moved));
        Assert.Equal(unknown, Worst(Estate.Unknown, moved));
    }

    [Theory]
    [InlineData("o-ours123456", Severity.Low, Severity.Low)]
    [InlineData("o-theirs1234", Severity.High, Severity.Low)]
    [InlineData("o-ours123456x", Severity.High, Severity.Low)]
    public void Only_our_organisation_confines_once_it_is_known(string organization, Severity known, Severity unknown)
    {
        var policy = EventBuilder.Of("s3.amazonaws.com", "PutBucketPolicy", $$$$"""{"requestParameters":{"bucketName":"b","bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"{{{{organization}}}}"}}}]}}}""");
        var image = EventBuilder.Of("ec2.amazonaws.com", "ModifyImageAttribute", $$$$$"""{"requestParameters":{"imageId":"ami-1","launchPermission":{"add":{"items":[{"organizationArn":"arn:aws:organizations::123456789012:organization/{{{{{organization}}}}}"}]}}}}""");

        Assert.All([policy, image], e =>
        {
            Assert.Equal(known, Worst(s_ours, e));
            Assert.Equal(unknown, Worst(Estate.Unknown, e));
        });
    }

    [Theory]
    [InlineData("DisableKey", KeyArn, "[]", Severity.Critical)]
    [InlineData("DisableKey", KeyId, "[]", Severity.Critical)]
    [InlineData("ScheduleKeyDeletion", KeyId, "[]", Severity.Critical)]
    [InlineData("DeleteImportedKeyMaterial", KeyArn, "[]", Severity.Critical)]
    [InlineData("DisableKey", "alias/trail", """[{"ARN":"arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]""", Severity.Critical)]
    [InlineData("DisableKey", "arn:aws:kms:eu-west-1:123456789012:key/" + KeyId, "[]", Severity.High)]
    [InlineData("DisableKey", "1234abcd", "[]", Severity.High)]
    [InlineData("ScheduleKeyDeletion", KeyArn + "0", "[]", Severity.High)]
    public void The_trails_key_is_known_by_its_whole_arn_or_id(string name, string key, string resources, Severity expected)
    {
        var e = EventBuilder.Of("kms.amazonaws.com", name, $$"""{"awsRegion":"us-east-1","requestParameters":{"keyId":"{{key}}"},"resources":{{resources}} }""");

        Assert.Equal(expected, Worst(s_ours, e));
        Assert.Equal(Severity.High, Worst(Estate.Unknown, e));
    }

    [Theory]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":"true"}}""", Severity.Critical)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}""", Severity.Critical)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"210987654321"}}""", Severity.Low)]
    public void A_Deny_that_takes_CloudTrail_off_the_trails_key_is_critical(string condition, Severity expected)
    {
        var policy = $$"""
            {"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*"},
            {"Effect":"Deny","Principal":"*","Action":"kms:Generate*","Resource":"*","Condition":{{condition}}}]}
            """;
        var request = new JsonObject { ["keyId"] = KeyArn, ["policyName"] = "default", ["policy"] = policy };

        Assert.Equal(expected, Worst(s_ours, EventBuilder.Call("kms.amazonaws.com", "PutKeyPolicy", request).Event()));
    }

    [Theory]
    [InlineData("o-ours123456", Severity.Critical)]
    [InlineData("o-others0000", Severity.Low)]
    public void Rights_within_another_organization_give_nothing_here(string organization, Severity expected)
    {
        var policy = $$"""
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"aws:PrincipalOrgID":"{{organization}}"} } } }
            """;
        var put = EventBuilder.Call("iam.amazonaws.com", "PutUserPolicy", new JsonObject
        {
            ["userName"] = "nina",
            ["policyName"] = "p",
            ["policyDocument"] = policy,
        }).Event();

        Assert.Equal(expected, Worst(s_ours, put));
        Assert.Equal(Severity.Critical, Worst(Estate.Unknown, put));
    }

    [Fact]
    public void A_refused_call_on_the_trails_key_could_have_been_critical()
    {
        var refused = EventBuilder.Of("kms.amazonaws.com", "DisableKey", $$"""{"awsRegion":"us-east-1","errorCode":"AccessDenied","requestParameters":{"keyId":"{{KeyId}}"} }""");

        Assert.Equal(Severity.Medium, Worst(s_ours, refused));
        Assert.Equal(Severity.Low, Worst(Estate.Unknown, refused));
    }

    [Fact]
    public async Task Disabling_the_trails_key_pages_although_the_actor_is_trusted()
    {
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions
        {
            Estate = s_ours,
            TrustedPrincipalArns = new HashSet<string> { "arn:aws:iam::123456789012:user/alice" },
        });

        var trails = await driver.SendAsync(EventBuilder.Call("kms.amazonaws.com", "DisableKey", new JsonObject { ["keyId"] = KeyArn }));
        var another = await driver.SendAsync(
            EventBuilder.Call(
                "kms.amazonaws.com", "DisableKey", new JsonObject
                {
                    ["keyId"] = KeyArn.Replace("1234", "5678", StringComparison.Ordinal),
                }));

        Assert.Equal(Outcome.Alert, trails.Outcome);
        Assert.Equal(Outcome.Trusted, another.Outcome);
    }

    [Theory]
    [InlineData("DeleteBucket", """{"bucketName":"archive-eu"}""", Severity.Critical, Severity.None)]
    [InlineData("DeleteBucket", """{"bucketName":"archive-eu2"}""", Severity.None, Severity.None)]
    [InlineData("PutBucketLifecycle", """{"bucketName":"archive-eu","LifecycleConfiguration":{"Rule":{"Status":"Enabled","Expiration":{"Days":1}}}}""", Severity.Critical, Severity.Medium)]
    [InlineData("PutBucketLifecycle", """{"bucketName":"archive-eu","LifecycleConfiguration":{"Rule":{"Status":"Enabled","Filter":{"Prefix":"AWS"},"Expiration":{"Days":1}}}}""", Severity.Critical, Severity.Low)]
    [InlineData("PutBucketLifecycle", """{"bucketName":"archive-eu","LifecycleConfiguration":{"Rule":{"Status":"Enabled","Filter":{"Prefix":"eu/"},"Expiration":{"Days":1}}}}""", Severity.Medium, Severity.Low)]
    [InlineData("DeleteBucketPolicy", """{"bucketName":"archive-eu"}""", Severity.High, Severity.Medium)]
    public void A_configured_log_bucket_counts_like_one_that_is_known_by_name(string name, string request, Severity known, Severity unknown)
    {
        var e = EventBuilder.Of("s3.amazonaws.com", name, $$"""{"requestParameters":{{request}} }""");

        Assert.Equal(known, Worst(s_ours, e));
        Assert.Equal(unknown, Worst(Estate.Unknown, e));
    }

    [Theory]
    [InlineData("Mon-Fri 07:00-19:00 +01:00", "2026-07-06T06:00:00Z", true)] // a Monday, 07:00 there
    [InlineData("Mon-Fri 07:00-19:00 +01:00", "2026-07-06T05:59:59Z", false)]
    [InlineData("Mon-Fri 07:00-19:00 +01:00", "2026-07-06T18:00:00Z", false)]
    [InlineData("Mon-Fri 07:00-19:00 +01:00", "2026-07-05T12:00:00Z", false)] // a Sunday
    [InlineData("Sun-Thu 08:00-24:00 UTC", "2026-07-05T23:59:59Z", true)]
    [InlineData("Mon,Wed 08:00-12:00 -05:00", "2026-07-08T13:30:00Z", true)]
    [InlineData("Mon,Wed 08:00-12:00 -05:00", "2026-07-07T13:30:00Z", false)]
    [InlineData("Fri 22:00-06:00 UTC", "2026-07-04T05:59:00Z", true)] // the night that began on Friday
    [InlineData("Fri 22:00-06:00 UTC", "2026-07-03T05:59:00Z", false)]
    public void Business_hours_are_those_of_the_wall_clock(string text, string moment, bool expected)
    {
        Assert.True(BusinessHours.TryParse(text, out var hours));
        Assert.Equal(expected, hours.Contains(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_named_zone_knows_daylight_saving_time()
    {
        if (!BusinessHours.TryParse("Mon-Fri 07:00-19:00 Europe/Berlin", out var hours)) Assert.Skip("no time zone data on this system");
        Assert.True(hours.Contains(new DateTimeOffset(2026, 7, 6, 5, 0, 0, TimeSpan.Zero)));
        Assert.False(hours.Contains(new DateTimeOffset(2026, 1, 5, 5, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("2026-07-06T20:00:00Z", true)]
    [InlineData("2026-07-06T12:00:00Z", false)]
    [InlineData("2026-07-06T05:30:00Z", false)] // night by the default, a morning's work here
    [InlineData("2026-07-06T00:00:00Z", false)] // the time of day was lost
    public void A_login_outside_the_business_hours_is_medium(string time, bool isFound)
    {
        Assert.True(BusinessHours.TryParse("Mon-Fri 06:00-19:00 +01:00", out var hours));
        var e = EventBuilder.Of("signin.amazonaws.com", "ConsoleLogin", $$$"""{"eventTime":"{{{time}}}","eventType":"AwsConsoleSignIn","responseElements":{"ConsoleLogin":"Success"},"additionalEventData":{"MFAUsed":"Yes"}}""");

        var found = DetectionCatalog.For(new Estate { BusinessHours = hours }).Detect(e)
            .Where(static f => f.Detection.Id == "signin.unusual-hour").ToList();
        Assert.Equal(isFound ? [Severity.Medium] : [], found.Select(static f => f.Severity));
    }

    private const string Administration = """{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}""";
    private const string Delivery = """{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/t"}}}""";

    /// <summary>CloudTrail's service is not a principal of the account, so kms:* for the account does not admit it.</summary>
    [Theory]
    [InlineData(Administration, true)]
    [InlineData(Administration + "," + """{"Effect":"Allow","Principal":{"Service":["cloudtrail.amazonaws.com","logs.us-east-1.amazonaws.com"]},"Action":"kms:DescribeKey","Resource":"*"}""", true)]
    [InlineData(Administration + "," + Delivery + "," + """{"Effect":"Deny","Principal":"*","Action":"kms:GenerateDataKey*","Resource":"*"}""", true)]
    [InlineData(Administration + "," + Delivery + "," + """{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:Generate*","Resource":"*"}""", true)]
    [InlineData(Administration + "," + Delivery, false)]
    [InlineData(Administration + "," + Delivery + "," + """{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"},"Action":"kms:*","Resource":"*"}""", false)]
    public void A_policy_of_the_trails_key_that_shuts_CloudTrail_out_is_critical(string statements, bool isBlinded)
    {
        var request = new JsonObject { ["keyId"] = "alias/trail", ["policyName"] = "default", ["policy"] = $$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""" };
        var record = EventBuilder.Call("kms.amazonaws.com", "PutKeyPolicy", request)
            .With("resources", new JsonArray(new JsonObject { ["ARN"] = KeyArn, ["type"] = "AWS::KMS::Key" }));
        var e = EventParser.Parse(record.Build()).Event!;

        var found = DetectionCatalog.For(s_ours).Detect(e).Where(static f => f.Severity == Severity.Critical).ToList();
        Assert.Equal(isBlinded ? [("kms.key-policy-opened", true)] : [], found.Select(static f => (f.Detection.Id, f.IsTampering)));
        // Without the setting, the key is not known to be the trail's.
        Assert.DoesNotContain(DetectionCatalog.Default.Detect(e), static f => f.Severity >= Severity.High);
    }

    [Theory]
    [InlineData("LOG_BUCKETS", "archive-eu, other.bucket", 2)]
    [InlineData("TRAIL_KEY_ARNS", KeyArn, 1)]
    [InlineData("TRUSTED_ACCOUNT_IDS", "111122223333,444455556666\n", 2)]
    [InlineData("ORGANIZATION_IDS", "o-ours123456", 1)]
    public void Lists_are_read_whole(string variable, string value, int count)
    {
        var estate = Read(variable, value);
        Assert.Equal(
            count, estate.LogBuckets.Count + estate.TrailKeyArns.Count + estate.TrustedAccountIds.Count + estate.OrganizationIds.Count);
    }

    [Fact]
    public void Nothing_set_is_the_default_catalogue() =>
        Assert.Same(DetectionCatalog.Default, DetectionCatalog.For(Read("LOG_BUCKETS", " ")));

    [Theory]
    [InlineData("LOG_BUCKETS", "arn:aws:s3:::archive")]
    [InlineData("LOG_BUCKETS", "archive-*")]
    [InlineData("TRAIL_KEY_ARNS", KeyId)]
    [InlineData("TRAIL_KEY_ARNS", "arn:aws:kms:us-east-1:123456789012:alias/trail")]
    [InlineData("TRAIL_KEY_ARNS", "arn:aws:kms:us-east-1:123456789012:key/*")]
    [InlineData("TRUSTED_ACCOUNT_IDS", "1111222233334")]
    [InlineData("TRUSTED_ACCOUNT_IDS", "111122223333,*")]
    [InlineData("ORGANIZATION_IDS", "ours123456")]
    [InlineData("ORGANIZATION_IDS", "o-*")]
    [InlineData("BUSINESS_HOURS", "07:00-19:00")]
    [InlineData("BUSINESS_HOURS", "Mon-Fri 07:00-07:00 UTC")]
    [InlineData("BUSINESS_HOURS", "Mon-Fri 7-19 UTC")]
    [InlineData("BUSINESS_HOURS", "Mo-Fr 07:00-19:00 UTC")]
    [InlineData("BUSINESS_HOURS", "Mon-Fri 07:00-19:00 +15:00")]
    [InlineData("BUSINESS_HOURS", "Mon-Fri 07:00-19:00 Nowhere/Town")]
    public void A_bad_value_names_its_variable(string variable, string value)
    {
        var error = Assert.Throws<OptionsException>(() => Read(variable, value));
        Assert.Equal(variable, error.Variable);
        Assert.StartsWith(variable + ": ", error.Message, StringComparison.Ordinal);
    }

    private static Estate Read(string variable, string value) =>
        ResponderOptions.FromEnvironment(name => name == variable ? value : null, DetectionCatalog.Default, ContainmentActions.All).Estate;

    private static Severity Worst(Estate estate, CloudTrailEvent e) =>
        DetectionCatalog.For(estate).Detect(e).Select(static f => f.Severity).DefaultIfEmpty(Severity.None).Max();
}
