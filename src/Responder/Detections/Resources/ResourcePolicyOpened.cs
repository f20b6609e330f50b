using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Resources;

/// <summary>
/// The policy of a secret, repository, queue, topic, vault, file system, data catalog and the like now lets everyone or a foreign account
/// in.
/// </summary>
internal sealed class ResourcePolicyOpened : IDetection
{
    /// <param name="Source">The event source.</param>
    /// <param name="Calls">The calls that carry a policy in the same place.</param>
    /// <param name="Kind">What the resource is, for the title.</param>
    /// <param name="Names">Request members that name the resource; the first that has text counts.</param>
    /// <param name="Policy">Reads the policy from the event.</param>
    private sealed record Entry(string Source, string[] Calls, string Kind, string[] Names, Func<CloudTrailEvent, JsonView> Policy)
    {
        /// <summary>
        /// The severity for a named foreign account: it pages for stored data, and is lower where messages only pass through.
        /// </summary>
        public Severity Foreign { get; init; } = Severity.High;

        /// <summary>True when the call also sets other things, so that it need not contain a policy.</summary>
        public bool MaySetOtherThings { get; init; }
    }

    private static readonly Entry[] s_entries =
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
        new("lambda.amazonaws.com", ["AddLayerVersionPermission20181031"], "function layer", ["layerName"],
            static e => Permitted(e, "lambda:GetLayerVersion", "aws:PrincipalOrgID", e.Request["organizationId"].Text)),
        new("es.amazonaws.com", ["CreateDomain", "UpdateDomainConfig", "CreateElasticsearchDomain", "UpdateElasticsearchDomainConfig"],
            "search domain", ["domainName"],
            static e => e.Request["accessPolicies"]) { MaySetOtherThings = true },
    ];

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "resource.policy-opened",
        Title = "Resource policy lets everyone or a foreign account in",
        Description = "Reads the policy that was put on a secret, repository, topic, queue, backup vault, file system, table, stream, data "
            + "catalogue, event bus, event data store, function layer or search domain, and reports whom it lets in "
            + "from outside the account. Wildcards that a condition really confines are not reported as open.",
        Severity = Severity.High,
        Watches = [
            .. s_entries.GroupBy(static entry => entry.Source)
            .Select(static of => Watch.Calls(of.Key, [.. of.SelectMany(static entry => entry.Calls)]))],
        Techniques = ["T1530", "T1537", "T1098"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Read the reasons: who is let in, and by which principal.",
                "Ask the owner of {resource} whether the sharing was meant, and whether the account or organisation named is known."],
            ["Put the former policy back from version control or AWS Config, or delete the policy.",
                "Look for reads of {resource} by others since the call; rotate a secret that was open."],
            ["A topic, queue or repository that is shared by agreement with another account: name the organisation in a condition."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn
            || Array.Find(
                s_entries, entry => entry.Source == e.EventSource && entry.Calls.Contains(e.EventName)) is not { } entry) yield break;

        var name = entry.Names.Select(member => e.Request[member].Text).FirstOrDefault(static text => text is { Length: > 0 });
        var named = $"{entry.Kind} {name ?? "(not named)"}";
        var policy = entry.Policy(e);
        if (e.RequestOmitted || (!policy.Exists && !entry.MaySetOtherThings))
        {
            yield return new Finding(Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"Policy of {named} set, content unknown")
            {
                Resource = name,
                Reasons = [
                    e.RequestOmitted
                    ? "CloudTrail left the parameters out because they were too large, which hides what was set"
                    : "The call worked, and the event does not say what was set"],
            };
            yield break;
        }

        // An empty text removes the policy.
        if (!policy.Exists || (policy.IsString && string.IsNullOrWhiteSpace(policy.Text))) yield break;

        var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read(policy), Estate.OwnerOf(e.AccountId));
        var (severity, what) = verdict.Widest switch
        {
            Audience.Everyone when IsInNetwork(e) => (Severity.Low, "lets everyone of its network in"),
            Audience.Everyone => (Severity.High, "lets everyone in"),
            Audience.Foreign =>
                (entry.Foreign, verdict.ForeignAccounts is [var account]
                    ? $"lets foreign account {account} in"
                    : "lets foreign accounts in"),
            Audience.OpenFederation => (Severity.High, "lets any identity of a federation in"),
            Audience.Unreadable => (Severity.Medium, "cannot be read"),
            Audience.Organization => (Severity.Low, "lets a whole organisation in"),
            _ => (Severity.None, ""),
        };
        if (severity != Severity.None)
            yield return new Finding(Info, severity, $"Policy of {named} {what}") { Resource = name, Reasons = verdict.Reasons };
    }

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

    /// <summary>True for a search domain inside a VPC: whatever its policy says, it is reached only through security groups.</summary>
    private static bool IsInNetwork(CloudTrailEvent e)
    {
        if (e.EventSource != "es.amazonaws.com") return false;
        JsonView[] places = [
            e.Request["vPCOptions"], e.Response["domainStatus"]["vPCOptions"], e.Response["domainConfig"]["vPCOptions"]["options"],
            e.Response["domainConfig"]["vPCOptions"]];
        return places.Any(static options => options["subnetIds"].Items.Any() || options["vPCId"].Text is { Length: > 0 });
    }

    private static JsonView First(JsonView one, JsonView other) => one.Exists ? one : other;
}
