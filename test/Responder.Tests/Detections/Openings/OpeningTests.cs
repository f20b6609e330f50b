using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Openings;

/// <summary>Calls that open a network, a copy of data or a resource to the world or to a foreign account.</summary>
public class OpeningTests
{
    private const string Ec2 = "ec2.amazonaws.com";
    private const string Foreign = EventBuilder.Foreign;
    private const string Own = EventBuilder.Account;

    [Theory]
    [InlineData("CreateNetworkAclEntry", "0.0.0.0/0", "6", 22, 22, Severity.Medium)]
    [InlineData("CreateNetworkAclEntry", "0.0.0.0/0", "17", 53, 53, Severity.Low)]
    [InlineData("CreateNetworkAclEntry", "128.0.0.0/1", "6", 3306, 3306, Severity.Medium)]
    [InlineData("CreateNetworkAclEntry", "0.0.0.0/0", "6", 1024, 65535, Severity.Low)]
    [InlineData("CreateNetworkAclEntry", "0.0.0.0/0", "-1", null, null, Severity.Low)]
    [InlineData("ReplaceNetworkAclEntry", "0.0.0.0/0", "-1", null, null, Severity.Medium)]
    [InlineData("ReplaceNetworkAclEntry", "0.0.0.0/0", "6", 443, 443, Severity.Low)]
    [InlineData("ReplaceNetworkAclEntry", "10.0.0.0/8", "-1", null, null, Severity.None)]
    [InlineData("CreateNetworkAclEntry", "203.0.113.0/24", "6", 22, 22, Severity.None)]
    public void Network_acl_entry_is_judged_by_range_and_port(
        string call, string cidr, string protocol, int? from, int? to, Severity expected)
    {
        var ports = new JsonObject();
        if (from is not null) (ports["from"], ports["to"]) = (from, to);
        JsonObject Entry(bool egress, string action, string member) => new()
        {
            ["networkAclId"] = "acl-1",
            ["ruleNumber"] = 7,
            ["egress"] = egress,
            ["ruleAction"] = action,
            ["aclProtocol"] = protocol,
            ["portRange"] = ports.DeepClone(),
            [member] = cidr,
        };
        Assert.Equal(expected, SeverityOf(Ec2, call, Entry(false, "allow", "cidrBlock")));
        Assert.Equal(Severity.None, SeverityOf(Ec2, call, Entry(true, "allow", "cidrBlock")));
        Assert.Equal(Severity.None, SeverityOf(Ec2, call, Entry(false, "deny", "cidrBlock")));
    }

    [Fact]
    public void New_network_acl_entry_is_deleted_by_its_number()
    {
        var finding = Detected.Single(
            Event(Ec2, "CreateNetworkAclEntry", """{"networkAclId":"acl-1","ruleNumber":7,"egress":false,"ruleAction":"allow","aclProtocol":"6","portRange":{"from":22,"to":22},"ipv6CidrBlock":"::/0"}"""),
            "network.acl-opened-to-world");
        Assert.Equal(
            "aws ec2 delete-network-acl-entry --network-acl-id acl-1 --ingress --rule-number 7 --region us-east-1",
            finding.UndoCommand?.Text);
    }

    [Theory]
    [InlineData("CreateRoute", """{"routeTableId":"rtb-1","destinationCidrBlock":"0.0.0.0/0","gatewayId":"igw-1"}""", Severity.Low)]
    [InlineData("ReplaceRoute", """{"routeTableId":"rtb-1","destinationIpv6CidrBlock":"::/0","gatewayId":"igw-1"}""", Severity.Medium)]
    [InlineData("ReplaceRoute", """{"routeTableId":"rtb-1","destinationCidrBlock":"0.0.0.0/0","natGatewayId":"nat-1"}""", Severity.None)]
    [InlineData("CreateRoute", """{"routeTableId":"rtb-1","destinationCidrBlock":"10.1.0.0/16","gatewayId":"vgw-1"}""", Severity.None)]
    [InlineData("CreateRoute", "null", Severity.None)]
    public void Route_to_the_world_through_an_internet_gateway_is_found(string call, string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf(Ec2, call, request));

    [Theory]
    [InlineData("ModifyManagedPrefixList", """{"prefixListId":"pl-1","addEntries":{"items":[{"cidr":"0.0.0.0/0"}]}}""", Severity.Medium)]
    [InlineData("ModifyManagedPrefixList", """{"ModifyManagedPrefixListRequest":{"PrefixListId":"pl-1","AddEntry":{"tag":1,"Cidr":"::/0"}}}""", Severity.Medium)]
    [InlineData("ModifyManagedPrefixList", """{"ModifyManagedPrefixListRequest":{"PrefixListId":"pl-1","AddEntry":{"tag":1,"Cidr":"10.0.0.0/8"}}}""", Severity.None)]
    [InlineData("ModifyManagedPrefixList", """{"omitted":true}""", Severity.Medium)]
    [InlineData("CreateManagedPrefixList", """{"prefixListName":"n","entries":[{"cidr":"0.0.0.0/0"}]}""", Severity.Low)]
    public void Prefix_list_that_takes_the_world_in_is_found(string call, string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf(Ec2, call, request));

    [Theory]
    [InlineData("ModifySnapshotAttribute", """{"snapshotId":"s","createVolumePermission":{"add":{"items":[{"group":"all"}]}}}""", Severity.High)]
    [InlineData("ModifySnapshotAttribute", """{"snapshotId":"s","createVolumePermission":{"add":{"items":[{"userId":"123456789012"},{"userId":"210987654321"}]}}}""", Severity.High)]
    [InlineData("ModifySnapshotAttribute", """{"snapshotId":"s","attribute":"createVolumePermission","operationType":"add","userIds":["210987654321"]}""", Severity.High)]
    [InlineData("ModifySnapshotAttribute", """{"snapshotId":"s","createVolumePermission":{"remove":{"items":[{"group":"all"}]}}}""", Severity.None)]
    [InlineData("ModifySnapshotAttribute", """{"snapshotId":"s","attribute":"createVolumePermission","operationType":"remove","userIds":["210987654321"]}""", Severity.None)]
    [InlineData("ModifySnapshotAttribute", "null", Severity.Medium)]
    [InlineData("ModifySnapshotAttribute", """{"omitted":"true"}""", Severity.High)]
    [InlineData("ModifyImageAttribute", """{"imageId":"a","launchPermission":{"add":{"items":[{"userId":"123456789012"}]}}}""", Severity.None)]
    [InlineData("ModifyImageAttribute", """{"imageId":"a","launchPermission":{"add":{"items":[{"organizationArn":"arn:aws:organizations::210987654321:organization/o-abc"}]}}}""", Severity.Low)]
    [InlineData("ModifyImageAttribute", """{"imageId":"a","description":"all"}""", Severity.None)]
    [InlineData("DisableImageBlockPublicAccess", "null", Severity.High)]
    public void Copy_of_a_disk_is_judged_by_who_may_have_it(string call, string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf(Ec2, call, request));

    [Theory]
    [InlineData("rds", "ModifyDBSnapshotAttribute", """{"attributeName":"restore","valuesToAdd":["all"]}""", Severity.High)]
    [InlineData("rds", "ModifyDBClusterSnapshotAttribute", """{"attributeName":"restore","valuesToAdd":["210987654321"]}""", Severity.High)]
    [InlineData("rds", "ModifyDBSnapshotAttribute", """{"attributeName":"restore","valuesToAdd":[]}""", Severity.None)]
    [InlineData("rds", "ModifyDBSnapshotAttribute", """{"attributeName":"restore","valuesToRemove":["all"]}""", Severity.None)]
    [InlineData("rds", "ModifyDBSnapshotAttribute", "null", Severity.Medium)]
    [InlineData("redshift", "AuthorizeSnapshotAccess", """{"snapshotIdentifier":"s","accountWithRestoreAccess":"amazon-redshift-support"}""", Severity.None)]
    [InlineData("rds", "ModifyDBInstance", """{"publiclyAccessible":"true"}""", Severity.High)]
    [InlineData("rds", "ModifyDBInstance", """{"publiclyAccessible":false}""", Severity.None)]
    [InlineData("rds", "ModifyDBInstance", """{"dBInstanceIdentifier":"d","backupRetentionPeriod":7}""", Severity.None)]
    [InlineData("rds", "CreateDBInstance", """{"publiclyAccessible":true}""", Severity.High)]
    [InlineData("rds", "AuthorizeDBSecurityGroupIngress", """{"dBSecurityGroupName":"g","cIDRIP":"0.0.0.0/0"}""", Severity.High)]
    [InlineData("rds", "AuthorizeDBSecurityGroupIngress", """{"dBSecurityGroupName":"g","cIDRIP":"203.0.113.0/24"}""", Severity.None)]
    [InlineData("redshift", "RestoreFromClusterSnapshot", """{"clusterIdentifier":"c","publiclyAccessible":true}""", Severity.High)]
    public void Database_is_judged_by_who_can_reach_or_restore_it(string service, string call, string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf(service + ".amazonaws.com", call, request));

    [Theory]
    [InlineData("CreateFunctionUrlConfig", """{"functionName":"f","authType":"NONE"}""", Severity.Medium)]
    [InlineData("UpdateFunctionUrlConfig20211031", """{"functionName":"f","authType":"none"}""", Severity.Medium)]
    [InlineData("UpdateFunctionUrlConfig", """{"functionName":"f","cors":{}}""", Severity.None)]
    [InlineData("CreateFunctionUrlConfig", """{"functionName":"f","authType":"AWS_IAM"}""", Severity.None)]
    [InlineData("AddPermission20150331", """{"functionName":"f","action":"lambda:InvokeFunction","principal":"*"}""", Severity.High)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f","action":"lambda:*","principal":"*","functionUrlAuthType":"NONE"}""", Severity.High)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f","action":"lambda:InvokeFunction","principal":"*","sourceAccount":"123456789012"}""", Severity.None)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f","action":"lambda:InvokeFunction","principal":"*","sourceAccount":"210987654321"}""", Severity.High)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f","action":"lambda:InvokeFunction","principal":"*","invokedViaFunctionUrl":true}""", Severity.Medium)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f","action":"lambda:InvokeFunction","principal":"s3.amazonaws.com","sourceArn":"arn:aws:s3:::b"}""", Severity.None)]
    [InlineData("AddPermission20150331v2", """{"functionName":"f"}""", Severity.Medium)]
    [InlineData("AddPermission20150331v2", """{"omitted":true}""", Severity.High)]
    public void Function_is_judged_by_who_may_call_it(string call, string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf("lambda.amazonaws.com", call, request));

    [Fact]
    public void Statement_that_Lambda_answered_is_read_when_the_request_lost_it()
    {
        var e = EventBuilder.Call("lambda.amazonaws.com", "AddPermission20150331v2", JsonNode.Parse("""{"functionName":"f"}"""))
            .With("responseElements", JsonNode.Parse("""{"statement":"{\"Sid\":\"s\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"*\"}"}"""));
        Assert.Equal(Severity.High, Detected.SeverityOf(Read(e)));
    }

    public static TheoryData<string, string, string> PolicyCalls => new()
    {
        { "secretsmanager", "PutResourcePolicy", "resourcePolicy" },
        { "ecr", "SetRepositoryPolicy", "policyText" },
        { "ecr", "PutRegistryPolicy", "policyText" },
        { "backup", "PutBackupVaultAccessPolicy", "policy" },
        { "elasticfilesystem", "PutFileSystemPolicy", "policy" },
        { "glue", "PutResourcePolicy", "policyInJson" },
        { "dynamodb", "PutResourcePolicy", "policy" },
        { "kinesis", "PutResourcePolicy", "policy" },
        { "glacier", "SetVaultAccessPolicy", "policy" },
        { "es", "UpdateDomainConfig", "accessPolicies" },
        { "sns", "SetTopicAttributes", "attributeValue" },
        { "sns", "CreateTopic", "attributes.Policy" },
        { "sqs", "SetQueueAttributes", "attributes.Policy" },
        { "sqs", "CreateQueue", "attributes.Policy" },
    };

    [Theory]
    [MemberData(nameof(PolicyCalls))]
    public void Resource_policy_is_judged_by_whom_it_lets_in_as_text_and_as_object(string service, string call, string member)
    {
        var foreign = service is "sns" or "sqs" ? Severity.Medium : Severity.High;
        (string Principal, string Condition, Severity Expected)[] cases =
        [
            ("\"*\"", "{}", Severity.High),
            ("""{"AWS":"*"}""", """{"Bool":{"aws:SecureTransport":"true"}}""", Severity.High),
            ($$"""{"AWS":"{{Foreign}}"}""", "{}", foreign),
            ("\"*\"", $$$"""{"StringEquals":{"aws:PrincipalAccount":"{{{Foreign}}}"}}""", foreign),
            ("\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}}""", Severity.Low),
            ("\"*\"", $$$"""{"StringEquals":{"aws:SourceAccount":"{{{Own}}}"}}""", Severity.None),
            ("""{"Service":"events.amazonaws.com"}""", "{}", Severity.None),
            ($$"""{"AWS":"arn:aws:iam::{{Own}}:root"}""", "{}", Severity.None),
        ];
        foreach (var (principal, condition, expected) in cases)
        {
            var policy = $$"""{"Statement":[{"Effect":"Allow","Principal":{{principal}},"Action":"*","Resource":"*","Condition":{{condition}}}]}""";
            Assert.Equal(expected, SeverityOf(service + ".amazonaws.com", call, Request(member, policy)));
            Assert.Equal(expected, SeverityOf(service + ".amazonaws.com", call, Request(member, JsonNode.Parse(policy))));
        }

        Assert.Equal(Severity.Medium, SeverityOf(service + ".amazonaws.com", call, Request(member, "no policy")));
        Assert.Equal(Severity.None, SeverityOf(service + ".amazonaws.com", call, Request(member, "")));
        Assert.Equal(Severity.High, SeverityOf(service + ".amazonaws.com", call, """{"omitted":true}"""));
    }

    private static JsonObject Request(string member, JsonNode? policy) => member switch
    {
        "attributes.Policy" => new JsonObject { ["attributes"] = new JsonObject { ["Policy"] = policy } },
        "attributeValue" => new JsonObject { ["attributeName"] = "Policy", ["attributeValue"] = policy },
        _ => new JsonObject { [member] = policy },
    };

    [Theory]
    [InlineData("secretsmanager", "PutResourcePolicy", Severity.Medium)]
    [InlineData("sqs", "SetQueueAttributes", Severity.None)]
    [InlineData("es", "UpdateDomainConfig", Severity.None)]
    public void Absent_policy_is_unusual_only_where_the_call_sets_nothing_else(string service, string call, Severity expected) =>
        Assert.Equal(expected, SeverityOf(service + ".amazonaws.com", call, """{"x":"y"}"""));

    [Theory]
    [InlineData("sns", "aWSAccountId", "210987654321", Severity.Medium)]
    [InlineData("sqs", "aWSAccountIds", "210987654321", Severity.Medium)]
    [InlineData("sqs", "aWSAccountIds", "*", Severity.High)]
    [InlineData("sqs", "aWSAccountIds", "123456789012", Severity.None)]
    public void Permission_on_a_topic_or_queue_is_judged_by_its_accounts(
        string service, string member, string account, Severity expected) =>
        Assert.Equal(
            expected,
            SeverityOf(service + ".amazonaws.com", "AddPermission", new JsonObject { ["label"] = "l", [member] = new JsonArray(account) }));

    [Theory]
    [InlineData("true", Severity.None)]
    [InlineData("false", Severity.High)]
    public void Mount_target_condition_confines_a_file_system_to_its_networks(string value, Severity expected)
    {
        var policy = $$$$"""{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:ClientMount","Condition":{"Bool":{"elasticfilesystem:AccessedViaMountTarget":"{{{{value}}}}"}}}]}""";
        Assert.Equal(
            expected,
            SeverityOf(
                "elasticfilesystem.amazonaws.com", "PutFileSystemPolicy", new JsonObject
                {
                    ["fileSystemId"] = "fs-1",
                    ["policy"] = policy,
                }));
    }

    [Theory]
    [InlineData("""{"name":"n"}""", Severity.Medium)]
    [InlineData("""{"name":"n","policy":""}""", Severity.Medium)]
    [InlineData("""{"name":"n","policy":"{"}""", Severity.Medium)]
    [InlineData("null", Severity.Medium)]
    [InlineData("""{"name":"n","policy":{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}}""", Severity.Medium)]
    [InlineData("""{"name":"n","policyArns":[{"arn":"arn:aws:iam::123456789012:policy/mine"}]}""", Severity.Medium)]
    [InlineData("""{"name":"n","policyArns":[{"arn":"arn:aws:iam::aws:policy/ReadOnlyAccess"}]}""", Severity.None)]
    [InlineData("""{"name":"n","policy":{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}}""", Severity.None)]
    public void Federation_token_is_told_unless_its_policy_limits_it(string request, Severity expected) =>
        Assert.Equal(expected, SeverityOf("sts.amazonaws.com", "GetFederationToken", request));

    [Fact]
    public void Services_that_act_on_their_own_open_nothing()
    {
        foreach (var sample in Sample.All.Where(
            static sample => sample.Fires && sample.Folder.Split('.')[0] is "network" or "ec2" or "rds" or "lambda" or "resource" or "sts"))
        {
            var detail = JsonNode.Parse(sample.Read())!["detail"]!.AsObject();
            // What everyone may copy is told whoever made it so.
            if (detail["requestParameters"]?.ToJsonString().Contains("\"all\"", StringComparison.OrdinalIgnoreCase) == true) continue;
            detail["userIdentity"] = JsonNode.Parse("""{"type":"AWSService","invokedBy":"autoscaling.amazonaws.com"}""");
            Assert.Equal(Severity.None, Detected.SeverityOf(EventParser.Parse(Encoding.UTF8.GetBytes(detail.ToJsonString())).Event!));
        }
    }

    private static CloudTrailEvent Event(string source, string call, string request) =>
        Read(EventBuilder.Call(source, call, JsonNode.Parse(request)));

    private static Severity SeverityOf(string source, string call, string request) => Detected.SeverityOf(Event(source, call, request));

    private static Severity SeverityOf(string source, string call, JsonNode request) =>
        Detected.SeverityOf(Read(EventBuilder.Call(source, call, request.DeepClone())));

    private static CloudTrailEvent Read(EventBuilder builder) =>
        EventParser.Parse(JsonSerializer.SerializeToUtf8Bytes(builder.Build())).Event!;
}
