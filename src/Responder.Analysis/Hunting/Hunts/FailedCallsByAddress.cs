using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class FailedCallsByAddress
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "failed-calls-by-address",
        Title = "From where did calls fail, and how often?",
        Definition = "Calls that did not work for any reason (an error code, an error message, a sign-in answered Failure), counted by "
            + "source address.",
        Days = 7,
        Where = Failed,
        Columns = [new("address", Address)],
        Totals =
        [
            new("failures", Aggregate.Events, Id), new("callers", Aggregate.Distinct, Caller), new("actions", Aggregate.Distinct, Name),
            new("earliest", Aggregate.Earliest, Time), new("latest", Aggregate.Latest, Time),
        ],
        Limit = 100,
    };
}
