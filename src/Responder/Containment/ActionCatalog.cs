using Responder.Containment.Actions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>All containment actions, and what follows from that list.</summary>
public sealed class ActionCatalog(IReadOnlyList<ContainmentAction> actions)
{
    /// <summary>The actions that ship with the responder.</summary>
    public static ActionCatalog Default { get; } = new(ContainmentActions.All);

    public IReadOnlyList<ContainmentAction> All { get; } = actions;

    /// <summary>The measures of all actions, each once.</summary>
    public IReadOnlyList<Measure> Measures { get; } = [.. actions.SelectMany(static a => a.Measures).Distinct()];

    public ContainmentAction? Find(string name) => All.FirstOrDefault(a => a.Id.Name == name);

    /// <summary>The actions with these ids, in the same order; an unknown id is left out.</summary>
    public IReadOnlyList<ContainmentAction> Of(IEnumerable<ActionId> ids) =>
        [.. ids.Select(id => Find(id.Name)).OfType<ContainmentAction>()];

    /// <summary>The measures of these actions, each once, in the order of <see cref="Measures"/>.</summary>
    public IReadOnlyList<Measure> MeasuresOf(IEnumerable<ActionId> ids)
    {
        var taken = Of(ids).SelectMany(static a => a.Measures).ToHashSet();
        return [.. Measures.Where(taken.Contains)];
    }

    /// <summary>The measures of those actions that work on this kind of target.</summary>
    public IReadOnlyList<Measure> MeasuresOn(PrincipalKind kind, IEnumerable<ActionId> ids) =>
        MeasuresOf(Of(ids).Where(a => a.Target == kind).Select(static a => a.Id));

    /// <summary>The names of the API calls that read the actions' targets: "GetUser, ListAccessKeys".</summary>
    public string ReadCalls(IEnumerable<ActionId> ids) =>
        string.Join(", ", Of(ids).SelectMany(static a => a.Reads).Distinct().Select(static permission => permission["iam:".Length..]));

    /// <summary>The actions that can be repeated, which are all but those done by hand only.</summary>
    public IReadOnlyList<ActionId> Repeatable(IEnumerable<ActionId> ids) =>
        [.. Of(ids).Where(static a => !a.IsByHandOnly).Select(static a => a.Id)];

    /// <summary>
    /// What the call removes, if a containment put it on; null when the call failed or removes nothing that a containment puts on.
    /// </summary>
    public TakenOff? TakenOffBy(CloudTrailEvent e)
    {
        if (e.EventSource != IamCall.Source || e.Outcome != CallOutcome.Succeeded || e.IsDataOrNetworkCopy) return null;
        return Measures.Select(m => m.TakenOffBy(e)).FirstOrDefault(static taken => taken is not null) is { } taken
            && taken.Target.Kind is PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group
            ? taken
            : null;
    }

    /// <summary>True when the target shows that what the call removes is on it now.</summary>
    public static bool StillStands(TakenOff taken, PrincipalState state, PriorState prior) => taken.Measure is PermissionsBoundary
        ? PermissionsBoundary.IsDenyAll(state.BoundaryArn)
        : taken.Measure.LooksDone(state, prior);

    /// <summary>True when the ledger holds the containment, nobody has released it, and the call removed a part of it.</summary>
    public static bool IsPutBackDue(LedgerState? ledger, TakenOff taken) =>
        ledger is { Released: false, Prior: { } prior } && taken.Measure.WasOn(taken, prior);
}
