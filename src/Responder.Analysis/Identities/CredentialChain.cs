using Responder.Events;

namespace Responder.Analysis.Identities;

/// <summary>
/// Finds the calls that issued the access keys that matter, and the calls that issued the keys of those callers, as far as the logs show.
/// </summary>
public sealed class CredentialChain
{
    /// <summary>Maximum number of keys that are looked for, so that memory is bounded.</summary>
    public const int MaxKeys = 20_000;

    /// <summary>AWS sets no limit to role chaining, but a reader would not follow a longer chain.</summary>
    private const int MaxHops = 16;

    private readonly Dictionary<string, Issuance?> _wanted = new(StringComparer.Ordinal);

    /// <summary>True: a key was added whose issuing call may be in what has already been read.</summary>
    public bool HasNew { get; private set; }

    public bool IsEmpty => _wanted.Count == 0;

    public void Want(string? keyId)
    {
        if (keyId is null || _wanted.Count >= MaxKeys || !_wanted.TryAdd(keyId, null)) return;
        HasNew = true;
    }

    /// <summary>Call this before the logs are read once more.</summary>
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
