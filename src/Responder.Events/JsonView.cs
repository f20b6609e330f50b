using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Responder.Events;

/// <summary>
/// A tolerant view of one JSON value. CloudTrail fields may be missing, null, a string instead of an object, a single object instead of an
/// array, or wrapped in <c>items</c>; every accessor returns an absent value instead of throwing.
/// </summary>
public readonly struct JsonView(JsonElement element)
{
    private readonly JsonElement _element = element;

    public static JsonView Absent => default;

    /// <summary>The JSON kind; <see cref="JsonValueKind.Undefined"/> when the value is not there.</summary>
    public JsonValueKind Kind => _element.ValueKind;

    /// <summary>Present and not null.</summary>
    public bool Exists => Kind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsObject => Kind == JsonValueKind.Object;

    public bool IsArray => Kind == JsonValueKind.Array;

    public bool IsString => Kind == JsonValueKind.String;

    public JsonElement Element => _element;

    /// <summary>
    /// The named member: exact name first, else the first that differs only in case (EC2 mixes camelCase and PascalCase).
    /// </summary>
    public JsonView this[string name]
    {
        get
        {
            // Not TryGetProperty: most names that are asked for are absent, so all members would be searched twice; and it fails when a
            // neighboring name is a lone surrogate escape, which is valid JSON.
            if (Kind != JsonValueKind.Object) return Absent;
            var (byName, byCase) = (Absent, Absent);
            foreach (var member in _element.EnumerateObject())
            {
                if (!IsNamed(member, name, StringComparison.OrdinalIgnoreCase)) continue;
                // The last of several counts, as in System.Text.Json.
                if (IsNamed(member, name, StringComparison.Ordinal)) byName = new JsonView(member.Value);
                else if (byCase.Kind == JsonValueKind.Undefined) byCase = new JsonView(member.Value);
            }

            return byName.Kind == JsonValueKind.Undefined ? byCase : byName;
        }
    }

    /// <summary>Whether a member has this name; a string is made of its own name only when that is escaped or not ASCII.</summary>
    /// <param name="name">ASCII.</param>
    /// <param name="comparison">Ordinal, or without regard to case.</param>
    internal static bool IsNamed(JsonProperty member, string name, StringComparison comparison)
    {
        var utf8 = NameUtf8(member);
        if (utf8.Length == name.Length)
            return comparison == StringComparison.Ordinal ? Ascii.Equals(utf8, name) : Ascii.EqualsIgnoreCase(utf8, name);
        // A longer name can only be the same one with escapes, or with characters that are not ASCII.
        return utf8.Length > name.Length && (utf8.Contains((byte)'\\') || !Ascii.IsValid(utf8))
            && string.Equals(NameOf(member), name, comparison);
    }

    /// <summary>Text of a string, number or boolean; null for anything else, and for an invalid UTF-16 string.</summary>
    public string? Text
    {
        get
        {
            try
            {
                return Kind switch
                {
                    JsonValueKind.String => _element.GetString(),
                    JsonValueKind.Number => _element.GetRawText(),
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => null,
                };
            }
            catch (InvalidOperationException)
            {
                return null; // a lone surrogate escape: valid JSON, no valid text
            }
        }
    }

    /// <summary>A boolean, also when it is written as a string ("true", "False"); null when it is neither.</summary>
    public bool? Flag => Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(Text, out var value) => value,
        _ => null,
    };

    /// <summary>A whole number, also when it is written as a string; null when it is neither.</summary>
    public long? Integer => Kind switch
    {
        JsonValueKind.Number when _element.TryGetInt64(out var value) => value,
        JsonValueKind.String when long.TryParse(Text, System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    /// <summary>A number, also when it is written as a string; null when it is neither.</summary>
    public double? Number => Kind switch
    {
        JsonValueKind.Number when _element.TryGetDouble(out var value) => value,
        JsonValueKind.String when double.TryParse(Text, System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    /// <summary>
    /// The elements of a list in every form in which CloudTrail writes one: an array, <c>{"items":[…]}</c>, <c>{"item":…}</c>, or a single
    /// value for a list of one. An empty object, null or an absent value is an empty list.
    /// </summary>
    public IEnumerable<JsonView> Items
    {
        get
        {
            switch (Kind)
            {
                case JsonValueKind.Undefined or JsonValueKind.Null:
                    return [];
                case JsonValueKind.Array:
                    var items = new JsonView[_element.GetArrayLength()];
                    var at = 0;
                    foreach (var item in _element.EnumerateArray()) items[at++] = new JsonView(item);
                    return items;
                case JsonValueKind.Object:
                    if (_element.GetPropertyCount() == 0) return [];
                    var inner = this["items"] is { Exists: true } plural ? plural : this["item"];
                    if (!inner.Exists) return [this];
                    return inner.Kind == JsonValueKind.Array ? inner.Items : [inner];
                default:
                    return [this];
            }
        }
    }

    /// <summary>Name and value of each member of an object; nothing for any other kind.</summary>
    public IEnumerable<(string Name, JsonView Value)> Members
    {
        get
        {
            if (Kind != JsonValueKind.Object) return [];
            var members = new (string, JsonView)[_element.GetPropertyCount()];
            var at = 0;
            foreach (var member in _element.EnumerateObject()) members[at++] = (NameOf(member), new JsonView(member.Value));
            return members;
        }
    }

    /// <summary>
    /// This value, or the content of a string that holds a JSON object or array (raw, or URL-encoded as IAM returns it). A string that
    /// holds neither stays as it is.
    /// </summary>
    public JsonView Unwrapped
    {
        get
        {
            if (Kind != JsonValueKind.String || Text is not { Length: > 1 } text) return this;
            var trimmed = text.AsSpan().TrimStart("\uFEFF \t\r\n");
            if (trimmed.StartsWith("%7B", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("%5B", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("%0A", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("%20", StringComparison.Ordinal))
            {
                text = Uri.UnescapeDataString(text);
                trimmed = text.AsSpan().TrimStart();
            }

            if (trimmed is not ['{' or '[', ..]) return this;
            return TryParse(trimmed.ToString(), out var parsed) ? parsed : this;
        }
    }

    /// <summary>The raw UTF-8 JSON; empty when absent.</summary>
    public ReadOnlySpan<byte> RawUtf8 => Kind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(_element);

    /// <summary>The raw JSON text, invalid UTF-8 replaced; empty when absent.</summary>
    public override string ToString() => Encoding.UTF8.GetString(RawUtf8);

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD"; // a lone surrogate or invalid UTF-8: a member that nobody asks for by name
        }
    }

    /// <summary>The name as the JSON writes it, with its escapes, where the framework provides it; otherwise the decoded name.</summary>
    internal static ReadOnlySpan<byte> NameUtf8(JsonProperty member) =>
#if NET10_0_OR_GREATER
        JsonMarshal.GetRawUtf8PropertyName(member);
#else
        Encoding.UTF8.GetBytes(NameOf(member));
#endif

    public static bool TryParse(string json, out JsonView view)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            view = new JsonView(document.RootElement.Clone());
            return true;
        }
        catch (JsonException)
        {
            view = Absent;
            return false;
        }
        catch (ArgumentException)
        {
            view = Absent; // text that has no UTF-8 form
            return false;
        }
    }
}
