using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Detections.Iam;
using Responder.Events;
using Responder.Facts;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder;

/// <content>Who bears a new name, and what the old one is known for.</content>
public sealed partial class AwsFacts
{
    /// <summary>Reads the user under his new name, and what the old one is known for.</summary>
    private async Task<Answer.Renamed> RenamedAsync(
        Task<IamAccess> access, Question.Renamed question, CloudTrailEvent e, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_storeTime, time);
        using var store = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var reading = incidents.Renames.ReadAsync(question.From, question.To, store.Token);
        var reached = await access.ConfigureAwait(false);
        var stored = await reading.ConfigureAwait(false);
        Answer.Renamed Unread(string? because) => new(false, null, false) { Failure = because };
        if (reached.Client is not { } iam) return Unread(reached.Failure);
        if (!stored.Known) return Unread(stored.Failure);
        try
        {
            var (ledger, wanted) = stored.Value;
            var (foreign, _) = await _trusted.ForeignAsync(
                [.. ledger?.Entries ?? [], .. wanted is null ? (string[])[] : [wanted.Name]], store.Token).ConfigureAwait(false);
            if (ledger?.Entries.Any(name => foreign.Any(w => w.Name == name)) == true) ledger = null;
            if (wanted is not null && foreign.Any(w => w.Name == wanted.Name)) wanted = null;
            var to = question.To;
            var state = await IamTargets.ReadAsync(iam, to, [PolicyDetachment.Shared], cancellationToken).ConfigureAwait(false);
            var since = e.EventTime;
            bool IsAnother(PrincipalState read) => ledger is { Released: false, PrincipalId: { } id } && read.Id is { } other
                && id != other;
            for (var names = 0; names < MostNames && (!state.Exists || IsAnother(state)); names++)
            {
                // Renamed once more, and told of it first.
                if (await incidents.Renames.NowOfAsync(to, store.Token).ConfigureAwait(false) is not { } note || note.At < since) break;
                (to, since) = (note.To, note.At); // an older note is about somebody who had the name before
                state = await IamTargets.ReadAsync(iam, to, [PolicyDetachment.Shared], cancellationToken).ConfigureAwait(false);
            }

            if (!state.Exists)
                return Unread(e.IsOlderThan(time.GetUtcNow(), Decision.Young) ? null : $"GetUser: IAM does not know {to} yet");
            to = to with { Arn = state.Arn, Id = state.Id };
            var isMarked = PermissionsBoundary.IsDenyAll(state.BoundaryArn);
            var attached = state.Part<AttachedPolicies>()?.Arns ?? [];
            // A group has no boundary: what was done to it stands as long as what was detached is not attached again.
            var stands = to.Kind == PrincipalKind.Group
                ? ledger?.Prior.Part<DetachedPolicies>()?.Arns.Intersect(attached, StringComparer.Ordinal).Any() != true
                : isMarked;
            if (ledger is { Released: false } && (ledger.PrincipalId is null ? stands : ledger.PrincipalId == state.Id))
                return new Answer.Renamed(true, null, false)
                {
                    To = to,
                    PutsBack = stands ? null : actions.Repeatable(ledger.Prior.Actions),
                };
            var policies = new IamPolicies(iam);
            // Whoever was made after the grant is not the one who got it.
            var isJudged = ledger is { Released: true, ReleasedAt: { } released } && released >= wanted?.CalledAt
                && (ledger.PrincipalId is null || state.Id is null || ledger.PrincipalId == state.Id);
            var isHeld = wanted is not null && !isJudged && e.EventTime is { } renamedAt && renamedAt - wanted.CalledAt < s_wantedFor
                && (state.Created is null || state.Created <= wanted.CalledAt)
                && (wanted.Grant.PolicyArn is { } arn
                    ? attached.Contains(arn, StringComparer.Ordinal)
                    : await policies.HoldsAsync(to, wanted.Grant, cancellationToken).ConfigureAwait(false) == true);
            if (isHeld) return new Answer.Renamed(false, wanted!.Grant, true) { To = to };
            var held = to.Kind == PrincipalKind.User
                ? await policies.HeldAsync(to.Kind, to.Name, cancellationToken).ConfigureAwait(false) as Answer.HeldPolicies
                : null;
            var isAdministrator = held is not null
                && (held.Policies.Any(static p => ManagedPolicies.KindOf(p.Arn) == ManagedPolicyKind.Administrator)
                || IdentityAccess.WhatIsGranted(
                    [.. held.Policies.Select(static p => PolicyDocument.Read(p.Document))],
                    PolicyGrants.Circumstances(e, to, held.Policies, [])).IsAdministrator);
            return new Answer.Renamed(false, null, isAdministrator || isMarked) { To = to };
        }
        catch (Exception failure) when (AwsFailure.Is(failure))
        {
            return Unread(AwsFailure.Describe("who was renamed", failure));
        }
    }
}
