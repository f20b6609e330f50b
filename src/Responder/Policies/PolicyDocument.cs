using System.Text.Json;
using Responder.Events;

namespace Responder.Policies;

/// <summary>
/// A policy document of IAM, S3, KMS or any other service. It is read tolerantly: as an object, as JSON text, or URL-encoded as IAM returns
/// it. Grammar: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
/// </summary>
internal sealed class PolicyDocument
{
    /// <summary>
    /// Stands for the dollar sign of a variable in a document whose version has none: IAM takes <c>${aws:username}</c> literally there, and
    /// nothing has such a name.
    /// </summary>
    public const char Literal = '\u0002';

    private const string WithVariables = "2012-10-17";

    private const int MostUnwrappings = 3;

    private readonly List<PolicyStatement> _statements = [];

    private PolicyDocument()
    {
    }

    /// <summary>
    /// False when the document is absent, is not JSON, or breaks the grammar. <see cref="Statements"/> then holds what could be read.
    /// </summary>
    public bool IsReadable => Error is null;

    /// <summary>What is wrong, without quoting the document; null when it is readable.</summary>
    public string? Error { get; private set; }

    public IReadOnlyList<PolicyStatement> Statements => _statements;

    /// <summary>Reads JSON text, raw or URL-encoded. Never throws.</summary>
    public static PolicyDocument Read(string? text)
    {
        var document = new PolicyDocument();
        if (string.IsNullOrWhiteSpace(text)) document.Flaw("the document is absent or empty");
        else document.ReadText(text, MostUnwrappings);
        return document;
    }

    /// <summary>Reads an object, or a string that holds one. Never throws.</summary>
    public static PolicyDocument Read(JsonView view)
    {
        var document = new PolicyDocument();
        document.ReadView(view, MostUnwrappings);
        return document;
    }

    private void ReadView(JsonView view, int unwrappings)
    {
        switch (view.Kind)
        {
            case JsonValueKind.Object:
                ReadObject(view);
                break;
            case JsonValueKind.String when string.IsNullOrWhiteSpace(view.Text):
            case JsonValueKind.Undefined or JsonValueKind.Null:
                Flaw("the document is absent or empty");
                break;
            case JsonValueKind.String when unwrappings > 0:
                ReadText(view.Text!, unwrappings);
                break;
            default:
                Flaw("the document is no JSON object");
                break;
        }
    }

    private void ReadText(string text, int unwrappings)
    {
        var trimmed = text.Trim('\uFEFF', ' ', '\t', '\r', '\n');
        if (trimmed.StartsWith('%') && unwrappings > 0)
        {
            // Some encoders write a blank as a plus sign. If the text does not parse without that, it is taken to be one of theirs.
            var plain = Uri.UnescapeDataString(trimmed);
            ReadText(JsonView.TryParse(plain, out _) ? plain : Uri.UnescapeDataString(trimmed.Replace('+', ' ')), unwrappings - 1);
            return;
        }

        if (JsonView.TryParse(trimmed, out var view)) ReadView(view, unwrappings - 1);
        else Flaw("the document is not valid JSON");
    }

    private void ReadObject(JsonView view)
    {
        var seen = false;
        var variables = view.Members.Any(
            static member => Is(member.Name, "Version") && member.Value.Text?.Trim() == WithVariables);
        foreach (var (name, value) in view.Members)
        {
            if (!Is(name, "Statement")) continue;
            if (seen) Flaw("Statement is given twice");
            seen = true;
            if (value.IsObject)
            {
                ReadStatement(value, variables);
            }
            else if (value.IsArray)
            {
                foreach (var item in value.Items)
                {
                    if (item.IsObject) ReadStatement(item, variables);
                    else Flaw("a statement is no object");
                }
            }
            else
            {
                Flaw("Statement is neither an object nor a list");
            }
        }

        if (!seen) Flaw("Statement is missing");
    }

    private void ReadStatement(JsonView view, bool variables)
    {
        var reader = new StatementReader(this, variables);
        foreach (var (name, value) in view.Members) reader.Take(name, value);
        _statements.Add(reader.Statement());
    }

    private void Flaw(string what) => Error ??= what;

    private static bool Is(string name, string element) => string.Equals(name, element, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Collects the elements of one statement. An element that is given twice is kept both times, and the statement is marked as ambiguous:
    /// AWS may use either.
    /// </summary>
    private sealed class StatementReader(PolicyDocument document, bool variables)
    {
        private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<PolicyCondition> _conditions = [];
        private PolicyEffect? _effect;
        private PolicyPatterns? _actions;
        private PolicyPatterns? _resources;
        private PolicyPrincipals? _principals;
        private bool _ambiguous;

        public void Take(string name, JsonView value)
        {
            if (!_seen.Add(name)) Ambiguous("an element of a statement is given twice");
            if (Is(name, "Effect")) TakeEffect(value);
            else if (Is(name, "Action")) _actions = Patterns(_actions, false, value);
            else if (Is(name, "NotAction")) _actions = Patterns(_actions, true, value);
            else if (Is(name, "Resource")) _resources = Patterns(_resources, false, value);
            else if (Is(name, "NotResource")) _resources = Patterns(_resources, true, value);
            else if (Is(name, "Principal")) TakePrincipals(false, value);
            else if (Is(name, "NotPrincipal")) TakePrincipals(true, value);
            else if (Is(name, "Condition")) TakeConditions(value);
        }

        public PolicyStatement Statement()
        {
            if (_effect is null) Ambiguous("Effect is missing or neither Allow nor Deny");
            if (_actions is null) Ambiguous("Action is missing");
            return new PolicyStatement
            {
                Effect = _effect ?? PolicyEffect.Allow,
                Actions = _actions,
                Resources = _resources,
                Principals = _principals,
                Conditions = _conditions,
                IsAmbiguous = _ambiguous,
            };
        }

        private void TakeEffect(JsonView value)
        {
            // Allow wins over Deny when both are given, and a Deny counts only when it is written exactly as in the grammar.
            if (Is(value.Text ?? "", "Allow")) _effect = PolicyEffect.Allow;
            else if (value is { IsString: true, Text: "Deny" }) _effect ??= PolicyEffect.Deny;
        }

        private PolicyPatterns Patterns(PolicyPatterns? earlier, bool negated, JsonView value)
        {
            var texts = Texts(value);
            if (earlier is null) return new PolicyPatterns(negated, texts);
            Ambiguous("an element of a statement is given twice");
            if (earlier.IsNegated != negated) return new PolicyPatterns(false, ["*"]);
            return negated
                ? new PolicyPatterns(true, [.. earlier.Values.Intersect(texts, StringComparer.Ordinal)])
                : new PolicyPatterns(false, [.. earlier.Values, .. texts]);
        }

        private void TakePrincipals(bool negated, JsonView value)
        {
            var principals = new List<PolicyPrincipal>();
            if (value.IsObject)
            {
                var types = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                foreach (var (type, names) in value.Members)
                {
                    if (!types.Add(type)) Ambiguous("a type of principal is given twice");
                    principals.AddRange(Texts(names).Select(name => new PolicyPrincipal(type, name)));
                }
            }
            else
            {
                foreach (var text in Texts(value))
                {
                    if (text != "*") Ambiguous("Principal is neither a star nor an object");
                    principals.Add(new PolicyPrincipal("*", text));
                }
            }

            if (_principals is { } earlier)
            {
                Ambiguous("an element of a statement is given twice");
                // A NotPrincipal beside another Principal or NotPrincipal may mean everyone.
                _principals = earlier.IsNegated || negated
                    ? new PolicyPrincipals(false, [new PolicyPrincipal("*", "*")])
                    : new PolicyPrincipals(false, [.. earlier.Values, .. principals]);
                return;
            }

            _principals = new PolicyPrincipals(negated, principals);
        }

        private void TakeConditions(JsonView value)
        {
            if (!value.IsObject)
            {
                if (value.Exists) Ambiguous("Condition is no object");
                return;
            }

            var operators = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, tests) in value.Members)
            {
                if (!operators.Add(name)) Ambiguous("a condition operator is given twice");
                if (!tests.IsObject) Ambiguous("a condition operator holds no object");
                var keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
                foreach (var (key, values) in tests.Members)
                {
                    if (!keys.Add(key)) Ambiguous("a condition key is given twice");
                    _conditions.Add(new PolicyCondition(name, key, Texts(values, stringsOnly: false)));
                }
            }
        }

        private List<string> Texts(JsonView value, bool stringsOnly = true)
        {
            var texts = new List<string>();
            if (value.IsArray)
            {
                foreach (var item in value.Items) Add(item);
            }
            else
            {
                Add(value);
            }

            return texts;

            void Add(JsonView item)
            {
                if (item.Text is { } text && (item.IsString || !stringsOnly))
                    texts.Add(variables ? text : text.Replace("${", Literal + "{", StringComparison.Ordinal));
                else Ambiguous("a value of a statement is no text");
            }
        }

        private void Ambiguous(string what)
        {
            _ambiguous = true;
            document.Flaw(what);
        }
    }
}
