using Responder.Detections.SecurityGroups;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>A database or data warehouse got a public address, or its own security group admits the world.</summary>
internal sealed class DatabaseOpened : IDetection
{
    /// <summary>
    /// The severity of each call when it makes something public: databases and warehouses HIGH, made so or created so; other endpoints,
    /// before which a sign-in of their own stands, MEDIUM.
    /// </summary>
    private static readonly Dictionary<(string Source, string Name), Severity> s_calls = new()
    {
        [("rds.amazonaws.com", "CreateDBInstance")] = Severity.High,
        [("rds.amazonaws.com", "CreateDBCluster")] = Severity.High,
        [("rds.amazonaws.com", "ModifyDBInstance")] = Severity.High,
        [("rds.amazonaws.com", "ModifyDBCluster")] = Severity.High,
        [("rds.amazonaws.com", "CreateDBInstanceReadReplica")] = Severity.High,
        [("rds.amazonaws.com", "RestoreDBInstanceFromDBSnapshot")] = Severity.High,
        [("rds.amazonaws.com", "RestoreDBInstanceFromS3")] = Severity.High,
        [("rds.amazonaws.com", "RestoreDBInstanceToPointInTime")] = Severity.High,
        [("rds.amazonaws.com", "RestoreDBClusterFromSnapshot")] = Severity.High,
        [("rds.amazonaws.com", "RestoreDBClusterToPointInTime")] = Severity.High,
        [("redshift.amazonaws.com", "ModifyCluster")] = Severity.High,
        [("redshift.amazonaws.com", "RestoreFromClusterSnapshot")] = Severity.High,
        [("redshift.amazonaws.com", "CreateCluster")] = Severity.High,
        [("redshift-serverless.amazonaws.com", "UpdateWorkgroup")] = Severity.High,
        [("redshift-serverless.amazonaws.com", "CreateWorkgroup")] = Severity.High,
        [("dms.amazonaws.com", "CreateReplicationInstance")] = Severity.Medium,
        [("dms.amazonaws.com", "CreateInstanceProfile")] = Severity.Medium,
        [("dms.amazonaws.com", "ModifyInstanceProfile")] = Severity.High,
        [("m2.amazonaws.com", "CreateEnvironment")] = Severity.Medium,
        [("mq.amazonaws.com", "CreateBroker")] = Severity.Medium,
        // CloudTrail writes Amazon MQ's calls so. Source: docs.aws.amazon.com/amazon-mq, "Logging Amazon MQ API calls".
        [("amazonmq.amazonaws.com", "CreateBroker")] = Severity.Medium,
        [("eks.amazonaws.com", "CreateCluster")] = Severity.Medium,
        [("eks.amazonaws.com", "UpdateClusterConfig")] = Severity.Medium,
        [("apprunner.amazonaws.com", "CreateService")] = Severity.Medium,
        [("apprunner.amazonaws.com", "UpdateService")] = Severity.Medium,
        [("kafka.amazonaws.com", "UpdateConnectivity")] = Severity.Medium,
        [("lightsail.amazonaws.com", "CreateRelationalDatabase")] = Severity.High,
        [("lightsail.amazonaws.com", "CreateRelationalDatabaseFromSnapshot")] = Severity.High,
        [("lightsail.amazonaws.com", "UpdateRelationalDatabase")] = Severity.High,
        [("timestream-influxdb.amazonaws.com", "CreateDbInstance")] = Severity.High,
        [("timestream-influxdb.amazonaws.com", "CreateDbCluster")] = Severity.High,
        [("rds.amazonaws.com", "CreateDBShardGroup")] = Severity.High,
        [("neptune-graph.amazonaws.com", "CreateGraph")] = Severity.High,
        [("neptune-graph.amazonaws.com", "UpdateGraph")] = Severity.High,
        [("neptune-graph.amazonaws.com", "RestoreGraphFromSnapshot")] = Severity.High,
        [("neptune-graph.amazonaws.com", "CreateGraphUsingImportTask")] = Severity.High,
        [("kafka.amazonaws.com", "UpdateSecurity")] = Severity.Medium,
        [("kafka.amazonaws.com", "CreateCluster")] = Severity.Medium,
        [("kafka.amazonaws.com", "CreateClusterV2")] = Severity.Medium,
        [("es.amazonaws.com", "CreateDomain")] = Severity.Medium,
        [("es.amazonaws.com", "CreateElasticsearchDomain")] = Severity.Medium,
        [("es.amazonaws.com", "UpdateDomainConfig")] = Severity.Medium,
        [("es.amazonaws.com", "UpdateElasticsearchDomainConfig")] = Severity.Medium,
        [("cognito-identity.amazonaws.com", "CreateIdentityPool")] = Severity.Medium,
        [("cognito-identity.amazonaws.com", "UpdateIdentityPool")] = Severity.Medium,
        [("codebuild.amazonaws.com", "UpdateProjectVisibility")] = Severity.High,
        [("lightsail.amazonaws.com", "UpdateBucket")] = Severity.Medium,
        [("bedrock-agentcore.amazonaws.com", "CreateGateway")] = Severity.Medium,
        [("bedrock-agentcore.amazonaws.com", "UpdateGateway")] = Severity.Medium,
        [("aoss.amazonaws.com", "CreateSecurityPolicy")] = Severity.Medium,
        [("aoss.amazonaws.com", "UpdateSecurityPolicy")] = Severity.Medium,
    };

    /// <summary>Calls on security groups from before VPC, which admit addresses to the database port.</summary>
    private static readonly (string Source, string Name)[] s_groups =
        [("rds.amazonaws.com", "AuthorizeDBSecurityGroupIngress"), ("redshift.amazonaws.com", "AuthorizeClusterSecurityGroupIngress")];

    public DetectionInfo Info { get; } = new()
    {
        Id = "rds.database-opened-to-world",
        Title = "Database or service endpoint made reachable from the internet",
        Description = "A database got a public address, was restored with one, or its own security group admits the world; or a message "
            + "broker, a Kubernetes API, a web service or the logs of a build project became public, or a cluster, search domain or "
            + "identity pool lets in whoever does not sign in. Its network "
            + "security groups may still keep the "
            + "world out; with a public address only they and a password do.",
        Severity = Severity.High,
        Watches = [
            .. s_calls.Keys.Concat(s_groups).GroupBy(static call => call.Source)
            .Select(static calls => Watch.Calls(calls.Key, [.. calls.Select(static call => call.Name)]))],
        Techniques = ["T1562.007", "T1530", "T1133"],
        Controls = ["cis:2.2.3", "pci-dss:1.4.4", "soc2:CC6.6", "hipaa:164.312(e)(1)"],
        Runbook = new Runbook(
            ["What {resource} holds, and which security groups stand before it",
                "Whether one of them admits the database port from outside", "Whether {actor} has a change open for it"],
            ["Take the public address away, or revoke the range: {undo}",
                "Read the database's log for connections from outside since the call"],
            ["A database for tests without data", "A partner who connects from fixed addresses that a security group names"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var request = e.Request;
        if (Array.Exists(s_groups, call => e.Is(call.Source, call.Name)))
        {
            if (request["cIDRIP"].Text is not { Length: > 0 } range || !AddressRange.Parse(range).IsWorld) yield break;
            var group = request["dBSecurityGroupName"].Text ?? request["clusterSecurityGroupName"].Text;
            yield return new Finding(Info, Severity.High, $"Database security group {group ?? "(not named)"} opened to the world: {range}")
            {
                Resource = group,
                Reasons = ["Opens the port of every database in the group"],
            };
            yield break;
        }

        if (!IsMadePublic(request) || !s_calls.TryGetValue((e.EventSource, e.EventName), out var severity)) yield break;
        var id = (string?[])
            [request["dBInstanceIdentifier"].Text, request["dBClusterIdentifier"].Text, request["clusterIdentifier"].Text,
                request["workgroupName"].Text, request["replicationInstanceIdentifier"].Text, request["brokerName"].Text,
                request["relationalDatabaseName"].Text, request["name"].Text, request["serviceName"].Text, request["serviceArn"].Text,
                request["clusterArn"].Text, request["clusterName"].Text, request["graphName"].Text, request["graphIdentifier"].Text,
                request["domainName"].Text, request["identityPoolName"].Text, request["identityPoolId"].Text, request["projectArn"].Text,
                request["bucketName"].Text, request["gatewayIdentifier"].Text];
        var name = id.FirstOrDefault(static text => text is { Length: > 0 });
        var what = e.EventSource switch
        {
            "eks.amazonaws.com" => "API of Kubernetes cluster",
            "apprunner.amazonaws.com" => "App Runner service",
            "kafka.amazonaws.com" => "Kafka cluster",
            "mq.amazonaws.com" or "amazonmq.amazonaws.com" => "Message broker",
            "es.amazonaws.com" => "Search domain",
            "cognito-identity.amazonaws.com" => "Identity pool",
            "bedrock-agentcore.amazonaws.com" => "Gateway of agents",
            "aoss.amazonaws.com" => "Search collections of network policy",
            "codebuild.amazonaws.com" => "Build project, with its logs and artifacts,",
            "lightsail.amazonaws.com" when e.EventName == "UpdateBucket" => "Bucket of Lightsail",
            _ => null,
        };
        var isAnonymous = LetsAnonymousIn(request);
        yield return new Finding(
            Info, severity,
            $"{what ?? "Database"} {name ?? "(not named)"} "
                + (isAnonymous ? "lets in whoever does not sign in" : "made publicly accessible"))
        {
            Resource = name,
            Reasons = [
                isAnonymous ? "Whoever reaches it needs no name and no password"
                : what is not null ? "It answers callers from the whole internet, and only its own sign-in stands before it"
                : e.EventName.StartsWith("Create", StringComparison.Ordinal)
                    && !e.EventName.EndsWith("FromSnapshot", StringComparison.Ordinal) ? "A new database with a public address"
                : "It holds data already, and now has a public address"],
            UndoCommand = Undo(e, name),
        };
    }

    /// <summary>Sign-in is switched off, or not asked for.</summary>
    private static bool LetsAnonymousIn(JsonView request) =>
        request["allowUnauthenticatedIdentities"].Flag == true || CallTable.Is(request["authorizerType"], "NONE")
        || request["advancedSecurityOptions"]["anonymousAuthEnabled"].Flag == true
        || request["clientAuthentication"]["unauthenticated"]["enabled"].Flag == true
        || request["provisioned"]["clientAuthentication"]["unauthenticated"]["enabled"].Flag == true;

    private static bool IsMadePublic(JsonView request)
    {
        if (LetsAnonymousIn(request) || CallTable.Is(request["projectVisibility"], "PUBLIC_READ")
            || request["accessRules"]["allowPublicOverrides"].Flag == true
            || request["policy"].Unwrapped.Items.Any(static rule => rule["AllowFromPublic"].Flag == true)) return true;
        if ((request["publiclyAccessible"].Flag ?? request["publicConnectivity"].Flag) == true
            || request["networkConfiguration"]["ingressConfiguration"]["isPubliclyAccessible"].Flag == true) return true;
        JsonView[] kafka = [request["connectivityInfo"], request["brokerNodeGroupInfo"]["connectivityInfo"],
            request["provisioned"]["brokerNodeGroupInfo"]["connectivityInfo"]];
        if (kafka.Any(static info => info["publicAccess"]["type"].Text is { } type && !type.Equals("DISABLED", StringComparison.Ordinal)))
            return true;
        var network = request["resourcesVpcConfig"];
        // A Kubernetes API without a list of ranges admits the world; a list that does so says it whether or not the switch is named.
        string[] ranges = [.. network["publicAccessCidrs"].Items.Select(static range => range.Text).OfType<string>()];
        return network["endpointPublicAccess"].Flag is var isPublic && isPublic != false
            && (ranges.Length == 0 ? isPublic == true : ranges.Any(static range => AddressRange.Parse(range).IsWorld));
    }

    private static ShellCommand? Undo(CloudTrailEvent e, string? name)
    {
        // The instances of a cluster have names of their own.
        if (name is null || e.EventName.Contains("DBCluster", StringComparison.Ordinal)) return null;
        if (e.EventSource is not ("rds.amazonaws.com" or "redshift.amazonaws.com")) return null;
        return e.EventSource == "redshift.amazonaws.com"
            ? Shell.Command(
                "aws redshift modify-cluster", ("--cluster-identifier", name), "--no-publicly-accessible", CommandPart.Region(e.Region))
            : Shell.Command(
                "aws rds modify-db-instance", ("--db-instance-identifier", name), "--no-publicly-accessible", "--apply-immediately",
                CommandPart.Region(e.Region));
    }
}
