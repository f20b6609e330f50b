using System.Text.Json.Nodes;

namespace Responder.Tests.Ordinary;

/// <summary>
/// Who makes a call: the <c>userIdentity</c> with the address and user agent that belong to it. Shapes:
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
/// </summary>
/// <param name="Address">An IP address, or the service that calls, for somebody or by itself.</param>
/// <param name="InConsole">Whether records carry <c>sessionCredentialFromConsole</c>.</param>
internal sealed record Caller(JsonObject Identity, string Address, string Agent, bool InConsole = false)
{
    private const string Browser =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    private const string SessionStart = "2026-03-04T07:45:12Z";

    /// <summary>A role session; if <paramref name="invokedBy"/> is given, that service makes the call for it.</summary>
    public static Caller Session(Site site, string role, string session, string? invokedBy = null, string path = "", string? agent = null)
    {
        var id = "AROA" + site.Random.Upper(10) + "EXAMPLE";
        var identity = new JsonObject
        {
            ["type"] = "AssumedRole",
            ["principalId"] = $"{id}:{session}",
            ["arn"] = $"arn:aws:sts::{site.Account}:assumed-role/{role}/{session}",
            ["accountId"] = site.Account,
            ["accessKeyId"] = "ASIA" + site.Random.Upper(9) + "EXAMPLE",
            ["sessionContext"] = new JsonObject
            {
                ["sessionIssuer"] = new JsonObject
                {
                    ["type"] = "Role",
                    ["principalId"] = id,
                    ["arn"] = site.RoleArn(path + role),
                    ["accountId"] = site.Account,
                    ["userName"] = role,
                },
                ["attributes"] = new JsonObject { ["creationDate"] = SessionStart, ["mfaAuthenticated"] = "false" },
            },
        };
        if (invokedBy is not null) identity["invokedBy"] = invokedBy;
        return new Caller(
            identity, invokedBy ?? site.Random.Address(), agent ?? invokedBy
            ?? "Boto3/1.35.36 md/Botocore#1.35.36 ua/2.0 os/linux lang/python#3.12.6");
    }

    /// <summary>The session of a pipeline that signed in with a token of its CI system.</summary>
    public static Caller WebIdentitySession(Site site, string role, string session, string agent)
    {
        var caller = Session(site, role, session, agent: agent);
        caller.Identity["sessionContext"]!["webIdFederationData"] = new JsonObject
        {
            ["federatedProvider"] = $"arn:aws:iam::{site.Account}:oidc-provider/token.actions.githubusercontent.com",
            ["attributes"] = new JsonObject(),
        };
        return caller;
    }

    /// <summary>
    /// A person in the console through IAM Identity Center: the mail address is the session name, and MFA took place elsewhere.
    /// </summary>
    public static Caller IdentityCenterSession(Site site, string permissionSet, string email)
    {
        var caller = Session(
            site, $"AWSReservedSSO_{permissionSet}_{site.Random.Hex(16)}", email, path: $"aws-reserved/sso.amazonaws.com/{site.Region}/",
            agent: Browser);
        return caller with { InConsole = true };
    }

    /// <summary>An IAM user who signed in to the console with MFA.</summary>
    public static Caller UserInConsole(Site site, string name) => new(
        new JsonObject
        {
            ["type"] = "IAMUser",
            ["principalId"] = "AIDA" + site.Random.Upper(10) + "EXAMPLE",
            ["arn"] = $"arn:aws:iam::{site.Account}:user/{name}",
            ["accountId"] = site.Account,
            ["accessKeyId"] = "ASIA" + site.Random.Upper(9) + "EXAMPLE",
            ["userName"] = name,
            ["sessionContext"] = new JsonObject
            {
                ["attributes"] = new JsonObject { ["creationDate"] = SessionStart, ["mfaAuthenticated"] = "true" },
            },
        },
        site.Random.Address(), Browser, InConsole: true);

    /// <summary>An IAM user with a long-term key, on the command line.</summary>
    public static Caller UserWithKey(Site site, string name) => new(
        new JsonObject
        {
            ["type"] = "IAMUser",
            ["principalId"] = "AIDA" + site.Random.Upper(10) + "EXAMPLE",
            ["arn"] = $"arn:aws:iam::{site.Account}:user/{name}",
            ["accountId"] = site.Account,
            ["accessKeyId"] = "AKIA" + site.Random.Upper(9) + "EXAMPLE",
            ["userName"] = name,
        },
        site.Random.Address(), "aws-cli/2.22.4 md/awscrt#0.22.0 ua/2.0 os/linux#6.8 md/arch#x86_64 lang/python#3.12.6");

    /// <summary>A service that calls in its own name.</summary>
    public static Caller Service(string service) => new(
        new JsonObject
        {
            ["type"] = "AWSService",
            ["invokedBy"] = service + ".amazonaws.com",
        }, service + ".amazonaws.com", service + ".amazonaws.com");

    /// <summary>A service that calls in the name of the account's root, as Auto Scaling groups without a service-linked role do.</summary>
    public static Caller RootForService(Site site, string service) => new(
        new JsonObject
        {
            ["type"] = "Root",
            ["principalId"] = site.Account,
            ["arn"] = $"arn:aws:iam::{site.Account}:root",
            ["accountId"] = site.Account,
            ["invokedBy"] = service + ".amazonaws.com",
        },
        service + ".amazonaws.com", service + ".amazonaws.com");
}
