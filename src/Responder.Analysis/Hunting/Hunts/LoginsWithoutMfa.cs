using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class LoginsWithoutMfa
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "logins-without-mfa",
        Title = "Who signed in to the console without MFA?",
        Definition = "ConsoleLogin events answered Success, of root and IAM users, whose additionalEventData.MFAUsed is not Yes. Federated "
            + "people are left out: their MFA is the "
            + "identity provider's, and CloudTrail says No for all of them.",
        Days = 30,
        Where = new All(
            Call("signin.amazonaws.com", "ConsoleLogin"), new In(Response("ConsoleLogin"), "Success"),
            new In(new RecordField("userIdentity.type"), "Root", "IAMUser"),
            new Not(new In(new Member("additionalEventData", "MFAUsed"), "Yes"))),
        Columns = Row(
            new Column("mfa_used", new Member("additionalEventData", "MFAUsed")), new Column("user_agent", new RecordField("userAgent"))),
    };
}
