using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class RefusalsInDetail
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "refusals-in-detail",
        Title = "Who was refused what, from where, and how often?",
        Definition =
            "Calls that were refused for lack of permission, sign-ins answered Failure included, counted by caller, address and call. "
            + "`--at-least` leaves out what was refused less often.",
        Days = 7,
        IsSaved = false,
        Where = Refused,
        Columns = [new("caller", Caller), new("address", Address), new("source", Source), new("event", Name), new("account", Account)],
        Totals =
        [
            new("refusals", Aggregate.Events, Id),
            new("earliest", Aggregate.Earliest, Time), new("latest", Aggregate.Latest, Time),
        ],
        Limit = 100,
    };
}
