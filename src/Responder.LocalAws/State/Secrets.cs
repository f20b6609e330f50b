using System.Security.Cryptography;

namespace Responder.LocalAws.State;

/// <summary>Secret keys and tokens that open nothing, because no signature is ever verified.</summary>
internal static class Secrets
{
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(30));

    public static string NewToken() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(192));
}
