using System.Collections.Frozen;

namespace Responder.Detections.Account;

/// <summary>
/// Which services have a call of the same name as a watched call of another service: a table that is generated from AWS's service models
/// (namesakes.txt says how).
/// </summary>
internal static class Namesakes
{
    private const string Suffix = ".amazonaws.com";

    /// <summary>Before all services that the models describe.</summary>
    public const string Described = "services";

    /// <summary>Consoles make calls to these that no model describes.</summary>
    public static readonly IReadOnlySet<string> Undescribed = new HashSet<string>(["signin", "sso"], StringComparer.Ordinal);

    private static readonly Lazy<FrozenDictionary<string, HashSet<string>>> s_table = new(Read);

    /// <summary>
    /// True when the models describe the service and it has no such call. Nothing is known about other services, so their records are
    /// believed.
    /// </summary>
    /// <param name="name">A call that the catalogue watches for another service.</param>
    public static bool LacksCall(string eventSource, string name)
    {
        var service = eventSource.EndsWith(Suffix, StringComparison.Ordinal) ? eventSource[..^Suffix.Length] : eventSource;
        return s_table.Value[Described].Contains(service)
            && !(s_table.Value.TryGetValue(name, out var services) && services.Contains(service));
    }

    private static FrozenDictionary<string, HashSet<string>> Read()
    {
        using var stream = typeof(Namesakes).Assembly.GetManifestResourceStream("namesakes.txt")
            ?? throw new InvalidOperationException("namesakes.txt is not embedded");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words.Length > 1 && words[0] != "#") table[words[0]] = new HashSet<string>(words.Skip(1), StringComparer.Ordinal);
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
