using System.Text.Json;
using Responder.Decisions;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>Prior states of contained principals, which the measures of all actions take, merge, write and read.</summary>
public static class PriorStates
{
    /// <summary>
    /// What a release must restore, from what was read and from what an earlier delivery wrote down. The latter (the ledger, else the
    /// record) counts more than what is read now, which may be our own work.
    /// </summary>
    public static PriorState PriorOf(this ActionCatalog actions, Decision decision)
    {
        var facts = decision.Facts;
        var known = facts.Ledger.Value is { Released: false } ledger ? ledger.Prior : facts.Record.Value?.Prior;
        var taken = actions.MeasuresOf(decision.Actions);
        return new PriorState(
            [.. (known?.Actions ?? []).Union(decision.Actions)],
            [.. actions.Measures.Select(m => taken.Contains(m) ? m.Take(decision, known) : m.PartOf(known)).OfType<PriorPart>()]);
    }

    /// <summary>
    /// Merges what the ledger of a principal holds with what another delivery read: the first to write knows better what was there before.
    /// </summary>
    public static PriorState Together(this ActionCatalog actions, PriorState standing, PriorState read) => new(
        [.. standing.Actions.Union(read.Actions)], [.. actions.Measures.Select(m => m.Together(standing, read)).OfType<PriorPart>()]);

    /// <summary>The prior state with what the steps of its containment show to have been there; null: it says all.</summary>
    public static PriorState? WithFound(this ActionCatalog actions, PriorState prior, IReadOnlyList<ContainmentStep> steps)
    {
        PriorPart[] found = [.. actions.MeasuresOf(prior.Actions).Select(m => m.Found(steps, prior)).OfType<PriorPart>()];
        return found.Length == 0 ? null : found.Aggregate(prior, static (state, part) => state.With(part));
    }

    /// <summary>True when the state that stands includes everything that the other one says.</summary>
    public static bool Covers(this ActionCatalog actions, PriorState standing, PriorState prior) =>
        prior.Actions.All(standing.Actions.Contains) && actions.Measures.All(m => m.Covers(standing, prior));

    /// <summary>The calls that containing makes; nothing is called yet.</summary>
    public static IReadOnlyList<PlannedCall> Plan(this ActionCatalog actions, Decision decision, PriorState prior) =>
        decision.Target is { } target
        ? [.. actions.Of(decision.Actions).SelectMany(static a => a.Measures).SelectMany(m => m.Plan(target, decision, prior))]
        : [];

    /// <summary>The target has our boundary, or lacks what containment takes from it.</summary>
    public static bool LooksContained(this ActionCatalog actions, Decision decision, PriorState prior) =>
        PermissionsBoundary.IsMarked(decision)
        || (decision.Facts.Target.Value is { } state && actions.MeasuresOf(prior.Actions).Any(m => m.LooksDone(state, prior)));

    /// <summary>The measures that a release has to undo, in its order: those that were taken or left something.</summary>
    public static IEnumerable<Measure> ToUndo(this ActionCatalog actions, PriorState prior)
    {
        var taken = actions.MeasuresOf(prior.Actions);
        return actions.Measures.Where(m => taken.Contains(m) || m.PartOf(prior) is not null).OrderBy(static m => m.IsUndoneLast);
    }

    /// <summary>Writes <c>"prior":{…}</c>, as ledgers, records and log lines have it.</summary>
    public static void WritePrior(this ActionCatalog actions, Utf8JsonWriter writer, PriorState prior)
    {
        writer.WriteStartObject("prior");
        writer.WriteStartArray("actions");
        foreach (var action in prior.Actions) writer.WriteStringValue(action.Name);
        writer.WriteEndArray();
        foreach (var measure in actions.Measures) measure.Write(writer, prior);
        writer.WriteEndObject();
    }

    /// <summary>Reads what <see cref="WritePrior"/> wrote. An absent object stands for an old containment that nobody wrote down.</summary>
    public static PriorState ReadPrior(this ActionCatalog actions, JsonView prior)
    {
        // A ledger from before there were several actions means the only one that there was.
        ContainmentAction[] done = [.. prior["actions"].Exists
            ? prior["actions"].Items.Select(i => actions.Find(i.Text ?? "")).OfType<ContainmentAction>()
            : actions.All.Where(static a => a.IsOfOldLedgers)];
        var taken = done.SelectMany(static a => a.Measures).ToHashSet();
        return new PriorState(
            [.. done.Select(static a => a.Id)], [.. actions.Measures.Select(m => m.Read(prior, taken.Contains(m))).OfType<PriorPart>()]);
    }
}
