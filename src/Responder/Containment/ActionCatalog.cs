using Responder.Containment.Actions;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Containment;

/// <summary>The containment actions that there are, and what follows from the list of them.</summary>
public sealed class ActionCatalog(IReadOnlyList<ContainmentAction> actions)
{
    /// <summary>Those that ship with the responder.</summary>
    public static ActionCatalog Default { get; } = new(ContainmentActions.All);

    public IReadOnlyList<ContainmentAction> All { get; } = actions;

    /// <summary>What all actions change, each once.</summary>
    public IReadOnlyList<Measure> Measures { get; } = [.. actions.SelectMany(static a => a.Measures).Distinct()];

    public ContainmentAction? Find(string name) => All.FirstOrDefault(a => a.Id.Name == name);

    /// <summary>In the order of the ids; an id that is none of them is left out.</summary>
    public IReadOnlyList<ContainmentAction> Of(IEnumerable<ActionId> ids) =>
        [.. ids.Select(id => Find(id.Name)).OfType<ContainmentAction>()];

    /// <summary>What the actions change, each once, in the order of the list.</summary>
    public IReadOnlyList<Measure> MeasuresOf(IEnumerable<ActionId> ids)
    {
        var taken = Of(ids).SelectMany(static a => a.Measures).ToHashSet();
        return [.. Measures.Where(taken.Contains)];
    }

    /// <summary>The same of those actions that work on this kind of target.</summary>
    public IReadOnlyList<Measure> MeasuresOn(PrincipalKind kind, IEnumerable<ActionId> ids) =>
        MeasuresOf(Of(ids).Where(a => a.Target == kind).Select(static a => a.Id));

    /// <summary>Names of the API calls by which the actions' targets are read: "GetUser, ListAccessKeys".</summary>
    public string ReadCalls(IEnumerable<ActionId> ids) =>
        string.Join(", ", Of(ids).SelectMany(static a => a.Reads).Distinct().Select(static permission => permission["iam:".Length..]));

    /// <summary>What was done without what is done by hand only: what can be done once more.</summary>
    public IReadOnlyList<ActionId> Repeatable(IEnumerable<ActionId> ids) =>
        [.. Of(ids).Where(static a => !a.IsByHandOnly).Select(static a => a.Id)];

    /// <summary>
    /// What the call takes off if a containment put it on; null: it did not succeed, or takes off nothing that a containment puts on.
    /// </summary>
    public TakenOff? TakenOffBy(CloudTrailEvent e)
    {
        if (e.EventSource != IamCall.Source || e.Outcome != CallOutcome.Succeeded || e.IsDataOrNetworkCopy) return null;
        return Measures.Select(m => m.TakenOffBy(e)).FirstOrDefault(static taken => taken is not null) is { } taken
            && taken.Target.Kind is PrincipalKind.User or PrincipalKind.Role or PrincipalKind.Group
            ? taken
            : null;
    }

    /// <summary>True: the containment stands in the ledger, nobody has released it, and the call took a part of it away.</summary>
    public static bool IsPutBackDue(LedgerState? ledger, TakenOff taken) =>
        ledger is { Released: false, Prior: { } prior } && taken.Measure.WasOn(taken, prior);
}
