using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class TopCallers
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "top-callers",
        Title = "Who calls most?",
        Definition = "All events, counted by caller and account; services that call for themselves are there, too.",
        Days = 7,
        Where = new Exists(Caller),
        Columns = [new("caller", Caller), new("account", Account)],
        Totals =
        [
            new("calls", Aggregate.Events, Id), new("actions", Aggregate.Distinct, Name), new("addresses", Aggregate.Distinct, Address),
            new("earliest", Aggregate.Earliest, Time), new("latest", Aggregate.Latest, Time),
        ],
        Limit = 20,
    };
}
