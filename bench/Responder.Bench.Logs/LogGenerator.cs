using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Responder.Bench.Logs;

/// <summary>
/// Writes CloudTrail log files in the layout of a bucket (<c>AWSLogs/account/CloudTrail/region/yyyy/MM/dd/*.json.gz</c>). The same size
/// always gives the same files; bench/README.md says what is in them.
/// </summary>
/// <param name="bytes">How much is written, unpacked.</param>
/// <param name="recordedFiles">Instead, so many files of the sizes that an account's files have: most of them hold a few records. Null:
/// files
/// of all sizes.</param>
internal sealed class LogGenerator(string folder, long bytes, int? recordedFiles = null)
{
    private static readonly string[] s_accounts = ["123456789012", "111122223333", "444455556666"];
    private static readonly string[] s_regions = ["us-east-1", "eu-west-1", "us-west-2", "ap-southeast-2"];
    private static readonly string[] s_roles = [
        "web-frontend", "order-service", "etl-nightly", "deploy-pipeline", "inventory-scanner", "eks-node", "monitoring-agent",
        "support-readonly"];
    private static readonly string[] s_users = ["alice", "bob", "carol", "ci-legacy", "backup-job"];

    /// <summary>Weight per thousand, event source, event name and shape of each call.</summary>
    private static readonly (int Weight, string Source, string Name, Shape Shape)[] s_calls =
    [
        (120, "sts", "AssumeRole", Shape.AssumeRole),
        (90, "kms", "Decrypt", Shape.Kms), (35, "kms", "GenerateDataKey", Shape.Kms),
        (60, "ec2", "DescribeInstances", Shape.Read), (35, "ec2", "DescribeVolumes", Shape.Read),
        (30, "ec2", "DescribeNetworkInterfaces", Shape.Read),
        (25, "ec2", "DescribeTags", Shape.Read), (20, "ec2", "DescribeSecurityGroups", Shape.Read),
        (15, "ec2", "DescribeInstanceStatus", Shape.Read),
        (40, "elasticloadbalancing", "DescribeTargetHealth", Shape.Read), (30, "autoscaling", "DescribeAutoScalingGroups", Shape.Read),
        (45, "monitoring", "DescribeAlarms", Shape.Read), (30, "logs", "DescribeLogGroups", Shape.Read),
        (25, "logs", "CreateLogStream", Shape.Write),
        (25, "s3", "GetBucketAcl", Shape.Read), (20, "s3", "GetBucketLocation", Shape.Read), (15, "s3", "ListBuckets", Shape.Read),
        (25, "iam", "GetRole", Shape.Read), (20, "iam", "ListRolePolicies", Shape.Read), (15, "iam", "GetPolicyVersion", Shape.Read),
        (10, "iam", "ListUsers", Shape.Read),
        (30, "lambda", "GetFunction20150331v2", Shape.Read), (15, "lambda", "ListTags20170331", Shape.Read),
        (25, "ecr", "BatchGetImage", Shape.Read), (20, "ecr", "GetAuthorizationToken", Shape.Read),
        (30, "dynamodb", "DescribeTable", Shape.Read), (20, "rds", "DescribeDBInstances", Shape.Read),
        (25, "ssm", "UpdateInstanceInformation", Shape.Write), (15, "ssm", "GetParameter", Shape.Parameter),
        (10, "secretsmanager", "GetSecretValue", Shape.Secret),
        (20, "cloudformation", "DescribeStacks", Shape.Read), (10, "config", "DescribeConfigurationRecorders", Shape.Read),
        (15, "ec2", "CreateNetworkInterface", Shape.Write), (10, "ec2", "CreateTags", Shape.Write),
        (6, "ec2", "RunInstances", Shape.RunInstances),
        (6, "ec2", "AuthorizeSecurityGroupIngress", Shape.Ingress), (3, "iam", "AttachRolePolicy", Shape.Attach),
        (4, "signin", "ConsoleLogin", Shape.Login),
        (3, "iam", "CreateRole", Shape.CreateRole),
    ];

    private static readonly int s_weights = s_calls.Sum(static call => call.Weight);

    private readonly StringBuilder _text = new();
    private ulong _state = 0x5EED;

    private enum Shape
    {
        Read,
        Write,
        AssumeRole,
        Kms,
        Parameter,
        Secret,
        RunInstances,
        Ingress,
        Attach,
        CreateRole,
        Login,
    }

    /// <returns>How many files, records and unpacked bytes were written.</returns>
    public (int Files, long Records, long Bytes) Write()
    {
        var (files, records, written) = (0, 0L, 0L);
        var start = new DateTime(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc);
        while (recordedFiles is { } limit ? files < limit : written < bytes)
        {
            var (account, region) = (Pick(s_accounts), Pick(s_regions));
            var delivered = start.AddMinutes(5 * (files / 12));
            var path = Path.Combine(
                folder, "AWSLogs", account, "CloudTrail", region, delivered.ToString("yyyy/MM/dd", CultureInfo.InvariantCulture),
                $"{account}_CloudTrail_{region}_{delivered.ToString("yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture)}_"
                    + $"{Text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}.json.gz");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var count = recordedFiles is null ? AnySize() : RecordedSize();
            using var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal);
            _text.Clear().Append("{\"Records\":[");
            for (var i = 0; i < count; i++)
            {
                if (i > 0) _text.Append(',');
                Record(account, region, delivered.AddSeconds(-Below(600)));
                if (_text.Length > 100_000) written += Flush(gzip);
            }

            _text.Append("]}");
            written += Flush(gzip);
            files++;
            records += count;
        }

        return (files, records, written);
    }

    /// <summary>Between 30 and about 4,000 records, small files more often than large ones.</summary>
    private int AnySize() => (int)(30 * Math.Pow(130, Share()));

    /// <summary>A median of 8 records and a 90th percentile of 20; of a thousand files one has some thousand records.</summary>
    private int RecordedSize() => Share() switch
    {
        < 0.5 and var share => 1 + (int)(share / 0.5 * 8),
        < 0.9 and var share => 8 + (int)((share - 0.5) / 0.4 * 13),
        < 0.999 and var share => (int)(20 * Math.Pow(5, (share - 0.9) / 0.099)),
        var share => (int)(100 * Math.Pow(40, (share - 0.999) / 0.001)),
    };

    private int Flush(GZipStream gzip)
    {
        var utf8 = Encoding.UTF8.GetBytes(_text.ToString());
        gzip.Write(utf8);
        _text.Clear();
        return utf8.Length;
    }

    private void Record(string account, string region, DateTime time)
    {
        var (source, name, shape) = Call();
        var at = time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        // Of a thousand calls, 12 are refused and 25 fail for another reason.
        var fate = Below(1000);
        var error = shape is Shape.Login or Shape.AssumeRole ? ""
            : fate < 12 ? "\"errorCode\":\"AccessDenied\",\"errorMessage\":\"User: "
                + $"arn:aws:sts::{account}:assumed-role/{Pick(s_roles)}/i-{Hex(17)} is not authorized to perform: {source}:{name} because "
                + "no identity-based policy allows the action\","
            : fate < 37 ? "\"errorCode\":\"ResourceNotFoundException\",\"errorMessage\":\"The resource you requested does not exist.\","
            : "";
        _text.Append("{\"eventVersion\":\"1.11\",\"userIdentity\":");
        Identity(account, at, shape);
        _text.Append(CultureInfo.InvariantCulture, $",\"eventTime\":\"{at}\",\"eventSource\":\"{source}.amazonaws.com\","
            + $"\"eventName\":\"{name}\",\"awsRegion\":\"{region}\",\"sourceIPAddress\":\"198.51.100.{Below(250)}\","
            + $"\"userAgent\":\"{Agent()}\",{error}");
        Content(account, region, at, shape, error.Length > 0);
        var kind = shape == Shape.Login ? "AwsConsoleSignIn" : "AwsApiCall";
        var readOnly = shape is Shape.Read or Shape.AssumeRole or Shape.Kms or Shape.Parameter or Shape.Secret ? "true" : "false";
        _text.Append(CultureInfo.InvariantCulture, $",\"requestID\":\"{Uuid()}\",\"eventID\":\"{Uuid()}\",\"readOnly\":{readOnly},");
        if (shape == Shape.Kms)
            _text.Append(CultureInfo.InvariantCulture, $"\"resources\":[{{\"accountId\":\"{account}\",\"type\":\"AWS::KMS::Key\","
                + $"\"ARN\":\"arn:aws:kms:{region}:{account}:key/{Uuid()}\"}}],");
        _text.Append(CultureInfo.InvariantCulture, $"\"eventType\":\"{kind}\",\"managementEvent\":true,"
            + $"\"recipientAccountId\":\"{account}\",\"eventCategory\":\"Management\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\","
            + $"\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"{source}.{region}.amazonaws.com\"}}}}");
    }

    private void Identity(string account, string at, Shape shape)
    {
        if (shape == Shape.AssumeRole && Below(3) > 0)
        {
            _text.Append("{\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"}");
        }
        else if (shape == Shape.Login || Below(10) == 0)
        {
            var user = Pick(s_users);
            _text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"IAMUser\",\"principalId\":\"AIDA{Upper(10)}EXAMPLE\","
                + $"\"arn\":\"arn:aws:iam::{account}:user/{user}\",\"accountId\":\"{account}\",\"accessKeyId\":\"AKIA{Upper(9)}EXAMPLE\","
                + $"\"userName\":\"{user}\"}}");
        }
        else
        {
            var (role, id) = (Pick(s_roles), "AROA" + Upper(10) + "EXAMPLE");
            _text.Append(CultureInfo.InvariantCulture, $"{{\"type\":\"AssumedRole\",\"principalId\":\"{id}:i-{Hex(17)}\","
                + $"\"arn\":\"arn:aws:sts::{account}:assumed-role/{role}/i-{Hex(17)}\",\"accountId\":\"{account}\","
                + $"\"accessKeyId\":\"ASIA{Upper(9)}EXAMPLE\",\"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\","
                + $"\"principalId\":\"{id}\",\"arn\":\"arn:aws:iam::{account}:role/{role}\",\"accountId\":\"{account}\","
                + $"\"userName\":\"{role}\"}},\"attributes\":{{\"creationDate\":\"{at}\",\"mfaAuthenticated\":\"false\"}}}}}}");
        }
    }

    private void Content(string account, string region, string at, Shape shape, bool failed)
    {
        var request = shape switch
        {
            Shape.AssumeRole => $"{{\"roleArn\":\"arn:aws:iam::{account}:role/{Pick(s_roles)}\",\"roleSessionName\":\"i-{Hex(17)}\","
                + "\"durationSeconds\":3600}",
            Shape.Kms => $"{{\"encryptionContext\":{{\"aws:ebs:id\":\"vol-{Hex(17)}\"}},\"encryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"}}",
            Shape.Parameter =>
                $"{{\"name\":\"/app/{Pick(s_roles)}/setting-{Below(40)}\",\"withDecryption\":{(Below(2) == 0 ? "true" : "false")}}}",
            Shape.Secret => $"{{\"secretId\":\"arn:aws:secretsmanager:{region}:{account}:secret:app-{Below(12)}\"}}",
            Shape.Ingress => $"{{\"groupId\":\"sg-{Hex(17)}\",\"ipPermissions\":{{\"items\":[{{\"ipProtocol\":\"tcp\",\"fromPort\":443,"
                + "\"toPort\":443,\"groups\":{},"
                + $"\"ipRanges\":{{\"items\":[{{\"cidrIp\":\"{(Below(500) == 0 ? "0.0.0.0/0" : "10.0.0.0/16")}\"}}]}},\"ipv6Ranges\":{{}},"
                + "\"prefixListIds\":{}}]}}",
            Shape.Attach => $"{{\"roleName\":\"{Pick(s_roles)}\","
                + $"\"policyArn\":\"arn:aws:iam::aws:policy/{(Below(200) == 0 ? "AdministratorAccess" : "AmazonS3ReadOnlyAccess")}\"}}",
            Shape.CreateRole => $"{{\"roleName\":\"task-{Hex(8)}\",\"assumeRolePolicyDocument\":\"{{\\\"Version\\\":\\\"2012-10-17\\\","
                + "\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","
                + "\\\"Principal\\\":{\\\"Service\\\":\\\"ecs-tasks.amazonaws.com\\\"},\\\"Action\\\":\\\"sts:AssumeRole\\\"}]}\"}",
            Shape.RunInstances => $"{{\"instancesSet\":{{\"items\":[{{\"imageId\":\"ami-{Hex(17)}\",\"minCount\":1,\"maxCount\":1}}]}},"
                + "\"instanceType\":\"m7g.large\",\"monitoring\":{\"enabled\":false},\"disableApiTermination\":false}",
            Shape.Write => $"{{\"resourceId\":\"{Hex(17)}\",\"tagSpecificationSet\":{{\"items\":[{{\"resourceType\":\"network-interface\","
                + $"\"tags\":[{{\"key\":\"team\",\"value\":\"{Pick(s_roles)}\"}}]}}]}}}}",
            Shape.Login => "null",
            _ => $"{{\"filterSet\":{{\"items\":[{{\"name\":\"resource-id\",\"valueSet\":{{\"items\":[{{\"value\":\"i-{Hex(17)}\"}}]}}}}]}},"
                + $"\"maxResults\":{100 * (1 + Below(10))}}}",
        };
        _text.Append("\"requestParameters\":").Append(request).Append(",\"responseElements\":");
        if (failed || shape is Shape.Read or Shape.Kms or Shape.Parameter or Shape.Secret)
        {
            _text.Append("null");
            return;
        }

        switch (shape)
        {
            case Shape.AssumeRole:
                _text.Append(CultureInfo.InvariantCulture, $"{{\"credentials\":{{\"accessKeyId\":\"ASIA{Upper(9)}EXAMPLE\","
                    + $"\"sessionToken\":\"{Text(320, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")}\","
                    + $"\"expiration\":\"{at}\"}},\"assumedRoleUser\":{{\"assumedRoleId\":\"AROA{Upper(10)}EXAMPLE:s\","
                    + $"\"arn\":\"arn:aws:sts::{account}:assumed-role/{Pick(s_roles)}/s\"}}}}");
                break;
            case Shape.Login:
                _text.Append("{\"ConsoleLogin\":\"Success\"},\"additionalEventData\":{\"LoginTo\":\"https://console.aws.amazon.com/\","
                    + "\"MobileVersion\":\"No\",\"MFAUsed\":\"Yes\"}");
                break;
            case Shape.RunInstances:
                _text.Append(
                    CultureInfo.InvariantCulture,
                    $"{{\"requestId\":\"{Uuid()}\",\"reservationId\":\"r-{Hex(17)}\",\"instancesSet\":{{\"items\":[");
                for (var i = 0; i < 4; i++)
                    _text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}{{\"instanceId\":\"i-{Hex(17)}\","
                        + $"\"imageId\":\"ami-{Hex(17)}\",\"instanceState\":{{\"code\":0,\"name\":\"pending\"}},"
                        + $"\"privateDnsName\":\"ip-10-0-{Below(250)}-{Below(250)}.ec2.internal\",\"launchTime\":1772442000000,"
                        + $"\"placement\":{{\"availabilityZone\":\"{region}a\",\"tenancy\":\"default\"}},\"subnetId\":\"subnet-{Hex(17)}\","
                        + $"\"vpcId\":\"vpc-{Hex(17)}\",\"stateReason\":{{\"code\":\"pending\",\"message\":\"pending\"}},"
                        + $"\"architecture\":\"arm64\",\"blockDeviceMapping\":{{}}}}");
                _text.Append("]}}");
                break;
            default:
                _text.Append(CultureInfo.InvariantCulture, $"{{\"requestId\":\"{Uuid()}\",\"_return\":true,\"id\":\"{Hex(17)}\"}}");
                break;
        }
    }

    private (string Source, string Name, Shape Shape) Call()
    {
        var at = Below(s_weights);
        foreach (var (weight, source, name, shape) in s_calls)
        {
            at -= weight;
            if (at < 0) return (source, name, shape);
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private string Agent() => Below(4) switch
    {
        0 => "ec2.amazonaws.com",
        1 => "aws-sdk-java/2.29.6 Linux/6.1.112 OpenJDK_64-Bit_Server_VM/21.0.5 vendor/Amazon.com exec-env/AWS_ECS_FARGATE io/sync "
            + "http/Apache",
        2 => "Boto3/1.35.36 md/Botocore#1.35.36 ua/2.0 os/linux#6.1.112 md/arch#aarch64 lang/python#3.12.6 cfg/retry-mode#legacy",
        _ => "APN/1.0 HashiCorp/1.0 Terraform/1.9.8 terraform-provider-aws/5.75.0 aws-sdk-go-v2/1.32.3 ua/2.1 os/linux lang/go#1.23.2",
    };

    private string Uuid()
    {
        var hex = Hex(32);
        return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
    }

    private string Hex(int length) => Text(length, "0123456789abcdef");

    private string Upper(int length) => Text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");

    private string Text(int length, string alphabet) => string.Create(length, (this, alphabet), static (characters, of) =>
    {
        for (var i = 0; i < characters.Length; i++) characters[i] = of.alphabet[of.Item1.Below(of.alphabet.Length)];
    });

    private T Pick<T>(T[] of) => of[Below(of.Length)];

    private double Share() => (Next() >> 11) / (double)(1UL << 53);

    private int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>SplitMix64.</summary>
    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
