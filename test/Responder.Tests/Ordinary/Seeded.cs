namespace Responder.Tests.Ordinary;

/// <summary>
/// Numbers and identifiers from a seed, the same on every machine and in every version of .NET (SplitMix64, public domain). Identifiers
/// have the alphabets and lengths of AWS's.
/// </summary>
internal sealed class Seeded(ulong seed)
{
    private const string UpperAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private ulong _state = seed;

    /// <summary>A number from 0 up to, but not including, <paramref name="limit"/>.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public T Pick<T>(params ReadOnlySpan<T> among) => among[Below(among.Length)];

    public string Hex(int length) => Text("0123456789abcdef", length);

    /// <summary>Capital letters and digits, as in role ids and CloudFormation's suffixes.</summary>
    public string Upper(int length) => Text(UpperAlphabet, length);

    public string Digits(int length) => Text("123456789", 1) + Text("0123456789", length - 1);

    /// <summary>A version 4 UUID.</summary>
    public string Uuid() => $"{Hex(8)}-{Hex(4)}-4{Hex(3)}-{Pick("8", "9", "a", "b")}{Hex(3)}-{Hex(12)}";

    /// <summary>An EC2 identifier such as <c>sg-0123456789abcdef0</c>.</summary>
    public string Id(string prefix) => prefix + "-0" + Hex(16);

    /// <summary>An address of one of the documentation ranges (RFC 5737).</summary>
    public string Address() => Pick("192.0.2.", "198.51.100.", "203.0.113.") + (1 + Below(254))
        .ToString(System.Globalization.CultureInfo.InvariantCulture);

    public T[] Shuffled<T>(T[] items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }

        return items;
    }

    private string Text(string alphabet, int length)
    {
        var text = new char[length];
        for (var i = 0; i < length; i++) text[i] = alphabet[Below(alphabet.Length)];
        return new string(text);
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
