using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Resources;

/// <summary>A call that puts a policy on a resource, and where the event holds it.</summary>
/// <param name="Source">The event source.</param>
/// <param name="Calls">The calls that carry a policy in the same place: names, or patterns (<see cref="EventNamePattern"/>).</param>
/// <param name="Kind">What the resource is, for the title.</param>
/// <param name="Names">Request members that name the resource; the first that has text counts.</param>
/// <param name="Policy">Reads the policy from the event.</param>
internal sealed record ResourcePolicy(
    string Source, string[] Calls, string Kind, string[] Names, Func<CloudTrailEvent, JsonView> Policy)
{
    public ResourcePolicy(string service, string call, string kind, string name, string member)
        : this(service + ".amazonaws.com", [call], kind, [name], e => e.Request[member])
    {
    }

    /// <summary>
    /// The severity for a named foreign account: it pages for stored data, and is lower where messages only pass through.
    /// </summary>
    public Severity Foreign { get; init; } = Severity.High;

    /// <summary>True when the call also sets other things, so that it need not contain a policy.</summary>
    public bool MaySetOtherThings { get; init; }

    public bool Matches(CloudTrailEvent e) => string.Equals(Source, e.EventSource, StringComparison.Ordinal)
        && Array.Exists(Calls, call => EventNamePattern.Matches(call, e.EventName));
}

/// <summary>Every call that puts a policy on a resource; buckets, keys, roles and functions have detections of their own.</summary>
internal static class ResourcePolicies
{
    public static IReadOnlyList<ResourcePolicy> All { get; } =
    [
        new("secretsmanager.amazonaws.com", ["PutResourcePolicy"], "secret", ["secretId"], static e => e.Request["resourcePolicy"]),
        new("ecr.amazonaws.com", ["SetRepositoryPolicy"], "container repository", ["repositoryName"], static e => e.Request["policyText"]),
        new("ecr.amazonaws.com", ["PutRegistryPolicy"], "container registry", ["registryId"], static e => e.Request["policyText"]),
        new("sns.amazonaws.com", ["SetTopicAttributes"], "topic", ["topicArn"],
            static e => IsPolicy(e.Request["attributeName"]) ? e.Request["attributeValue"] : JsonView.Absent)
        {
            Foreign = Severity.Medium, MaySetOtherThings = true,
        },
        new("sns.amazonaws.com", ["CreateTopic"], "topic", ["topicArn", "name"], static e => Attribute(e.Request["attributes"]))
        {
            Foreign = Severity.Medium, MaySetOtherThings = true,
        },
        new("sns.amazonaws.com", ["AddPermission"], "topic", ["topicArn"], static e => Granted(e, "aWSAccountId", "actionName"))
        {
            Foreign = Severity.Medium,
        },
        new("sqs.amazonaws.com", ["SetQueueAttributes", "CreateQueue"], "queue", ["queueUrl", "queueName"],
            static e => Attribute(e.Request["attributes"]))
        {
            Foreign = Severity.Medium, MaySetOtherThings = true,
        },
        new("sqs.amazonaws.com", ["AddPermission"], "queue", ["queueUrl"], static e => Granted(e, "aWSAccountIds", "actions"))
        {
            Foreign = Severity.Medium,
        },
        new("backup.amazonaws.com", ["PutBackupVaultAccessPolicy"], "backup vault", ["backupVaultName"], static e => e.Request["policy"]),
        new("ecr", "CreateRepositoryCreationTemplate", "template of image repositories", "prefix", "repositoryPolicy")
        {
            MaySetOtherThings = true,
        },
        new("ecr", "UpdateRepositoryCreationTemplate", "template of image repositories", "prefix", "repositoryPolicy")
        {
            MaySetOtherThings = true,
        },
        new("elasticfilesystem.amazonaws.com", ["PutFileSystemPolicy"], "file system", ["fileSystemId"], static e => e.Request["policy"]),
        new("glue.amazonaws.com", ["PutResourcePolicy"], "data catalogue", ["resourceArn"], static e => e.Request["policyInJson"]),
        new("cloudtrail.amazonaws.com", ["PutResourcePolicy"], "event data store or channel", ["resourceArn"],
            static e => e.Request["resourcePolicy"]),
        new("dynamodb.amazonaws.com", ["PutResourcePolicy"], "table", ["resourceArn"], static e => e.Request["policy"]),
        new("kinesis.amazonaws.com", ["PutResourcePolicy"], "stream", ["resourceARN"], static e => e.Request["policy"]),
        new("glacier.amazonaws.com", ["SetVaultAccessPolicy"], "archive vault", ["vaultName"],
            static e => First(e.Request["policy"]["policy"], e.Request["policy"])),
        new("events.amazonaws.com", ["PutPermission"], "event bus", ["eventBusName"],
            static e =>
                First(e.Request["policy"],
                    Permitted(
                        e, "events:PutEvents", e.Request["condition"]["key"].Text,
                        e.Request["condition"]["value"].Text))) { Foreign = Severity.Medium },
        new("lambda.amazonaws.com", ["AddLayerVersionPermission*"], "function layer", ["layerName"],
            static e => Permitted(e, "lambda:GetLayerVersion", "aws:PrincipalOrgID", e.Request["organizationId"].Text)),
        new("es.amazonaws.com", ["CreateDomain", "UpdateDomainConfig", "CreateElasticsearchDomain", "UpdateElasticsearchDomainConfig"],
            "search domain", ["domainName"],
            static e => e.Request["accessPolicies"]) { MaySetOtherThings = true },

        // Services that take the whole document in one member of the request.
        new("sms-voice", "PutResourcePolicy", "phone number", "resourceArn", "policy"),
        new("aws-marketplace", "PutResourcePolicy", "marketplace entity", "resourceArn", "policy"),
        new("cloudsearch", "UpdateServiceAccessPolicies", "search domain", "domainName", "accessPolicies"),
        new("acm-pca", "PutPolicy", "certificate authority", "resourceArn", "policy"),
        new("aiops", "PutInvestigationGroupPolicy", "investigation group", "identifier", "policy"),
        new("aps", "PutResourcePolicy", "Prometheus workspace", "workspaceId", "policyDocument"),
        new("bedrock", "PutResourcePolicy", "Bedrock resource", "resourceArn", "resourcePolicy"),
        new("bedrock-agentcore", "PutResourcePolicy", "agent resource", "resourceArn", "policy"),
        new("cloudfront", "PutResourcePolicy", "CloudFront resource", "resourceArn", "policyDocument"),
        new("cloudhsm", "PutResourcePolicy", "HSM backup", "resourceArn", "policy"),
        new("codeartifact", "PutDomainPermissionsPolicy", "package domain", "domain", "policyDocument"),
        new("codeartifact", "PutRepositoryPermissionsPolicy", "package repository", "repository", "policyDocument"),
        new("codebuild", "PutResourcePolicy", "build project", "resourceArn", "policy"),
        new("comprehend", "PutResourcePolicy", "Comprehend model", "resourceArn", "resourcePolicy"),
        new("dsql", "PutClusterPolicy", "database cluster", "identifier", "policy"),
        new("ecr-public", "SetRepositoryPolicy", "public container repository", "repositoryName", "policyText"),
        new("entityresolution", "PutPolicy", "matching workflow", "arn", "policy"),
        new("imagebuilder", "PutComponentPolicy", "image component", "componentArn", "policy"),
        new("imagebuilder", "PutContainerRecipePolicy", "container recipe", "containerRecipeArn", "policy"),
        new("imagebuilder", "PutImagePolicy", "machine image", "imageArn", "policy"),
        new("imagebuilder", "PutImageRecipePolicy", "image recipe", "imageRecipeArn", "policy"),
        new("kafka", "PutClusterPolicy", "Kafka cluster", "clusterArn", "policy"),
        new("lambda", "PutResourcePolicy", "Lambda function", "resourceArn", "policy"),
        new("lex", "CreateResourcePolicy", "bot", "resourceArn", "policy"),
        new("lex", "UpdateResourcePolicy", "bot", "resourceArn", "policy"),
        new("logs", "PutDestinationPolicy", "log destination", "destinationName", "accessPolicy"),
        new("logs", "PutDeliveryDestinationPolicy", "log delivery destination", "deliveryDestinationName", "deliveryDestinationPolicy"),
        new("logs", "PutResourcePolicy", "log groups", "policyName", "policyDocument"),
        new("lookoutequipment", "PutResourcePolicy", "equipment model", "resourceArn", "resourcePolicy"),
        new("mediapackagev2", "PutChannelPolicy", "media channel", "channelName", "policy"),
        new("mediapackagev2", "PutOriginEndpointPolicy", "media endpoint", "originEndpointName", "policy"),
        new("mediastore", "PutContainerPolicy", "media container", "containerName", "policy"),
        new("mediatailor", "PutChannelPolicy", "media channel", "channelName", "policy"),
        new("network-firewall", "PutResourcePolicy", "network firewall rule", "resourceArn", "policy"),
        new("networkmanager", "PutResourcePolicy", "core network", "resourceArn", "policyDocument"),
        new("oam", "PutSinkPolicy", "observability sink", "sinkIdentifier", "policy"),
        new("omics", "PutS3AccessPolicy", "sequence store", "s3AccessPointArn", "s3AccessPolicy"),
        new("osis", "PutResourcePolicy", "ingestion pipeline", "resourceArn", "policy"),
        new("payment-cryptography", "PutResourcePolicy", "payment key", "resourceArn", "policy"),
        new("redshift", "PutResourcePolicy", "data warehouse", "resourceArn", "policy"),
        new("redshift-serverless", "PutResourcePolicy", "data warehouse snapshot", "resourceArn", "policy"),
        new("refactor-spaces", "PutResourcePolicy", "refactor environment", "resourceArn", "policy"),
        new("rekognition", "PutProjectPolicy", "image model", "projectArn", "policyDocument"),
        new("route53resolver", "PutFirewallRuleGroupPolicy", "DNS firewall", "arn", "firewallRuleGroupPolicy"),
        new("route53resolver", "PutResolverQueryLogConfigPolicy", "DNS query log", "arn", "resolverQueryLogConfigPolicy"),
        new("route53resolver", "PutResolverRulePolicy", "DNS rule", "arn", "resolverRulePolicy"),
        new("rum", "PutResourcePolicy", "application monitor", "name", "policyDocument"),
        new("s3files", "PutFileSystemPolicy", "file system", "fileSystemId", "policy"),
        new("s3tables", "PutTableBucketPolicy", "table bucket", "tableBucketARN", "resourcePolicy"),
        new("s3tables", "PutTablePolicy", "table", "name", "resourcePolicy"),
        new("s3vectors", "PutVectorBucketPolicy", "vector bucket", "vectorBucketName", "policy"),
        new("sagemaker", "PutModelPackageGroupPolicy", "model package group", "modelPackageGroupName", "resourcePolicy"),
        new("schemas", "PutResourcePolicy", "schema registry", "registryName", "policy"),
        new("ses", "PutIdentityPolicy", "mail identity", "identity", "policy"),
        new("ses", "CreateEmailIdentityPolicy", "mail identity", "emailIdentity", "policy"),
        new("ses", "UpdateEmailIdentityPolicy", "mail identity", "emailIdentity", "policy"),
        new("ssm", "PutResourcePolicy", "Systems Manager resource", "resourceArn", "policy"),
        new("ssm-contacts", "PutContactPolicy", "contact", "contactArn", "policy"),
        new("ssm-incidents", "PutResourcePolicy", "incident plan", "resourceArn", "policy"),
        new("vpc-lattice", "PutAuthPolicy", "service network", "resourceIdentifier", "policy"),
        new("vpc-lattice", "PutResourcePolicy", "service network", "resourceArn", "policy"),
        new("waf", "PutPermissionPolicy", "rule group", "resourceArn", "policy"),
        new("waf-regional", "PutPermissionPolicy", "rule group", "resourceArn", "policy"),
        new("wafv2", "PutPermissionPolicy", "rule group", "resourceArn", "policy"),
        new("xray", "PutResourcePolicy", "traces", "policyName", "policyDocument"),
        new("apigateway", "CreateRestApi", "API", "name", "policy") { MaySetOtherThings = true },
        new("apigateway", "CreateDomainName", "API domain", "domainName", "policy") { MaySetOtherThings = true },
        new("dynamodb", "CreateTable", "table", "tableName", "resourcePolicy") { MaySetOtherThings = true },
        new("dsql", "CreateCluster", "database cluster", "identifier", "policy") { MaySetOtherThings = true },
        new("events.amazonaws.com", ["CreateEventBus", "UpdateEventBus"], "event bus", ["name"], static e => e.Request["policy"])
        {
            MaySetOtherThings = true,
        },
        new("signer.amazonaws.com", ["AddProfilePermission"], "signing profile", ["profileName"],
            static e => Permitted(e, "signer:StartSigningJob", null, null)),
        new("serverlessrepo.amazonaws.com", ["PutApplicationPolicy"], "serverless application", ["applicationId"], Application),
        new("apigateway.amazonaws.com", ["UpdateRestApi"], "API", ["restApiId"], Patched) { MaySetOtherThings = true },
    ];

    /// <summary>The line of the table that the event belongs to; null when there is none.</summary>
    public static ResourcePolicy? Of(CloudTrailEvent e) => All.FirstOrDefault(entry => entry.Matches(e));

    private static bool IsPolicy(JsonView name) => string.Equals(name.Text, "Policy", StringComparison.OrdinalIgnoreCase);

    /// <summary>The policy among the attributes of a queue or topic, which come as an object or as a list of names and values.</summary>
    private static JsonView Attribute(JsonView attributes) => attributes.IsObject && attributes["Policy"].Exists
        ? attributes["Policy"]
        : attributes.Items.Where(static pair => IsPolicy(First(pair["name"], pair["key"]))).Select(static pair => pair["value"])
        .FirstOrDefault();

    /// <summary>The policy that stands for what AddPermission of a topic or queue adds; absent when the call names no accounts.</summary>
    private static JsonView Granted(CloudTrailEvent e, string accounts, string actions)
    {
        var named = e.Request[accounts].Items.Select(static account => (JsonNode?)account.Text).ToArray();
        if (named.Length == 0) return JsonView.Absent;
        var service = e.EventSource[..3];
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = new JsonArray(named) },
            ["Action"] = new JsonArray(
                [.. e.Request[actions].Items.Select(action => (JsonNode?)$"{service}:{action.Text}").DefaultIfEmpty($"{service}:*")]),
            ["Resource"] = "*",
        };
        return JsonView.TryParse(
            new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement) }.ToJsonString(), out var policy)
            ? policy
            : JsonView.Absent;
    }

    /// <summary>
    /// The policy that stands for what a call adds for its one principal; a condition without a value confines nothing. Absent when the
    /// call names no principal.
    /// </summary>
    private static JsonView Permitted(CloudTrailEvent e, string action, string? key, string? value)
    {
        if (e.Request["principal"].Text is not { Length: > 0 } principal) return JsonView.Absent;
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = principal },
            ["Action"] = action,
            ["Resource"] = "*",
        };
        if (key is { Length: > 0 } && value is { Length: > 0 })
            statement["Condition"] = new JsonObject { ["StringEquals"] = new JsonObject { [key] = value } };
        return JsonView.TryParse(
            new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement) }.ToJsonString(), out var policy)
            ? policy
            : JsonView.Absent;
    }

    /// <summary>
    /// The policy that stands for the statements of a serverless application: accounts, with a condition on the organization.
    /// </summary>
    private static JsonView Application(CloudTrailEvent e)
    {
        var statements = new JsonArray([.. e.Request["statements"].Items.Where(static item => item.IsObject).Select(static item =>
        {
            var statement = new JsonObject
            {
                ["Effect"] = "Allow",
                ["Principal"] = new JsonObject
                {
                    ["AWS"] = new JsonArray([.. item["principals"].Items.Select(static principal => (JsonNode?)principal.Text)]),
                },
                ["Action"] = "serverlessrepo:Deploy",
                ["Resource"] = "*",
            };
            if (item["principalOrgIDs"].Items.Any())
                statement["Condition"] = new JsonObject
                {
                    ["StringEquals"] = new JsonObject
                    {
                        ["aws:PrincipalOrgID"] = new JsonArray([.. item["principalOrgIDs"].Items.Select(static id => (JsonNode?)id.Text)]),
                    },
                };
            return (JsonNode?)statement;
        })]);
        return JsonView.TryParse(
            new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = statements }.ToJsonString(), out var policy)
            ? policy
            : JsonView.Absent;
    }

    /// <summary>The value of the patch that replaces an API's policy.</summary>
    private static JsonView Patched(CloudTrailEvent e) => e.Request["patchOperations"].Items
        .Where(static patch => string.Equals(patch["path"].Text, "/policy", StringComparison.OrdinalIgnoreCase))
        .Select(static patch => patch["value"]).FirstOrDefault();

    private static JsonView First(JsonView one, JsonView other) => one.Exists ? one : other;
}
