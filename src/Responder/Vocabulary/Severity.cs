namespace Responder.Vocabulary;

/// <summary>How much an on-call engineer must care. Ordered: a higher value is worse.</summary>
public enum Severity
{
    None,
    Low,
    Medium,
    High,
    Critical,
}

public static class SeverityNames
{
    /// <summary>CRITICAL, HIGH, MEDIUM, LOW, none: the words of every output.</summary>
    public static string Name(this Severity severity) => severity switch
    {
        Severity.Critical => "CRITICAL",
        Severity.High => "HIGH",
        Severity.Medium => "MEDIUM",
        Severity.Low => "LOW",
        _ => "none",
    };

    /// <summary>Reads a severity word in any case.</summary>
    public static bool TryParse(string? text, out Severity severity)
    {
        foreach (var value in (Severity[])[Severity.None, Severity.Low, Severity.Medium, Severity.High, Severity.Critical])
        {
            if (!string.Equals(text, value.Name(), StringComparison.OrdinalIgnoreCase)) continue;
            severity = value;
            return true;
        }

        severity = Severity.None;
        return false;
    }
}
