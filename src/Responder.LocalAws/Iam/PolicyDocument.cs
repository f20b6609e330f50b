using System.Text.Json;
using Responder.LocalAws.Protocol;

namespace Responder.LocalAws.Iam;

/// <summary>The syntax checks that IAM makes before it stores a document.</summary>
internal static class PolicyDocument
{
    private const int MaxLength = 131_072;

    /// <exception cref="AwsError">MalformedPolicyDocument, or ValidationError for a document that never reaches the parser.</exception>
    public static void Check(string parameter, string document, bool isTrust)
    {
        if (document.Length == 0)
            throw QueryParameters.Constraint("", parameter, "Member must have length greater than or equal to 1");
        if (document.Length > MaxLength)
            throw QueryParameters.Constraint("(omitted)", parameter, $"Member must have length less than or equal to {MaxLength}");
        if (document.Any(c => c is not ('\t' or '\n' or '\r' or (>= ' ' and <= '\u00FF'))))
            throw AwsError.Validation($"The specified value for {char.ToLowerInvariant(parameter[0])}{parameter[1..]} is invalid. It must "
                + "contain only printable ASCII characters.");

        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(document);
        }
        catch (JsonException)
        {
            throw AwsError.Malformed(isTrust ? "This policy contains invalid Json" : "Syntax errors in policy.");
        }

        using (json)
            CheckPolicy(json.RootElement, isTrust);
    }

    /// <summary>Number of characters that count against the size quotas; white space does not count.</summary>
    public static int Size(string document) => document.Count(c => !char.IsWhiteSpace(c));

    private static void CheckPolicy(JsonElement policy, bool isTrust)
    {
        if (policy.ValueKind != JsonValueKind.Object)
            throw AwsError.Malformed("Syntax errors in policy.");
        if (policy.TryGetProperty("Version", out var version)
            && (version.ValueKind != JsonValueKind.String || version.GetString() is not ("2012-10-17" or "2008-10-17")))
            throw AwsError.Malformed("The policy must contain a valid version string");
        foreach (var property in policy.EnumerateObject())
        {
            if (property.Name is not ("Version" or "Id" or "Statement"))
                throw AwsError.Malformed("Syntax errors in policy.");
        }

        if (!policy.TryGetProperty("Statement", out var statements))
            throw AwsError.Malformed("Missing required field Statement");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in statements.ValueKind == JsonValueKind.Array ? [.. statements.EnumerateArray()] : new[] { statements })
            CheckStatement(statement, isTrust, ids);
    }

    private static void CheckStatement(JsonElement statement, bool isTrust, HashSet<string> ids)
    {
        if (statement.ValueKind != JsonValueKind.Object)
            throw AwsError.Malformed("Syntax errors in policy.");
        foreach (var property in statement.EnumerateObject())
        {
            if (property.Name is not (
                "Sid" or "Effect" or "Action" or "NotAction" or "Resource" or "NotResource" or "Principal" or "NotPrincipal"
                or "Condition"))
                throw AwsError.Malformed("Syntax errors in policy.");
        }

        bool Has(string name) => statement.TryGetProperty(name, out _);
        if (!Has("Effect"))
            throw AwsError.Malformed("Missing required field Effect");
        if (statement.GetProperty("Effect") is not { ValueKind: JsonValueKind.String } effect
            || effect.GetString() is not ("Allow" or "Deny"))
            throw AwsError.Malformed("Invalid effect: the Effect of a statement is Allow or Deny.");
        if (Has("Action") == Has("NotAction"))
            throw AwsError.Malformed(Has("Action") ? "Syntax errors in policy." : "Policy statement must contain actions.");
        CheckActions(statement.GetProperty(Has("Action") ? "Action" : "NotAction"));
        if (isTrust)
        {
            if (!Has("Principal") && !Has("NotPrincipal"))
                throw AwsError.Malformed("Missing required field Principal");
            if (Has("Resource") || Has("NotResource"))
                throw AwsError.Malformed("Has prohibited field Resource");
        }
        else
        {
            if (Has("Principal") || Has("NotPrincipal"))
                throw AwsError.Malformed("Policy document should not specify a principal.");
            if (Has("Resource") == Has("NotResource"))
                throw AwsError.Malformed(Has("Resource") ? "Syntax errors in policy." : "Policy statement must contain resources.");
        }

        if (statement.TryGetProperty("Sid", out var sid) && sid.GetString() is { Length: > 0 } id && !ids.Add(id))
            throw AwsError.Malformed("Statement IDs (SID) in a single policy must be unique.");
    }

    private static void CheckActions(JsonElement actions)
    {
        foreach (var action in actions.ValueKind == JsonValueKind.Array ? [.. actions.EnumerateArray()] : new[] { actions })
        {
            if (action.ValueKind != JsonValueKind.String || action.GetString() is not { Length: > 0 } name)
                throw AwsError.Malformed("Syntax errors in policy.");
            if (name != "*" && !name.Contains(':', StringComparison.Ordinal))
                throw AwsError.Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
        }
    }
}
