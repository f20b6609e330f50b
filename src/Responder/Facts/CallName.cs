using System.Security.Cryptography;
using System.Text;

namespace Responder.Facts;

/// <summary>Names a call of a release by its API and its subject, so that plan, progress and event can be compared.</summary>
internal static class CallName
{
    private const int MaxSubject = 160;

    /// <summary>
    /// <c>AttachUserPolicy arn:...</c>. A subject too long to be kept whole is a hash of itself: a plan of ten policies with long paths has
    /// to fit into one parameter.
    /// </summary>
    public static string Of(string action, string? subject) => subject switch
    {
        null => action,
        { Length: <= MaxSubject } => $"{action} {subject}",
        _ => $"{action} sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)))}",
    };
}
