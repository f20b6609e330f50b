using System.Text.Json;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>
/// One aspect in which an action changes its target, with all that belongs to it: what is read before, how the prior state is kept, the
/// calls, whether they still stand, which calls of others remove it, and the undo. An action has one or two measures; actions may share
/// one. Pure, except for the reads and for the calls in the plans.
/// </summary>
public abstract class Measure
{
    /// <summary>
    /// True when a release undoes it after all others: as long as it stands, a release that stops halfway has freed nobody.
    /// </summary>
    public virtual bool IsUndoneLast => false;

    /// <summary>The names of the API calls that <see cref="ReadAsync"/> makes.</summary>
    public virtual IReadOnlyList<string> Reads(PrincipalKind kind) => [];

    /// <summary>The names of the API calls that <see cref="Plan"/> plans.</summary>
    public abstract IReadOnlyList<string> Does(PrincipalKind kind);

    /// <summary>The names of the API calls that <see cref="PlanUndo"/> plans, and of the reads that only a release makes.</summary>
    public virtual IReadOnlyList<string> Undoes(PrincipalKind kind) => [];

    /// <summary>Reads what the measure will change; null when it reads nothing of its own, or could not.</summary>
    public virtual Task<StatePart?> ReadAsync(TargetReads reads) => Task.FromResult<StatePart?>(null);

    /// <summary>The same for a release, which also has to see what we put.</summary>
    public virtual Task<StatePart?> ReadForReleaseAsync(TargetReads reads, PriorState prior) => ReadAsync(reads);

    /// <summary>
    /// What must be known to undo it, from what was read and what an earlier delivery wrote down (null: nothing); null when there is
    /// nothing to know.
    /// </summary>
    public virtual PriorPart? Take(Decision decision, PriorState? known) => null;

    /// <summary>The measure's part of a prior state; null when there is none.</summary>
    public virtual PriorPart? PartOf(PriorState? prior) => null;

    /// <summary>What the steps show to have been there, if the prior state does not say so; null: it says all.</summary>
    /// <param name="steps">The steps of a containment.</param>
    public virtual PriorPart? Found(IReadOnlyList<ContainmentStep> steps, PriorState prior) => null;

    /// <summary>
    /// Merges what the ledger holds with what another delivery read: the first to write knows better what was there before.
    /// </summary>
    public virtual PriorPart? Together(PriorState standing, PriorState read) => null;

    /// <summary>True when the state that stands includes everything that the other one says about this measure.</summary>
    public virtual bool Covers(PriorState standing, PriorState prior) => true;

    /// <summary>Writes its members of <c>prior</c>, for ledgers, records and log lines.</summary>
    public virtual void Write(Utf8JsonWriter writer, PriorState prior)
    {
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="prior">The object, or an absent one.</param>
    /// <param name="isTaken">Whether the measure was taken, as the names of the actions say.</param>
    public virtual PriorPart? Read(JsonView prior, bool isTaken) => null;

    /// <summary>Writes what else the log keeps of the state that was read.</summary>
    public virtual void WriteFound(Utf8JsonWriter writer, PrincipalState? found)
    {
    }

    /// <summary>The calls that the measure makes, or why it makes none.</summary>
    public abstract IEnumerable<PlannedCall> Plan(Principal target, Decision decision, PriorState prior);

    /// <summary>True when the target looks as the measure leaves it, by our work or by somebody else's.</summary>
    public virtual bool LooksDone(PrincipalState state, PriorState prior) => false;

    /// <summary>What a call removes, provided that we put it on; null when it removes nothing of this kind.</summary>
    /// <param name="e">A successful IAM call.</param>
    public virtual TakenOff? TakenOffBy(CloudTrailEvent e) => null;

    /// <summary>True when we put on what the call removed.</summary>
    public virtual bool WasOn(TakenOff taken, PriorState prior) => false;

    /// <summary>True when the call restores what the prior state holds: it is a step of a release.</summary>
    public virtual bool Restores(CloudTrailEvent e, PriorState prior) => false;

    /// <summary>Adds the steps that undo it, what somebody has changed since, and what a person should know.</summary>
    public virtual void PlanUndo(UndoPlan plan, PriorState prior)
    {
    }

    /// <summary>Sentences about what a release cannot know to be ours.</summary>
    /// <param name="skipped">Steps of the containment that found nothing to do.</param>
    public virtual IEnumerable<string> Unsure(Principal target, IReadOnlyList<PlannedStep> skipped, PriorState prior, PrincipalState now) =>
        [];

    /// <summary>The prior state, in a few words each.</summary>
    public virtual IEnumerable<string> Before(PriorState prior) => [];

    /// <summary>The current state, in a few words each.</summary>
    public virtual IEnumerable<string> Now(PrincipalState now, PriorState prior) => [];
}

/// <summary>A measure that keeps something of the prior state.</summary>
/// <typeparam name="TPart">What it keeps.</typeparam>
public abstract class Measure<TPart> : Measure where TPart : PriorPart
{
    public sealed override PriorPart? PartOf(PriorState? prior) => prior?.Part<TPart>();

    public sealed override PriorPart? Take(Decision decision, PriorState? known) => Take(decision, known?.Part<TPart>());

    public sealed override PriorPart? Together(PriorState standing, PriorState read) => (standing.Part<TPart>(), read.Part<TPart>()) switch
    {
        ({ } first, { } second) => Together(first, second),
        var (first, second) => first ?? second,
    };

    public sealed override bool Covers(PriorState standing, PriorState prior) => Covers(standing.Part<TPart>(), prior.Part<TPart>());

    public sealed override void Write(Utf8JsonWriter writer, PriorState prior) => Write(writer, prior.Part<TPart>());

    public sealed override bool WasOn(TakenOff taken, PriorState prior) => prior.Part<TPart>() is { } part && WasOn(taken, part);

    public sealed override bool Restores(CloudTrailEvent e, PriorState prior) => prior.Part<TPart>() is { } part && Restores(e, part);

    public sealed override void PlanUndo(UndoPlan plan, PriorState prior)
    {
        if (prior.Part<TPart>() is { } part) PlanUndo(plan, part);
    }

    public sealed override IEnumerable<string> Before(PriorState prior) => prior.Part<TPart>() is { } part ? Before(part) : [];

    /// <summary>
    /// What is kept, from what was read and what an earlier delivery wrote down (null: nothing); null when there is nothing to undo.
    /// </summary>
    protected abstract TPart? Take(Decision decision, TPart? known);

    protected abstract TPart Together(TPart standing, TPart read);

    protected virtual bool Covers(TPart? standing, TPart? prior) => Equals(standing, prior);

    protected abstract void Write(Utf8JsonWriter writer, TPart? part);

    protected virtual bool WasOn(TakenOff taken, TPart part) => false;

    protected virtual bool Restores(CloudTrailEvent e, TPart part) => false;

    protected abstract void PlanUndo(UndoPlan plan, TPart part);

    protected abstract IEnumerable<string> Before(TPart part);
}
