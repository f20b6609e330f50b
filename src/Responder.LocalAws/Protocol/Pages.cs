using System.Text;

namespace Responder.LocalAws.Protocol;

/// <summary>
/// Page markers: each holds the last key that was shown, so that a change between two pages neither repeats nor skips any other item.
/// </summary>
internal static class Pages
{
    public static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes("after:" + key));

    public static string? Decode(string marker)
    {
        var buffer = new byte[marker.Length];
        if (!Convert.TryFromBase64String(marker, buffer, out var length))
            return null;
        var text = Encoding.UTF8.GetString(buffer, 0, length);
        return text.StartsWith("after:", StringComparison.Ordinal) ? text["after:".Length..] : null;
    }
}
