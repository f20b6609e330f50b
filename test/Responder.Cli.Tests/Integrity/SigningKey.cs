using System.Security.Cryptography;
using System.Text.Json;

namespace Responder.Cli.Tests.Integrity;

/// <summary>A key of our own in the place of CloudTrail's.</summary>
internal sealed record SigningKey(RSA Rsa, string Fingerprint)
{
    public static SigningKey First { get; } = Create();

    public static SigningKey Second { get; } = Create();

    /// <summary>Nobody lists it.</summary>
    public static SigningKey Stranger { get; } = Create();

    /// <summary>What `list-public-keys` prints.</summary>
    /// <param name="secondAsSubjectPublicKeyInfo">The second key in its other encoding.</param>
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
