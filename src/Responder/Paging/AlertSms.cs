using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>The page in at most 140 ASCII characters: severity, title, mark, account, incident.</summary>
internal static class AlertSms
{
    public const int MaxLength = 140;

    public static string Render(Alert alert)
    {
        var tail = (alert.Mark.Length > 0 ? " " + alert.Mark : "") + " " + PlainText.Ascii(alert.Decision.Event.AccountId ?? "", 12)
            + " #" + PlainText.Ascii(alert.Decision.Event.IncidentId, 8).TrimEnd('.');
        var head = alert.Finding.Severity.Name() + ": ";
        return head + PlainText.Ascii(alert.Finding.Title, MaxLength - head.Length - tail.Length) + tail;
    }
}
