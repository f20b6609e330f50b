namespace Responder.Tests.Policies.Oracle;

/// <summary>What a generated policy means, before it is written down in one of many ways.</summary>
/// <param name="Version">As written; null: the element is absent, which means 2008-10-17.</param>
internal sealed record ModelPolicy(string? Version, IReadOnlyList<ModelStatement> Statements)
{
    public bool HasVariables => Version == "2012-10-17";
}

/// <param name="Principals">Type and value; null in a policy attached to an identity.</param>
internal sealed record ModelStatement(
    bool Allow, bool NotAction, IReadOnlyList<string> Actions, bool NotResource, IReadOnlyList<string> Resources,
    bool NotPrincipal, IReadOnlyList<(string Type, string Value)>? Principals, IReadOnlyList<ModelCondition> Conditions);

internal sealed record ModelCondition(string Operator, string Key, IReadOnlyList<string> Values);

/// <summary>Who asks for what, and what IAM knows of the circumstances.</summary>
/// <param name="Names">How a policy may name the caller: type and value. Stars are the evaluator's business.</param>
/// <param name="Context">Condition keys, lower case, with one or more values; what is not there is absent from the request.</param>
internal sealed record Request(
    string Action, string Resource, IReadOnlyList<(string Type, string Value)> Names, IReadOnlyDictionary<string, string[]> Context);
