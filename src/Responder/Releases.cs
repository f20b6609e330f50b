using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;

namespace Responder;

/// <summary>
/// Tells the calls of a release from those of somebody who only has its role. A release writes down its plan before its first call, and the
/// request ids of its calls; CloudTrail reports the same ids, and nobody else can have them. That alone would make the role a silent
/// administrator, so the call must also restore what the ledger holds, and one of the responder's roles must have written that.
/// </summary>
internal sealed class Releases(IIncidents incidents, ResponderOptions options, ActionCatalog actions)
{
    private readonly ParameterNames _names = new(options.ParameterRoot);

    /// <summary>A plan ends 15 minutes after it was written; clocks differ by less than this.</summary>
    private static readonly TimeSpan s_planTime = TimeSpan.FromMinutes(16);

    /// <summary>What a finished release called is timed by AWS, and its end by the clock of whoever released.</summary>
    private static readonly TimeSpan s_clocks = TimeSpan.FromSeconds(5);

    /// <param name="ledger">What the ledger says about whom the event names.</param>
    /// <param name="book">
    /// All that is written under that name: a call of a release that is told late names somebody who may bear another name by then.
    /// </param>
    public async Task<(ReleaseMatch Match, string? ByHand)> OfAsync(
        CloudTrailEvent e, LedgerState? ledger, LedgerBook? book, CancellationToken cancellationToken)
    {
        if (ledger is null || !HasItsId(e, ledger))
            ledger = book?.Ids.Select(book.Of).OfType<LedgerState>().FirstOrDefault(state => HasItsId(e, state)) ?? ledger;
        // Whoever gains by a policy's version has a ledger, too; the release is in that of the policy.
        if (e.Actor.IssuerArn is { } issuer && options.IsReleaseRole(issuer) && ReleaseCall.PolicyOf(e) is { } policy)
            ledger = (await incidents.ReadLedgerAsync(_names.Ledger(policy), cancellationToken).ConfigureAwait(false)).Value?.Of(null);
        if (ledger is null || !(HasItsId(e, ledger) || IsPlanned(e, ledger))) return (ReleaseMatch.None, null);
        if (ledger.Entries.Count == 0 || !actions.Restores(e, ledger.Prior)) return (ReleaseMatch.Unsupported, null);
        // Without configuration there is nothing to compare the writers with, as where a developer tries the responder.
        if (options.ResponderRoleArns.Count == 0) return (ReleaseMatch.Restores, null);
        var read = await incidents.WritersAsync(ledger.Entries, cancellationToken).ConfigureAwait(false);
        if (read.Value is not { } writers || writers.Any(static w => w.By is null)) return (ReleaseMatch.Unproven, null);
        var foreign = writers.Where(w => !w.IsOneOf(options.ResponderRoleArns)).ToArray();
        if (foreign.Length == 0) return (ReleaseMatch.Restores, null);
        return options.OperatorRoleArn is { } byHand && Array.TrueForAll(foreign, w => w.IsOneOf([byHand]))
            ? (ReleaseMatch.RestoresByHand, foreign[0].By)
            : (ReleaseMatch.None, null);
    }

    private static bool HasItsId(CloudTrailEvent e, LedgerState ledger) =>
        e.RequestId is { Length: > 0 } id && ledger.ReleaseRequestIds.Contains(id, StringComparer.Ordinal);

    private bool IsPlanned(CloudTrailEvent e, LedgerState ledger) => e.Actor.IssuerArn is { } issuer && options.IsReleaseRole(issuer)
        && ledger.Release is { Until: { } until } plan
        && e.EventTime is { } at && at <= until && at >= until - s_planTime
        // A plan that was carried out allows nothing more.
        && (!plan.IsDone || plan.At is not { } done || at <= done + s_clocks)
        && ReleaseCall.NameOf(e) is { } call && plan.Calls.Contains(call, StringComparer.Ordinal);
}
