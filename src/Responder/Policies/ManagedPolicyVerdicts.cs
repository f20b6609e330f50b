using System.Collections.Frozen;
using Responder.Events;

namespace Responder.Policies;

/// <summary>What a managed policy of AWS gives, read from its document.</summary>
internal enum ManagedPolicyVerdict
{
    Ordinary,

    /// <summary>See <see cref="PowerLevel.MayEscalate"/>.</summary>
    MayEscalate,

    /// <summary>See <see cref="PowerLevel.PowerUser"/>.</summary>
    PowerUser,

    Escalation,

    Administrator,
}

/// <summary>
/// The verdict on every managed policy of AWS, by its name with its path: a table that is generated from the documents
/// (managed-policies.txt says how and when). A policy that AWS published since is not in it.
/// </summary>
internal static class ManagedPolicyVerdicts
{
    private static readonly Lazy<FrozenDictionary<string, ManagedPolicyVerdict>> s_table = new(Read);

    /// <summary>The letter of each verdict in the table.</summary>
    private static readonly Dictionary<string, ManagedPolicyVerdict> s_letters = new(StringComparer.Ordinal)
    {
        ["O"] = ManagedPolicyVerdict.Ordinary,
        ["M"] = ManagedPolicyVerdict.MayEscalate,
        ["P"] = ManagedPolicyVerdict.PowerUser,
        ["E"] = ManagedPolicyVerdict.Escalation,
        ["A"] = ManagedPolicyVerdict.Administrator,
    };

    public static IReadOnlyDictionary<string, ManagedPolicyVerdict> All => s_table.Value;

    /// <summary>The names, with paths, of the policies that are administrator, lead there, or give nearly everything else.</summary>
    public static IEnumerable<string> Leading =>
        All.Where(static entry => entry.Value >= ManagedPolicyVerdict.PowerUser).Select(static entry => entry.Key);

    /// <summary>Null for a policy that is not AWS's, or not in the table.</summary>
    public static ManagedPolicyVerdict? Of(AwsArn arn) => arn is { Service: "iam", AccountId: "aws", HasAwsPartition: true }
        && arn.Resource.StartsWith("policy/", StringComparison.Ordinal)
        && All.TryGetValue(arn.Resource["policy/".Length..], out var verdict) ? verdict : null;

    public static ManagedPolicyVerdict Of(IdentityVerdict verdict) => verdict.Level switch
    {
        PowerLevel.Administrator => ManagedPolicyVerdict.Administrator,
        PowerLevel.EscalationCapable => ManagedPolicyVerdict.Escalation,
        PowerLevel.PowerUser => ManagedPolicyVerdict.PowerUser,
        PowerLevel.MayEscalate => ManagedPolicyVerdict.MayEscalate,
        _ => ManagedPolicyVerdict.Ordinary,
    };

    public static string Letter(ManagedPolicyVerdict verdict) => s_letters.First(letter => letter.Value == verdict).Key;

    private static FrozenDictionary<string, ManagedPolicyVerdict> Read()
    {
        using var stream = typeof(ManagedPolicyVerdicts).Assembly.GetManifestResourceStream("managed-policies.txt")
            ?? throw new InvalidOperationException("managed-policies.txt is not embedded");
        using var reader = new StreamReader(stream);
        var table = new Dictionary<string, ManagedPolicyVerdict>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 2 && line[1] == ' ' && line[0] != '#') table[line[2..]] = s_letters[line[..1]];
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
