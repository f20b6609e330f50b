namespace Responder.Tests.Policies.Oracle;

/// <summary>The meaning of a generated policy, before it is written in one of many ways.</summary>
/// <param name="Version">The version as written; null if the element is absent, which means 2008-10-17.</param>
internal sealed record ModelPolicy(string? Version, IReadOnlyList<ModelStatement> Statements)
{
    public bool HasVariables => Version == "2012-10-17";
}

/// <param name="Principals">Type and value of each principal; null in a policy that is attached to an identity.</param>
internal sealed record ModelStatement(
    bool Allow, bool NotAction, IReadOnlyList<string> Actions, bool NotResource, IReadOnlyList<string> Resources,
    bool NotPrincipal, IReadOnlyList<(string Type, string Value)>? Principals, IReadOnlyList<ModelCondition> Conditions);

internal sealed record ModelCondition(string Operator, string Key, IReadOnlyList<string> Values);

/// <summary>Who asks for what, and what IAM knows about the circumstances.</summary>
/// <param name="Names">The names, with their types, by which a policy may refer to the caller. The evaluator handles stars.</param>
/// <param name="Context">The condition keys in lower case, each with one or more values; other keys are absent from the request.</param>
internal sealed record Request(
    string Action, string Resource, IReadOnlyList<(string Type, string Value)> Names, IReadOnlyDictionary<string, string[]> Context);
