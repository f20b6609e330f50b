using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Responder.Detections.SecurityGroups;

/// <summary>
/// A CIDR block as a security group rule names it, and whether it is "the world". Some copies of a call keep <c>10.0.0.0/0</c> as it was
/// sent, and <c>0.0.0.0/1</c> with <c>128.0.0.0/1</c> means the same as <c>0.0.0.0/0</c>: so only the prefix length counts.
/// </summary>
internal readonly record struct AddressRange(string Text, IPAddress? Network, int Prefix)
{
    /// <summary>A public IPv4 block with a shorter prefix is the world: nobody owns more than a /8.</summary>
    public const int WorldPrefixV4 = 8;

    /// <summary>A public IPv6 block with a shorter prefix is the world: the registries themselves hold /12 blocks.</summary>
    public const int WorldPrefixV6 = 12;

    private static readonly IPNetwork[] s_private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("ff00::/8"),
    ];

    public bool IsV6 => Network?.AddressFamily == AddressFamily.InterNetworkV6
        || (Network is null && Text.Contains(':', StringComparison.Ordinal));

    /// <summary>True for the whole address space, or so much of the public one that nobody can own it.</summary>
    public bool IsWorld => Prefix == 0 || (Network is not null && !IsPrivate && Prefix < (IsV6 ? WorldPrefixV6 : WorldPrefixV4));

    /// <summary>
    /// The number of public addresses as a fraction of the largest block that is not the world: 1.0 is one /8 (IPv6: one /12).
    /// </summary>
    public double Share => Network is null || IsPrivate ? 0 : Math.Pow(2, (IsV6 ? WorldPrefixV6 : WorldPrefixV4) - Prefix);

    private bool IsPrivate
    {
        get
        {
            foreach (var network in s_private)
            {
                if (Prefix >= network.PrefixLength && network.Contains(Network!)) return true;
            }

            return false;
        }
    }

    /// <summary>
    /// Reads <c>address/prefix</c>; an address without a prefix is one host, except for the unspecified address, which means all.
    /// </summary>
    public static AddressRange Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        var hasAddress = IPAddress.TryParse(slash < 0 ? text.AsSpan().Trim() : text.AsSpan(0, slash).Trim(), out var address);
        var bits = address?.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;
        if (slash < 0)
        {
            var all = address is not null && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
            return new AddressRange(text, address, all ? 0 : bits);
        }

        if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var prefix) || prefix < 0)
            prefix = bits;
        prefix = Math.Min(prefix, bits);
        return new AddressRange(text, hasAddress ? Mask(address!, prefix) : null, prefix);
    }

    private static IPAddress Mask(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - keep));
        }

        return new IPAddress(bytes);
    }
}
