using System.Security.Cryptography;

namespace Responder.Integrity;

/// <summary>The result of checking one digest.</summary>
/// <param name="Digest">Its content, to be trusted only when valid. Null: it could not be read as a digest.</param>
internal sealed record CheckedDigest(Verdict Verdict, string? Reason, Digest? Digest);

/// <summary>Checks one digest against its signature, its place and what the digest after it recorded.</summary>
internal sealed class DigestCheck(ILogStore store, DigestKeys keys, AskedPeriod asked)
{
    /// <param name="next">The later digest that names this one, valid or not; null: there is none.</param>
    /// <param name="isNextValid">False: what the later digest recorded about this one does not count, except for the signature if this one
    /// has none.</param>
    public async Task<CheckedDigest> CheckAsync(
        DigestName? name, S3Name place, Digest? next, bool isNextValid, CancellationToken cancellationToken)
    {
        byte[]? content;
        string? fault;
        DigestMetadata? metadata;
        try
        {
            using var stored = await store.OpenAsync(place, cancellationToken).ConfigureAwait(false);
            if (stored is null) return new CheckedDigest(Verdict.Missing, "not found", null);
            metadata = stored.Metadata;
            content = DigestContent.Inflate(stored.Content, out fault);
        }
        catch (Exception e) when (StoreFailure.Is(e, cancellationToken))
        {
            return new CheckedDigest(Verdict.Unreadable, StoreFailure.Reason(e), null);
        }

        if (content is null || Digest.Parse(content) is not { } digest)
            return new CheckedDigest(Verdict.Invalid, fault is null ? "invalid format" : "invalid format: " + fault, null);
        if (fault is not null) return new CheckedDigest(Verdict.Invalid, "invalid format: " + fault, digest);
        var reason = digest.Self != place
            ? $"has been moved from its original location {digest.Self}"
            : await FaultAsync(name, digest, content, metadata, next, isNextValid, cancellationToken).ConfigureAwait(false);
        return new CheckedDigest(reason is null ? Verdict.Valid : Verdict.Invalid, reason, digest);
    }

    private async Task<string?> FaultAsync(
        DigestName? name, Digest digest, byte[] content, DigestMetadata? metadata, Digest? next, bool isNextValid,
        CancellationToken cancellationToken)
    {
        if (metadata is null) return "its metadata cannot be read";
        if (metadata.Algorithm is { } algorithm && algorithm != DigestSignature.Algorithm)
            return $"signature algorithm {algorithm}, expected {DigestSignature.Algorithm}";

        // Older digests have their signature in the next one, which also helps where a copy has no metadata. A signature proves itself,
        // whoever supplies it.
        if ((metadata.Signature ?? next?.PreviousSignature) is not { } signature)
            return "no signature: there is neither metadata (DIGEST.meta.json beside a copy) nor a later digest that names it";

        var (known, key) = await KeyAsync(name, digest, metadata, cancellationToken).ConfigureAwait(false);
        if (!known) return $"public key not found in region {name?.Chain.Region ?? "unknown"} for fingerprint {digest.Fingerprint}";
        if (key is null) return $"the public key with fingerprint {digest.Fingerprint} cannot be read";
        var hash = SHA256.HashData(content);
        if (!DigestSignature.Verifies(key, digest, hash, signature)) return "signature verification failed";
        if (!isNextValid || next is null) return null;
        if (next.PreviousHash is { } recorded
            && !string.Equals(recorded, Convert.ToHexStringLower(hash), StringComparison.OrdinalIgnoreCase))
            return "chain broken: its hash is not the one that the next digest recorded";
        return next.PreviousSignature is { } recordedSignature
            && !string.Equals(recordedSignature, signature, StringComparison.OrdinalIgnoreCase)
            ? "chain broken: its signature is not the one that the next digest recorded"
            : null;
    }

    private async Task<(bool Known, RSA? Key)> KeyAsync(
        DigestName? name, Digest digest, DigestMetadata metadata, CancellationToken cancellationToken)
    {
        var region = name?.Chain.Region ?? "";
        var found = await keys.FindAsync(region, digest.Fingerprint, asked.Start, asked.End.AddHours(2), cancellationToken)
            .ConfigureAwait(false);
        // A late digest is signed with the key of the day on which it was generated.
        if (!found.Known && name is { Chain.IsBackfill: true } && DateTimeOffset.TryParse(
            metadata.BackfillTime, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal,
            out var generated))
        {
            found = await keys.FindAsync(region, digest.Fingerprint, generated.AddHours(-1), generated.AddHours(1), cancellationToken)
                .ConfigureAwait(false);
        }

        return found;
    }
}
