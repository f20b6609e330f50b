using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class UnusualHours
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "unusual-hours",
        Title = "Who signed in to the console at night?",
        Definition = "ConsoleLogin events answered Success after 00:00:00 and before 06:00:00 UTC. A time of exactly midnight does not "
            + "count: records whose time of day was lost carry it.",
        Days = 30,
        Where = new All(
            Call("signin.amazonaws.com", "ConsoleLogin"), new In(Response("ConsoleLogin"), "Success"),
            new Between(new TimeOfDay(), "00:00:00", "06:00:00")),
        Columns = Row(
            new Column("mfa_used", new Member("additionalEventData", "MFAUsed")), new Column("user_agent", new RecordField("userAgent"))),
    };
}
