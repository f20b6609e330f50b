using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>A call that names the accounts it shares something with, besides those of RAM, SSM and ECR.</summary>
/// <param name="What">What is shared, for the title.</param>
/// <param name="Members">Request members that hold accounts or ARNs, as paths joined by dots; a path goes on into JSON text.</param>
/// <param name="Resources">Request members that name what is shared.</param>
internal sealed record ShareCall(string Service, string EventName, string What, string[] Members, string[] Resources)
{
    public string EventSource { get; } = Service + ".amazonaws.com";

    /// <summary>Lower where only a stream or a view is shared, as a central account for logs is.</summary>
    public Severity Most { get; init; } = Severity.High;

    /// <summary>What is done with it, for the title: "Log group x" + Verb + "foreign account y".</summary>
    public string Verb { get; init; } = "shared with";

    /// <summary>
    /// True where the call seldom names anybody outside, so that one without its parameters says nothing; and where other texts than
    /// accounts and ARNs stand in the same members.
    /// </summary>
    public bool MostlyInside { get; init; }

    public string? Resource(CloudTrailEvent e) => Resources.SelectMany(member => Values(Request(e), member.Split('.')))
        .FirstOrDefault(static text => text is { Length: > 0 });

    /// <summary>Account ids, <c>all</c>, and ARNs of organizations. Services are no accounts.</summary>
    public IReadOnlyList<string?> Names(CloudTrailEvent e)
    {
        var request = Request(e);
        // Where a call has lists to add and to remove in one form, this says which it is.
        if (CallTable.Is(request["operationType"], "remove")) return [];
        return [.. Members.SelectMany(member => Values(request, member.Split('.'))).Where(static text => text is { Length: > 0 }
            && !text.EndsWith(".amazonaws.com", StringComparison.Ordinal)).Select(Account)
            .Where(name => !MostlyInside || name is "all" || AwsArn.TryParse(name, out _) || IsAccountId(name))];
    }

    private static bool IsAccountId(string? name) => name is { Length: 12 } && name.All(char.IsAsciiDigit);

    /// <summary>EC2 and S3 write some requests below a member that is named like the call.</summary>
    private static JsonView Request(CloudTrailEvent e) =>
        e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;

    private static IEnumerable<string?> Values(JsonView view, ReadOnlyMemory<string> path)
    {
        if (path.Length == 0) return [view.Text];
        if (view.Unwrapped is { IsObject: true } inner && view.IsString) return Values(inner, path);
        return view[path.Span[0]].Items.SelectMany(item => path.Length == 1 ? [item.Text] : Values(item, path[1..]));
    }

    private static string? Account(string? text) => text switch
    {
        "*" or "EVERYONE" or "public" => "all",
        // What Lake Formation and Redshift name so are groups of the account itself; a private bucket is nobody's else.
        "IAM_ALLOWED_PRINCIPALS" or "private" => null,
        // How QuickSight writes anybody on the internet: an ARN of no account.
        _ when text?.Contains(":publicAnonymousUser/", StringComparison.OrdinalIgnoreCase) == true => "all",
        _ when AwsArn.TryParse(text, out var arn) => arn.Service == "organizations"
            ? text
            : arn.AccountId is { Length: > 0 } id
            ? id
            : null,
        // "123456789012:IAMPrincipals" is every principal of an account, and a data share may go to the catalogue of one.
        { } other when other.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon => other[..colon],
        { } other when other.StartsWith("DataCatalog/", StringComparison.Ordinal) => other["DataCatalog/".Length..],
        _ => text,
    };
}

/// <summary>The calls that share by a list of accounts.</summary>
internal static class ShareCalls
{
    private static readonly string[] s_copies =
    [
        "backupPlan.rules.copyActions.destinationBackupVaultArn", "backupPlan.rules.targetBackupVaultArn",
        "backupPlan.rules.targetLogicallyAirGappedBackupVaultArn",
    ];

    private static readonly string[] s_distributions =
    [
        .. ((string[])["userGroups", "userIds", "organizationArns", "organizationalUnitArns"])
            .Select(static list => "distributions.amiDistributionConfiguration.launchPermission." + list),
        "distributions.amiDistributionConfiguration.targetAccountIds", "distributions.launchTemplateConfigurations.accountId",
    ];

    private static readonly string[] s_notified =
    [
        .. ((string[])["QueueConfiguration.Queue", "QueueConfiguration.QueueArn", "TopicConfiguration.Topic", "TopicConfiguration.TopicArn",
                "CloudFunctionConfiguration.CloudFunction", "LambdaFunctionConfiguration.LambdaFunctionArn"])
            .Select(static member => "NotificationConfiguration." + member),
    ];

    private const string Inventory = "InventoryConfiguration.Destination.S3BucketDestination.AccountId";

    private const string Analytics =
        "AnalyticsConfiguration.StorageClassAnalysis.DataExport.Destination.S3BucketDestination.BucketAccountId";

    private static readonly string[] s_snapshots = ["policyDetails.schedules.shareRules.targetAccounts"];

    private static readonly ShareCall[] s_calls =
    [
        new("redshift", "AuthorizeDataShare", "Data share", ["consumerIdentifier"], ["dataShareArn"]),
        new("redshift", "AuthorizeEndpointAccess", "Data warehouse", ["account"], ["clusterIdentifier"]),
        new("lakeformation", "GrantPermissions", "Data lake", ["principal.dataLakePrincipalIdentifier"], ["catalogId"]),
        new("lakeformation", "BatchGrantPermissions", "Data lake", ["entries.principal.dataLakePrincipalIdentifier"], ["catalogId"]),
        new("lakeformation", "CreateLakeFormationIdentityCenterConfiguration", "Data lake",
            ["shareRecipients.dataLakePrincipalIdentifier"], ["catalogId"]),
        new("lakeformation", "UpdateLakeFormationIdentityCenterConfiguration", "Data lake",
            ["shareRecipients.dataLakePrincipalIdentifier"], ["catalogId"]) { MostlyInside = true },
        new("lakeformation", "PutDataLakeSettings", "Data lake",
            ["dataLakeSettings.externalDataFilteringAllowList.dataLakePrincipalIdentifier",
                "dataLakeSettings.dataLakeAdmins.dataLakePrincipalIdentifier",
                "dataLakeSettings.readOnlyAdmins.dataLakePrincipalIdentifier", "dataLakeSettings.trustedResourceOwners"],
            ["catalogId"]) { MostlyInside = true },
        new("servicecatalog", "CreatePortfolioShare", "Portfolio", ["accountId"], ["portfolioId"]),
        new("logs", "PutSubscriptionFilter", "Log group", ["destinationArn"], ["logGroupName"]) { Most = Severity.Medium },
        new("config", "PutAggregationAuthorization", "Configuration of the account", ["authorizedAccountId"], ["authorizedAwsRegion"])
        {
            Most = Severity.Medium,
        },
        new("ds", "ShareDirectory", "Directory", ["shareTarget.id"], ["directoryId"]),
        new("workspaces", "UpdateWorkspaceImagePermission", "Desktop image", ["sharedAccountId"], ["imageId"]),
        new("workspaces", "UpdateConnectionAliasPermission", "Connection alias", ["connectionAliasPermission.sharedAccountId"],
            ["aliasId"]),
        new("globalaccelerator", "CreateCrossAccountAttachment", "Resources for an accelerator", ["principals"], ["name"]),
        new("appstream", "UpdateImagePermissions", "Desktop image", ["sharedAccountId"], ["name"]),
        new("es", "AuthorizeVpcEndpointAccess", "Search domain", ["account"], ["domainName"]),
        new("directconnect", "AllocatePrivateVirtualInterface", "Private interface", ["ownerAccount"], ["connectionId"]),
        new("directconnect", "AllocateTransitVirtualInterface", "Transit interface", ["ownerAccount"], ["connectionId"]),
        new("backup", "StartCopyJob", "Backup", ["destinationBackupVaultArn"], ["recoveryPointArn"])
        {
            Verb = "copied to", MostlyInside = true,
        },
        new("backup", "CreateBackupPlan", "Backups of a plan", s_copies, ["backupPlan.backupPlanName"])
        {
            Verb = "copied to", MostlyInside = true,
        },
        new("backup", "UpdateBackupPlan", "Backups of a plan", s_copies, ["backupPlanId"]) { Verb = "copied to", MostlyInside = true },
        new("s3", "CreateAccessGrant", "Objects of a bucket", ["grantee.granteeIdentifier"],
            ["accessGrantsLocationConfiguration.s3SubPrefix", "accessGrantsLocationId"]) { MostlyInside = true },
        new("imagebuilder", "CreateDistributionConfiguration", "Machine images of a pipeline", s_distributions, ["name"])
        {
            MostlyInside = true,
        },
        new("imagebuilder", "UpdateDistributionConfiguration", "Machine images of a pipeline", s_distributions,
            ["distributionConfigurationArn"]) { MostlyInside = true },
        new("ec2", "ModifyFpgaImageAttribute", "FPGA image",
            ["loadPermission.add.group", "loadPermission.add.userId", "userIds", "userId", "userGroups", "userGroup"], ["fpgaImageId"])
        {
            MostlyInside = true,
        },
        new("lightsail", "UpdateBucket", "Bucket of Lightsail", ["accessRules.getObject", "readonlyAccessAccounts"], ["bucketName"])
        {
            MostlyInside = true,
        },
        new("dlm", "CreateLifecyclePolicy", "Snapshots of a schedule", s_snapshots, ["description"]) { MostlyInside = true },
        new("dlm", "UpdateLifecyclePolicy", "Snapshots of a schedule", s_snapshots, ["policyId"]) { MostlyInside = true },
        new("securitylake", "CreateSubscriber", "Security Lake", ["subscriberIdentity.principal"], ["subscriberName"]),
        new("securitylake", "UpdateSubscriber", "Security Lake", ["subscriberIdentity.principal"], ["subscriberName", "subscriberId"])
        {
            MostlyInside = true,
        },
        new("dataexchange", "CreateDataGrant", "Data set", ["receiverPrincipal"], ["name"]),
        new("omics", "CreateShare", "Store of HealthOmics", ["principalSubscriber"], ["resourceArn"]),
        new("globalaccelerator", "UpdateCrossAccountAttachment", "Resources for an accelerator", ["addPrincipals"], ["attachmentArn"]),
        new("ec2", "CreateNetworkInterfacePermission", "Network interface", ["awsAccountId"], ["networkInterfaceId"])
        {
            Most = Severity.Medium,
        },
        // What was given away is gone with the next call of whoever gets it.
        new("ec2", "EnableAddressTransfer", "Address", ["transferAccountId"], ["allocationId"])
        {
            Verb = "offered to", Most = Severity.Medium,
        },
        new("route53domains", "TransferDomainToAnotherAwsAccount", "Domain", ["accountId"], ["domainName"]) { Verb = "offered to" },
        new("iot", "TransferCertificate", "Certificate of a device", ["targetAwsAccount"], ["certificateId"])
        {
            Verb = "offered to", Most = Severity.Medium,
        },
        new("wellarchitected", "CreateWorkloadShare", "Review of a workload", ["sharedWith"], ["workloadId"]) { Most = Severity.Medium },
        new("wellarchitected", "CreateLensShare", "Lens of reviews", ["sharedWith"], ["lensAlias"]) { Most = Severity.Medium },
        new("wellarchitected", "CreateProfileShare", "Profile of reviews", ["sharedWith"], ["profileArn"]) { Most = Severity.Medium },
        new("wellarchitected", "CreateTemplateShare", "Template of reviews", ["sharedWith"], ["templateArn"]) { Most = Severity.Medium },
        new("auditmanager", "StartAssessmentFrameworkShare", "Framework of audits", ["destinationAccount"], ["frameworkId"])
        {
            Most = Severity.Medium,
        },
        new("mediaconnect", "GrantFlowEntitlements", "Stream of media", ["entitlements.subscribers"], ["flowArn"])
        {
            Most = Severity.Medium,
        },
        new("mediaconnect", "UpdateFlowEntitlement", "Stream of media", ["subscribers"], ["flowArn"]) { Most = Severity.Medium },
        new("mediaconnect", "CreateFlow", "Stream of media", ["entitlements.subscribers"], ["name"])
        {
            Most = Severity.Medium, MostlyInside = true,
        },
        new("connect", "AssociateAnalyticsDataSet", "Analytics of a contact centre", ["targetAccountId"], ["instanceId"])
        {
            Most = Severity.Medium, MostlyInside = true,
        },
        new("connect", "BatchAssociateAnalyticsDataSet", "Analytics of a contact centre", ["targetAccountId"], ["instanceId"])
        {
            Most = Severity.Medium, MostlyInside = true,
        },
        new("workspaces", "CreateAccountLinkInvitation", "Desktops of the account", ["targetAccountId"], ["targetAccountId"])
        {
            Most = Severity.Medium,
        },
        new("directconnect", "AllocateConnectionOnInterconnect", "Connection", ["ownerAccount"], ["interconnectId"])
        {
            Most = Severity.Medium,
        },
        new("directconnect", "AllocateHostedConnection", "Connection", ["ownerAccount"], ["connectionId"]) { Most = Severity.Medium },
        new("directconnect", "AllocatePublicVirtualInterface", "Public interface", ["ownerAccount"], ["connectionId"]),
        // Whoever administers a detection service of the account can switch it off and sees its findings.
        new("guardduty", "AcceptAdministratorInvitation", "GuardDuty of the account", ["administratorId"], ["detectorId"])
        {
            Verb = "put under",
        },
        new("guardduty", "AcceptInvitation", "GuardDuty of the account", ["masterId"], ["detectorId"]) { Verb = "put under" },
        new("securityhub", "AcceptAdministratorInvitation", "Security Hub of the account", ["administratorId"], ["invitationId"])
        {
            Verb = "put under",
        },
        new("securityhub", "AcceptInvitation", "Security Hub of the account", ["masterId"], ["invitationId"]) { Verb = "put under" },
        new("macie2", "AcceptInvitation", "Macie of the account", ["administratorAccountId", "masterAccount"], ["invitationId"])
        {
            Verb = "put under",
        },
        // S3 records some calls under the names of their permissions.
        ReportSent("PutBucketInventoryConfiguration", "List of the objects of bucket", Inventory, "bucketName"),
        ReportSent("PutInventoryConfiguration", "List of the objects of bucket", Inventory, "bucketName"),
        ReportSent("PutBucketAnalyticsConfiguration", "Use of bucket", Analytics, "bucketName"),
        ReportSent("PutAnalyticsConfiguration", "Use of bucket", Analytics, "bucketName"),
        ReportSent("PutStorageLensConfiguration", "Use of all buckets",
            "StorageLensConfiguration.DataExport.S3BucketDestination.AccountId", "storagelensid", "configId"),
        new("s3", "PutBucketNotification", "Events of bucket", s_notified, ["bucketName"])
        {
            Verb = "sent to", MostlyInside = true, Most = Severity.Medium,
        },
        new("s3", "PutBucketNotificationConfiguration", "Events of bucket", s_notified, ["bucketName"])
        {
            Verb = "sent to", MostlyInside = true, Most = Severity.Medium,
        },
        // Who only sees what happens gets no data that is kept.
        new("oam", "CreateLink", "Telemetry of the account", ["sinkIdentifier"], ["labelTemplate"]) { Most = Severity.Medium },
        new("logs", "PutAccountPolicy", "All log groups of the account", ["policyDocument.DestinationArn"], ["policyName"])
        {
            Most = Severity.Medium, Verb = "forwarded to", MostlyInside = true,
        },
        new("logs", "CreateDelivery", "Log", ["deliveryDestinationArn"], ["deliverySourceName"])
        {
            Most = Severity.Medium, Verb = "delivered to", MostlyInside = true,
        },
        new("events", "PutTargets", "Events of the rule", ["targets.arn"], ["rule"])
        {
            Most = Severity.Medium, Verb = "sent to", MostlyInside = true,
        },
        new("qbusiness", "AssociatePermission", "Application of Amazon Q", ["principal"], ["applicationId"]),
        new("qbusiness", "CreateDataAccessor", "Application of Amazon Q", ["principal"], ["applicationId"]),
        new("quicksight", "UpdateDashboardPermissions", "Dashboard", ["grantPermissions.principal", "grantLinkPermissions.principal"],
            ["dashboardId"]),
    ];

    /// <summary>What S3 writes down about buckets, into a bucket that may be another account's.</summary>
    private static ShareCall ReportSent(string eventName, string what, string member, params string[] resources) =>
        new("s3", eventName, what, [member], resources) { Verb = "sent to", MostlyInside = true, Most = Severity.Medium };

    public static IReadOnlyList<Watch> Watches { get; } = [
        .. s_calls.GroupBy(static call => call.EventSource)
        .Select(static of => Watch.Calls(of.Key, [.. of.Select(static call => call.EventName)]))];

    public static ShareCall? Of(CloudTrailEvent e) =>
        Array.Find(s_calls, call => e.Is(call.EventSource, call.EventName));
}
