using System.Security.Cryptography;
using System.Text.Json;

namespace Responder.Cli.Tests.Integrity;

/// <summary>A key of our own that replaces CloudTrail's.</summary>
internal sealed record SigningKey(RSA Rsa, string Fingerprint)
{
    public static SigningKey First { get; } = Create();

    public static SigningKey Second { get; } = Create();

    /// <summary>A key that is in no key list.</summary>
    public static SigningKey Stranger { get; } = Create();

    /// <summary>The output of `list-public-keys`.</summary>
    /// <param name="secondAsSubjectPublicKeyInfo">Whether the second key is written in the other encoding, as SubjectPublicKeyInfo.</param>
    public static string PublicKeys(bool secondAsSubjectPublicKeyInfo) => JsonSerializer.Serialize(new
    {
        PublicKeyList = new[]
        {
            new { Value = Convert.ToBase64String(First.Rsa.ExportRSAPublicKey()), First.Fingerprint, ValidityStartTime = 1767225600,
                ValidityEndTime = 1775001600 },
            new
            {
                Value = Convert.ToBase64String(
                    secondAsSubjectPublicKeyInfo ? Second.Rsa.ExportSubjectPublicKeyInfo() : Second.Rsa.ExportRSAPublicKey()),
                Second.Fingerprint, ValidityStartTime = 1767225600, ValidityEndTime = 1775001600,
            },
        },
    });

    private static SigningKey Create()
    {
        var rsa = RSA.Create(2048);
        return new SigningKey(rsa, Convert.ToHexStringLower(MD5.HashData(rsa.ExportSubjectPublicKeyInfo())));
    }
}
