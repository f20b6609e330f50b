namespace Responder.Cli.Doctor;

/// <summary>What a check says.</summary>
public enum CheckOutcome
{
    Pass,
    Fail,

    /// <summary>AWS's answer could not be read: never a pass.</summary>
    Unknown,
}

/// <summary>One statement about the installation.</summary>
/// <param name="Check">Name of the check.</param>
/// <param name="Subject">What it is about: a rule, a role, a region.</param>
/// <param name="Rests">The API answer on which it rests, or why there is none.</param>
internal sealed record CheckResult(string Check, string Subject, CheckOutcome Outcome, string Rests)
{
    /// <summary>Ids of the detections that see nothing, or not all, because of it.</summary>
    public IReadOnlyList<string> Blind { get; init; } = [];

    /// <summary>The command that mends it, quoted for a shell; null: none does, or there is nothing to mend.</summary>
    public string? Mend { get; init; }
}

/// <summary>One check: reads AWS, changes nothing.</summary>
internal interface ICheck
{
    /// <summary>Kebab case, stable.</summary>
    string Name { get; }

    /// <summary>Ids of the detections that are blind if what is checked is not there.</summary>
    IReadOnlyList<string> Concerns { get; }

    /// <summary>May throw what <see cref="Examination"/> takes for unknown: a call that failed, an answer that cannot be read.</summary>
    IAsyncEnumerable<CheckResult> RunAsync(Installation installation, CancellationToken cancellationToken);
}
