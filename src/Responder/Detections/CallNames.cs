using System.Collections.Frozen;
using Responder.Events;

namespace Responder.Detections;

/// <summary>
/// Whom and what a call names: ids, names, ARNs, accounts, addresses and ports of the request, wherever they stand in it. Tokens that
/// every call has anew, texts and policies are left out.
/// </summary>
internal static class CallNames
{
    /// <summary>More than any request holds that anybody wrote by hand.</summary>
    private const int MostNames = 4096;

    private const int MostLevels = 8;

    private static readonly string[] s_endings =
    [
        "name", "names", "id", "ids", "arn", "arns", "identifier", "identifiers", "identity", "port", "cidr", "cidrip", "cidripv6",
        "cidripv4", "cidrblock", "ipv6cidrblock", "protocol", "principal", "principals", "account", "accounts", "group", "role", "user",
        "key", "endpoint", "url", "email", "from", "to", "permission", "prefix", "equals", "startswith", "endswith", "field",
        "readwritetype",
    ];

    /// <summary>The parts of a member's name that make it a token: a call that is made again has another.</summary>
    private static readonly string[] s_tokens = ["token", "client", "request", "callerreference"];

    /// <summary>Keys and certificates of whoever is let in, and for whom.</summary>
    private static readonly FrozenSet<string> s_keys = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "clientID", "clientIDList", "thumbprint", "thumbprintList", "sAMLMetadataDocument",
        "x509CertificateData", "sSHPublicKeyBody");

    /// <summary>Members that name what another member says better.</summary>
    private static readonly FrozenSet<string> s_texts = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "sid", "policyId");

    /// <summary>The call and what it names, in one line whose order does not depend on the request's.</summary>
    public static string Of(CloudTrailEvent e)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Collect("", e.Request, names, 0);
        return $"{e.EventSource} {e.EventName} {string.Join('\n', names)}";
    }

    private static void Collect(string member, JsonView value, SortedSet<string> names, int level)
    {
        if (names.Count >= MostNames || level > MostLevels) return;
        if (value.IsObject)
        {
            foreach (var (name, inner) in value.Members)
            {
                // A list that is wrapped in `items` has the name of the list.
                Collect(name is "items" or "item" or "member" ? member : name, inner, names, level + 1);
            }
        }
        else if (value.IsArray)
        {
            foreach (var item in value.Items) Collect(member, item, names, level + 1);
        }
        else if (value.Text is { Length: > 0 } text
            && (s_keys.Contains(member) || ((IsWhoOrWhat(text) || IsNamed(member)) && !IsToken(member))))
        {
            names.Add(member + "=" + text);
        }
    }

    private static bool IsWhoOrWhat(string text) => text.StartsWith("arn:", StringComparison.Ordinal)
        || (text.Length == 12 && text.All(char.IsAsciiDigit));

    private static bool IsNamed(string member) => !s_texts.Contains(member)
        && Array.Exists(s_endings, ending => member.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsToken(string member) =>
        Array.Exists(s_tokens, token => member.Contains(token, StringComparison.OrdinalIgnoreCase));
}
