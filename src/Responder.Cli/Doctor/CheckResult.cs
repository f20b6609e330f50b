namespace Responder.Cli.Doctor;

/// <summary>The outcome of a check.</summary>
internal enum CheckOutcome
{
    Pass,
    Fail,

    /// <summary>AWS's answer could not be read; this is never a pass.</summary>
    Unknown,
}

/// <summary>One statement about the installation.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Subject">What it is about: a rule, a role, a region.</param>
/// <param name="Rests">The API answer that the statement is based on, or why there is none.</param>
internal sealed record CheckResult(string Check, string Subject, CheckOutcome Outcome, string Rests)
{
    /// <summary>Ids of the detections that see nothing, or not everything, because of it.</summary>
    public IReadOnlyList<string> Blind { get; init; } = [];

    /// <summary>The command that fixes it, quoted for a shell; null: no command does, or there is nothing to fix.</summary>
    public string? Mend { get; init; }
}

/// <summary>One check: reads AWS, changes nothing.</summary>
internal interface ICheck
{
    /// <summary>In kebab case; does not change between versions.</summary>
    string Name { get; }

    /// <summary>Ids of the detections that are blind if what is checked is missing.</summary>
    IReadOnlyList<string> Concerns { get; }

    /// <summary>May throw what <see cref="Examination"/> reports as unknown: a call failed, or an answer cannot be read.</summary>
    IAsyncEnumerable<CheckResult> RunAsync(Installation installation, CancellationToken cancellationToken);
}
