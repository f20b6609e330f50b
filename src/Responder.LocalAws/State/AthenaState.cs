namespace Responder.LocalAws.State;

/// <summary>Athena in one account: its workgroups, the queries that were started, and what every query answers.</summary>
public sealed class AthenaState
{
    /// <summary>The workgroup that every account has.</summary>
    internal const string Primary = "primary";

    private readonly List<AthenaExecution> _queries = [];

    public ISet<string> WorkGroups { get; } = new SortedSet<string>(StringComparer.Ordinal) { Primary, "responder-hunting" };

    /// <summary>How often somebody has to ask until a query ends.</summary>
    public int Polls { get; set; } = 2;

    /// <summary>How many bytes each query reads.</summary>
    public long BytesRead { get; set; } = 123_456_789;

    /// <summary>Why every query fails; null: none does.</summary>
    public string? Failure { get; set; }

    public IReadOnlyList<string> Columns { get; set; } = [];

    public IReadOnlyList<string?[]> Rows { get; set; } = [];

    /// <summary>In the order in which they were started.</summary>
    public IReadOnlyList<AthenaExecution> Queries => _queries;

    internal void Add(AthenaExecution query) => _queries.Add(query);
}

/// <summary>One query that was started.</summary>
/// <param name="Token">What makes a retry of its start the same query.</param>
public sealed record AthenaExecution(string Id, string Region, string Statement, string WorkGroup, string? Token)
{
    /// <summary>As Athena names it: QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED.</summary>
    public string State { get; private set; } = "QUEUED";

    public string? Reason { get; private set; }

    internal int PollsLeft { get; set; }

    internal void End(string state, string? reason = null) => (State, Reason) = (state, reason);

    /// <summary>Somebody asked for it, so time has passed.</summary>
    internal void Advance(AthenaState athena)
    {
        if (State is not ("QUEUED" or "RUNNING")) return;
        if (PollsLeft-- > 0) State = "RUNNING";
        else if (athena.Failure is { } failure) End("FAILED", failure);
        else End("SUCCEEDED");
    }
}
