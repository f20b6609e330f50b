using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>A call that names the accounts it shares something with, besides those of RAM, SSM and ECR.</summary>
/// <param name="What">What is shared, for the title.</param>
/// <param name="Members">Request members that hold accounts or ARNs of principals, as paths joined by dots.</param>
/// <param name="Resources">Request members that name what is shared.</param>
internal sealed record ShareCall(string Service, string EventName, string What, string[] Members, string[] Resources)
{
    public string EventSource { get; } = Service + ".amazonaws.com";

    /// <summary>Lower where only a stream or a view is shared, as a central account for logs is.</summary>
    public Severity Most { get; init; } = Severity.High;

    public string? Resource(CloudTrailEvent e) => CallTable.Named(e, Resources);

    /// <summary>Account ids, <c>all</c>, and ARNs of organizations. Services are no accounts.</summary>
    public IReadOnlyList<string?> Names(CloudTrailEvent e) =>
        [.. Members.SelectMany(member => Values(e.Request, member.Split('.'))).Where(static text => text is { Length: > 0 }
            && !text.EndsWith(".amazonaws.com", StringComparison.Ordinal)).Select(Account)];

    private static IEnumerable<string?> Values(JsonView view, ReadOnlyMemory<string> path)
    {
        if (path.Length == 0) return [view.Text];
        return view[path.Span[0]].Items.SelectMany(item => path.Length == 1 ? [item.Text] : Values(item, path[1..]));
    }

    private static string? Account(string? text) => text switch
    {
        "*" or "EVERYONE" => "all",
        // What Lake Formation and Redshift name so are groups of the account itself.
        "IAM_ALLOWED_PRINCIPALS" => null,
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
    private static readonly ShareCall[] s_calls =
    [
        new("redshift", "AuthorizeDataShare", "Data share", ["consumerIdentifier"], ["dataShareArn"]),
        new("redshift", "AuthorizeEndpointAccess", "Data warehouse", ["account"], ["clusterIdentifier"]),
        new("lakeformation", "GrantPermissions", "Data lake", ["principal.dataLakePrincipalIdentifier"], ["catalogId"]),
        new("lakeformation", "BatchGrantPermissions", "Data lake", ["entries.principal.dataLakePrincipalIdentifier"], ["catalogId"]),
        new("lakeformation", "CreateLakeFormationIdentityCenterConfiguration", "Data lake",
            ["shareRecipients.dataLakePrincipalIdentifier"], ["catalogId"]),
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
        new("fms", "AssociateAdminAccount", "Firewall administration", ["adminAccount"], ["adminAccount"]),
        new("quicksight", "UpdateDashboardPermissions", "Dashboard", ["grantPermissions.principal", "grantLinkPermissions.principal"],
            ["dashboardId"]),
    ];

    public static IReadOnlyList<Watch> Watches { get; } = [
        .. s_calls.GroupBy(static call => call.EventSource)
        .Select(static of => Watch.Calls(of.Key, [.. of.Select(static call => call.EventName)]))];

    public static ShareCall? Of(CloudTrailEvent e) =>
        Array.Find(s_calls, call => e.Is(call.EventSource, call.EventName));
}
