using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>The page in at most 140 ASCII characters: severity, title, outcome, account, incident.</summary>
internal static class AlertSms
{
    public const int MaxLength = 140;

    public static string Render(Alert alert)
    {
        var tail = (alert.Outcome.Length > 0 ? " " + alert.Outcome : "") + " " + PlainText.Ascii(alert.Decision.Event.AccountId ?? "", 12)
            + " #" + PlainText.Ascii(alert.Decision.Event.IncidentId, 8).TrimEnd('.');
        var head = alert.Finding.Severity.Name() + ": ";
        return head + PlainText.Ascii(alert.Finding.Title, MaxLength - head.Length - tail.Length) + tail;
    }
}
