using System.Net;

namespace Responder.Policies;

/// <summary>Address ranges as conditions write them: an address, or a prefix in CIDR notation.</summary>
internal static class Networks
{
    private static readonly IPNetwork[] s_private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("::1/128"),
    ];

    /// <summary>
    /// True when the whole range lies in address space that is never routed on the internet (RFC 1918, 6598, 4193 and link-local).
    /// </summary>
    public static bool IsPrivate(string range)
    {
        var slash = range.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? range : range[..slash], out var address)) return false;
        var longest = address.GetAddressBytes().Length * 8;
        var length = longest;
        if (slash >= 0
            && (!int.TryParse(
                range.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
                out length) || length > longest)) return false;
        return s_private.Any(network => network.PrefixLength <= length && network.Contains(address));
    }
}
