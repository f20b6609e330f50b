using Responder.LocalAws;
using Responder.Logs;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Cli.Replay;

/// <summary>One event and its outcome.</summary>
internal sealed record Replayed(EventInput Input, Response Response)
{
    /// <summary>The calls it caused; null when they went to an endpoint that is not ours.</summary>
    public IReadOnlyList<Call>? Calls { get; init; }

    /// <summary>Current text of the record; null: there is none, or it was not read.</summary>
    public string? RecordText { get; init; }

    public KeyValuePair<string, string>? Ledger { get; init; }
}

/// <summary>Where events are replayed: the main path on some AWS.</summary>
internal interface IReplayTarget : IAsyncDisposable
{
    ResponderOptions Options { get; }

    Task<Replayed> RespondAsync(EventInput input, CancellationToken cancellationToken);
}
