using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class AdministratorsByName
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "administrators-by-name",
        Title = "What did those change who are called administrators?",
        Definition = "Calls that do not only read, whether they worked or not, of root and of callers whose user or role is named after an "
            + "administrator: the name has admin in it, in any "
            + "case. Nobody's rights are looked up: an administrator of another name is not seen.",
        Days = 90,
        Where = new All(
            Writes,
            new Any(
                new In(new RecordField("userIdentity.type"), "Root"),
                new Contains(
                    new Lower(
                        new FirstOf(
                            new RecordField("userIdentity.sessionContext.sessionIssuer.userName"),
                            new RecordField("userIdentity.userName"))), "admin"))),
        Columns = RowWithError(),
    };
}
