using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Responder.Events;

namespace Responder.Logs;

/// <summary>
/// A record that was skimmed: texts are taken directly from its bytes, objects are parsed only when they are asked for. Most of the events
/// that a backtest builds lead to no finding, so their objects are never parsed.
/// </summary>
internal sealed class PlainRecord : EventRecord
{
    /// <summary>More members than any CloudTrail record has.</summary>
    public const int MaxMembers = 48;

    private static readonly byte[][] s_names = [.. EventFields.All.Select(static field => Encoding.ASCII.GetBytes(field.Name()))];

    private static readonly EventField[][] s_byLength =
        [.. Enumerable.Range(0, s_names.Max(static name => name.Length) + 1)
            .Select(static length => EventFields.All.Where(field => s_names[(int)field].Length == length).ToArray())];

    private readonly byte[] _utf8;
    private Places _values;

    private PlainRecord(byte[] utf8) => _utf8 = utf8;

    /// <summary>Beginning and length of each field's value; length 0: the record does not have the field.</summary>
    [InlineArray((int)EventField.InsightDetails + 1)]
    private struct Places
    {
        private (int Start, int Length) _first;
    }

    /// <summary>
    /// Null when one of the fields may occur in another spelling, or occurs twice: then the parser decides which one counts.
    /// </summary>
    /// <param name="utf8">The record's bytes, which contain no escapes; the array is kept.</param>
    /// <param name="keys">Positions of the opening quotes of its member names.</param>
    public static PlainRecord? TryRead(byte[] utf8, ReadOnlySpan<int> keys)
    {
        var record = new PlainRecord(utf8);
        for (var i = 0; i < keys.Length; i++)
        {
            var name = utf8.AsSpan(keys[i] + 1);
            name = name[..name.IndexOf((byte)'"')];
            if (!TryField(name, out var field)) return null;
            if (field is not { } known) continue;
            ref var value = ref record._values[(int)known];
            if (value.Length > 0) return null;
            var start = keys[i] + name.Length + 2;
            var rest = utf8.AsSpan(start, (i + 1 < keys.Length ? keys[i + 1] : utf8.Length) - start);
            // From after the colon up to the comma before the next name, or the closing brace.
            var text = rest.TrimStart(" \t\r\n:"u8);
            value = (start + rest.Length - text.Length, text.TrimEnd(" \t\r\n"u8)[..^1].TrimEnd(" \t\r\n"u8).Length);
        }

        return record;
    }

    public override string? Text(EventField field)
    {
        var value = Value(field).Span;
        if (value.IsEmpty || value[0] is (byte)'n' or (byte)'{' or (byte)'[') return null;
        if (value[0] == '"') value = value[1..^1];
        return Ascii.IsValid(value) ? Encoding.ASCII.GetString(value) : View(field).Text;
    }

    public override ActorTexts Actor() => Value(EventField.UserIdentity) is { IsEmpty: false } identity
        && ActorTexts.TryRead(identity.Span, out var texts)
        ? texts
        : ActorTexts.Of(View(EventField.UserIdentity).Unwrapped);

    /// <summary>Parsed anew each time.</summary>
    public override JsonView View(EventField field) => Value(field) is { IsEmpty: false } value ? Parse(value) : JsonView.Absent;

    /// <summary>The whole record, parsed anew each time.</summary>
    public override JsonView Whole => Parse(_utf8);

    /// <summary>Always false: <see cref="RecordHead"/> leaves every record whose response may report a failure to the parser.</summary>
    public override bool AnswersFailure(string eventName) => false;

    private ReadOnlyMemory<byte> Value(EventField field) => _utf8.AsMemory(_values[(int)field].Start, _values[(int)field].Length);

    private static JsonView Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        return new JsonView(document.RootElement.Clone());
    }

    /// <summary>Finds the field with this name. False: the name may be a field in another spelling.</summary>
    /// <param name="field">Null: not one of the fields.</param>
    private static bool TryField(ReadOnlySpan<byte> name, out EventField? field)
    {
        field = null;
        if (name.Length >= s_byLength.Length) return true;
        foreach (var candidate in s_byLength[name.Length])
        {
            var other = s_names[(int)candidate];
            // Most names of one length differ in their first letter.
            if ((name[0] | 0x20) != (other[0] | 0x20)) continue;
            if (name.SequenceEqual(other))
            {
                field = candidate;
                return true;
            }

            if (Ascii.EqualsIgnoreCase(name, other)) return false;
        }

        return true;
    }
}
