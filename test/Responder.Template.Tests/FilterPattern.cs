using System.Globalization;
using System.Text.Json;

namespace Responder.Template.Tests;

/// <summary>
/// A JSON filter pattern of CloudWatch Logs, <c>{ … }</c>. It has comparisons of properties, NOT EXISTS, IS NULL, IS TRUE and IS FALSE,
/// which are joined by <c>&amp;&amp;</c> and <c>||</c>; <c>&amp;&amp;</c> binds tighter, and parentheses bind tightest. Regular expressions
/// and EXISTS (which the service does not know) are refused.
/// </summary>
/// <remarks>
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html. A property that is missing or that is an array or
/// an object fails every comparison, even <c>!=</c> (seen in the console's pattern test: github.com/DataBiosphere/azul/issues/5884).
/// </remarks>
internal sealed class FilterPattern
{
    private readonly Func<JsonElement, bool> _matches;

    private FilterPattern(Func<JsonElement, bool> matches) => _matches = matches;

    /// <exception cref="FormatException">The text is not a filter pattern.</exception>
    public static FilterPattern Parse(string text) => new(new Parser(text).Pattern());

    public bool Matches(JsonElement record) => _matches(record);

    private sealed class Parser(string text)
    {
        private int _at;

        public Func<JsonElement, bool> Pattern()
        {
            Expect("{");
            var matches = Or();
            Expect("}");
            return _at == text.Length || text.AsSpan(_at).IsWhiteSpace() ? matches : throw Error("end");
        }

        private Func<JsonElement, bool> Or()
        {
            var left = And();
            while (Take("||"))
            {
                var (first, second) = (left, And());
                left = e => first(e) || second(e);
            }

            return left;
        }

        private Func<JsonElement, bool> And()
        {
            var left = Term();
            while (Take("&&"))
            {
                var (first, second) = (left, Term());
                left = e => first(e) && second(e);
            }

            return left;
        }

        private Func<JsonElement, bool> Term()
        {
            if (Take("("))
            {
                var inner = Or();
                Expect(")");
                return inner;
            }

            var selector = PropertySelector.Parse(Selector());
            if (Take("NOT"))
            {
                Expect("EXISTS");
                return e => !selector.Find(e).Any();
            }

            if (Take("IS"))
            {
                var kind = Take("NULL")
                    ? JsonValueKind.Null
                    : Take("TRUE")
                    ? JsonValueKind.True
                    : Take("FALSE")
                    ? JsonValueKind.False
                    : throw Error("NULL, TRUE or FALSE");
                return e => selector.Find(e).Any(found => found.ValueKind == kind);
            }

            var op = ((string[])["!=", "<=", ">=", "=", "<", ">"]).FirstOrDefault(Take) ?? throw Error("an operator");
            var value = Value();
            return e => selector.Find(e).Any(found => value.Compare(found, op));
        }

        private string Selector()
        {
            Skip();
            var start = _at;
            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || "$.-_*[]'".Contains(text[_at], StringComparison.Ordinal)))
                _at++;
            return _at > start && text[start] == '$' ? text[start.._at] : throw Error("a property selector");
        }

        private FilterValue Value()
        {
            Skip();
            var start = _at;
            if (_at < text.Length && text[_at] == '"')
            {
                var end = text.IndexOf('"', start + 1);
                if (end < 0) throw Error("a closing quote");
                _at = end + 1;
                return new FilterValue(text[(start + 1)..end], Quoted: true);
            }

            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || ".*-_+".Contains(text[_at], StringComparison.Ordinal)))
                _at++;
            return _at > start ? new FilterValue(text[start.._at], Quoted: false) : throw Error("a value");
        }

        private bool Take(string token)
        {
            Skip();
            if (string.CompareOrdinal(text, _at, token, 0, token.Length) != 0) return false;
            _at += token.Length;
            return true;
        }

        private void Expect(string token)
        {
            if (!Take(token)) throw Error($"'{token}'");
        }

        private void Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        }

        private FormatException Error(string expected) => new($"filter pattern, character {_at + 1}: expected {expected}");
    }

    /// <param name="Text">May have a <c>*</c> at the beginning or the end, which stands for any text.</param>
    private sealed record FilterValue(string Text, bool Quoted)
    {
        public bool Compare(JsonElement found, string op)
        {
            if (found.ValueKind == JsonValueKind.Number && !Quoted && Number(Text) is { } wanted)
            {
                var number = found.GetDouble();
                return op switch
                {
                    "=" => number == wanted,
                    "!=" => number != wanted,
                    "<" => number < wanted,
                    "<=" => number <= wanted,
                    ">" => number > wanted,
                    _ => number >= wanted
                };
            }

            var text = found.ValueKind switch
            {
                JsonValueKind.String => found.GetString()!,
                JsonValueKind.Number when !Quoted => found.GetRawText(),
                _ => null,
            };
            return text is not null && op switch { "=" => Like(text), "!=" => !Like(text), _ => false };
        }

        private bool Like(string text) => (Text.StartsWith('*'), Text.EndsWith('*')) switch
        {
            _ when Text == "*" => true,
            (true, true) => text.Contains(Text[1..^1], StringComparison.Ordinal),
            (true, false) => text.EndsWith(Text[1..], StringComparison.Ordinal),
            (false, true) => text.StartsWith(Text[..^1], StringComparison.Ordinal),
            _ => text == Text,
        };

        private static double? Number(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
