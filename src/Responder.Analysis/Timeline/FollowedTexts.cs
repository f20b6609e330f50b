using System.Buffers;
using System.Numerics;
using System.Text;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Timeline;

/// <summary>What a record may mean for those who are followed. In doubt a flag is set.</summary>
[Flags]
public enum RecordUse
{
    None = 0,

    /// <summary>It may be a line of the timeline.</summary>
    Belongs = 1,

    /// <summary>It may reveal a key, a principal id or a password that is not yet known.</summary>
    Teaches = 2,
}

/// <summary>
/// The texts that connect calls, and what a record may mean for them, judged by its bytes alone. These texts occur in few places: in the
/// values of the members that hold access key ids, ARNs, principal ids, and names of users and roles, at any depth. A record that may spell
/// one of them in another way, by an escape or percent-encoding, gets all flags.
/// </summary>
internal sealed class FollowedTexts
{
    /// <summary>
    /// The names of these members, and the encoded quote, without which a percent-encoded object in a text cannot have member names
    /// (<see cref="JsonView.Unwrapped"/>).
    /// </summary>
    private static readonly SearchValues<string> s_marks = SearchValues.Create(
        ["\"accessKeyId\"", "\"principalId\"", "\"arn\"", "\"userName\"", "\"roleName\"", "%22"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> s_endsOfScalar = SearchValues.Create(",}] \t\r\n");

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _principalIds = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _keysByText;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _namesByText;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _principalIdsByText;
    private readonly List<byte[]> _wholes = [];
    private char[] _characters = [];

    public FollowedTexts()
    {
        _keysByText = _keys.GetAlternateLookup<ReadOnlySpan<char>>();
        _namesByText = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _principalIdsByText = _principalIds.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public void AddKey(string keyId) => _keys.Add(keyId);

    /// <summary>Adds a text that matters wherever it is the whole value of a member.</summary>
    public void AddWhole(string text) => _wholes.Add(Encoding.UTF8.GetBytes('"' + text + '"'));

    /// <summary>Adds the name of a user or role, or "root".</summary>
    public void AddName(string name) => _names.Add(name);

    /// <param name="id">As returned by <see cref="PrincipalIdOf"/>.</param>
    public void AddPrincipalId(string id) => _principalIds.Add(id);

    /// <summary>The id without the session name; empty when it is not one that AWS makes for users and roles.</summary>
    public static ReadOnlySpan<char> PrincipalIdOf(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        var id = colon < 0 ? text : text[..colon];
        return id.Length > 8 && (id.StartsWith("AIDA", StringComparison.Ordinal) || id.StartsWith("AROA", StringComparison.Ordinal))
            ? id
            : default;
    }

    public RecordUse UseOf(in RecordHead head)
    {
        const RecordUse Unclear = RecordUse.Belongs | RecordUse.Teaches;
        var record = head.Utf8;
        foreach (var whole in _wholes)
        {
            if (record.IndexOf(whole) >= 0) return Unclear;
        }

        if (_characters.Length < record.Length) _characters = new char[BitOperations.RoundUpToPowerOf2((uint)record.Length)];
        // Letters beyond ASCII may be the same as others in another case, and escapes may stand for any letter.
        if (record.Contains((byte)'\\') || Ascii.ToUtf16(record, _characters, out var length) != OperationStatus.Done) return Unclear;

        var (hasKey, hasName, hasId, hasNewId) = (false, false, false, false);
        ReadOnlySpan<char> text = _characters.AsSpan(0, length);
        while (text.IndexOfAny(s_marks) is >= 0 and var at)
        {
            text = text[at..];
            switch ((char)(text[1] | 0x20), (char)(text[2] | 0x20))
            {
                case ('a', 'c'):
                    text = text["'accessKeyId'".Length..];
                    hasKey |= _keysByText.Contains(ValueIn(text));
                    break;
                case ('p', _):
                    text = text["'principalId'".Length..];
                    if (PrincipalIdOf(ValueIn(text)) is not { IsEmpty: false } id) break;
                    if (_principalIdsByText.Contains(id)) hasId = true;
                    else hasNewId = true;
                    break;
                case ('a', _):
                    text = text["'arn'".Length..];
                    var arn = ValueIn(text);
                    hasName |= _namesByText.Contains(arn[(arn.LastIndexOf('/') + 1)..])
                        || _namesByText.Contains(arn[(arn.LastIndexOf(':') + 1)..]);
                    break;
                case ('u' or 'r', _):
                    text = text["'userName'".Length..];
                    hasName |= _namesByText.Contains(ValueIn(text));
                    break;
                default:
                    return Unclear;
            }
        }

        if (!hasKey && !hasName && !hasId) return RecordUse.None;
        // STS and IAM return keys, and IAM sets passwords; any call of somebody who is followed completely may reveal another principal id
        // of theirs.
        var isAnswer = head.EventSource.SequenceEqual("sts.amazonaws.com"u8) || head.EventSource.SequenceEqual("iam.amazonaws.com"u8);
        return isAnswer || (hasName && hasNewId) ? Unclear : RecordUse.Belongs;
    }

    /// <summary>
    /// The string or scalar that follows the name of a member. If the text is not a member name after all, or its value is not text, the
    /// result may be anything.
    /// </summary>
    private static ReadOnlySpan<char> ValueIn(ReadOnlySpan<char> text)
    {
        text = text.TrimStart(" \t\r\n");
        if (text is not [':', .. var value]) return default;
        value = value.TrimStart(" \t\r\n");
        var end = value is ['"', .. var quoted] ? (value = quoted).IndexOf('"') : value.IndexOfAny(s_endsOfScalar);
        return end < 0 ? value : value[..end];
    }
}
