using System.Text.Json.Nodes;

namespace Responder.Tests.Detections.Cases;

/// <summary>The kinds of <c>userIdentity</c> that CloudTrail records, under the short names that the cases use.</summary>
internal static class Callers
{
    /// <param name="by">A short name, a short name followed by <c>via SERVICE</c> (its <c>invokedBy</c>), or the identity itself; null
    /// means user alice.</param>
    public static JsonObject Of(JsonNode? by)
    {
        if (by is JsonObject identity) return identity.DeepClone().AsObject();
        var words = (by?.GetValue<string>() ?? "user").Split(" via ");
        var caller = Named(words[0]);
        if (words.Length > 1) caller["invokedBy"] = words[1];
        // A service on its own uses root's name without any session of root's; people's calls come through these two.
        if (words is ["root", not ("cloudformation.amazonaws.com" or "signin.amazonaws.com")])
        {
            caller.Remove("accessKeyId");
            caller.Remove("sessionContext");
        }

        return caller;
    }

    private static JsonObject Named(string name) => name.Split(':', 2) switch
    {
        ["user"] => EventBuilder.User("alice"),
        ["user", var user] => EventBuilder.User(user),
        ["foreign-user"] => EventBuilder.User("eve", EventBuilder.Foreign),
        ["role"] => Session("role/Deploy"),
        ["role", var path] => Session("role/" + path),
        ["sso"] => Session("role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Developer_0123456789abcdef"),
        ["service-role", var service] => Session($"role/aws-service-role/{service}.amazonaws.com/AWSServiceRoleFor{service}"),
        ["root"] => Root(mfa: false),
        ["root-mfa"] => Root(mfa: true),
        ["service", var service] => new JsonObject { ["type"] = "AWSService", ["invokedBy"] = service + ".amazonaws.com" },
        ["account", var account] => new JsonObject { ["type"] = "AWSAccount", ["principalId"] = "AIDAEXAMPLE", ["accountId"] = account },
        ["saml"] => new JsonObject
        {
            ["type"] = "SAMLUser",
            ["principalId"] = "abc:alice@example.com",
            ["userName"] = "alice@example.com",
            ["identityProvider"] = "abc",
        },
        ["web"] => new JsonObject
        {
            ["type"] = "WebIdentityUser",
            ["principalId"] = "token.actions.githubusercontent.com:sts.amazonaws.com:repo:o/r",
            ["userName"] = "repo:o/r",
        },
        ["federated"] => Federated(),
        ["identity-center"] => new JsonObject
        {
            ["type"] = "IdentityCenterUser",
            ["accountId"] = EventBuilder.Account,
            ["onBehalfOf"] = new JsonObject
            {
                ["userId"] = "544894e8-80c1-707f-60e3-3ba6510dfac1",
                ["identityStoreArn"] = "arn:aws:identitystore::123456789012:identitystore/d-9067642ac7",
            },
        },
        ["unknown-user"] => new JsonObject
        {
            ["type"] = "IAMUser",
            ["accountId"] = EventBuilder.Account,
            ["accessKeyId"] = "",
            ["userName"] = "HIDDEN_DUE_TO_SECURITY_REASONS",
        },
        ["nobody"] => [],
        _ => throw new FormatException(name + " is no caller"),
    };

    private static JsonObject Session(string resource)
    {
        var session = EventBuilder.Session($"arn:aws:iam::{EventBuilder.Account}:{resource}", "alice@example.com");
        session["sessionContext"]!["sessionIssuer"]!["accountId"] = EventBuilder.Account;
        return session;
    }

    private static JsonObject Root(bool mfa) => new()
    {
        ["type"] = "Root",
        ["principalId"] = EventBuilder.Account,
        ["arn"] = $"arn:aws:iam::{EventBuilder.Account}:root",
        ["accountId"] = EventBuilder.Account,
        ["accessKeyId"] = "ASIAIOSFODNN7EXAMPLE",
        ["sessionContext"] = new JsonObject
        {
            ["attributes"] = new JsonObject { ["mfaAuthenticated"] = mfa ? "true" : "false", ["creationDate"] = "2026-03-04T08:59:00Z" },
        },
    };

    private static JsonObject Federated() => new()
    {
        ["type"] = "FederatedUser",
        ["principalId"] = EventBuilder.Account + ":temp",
        ["arn"] = $"arn:aws:sts::{EventBuilder.Account}:federated-user/temp",
        ["accountId"] = EventBuilder.Account,
        ["accessKeyId"] = "ASIAIOSFODNN7EXAMPLE",
        ["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject
            {
                ["type"] = "IAMUser",
                ["principalId"] = "AIDAEXAMPLE",
                ["arn"] = $"arn:aws:iam::{EventBuilder.Account}:user/alice",
                ["accountId"] = EventBuilder.Account,
                ["userName"] = "alice",
            },
        },
    };
}
