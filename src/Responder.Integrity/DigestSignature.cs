using System.Security.Cryptography;
using System.Text;

namespace Responder.Integrity;

/// <summary>What CloudTrail signs, and how the signature is verified: RSA, PKCS#1 v1.5, SHA-256.</summary>
internal static class DigestSignature
{
    public const string Algorithm = "SHA256withRSA";

    /// <param name="hash">SHA-256 of the uncompressed digest file.</param>
    public static string StringToSign(Digest digest, ReadOnlySpan<byte> hash) =>
        // The first digest of a chain has no signature before it; CloudTrail then signs the word "null".
        $"{digest.EndText}\n{digest.Self.Bucket}/{digest.Self.Key}\n{Convert.ToHexStringLower(hash)}\n{digest.PreviousSignature ?? "null"}";

    /// <param name="signature">Hexadecimal.</param>
    public static bool Verifies(RSA key, Digest digest, ReadOnlySpan<byte> hash, string signature)
    {
        Span<byte> signedHash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(StringToSign(digest, hash)), signedHash);
        return Verifies(key, signedHash, signature);
    }

    public static bool Verifies(RSA key, ReadOnlySpan<byte> signedHash, string signature)
    {
        try
        {
            return key.VerifyHash(signedHash, Convert.FromHexString(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (FormatException)
        {
            return false; // not hexadecimal
        }
    }

    /// <summary>Reads a key as CloudTrail returns it (PKCS#1), or as SubjectPublicKeyInfo; null when it is neither.</summary>
    public static RSA? Key(ReadOnlySpan<byte> der)
    {
        var key = RSA.Create();
        try
        {
            key.ImportRSAPublicKey(der, out var read);
            if (read == der.Length) return key;
        }
        catch (CryptographicException)
        {
            try
            {
                key.ImportSubjectPublicKeyInfo(der, out var read);
                if (read == der.Length) return key;
            }
            catch (CryptographicException)
            {
                // Neither format: returns null below.
            }
        }

        key.Dispose();
        return null;
    }
}
