using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class RootActivity
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "root-activity",
        Title = "What did root do?",
        Definition = "Everything that root did or tried itself: the identity is of type Root, no service made the call for it (invokedBy), "
            + "and it is no event of a service "
            + "(eventType AwsServiceEvent).",
        Days = 30,
        Where = new All(
            new In(new RecordField("userIdentity.type"), "Root"), new Not(new Exists(new RecordField("userIdentity.invokedBy"))),
            new Not(new In(new RecordField("eventType"), "AwsServiceEvent"))),
        Columns = RowWithError(new Column("user_agent", new RecordField("userAgent"))),
    };
}
