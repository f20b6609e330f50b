using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// Compares what containment left with what is there now: the steps that restore the state before, and what somebody else changed in
/// between. Pure.
/// </summary>
internal sealed class ReleaseSteps
{
    private readonly List<PlannedStep> _steps = [];
    private readonly List<string> _changes = [];
    private readonly List<string> _notes = [];
    private readonly IReadOnlyList<string> _ourUndone;
    private readonly IReadOnlyList<string> _neverDone;

    /// <param name="undone">Keys of the steps that an earlier release took already.</param>
    /// <param name="neverDone">Steps (action and subject) of the containment that did not succeed.</param>
    /// <param name="boundaryChosen">A person said which boundary to restore.</param>
    public ReleaseSteps(Principal target, PriorState prior, TargetState current, IReadOnlyList<string> undone, IReadOnlyList<string> neverDone, bool boundaryChosen)
    {
        _ourUndone = undone;
        _neverDone = neverDone;
        if (!current.Principal.Exists)
        {
            _notes.Add($"the {target.Kind.ToString().ToLowerInvariant()} no longer exists; only the ledger is closed");
            return;
        }

        Policies(target, prior, current.Principal);
        Keys(prior, current.Principal);
        if (prior.Sessions is { } denial) Sessions(denial, current.SessionPolicy);
        if (prior.Version is { Set: not null } version) Version(version, current.Principal);
        if (prior.Actions.Contains(ContainmentAction.RemoveConsolePassword)) _notes.Add(ConsolePasswordRemoval.CannotUndo);
        // The boundary comes last: as long as it stands, a release that stops half-way has freed nobody.
        if (prior.SetsBoundary) Boundary(target, prior, current.Principal, boundaryChosen);
    }

    public IReadOnlyList<PlannedStep> Steps => _steps;

    public IReadOnlyList<string> Changes => _changes;

    public IReadOnlyList<string> Notes => _notes;

    private void Policies(Principal target, PriorState prior, PrincipalState current)
    {
        foreach (var arn in prior.Detached)
        {
            var step = new PlannedStep(PolicyDetachment.UndoAction(target.Kind), arn);
            if (!current.AttachedPolicyArns.Contains(arn, StringComparer.Ordinal)) _steps.Add(step);
            else if (WasOurs(step, PolicyDetachment.DoAction(target.Kind), arn)) _notes.Add($"already attached: {PlainText.OneLine(arn)}");
            else _changes.Add($"{PlainText.OneLine(arn)} was attached again by somebody else");
        }
    }

    private void Keys(PriorState prior, PrincipalState current)
    {
        foreach (var key in prior.Keys.Where(static k => k.Active))
        {
            var step = new PlannedStep(AccessKeyDeactivation.Action, key.Id);
            var now = current.Keys?.FirstOrDefault(k => k.Id == key.Id);
            if (now is null) _changes.Add($"access key {PlainText.OneLine(key.Id, 64)} was deleted by somebody else; it cannot be restored");
            else if (!now.Active) _steps.Add(step);
            else if (WasOurs(step, AccessKeyDeactivation.Action, key.Id)) _notes.Add($"access key {PlainText.OneLine(key.Id, 64)} is active already");
            else _changes.Add($"access key {PlainText.OneLine(key.Id, 64)} was activated again by somebody else");
        }
    }

    private void Sessions(SessionDenial denial, string? text)
    {
        var step = new PlannedStep(SessionRevocation.UndoAction, denial.PolicyName);
        if (text == SessionRevocation.Document(denial)) _steps.Add(step);
        else if (text is not null)
        {
            _changes.Add($"inline policy {PlainText.OneLine(denial.PolicyName, 128)} was rewritten by somebody else");
            _steps.Add(step);
        }
        else if (WasOurs(step, SessionRevocation.DoAction, denial.PolicyName)) _notes.Add($"inline policy {PlainText.OneLine(denial.PolicyName, 128)} is gone already");
        else _changes.Add($"inline policy {PlainText.OneLine(denial.PolicyName, 128)} was deleted by somebody else");
    }

    private void Version(VersionChange change, PrincipalState current)
    {
        var step = new PlannedStep(PolicyVersionRollback.Action, change.Before);
        if (current.DefaultVersion == change.Set) _steps.Add(step);
        else if (current.DefaultVersion != change.Before)
        {
            _changes.Add($"the default version is {PlainText.OneLine(current.DefaultVersion ?? "unknown", 32)}, set by somebody else");
            _steps.Add(step);
        }
        else if (WasOurs(step, PolicyVersionRollback.Action, change.Set)) _notes.Add($"the default version is {change.Before} already");
        else _changes.Add($"the default version was set back to {change.Before} by somebody else");
    }

    private void Boundary(Principal target, PriorState prior, PrincipalState current, bool chosen)
    {
        var now = current.BoundaryArn ?? "";
        var step = prior.Boundary is { Length: > 0 } before ? new PlannedStep(PermissionsBoundary.DoAction(target.Kind), before) : new PlannedStep(PermissionsBoundary.UndoAction(target.Kind), null);
        var isOurs = IsDenyAll(now);
        var isWanted = string.Equals(now, prior.Boundary, StringComparison.Ordinal);
        if (isWanted && (isOurs || chosen || WasOurs(step, PermissionsBoundary.DoAction(target.Kind), null))) _notes.Add("the boundary is already what it was before");
        else if (isWanted) _changes.Add($"the boundary was set back to {Named(now)} by somebody else");
        else
        {
            if (!isOurs && !chosen) _changes.Add($"the boundary is no longer ours: somebody else set it to {Named(now)}");
            if (prior.Boundary is not null) _steps.Add(step);
        }
    }

    /// <summary>What looks changed is our own work: an earlier release took the step, or containment never got that far.</summary>
    private bool WasOurs(PlannedStep undo, string doAction, string? subject) => _ourUndone.Contains(undo.Key, StringComparer.Ordinal)
        || _neverDone.Any(done => done == (subject is null ? doAction : doAction + " " + subject) || (subject is null && done.StartsWith(doAction + " ", StringComparison.Ordinal)));

    internal static bool IsDenyAll(string? boundary) => AwsArn.TryParse(boundary, out var arn) && arn.IsAwsManagedPolicy("AWSDenyAll");

    private static string Named(string boundary) => boundary.Length == 0 ? "none" : PlainText.OneLine(boundary);
}
