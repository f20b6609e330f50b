namespace Responder.Policies;

internal enum PolicyEffect
{
    Allow,
    Deny,
}

/// <summary>
/// An element with its negation: <c>Action</c> or <c>NotAction</c>, <c>Resource</c> or <c>NotResource</c>. Values are patterns as written.
/// </summary>
/// <param name="IsNegated">True for the <c>Not…</c> form: everything but the values.</param>
internal sealed record PolicyPatterns(bool IsNegated, IReadOnlyList<string> Values);

/// <summary>The principals that a resource policy names.</summary>
/// <param name="IsNegated">True for <c>NotPrincipal</c>.</param>
/// <param name="Values">Each with its type (<c>AWS</c>, <c>Service</c>, <c>Federated</c>, <c>CanonicalUser</c>, or <c>*</c> for a bare
/// star) and value.</param>
internal sealed record PolicyPrincipals(bool IsNegated, IReadOnlyList<PolicyPrincipal> Values);

internal readonly record struct PolicyPrincipal(string Type, string Value);

/// <summary>One test of a <c>Condition</c> block. All tests of a statement must hold; for each, one matching value is enough.</summary>
/// <param name="Operator">As written, with any <c>ForAnyValue:</c> or <c>ForAllValues:</c> prefix and <c>IfExists</c> suffix.</param>
/// <param name="Key">As written; condition keys are compared ignoring case.</param>
internal sealed record PolicyCondition(string Operator, string Key, IReadOnlyList<string> Values);

/// <summary>One statement of a policy document.</summary>
internal sealed record PolicyStatement
{
    public required PolicyEffect Effect { get; init; }

    /// <summary>Null when the statement names neither Action nor NotAction.</summary>
    public PolicyPatterns? Actions { get; init; }

    /// <summary>
    /// Null when the statement names neither Resource nor NotResource, as in a role's trust policy; it then means every resource.
    /// </summary>
    public PolicyPatterns? Resources { get; init; }

    /// <summary>Null in a policy attached to an identity.</summary>
    public PolicyPrincipals? Principals { get; init; }

    public IReadOnlyList<PolicyCondition> Conditions { get; init; } = [];

    /// <summary>
    /// True when something in the statement is given twice or does not follow the grammar, so that it can be read in more than one way. An
    /// ambiguous Allow counts without its conditions; an ambiguous Deny does not count.
    /// </summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>True for an Allow, which counts even when ambiguous; its conditions are the <see cref="EffectiveConditions"/>.</summary>
    internal bool IsAllow => Effect == PolicyEffect.Allow;

    /// <summary>True for a Deny that takes something back whatever the circumstances.</summary>
    internal bool IsUnconditionalDeny => Effect == PolicyEffect.Deny && !IsAmbiguous && Conditions.Count == 0;

    internal IReadOnlyList<PolicyCondition> EffectiveConditions => IsAmbiguous ? [] : Conditions;

    internal bool MatchesAction(string action)
    {
        if (Actions is not { } actions) return false;
        return actions.Values.Any(pattern => Glob.Matches(pattern, action, ignoreCase: true)) != actions.IsNegated;
    }
}
