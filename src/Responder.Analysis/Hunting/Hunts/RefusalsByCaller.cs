using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class RefusalsByCaller
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "refusals-by-caller",
        Title = "Who was refused, and how often?",
        Definition = "Calls that were refused for lack of permission, sign-ins answered Failure included, counted by caller and account. "
            + "Other errors do not count.",
        Days = 7,
        Where = Refused,
        Columns = [new("caller", Caller), new("account", Account)],
        Totals =
        [
            new("refusals", Aggregate.Events, Id), new("actions", Aggregate.Distinct, Name), new("addresses", Aggregate.Distinct, Address),
            new("earliest", Aggregate.Earliest, Time), new("latest", Aggregate.Latest, Time),
        ],
        Limit = 100,
    };
}
