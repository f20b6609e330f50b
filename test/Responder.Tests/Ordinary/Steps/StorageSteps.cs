using System.Text.Json.Nodes;

namespace Responder.Tests.Ordinary.Steps;

/// <summary>
/// Buckets, keys, tables and databases. Shapes: facts.md, "S3 PutBucketPolicy", "KMS". The sub-resources of S3 are empty texts in the
/// request.
/// </summary>
internal static class StorageSteps
{
    private const string Xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <summary>Creates a bucket according to good practice: encrypted, closed to the public, TLS only.</summary>
    public static void CreateBucket(Journal log, Site site, string bucket, bool versioned, JsonNode? policy = null)
    {
        log.Call(
            "s3", "CreateBucket",
            Request(bucket, site, "CreateBucketConfiguration", new { LocationConstraint = site.Region, xmlns = Xmlns }));
        log.AtTheSameTime(
            () => log.Call("s3", "PutBucketEncryption", Request(bucket, site, "encryption", "", "ServerSideEncryptionConfiguration",
                new
                {
                    xmlns = Xmlns,
                    Rule = new
                    {
                        ApplyServerSideEncryptionByDefault = new { SSEAlgorithm = "AES256" },
                        BucketKeyEnabled = true,
                    }
                })),
            () => log.Call(
                "s3", "PutBucketPublicAccessBlock", Request(bucket, site, "publicAccessBlock", "", "PublicAccessBlockConfiguration",
                new
                {
                    xmlns = Xmlns,
                    BlockPublicAcls = true,
                    IgnorePublicAcls = true,
                    BlockPublicPolicy = true,
                    RestrictPublicBuckets = true
                })),
            () => log.Call(
                "s3", "PutBucketOwnershipControls",
                Request(bucket, site, "ownershipControls", "", "OwnershipControls", new
                {
                    xmlns = Xmlns,
                    Rule = new { ObjectOwnership = "BucketOwnerEnforced" },
                })),
            () => log.Call(
                "s3", "PutBucketTagging",
                Request(bucket, site, "tagging", "", "Tagging", new
                {
                    xmlns = Xmlns,
                    TagSet = new { Tag = new { Key = "app", Value = site.App } },
                })));
        if (versioned)
            log.Call(
                "s3", "PutBucketVersioning",
                Request(bucket, site, "versioning", "", "VersioningConfiguration", new { xmlns = Xmlns, Status = "Enabled" }));
        log.Call(
            "s3", "PutBucketPolicy",
            Request(bucket, site, "policy", "", "bucketPolicy", policy ?? PolicyText.DenyInsecureTransport(bucket)));
    }

    /// <summary>Deletes incomplete uploads, and lets builds expire after <paramref name="days"/> days.</summary>
    public static void PutLifecycle(Journal log, Site site, string bucket, int days) =>
        log.Call("s3", "PutBucketLifecycle", Request(bucket, site, "lifecycle", "", "LifecycleConfiguration", new
        {
            xmlns = Xmlns,
            Rule = new object[]
        {
            new { ID = "abort-uploads", Status = "Enabled", Filter = new { Prefix = "" }, AbortIncompleteMultipartUpload = new
            {
                DaysAfterInitiation = 7,
            } },
            new { ID = "expire-builds", Status = "Enabled", Filter = new { Prefix = "builds/" }, Expiration = new { Days = days } },
        },
        }));

    public static void DeleteBucket(Journal log, Site site, string bucket) => log.Call("s3", "DeleteBucket", Request(bucket, site));

    public static void ReadBucket(Journal log, Site site, string bucket)
    {
        foreach (var (call, sub) in ((string, string)[])
            [("GetBucketPolicy", "policy"), ("GetBucketAcl", "acl"), ("GetBucketCors", "cors"), ("GetBucketVersioning", "versioning"),
                ("GetBucketLogging", "logging"), ("GetBucketEncryption", "encryption")])
            log.Call("s3", call, Request(bucket, site, sub, ""));
    }

    public static JsonObject Request(string bucket, Site site, params object[] more)
    {
        var request = new JsonObject { ["bucketName"] = bucket, ["Host"] = $"{bucket}.s3.{site.Region}.amazonaws.com" };
        for (var i = 0; i < more.Length; i += 2)
            request[(string)more[i]] = more[i + 1] as JsonNode ?? System.Text.Json.JsonSerializer.SerializeToNode(more[i + 1]);
        return request;
    }

    /// <summary>Creates a customer key with the account's own policy and rotation, and returns its ARN.</summary>
    public static string CreateKey(Journal log, Site site)
    {
        var arn = site.KeyArn();
        var id = arn[(arn.LastIndexOf('/') + 1)..];
        log.Call("kms", "CreateKey",
            new
            {
                policy = PolicyText.KeyOfAccount(site.Account),
                description = "data of " + site.App,
                keyUsage = "ENCRYPT_DECRYPT",
                keySpec = "SYMMETRIC_DEFAULT",
                origin = "AWS_KMS",
                bypassPolicyLockoutSafetyCheck = false,
                multiRegion = false,
                tags = Array.Empty<object>(),
            },
            new
            {
                keyMetadata = new
                {
                    aWSAccountId = site.Account,
                    keyId = id,
                    arn,
                    enabled = true,
                    keyState = "Enabled",
                    keyManager = "CUSTOMER",
                    multiRegion = false,
                }
            });
        log.Call("kms", "EnableKeyRotation", new { keyId = id }, new { keyId = arn });
        log.Call("kms", "CreateAlias", new { aliasName = $"alias/{site.App}-{site.Random.Hex(4)}", targetKeyId = id });
        return arn;
    }

    public static void CreateTable(Journal log, Site site, string table) => log.Call("dynamodb", "CreateTable",
        new
        {
            tableName = table,
            billingMode = "PAY_PER_REQUEST",
            keySchema = new[] { new { attributeName = "pk", keyType = "HASH" } },
            attributeDefinitions = new[] { new { attributeName = "pk", attributeType = "S" } },
            sSESpecification = new { enabled = true },
        },
        new { tableDescription = new { tableName = table, tableStatus = "CREATING", tableArn = site.Arn("dynamodb", "table/" + table) } });

    public static void CreateDatabase(Journal log, Site site, string id, string group) => log.Call("rds", "CreateDBInstance",
        new
        {
            dBInstanceIdentifier = id,
            dBInstanceClass = "db.t4g.medium",
            engine = "postgres",
            allocatedStorage = 50,
            masterUsername = "app",
            masterUserPassword = "****",
            publiclyAccessible = false,
            storageEncrypted = true,
            vpcSecurityGroupIds = new[] { group },
            backupRetentionPeriod = 14,
            multiAZ = true,
            deletionProtection = true,
        },
        new
        {
            dBInstanceIdentifier = id,
            dBInstanceStatus = "creating",
            publiclyAccessible = false,
            dBInstanceArn = site.Arn("rds", "db:" + id)
        });
}
