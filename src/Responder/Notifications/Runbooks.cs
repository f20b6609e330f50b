using Responder.Detections;

namespace Responder.Notifications;

/// <summary>Fills the placeholders of a runbook line; what comes from the event is quoted for a shell.</summary>
public static class Runbooks
{
    public static string Fill(string line, Alert alert)
    {
        if (!line.Contains('{', StringComparison.Ordinal)) return line;
        var e = alert.Decision.Event;
        return line
            .Replace("{account}", Word(e.AccountId), StringComparison.Ordinal)
            .Replace("{region}", Word(e.Region), StringComparison.Ordinal)
            .Replace("{actor}", Word(e.Actor.IssuerArn ?? e.Actor.Arn), StringComparison.Ordinal)
            .Replace("{target}", Word(alert.Finding.Target?.Name), StringComparison.Ordinal)
            .Replace("{resource}", Word(alert.Finding.Resource), StringComparison.Ordinal);
    }

    private static string Word(string? text) => string.IsNullOrEmpty(text) ? "UNKNOWN" : Shell.Quote(text);
}
