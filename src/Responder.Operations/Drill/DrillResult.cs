using Responder.Operations.Release;

namespace Responder.Operations.Drill;

/// <summary>How a user of a drill was taken away again.</summary>
/// <param name="Note">Whom it is about.</param>
/// <param name="Release">The release of his containment; null: none was needed, or it could not be carried out.</param>
/// <param name="IsGone">True when IAM said that there is no such user, or that the name is another one's.</param>
/// <param name="Failures">What is left, and what was on him that no drill gave; empty: nothing.</param>
/// <param name="Notes">What a person may want to know.</param>
public sealed record DrillEnding(
    DrillNote Note, ReleaseResult? Release, bool IsGone, IReadOnlyList<string> Failures, IReadOnlyList<string> Notes);

/// <summary>What a drill did and saw.</summary>
/// <param name="Seen">Null: the call was not made.</param>
/// <param name="Ending">How the user was taken away.</param>
/// <param name="Failures">Why it did not pass, those of the ending included; empty: it passed.</param>
public sealed record DrillResult(DrillNote Note, DrillSighting? Seen, DrillEnding Ending, IReadOnlyList<string> Failures)
{
    public bool Passed => Failures.Count == 0;

    internal LastDrill Last => new(Note.StartedAt, Note.By, Passed, Failures)
    {
        ContainedSeconds = Seen?.Seconds(Seen.ContainedAt),
        RecordedSeconds = Seen?.Seconds(Seen.RecordedAt),
    };
}
