namespace Responder.Analysis.Hunting.Query;

internal static class SqlText
{
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    public static string Literals(IEnumerable<string> texts) => string.Join(", ", texts.Select(Literal));
}
