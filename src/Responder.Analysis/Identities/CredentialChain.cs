using Responder.Events;

namespace Responder.Analysis.Identities;

/// <summary>
/// Finds, for access keys that matter, the calls that opened them, and the calls that opened the keys of those, as far as the logs show.
/// </summary>
public sealed class CredentialChain
{
    /// <summary>Keys asked for at most: what is held is bounded.</summary>
    public const int MaxKeys = 20_000;

    /// <summary>AWS sets no limit to role chaining; beyond this a reader does not follow.</summary>
    private const int MaxHops = 16;

    private readonly Dictionary<string, Issuance?> _wanted = new(StringComparer.Ordinal);

    /// <summary>A key was added whose opener may stand in what has been read already.</summary>
    public bool HasNew { get; private set; }

    public bool IsEmpty => _wanted.Count == 0;

    public void Want(string? keyId)
    {
        if (keyId is null || _wanted.Count >= MaxKeys || !_wanted.TryAdd(keyId, null)) return;
        HasNew = true;
    }

    /// <summary>Before the logs are read once more.</summary>
    public void BeginPass() => HasNew = false;

    public void Read(CloudTrailEvent e)
    {
        if (Issuance.Of(e) is not { } issuance || !_wanted.TryGetValue(issuance.KeyId, out var known) || known is not null) return;
        _wanted[issuance.KeyId] = issuance;
        Want(issuance.CallerKeyId);
    }

    /// <summary>The calls behind a key, the nearest first; empty when the logs show none.</summary>
    public IReadOnlyList<Issuance> Of(string? keyId)
    {
        var hops = new List<Issuance>();
        while (keyId is not null && hops.Count < MaxHops && _wanted.GetValueOrDefault(keyId) is { } issuance)
        {
            if (hops.Contains(issuance)) break;
            hops.Add(issuance);
            keyId = issuance.CallerKeyId;
        }

        return hops;
    }
}
