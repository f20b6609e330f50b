using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// Reads and writes ledgers. An entry is written once and never again: the next containment takes the next number, and of two that take the
/// same one the first wins. No method throws when AWS fails.
/// </summary>
/// <param name="isOurs">Who may write ledgers; null: everybody, as where there is no configuration.</param>
public sealed class SsmLedgers(IAmazonSimpleSystemsManagement ssm, ActionCatalog actions, Func<LedgerWriter, bool>? isOurs = null)
{
    /// <summary>The most that SSM returns in one page.</summary>
    private const int PageSize = 10;

    /// <summary>As often others may be first: then something else is wrong.</summary>
    private const int MostCollisions = 8;

    /// <summary>The ledger of a path, with a ledger of the first release at the path itself.</summary>
    /// <param name="planName">The parameter with the plan of a release for which the store had no room; null: not asked.</param>
    public async Task<Read<LedgerBook>> ReadAsync(string path, CancellationToken cancellationToken, string? planName = null)
    {
        var below = BelowAsync(path, cancellationToken);
        try
        {
            List<string> names = planName is null ? [path] : [path, planName];
            var old = await ssm.GetParametersAsync(new GetParametersRequest { Names = names }, cancellationToken).ConfigureAwait(false);
            var texts = await below.ConfigureAwait(false);
            if (texts.Value is not { } found) return Read<LedgerBook>.Failed(texts.Failure ?? "");
            foreach (var parameter in old.Parameters ?? []) found[parameter.Name] = parameter.Value;
            var plan = planName is null ? null : found.GetValueOrDefault(planName);
            return Read<LedgerBook>.Of(LedgerBook.Read(path, found, actions, plan));
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            await below.ConfigureAwait(false);
            return Read<LedgerBook>.Failed(AwsFailure.Describe("GetParameters " + path, e));
        }
    }

    /// <summary>The texts below a path, by name.</summary>
    internal async Task<Read<Dictionary<string, string>>> BelowAsync(string path, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var request = new GetParametersByPathRequest { Path = path, Recursive = true, MaxResults = PageSize };
        try
        {
            do
            {
                var page = await ssm.GetParametersByPathAsync(request, cancellationToken).ConfigureAwait(false);
                foreach (var parameter in page.Parameters ?? []) found[parameter.Name] = parameter.Value;
                request.NextToken = page.NextToken;
            }
            while (request.NextToken is { Length: > 0 });

            return Read<Dictionary<string, string>>.Of(found);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<Dictionary<string, string>>.Failed(AwsFailure.Describe("GetParametersByPath " + path, e));
        }
    }

    /// <summary>Writes down what a release of this containment must restore, unless the ledger holds it already.</summary>
    /// <returns>
    /// Whether it is written, why not, and the prior state that the ledger holds now; null when it is not known to hold any.
    /// </returns>
    internal async Task<(ClaimResult Result, string? Failure, PriorState? Prior)> ClaimAsync(
        Decision decision, string path, PriorState prior, string? recordName, CancellationToken cancellationToken)
    {
        var target = decision.KnownTarget ?? decision.Target ?? throw new InvalidOperationException("a ledger needs a target");
        var standing = decision.Facts.Ledger.Value;
        var number = decision.Facts.LedgerNumber;
        for (var collisions = 0; ; collisions++)
        {
            var replaced = ReplacedBy(decision, standing);
            if (standing is { Released: false, IsIncomplete: false } && replaced is null && actions.Covers(standing.Prior, prior)
                && (prior.IsUnknown || !standing.Prior.IsUnknown))
                return (ClaimResult.AlreadyThere, null, standing.Prior);

            var name = LedgerBook.EntryName(path, number + 1);
            var texts = LedgerText.Entry(target, prior, recordName, decision.Facts.Now, replaced, actions);
            var (result, failure) = await PutAsync(name, texts, cancellationToken).ConfigureAwait(false);
            if (result == ClaimResult.Claimed) return (result, null, prior);
            if (result != ClaimResult.AlreadyThere) return (result, failure, null);
            // Another delivery was first. It may have seen our mark instead of what was there before, or have dealt with less than we do.
            if (collisions == MostCollisions)
                return (ClaimResult.Failed, $"no entry could be written below {path}: others are there first each time", null);
            if ((await ReadAsync(path, cancellationToken).ConfigureAwait(false)).Value is not { } read)
                return (ClaimResult.AlreadyThere, null, null);
            var book = await OursAsync(read, cancellationToken).ConfigureAwait(false);
            (standing, number) = (book.Of(target.Id), read.Last);
            // An unknown prior state says nothing that the others do not know better.
            if (standing is { Released: true } && prior.IsUnknown) return (ClaimResult.AlreadyThere, null, prior);
            if (standing is { Released: false }) prior = actions.Together(standing.Prior, prior);
        }
    }

    /// <summary>
    /// The book as our own roles wrote it: whoever is faster than we are must not say what a release gives back. Unread writers count as
    /// ours.
    /// </summary>
    private async Task<LedgerBook> OursAsync(LedgerBook book, CancellationToken cancellationToken)
    {
        if (isOurs is null) return book;
        var writers = await LedgerWriters.OfAsync(ssm, book.Names, cancellationToken).ConfigureAwait(false);
        var foreign = (writers.Value ?? []).Where(w => w.By is not null && !isOurs(w)).ToArray();
        return foreign.Length == 0 ? book : book.With(
            foreign.ToDictionary(static w => w.Name, static _ => (string?)null, StringComparer.Ordinal), keepsPlan: true);
    }

    /// <summary>
    /// A boundary that somebody set while the principal was contained. Ours replaces it, and a release shows it to whoever decides.
    /// </summary>
    private static string? ReplacedBy(Decision decision, LedgerState? standing) =>
        standing is { Released: false } && decision.Facts.Target.Value is { Exists: true, BoundaryArn: { } boundary }
            && !PermissionsBoundary.IsDenyAll(boundary) && !standing.Replaced.Contains(boundary, StringComparer.Ordinal)
            && standing.Prior.Part<BoundaryBefore>()?.Arn != boundary
            ? boundary
            : null;

    /// <summary>All parts at the same time; the first one decides who was first.</summary>
    private async Task<(ClaimResult, string?)> PutAsync(string name, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var further = texts.Skip(1).Select((text, i) => PutWithPatienceAsync(LedgerBook.PartName(name, i + 2), text, cancellationToken))
            .ToArray();
        var (result, failure) = await PutWithPatienceAsync(name, texts[0], cancellationToken).ConfigureAwait(false);
        foreach (var part in further)
        {
            if (await part.ConfigureAwait(false) is { Result: ClaimResult.Failed or ClaimResult.StoreFull } lost
                && result == ClaimResult.Claimed)
                (result, failure) = (lost.Result, lost.Failure);
        }

        return (result, failure);
    }

    /// <summary>Undo data exists nowhere else: one more try before it is only in the log, the record and the page.</summary>
    private async Task<(ClaimResult Result, string? Failure)> PutWithPatienceAsync(
        string name, string text, CancellationToken cancellationToken)
    {
        for (var failed = 1; ; failed++)
        {
            try
            {
                await ssm.PutParameterAsync(StandardParameter.Put(name, text, overwrite: false), cancellationToken).ConfigureAwait(false);
                return (ClaimResult.Claimed, null);
            }
            catch (ParameterAlreadyExistsException)
            {
                // Our own first try may have worked without an answer.
                if (failed > 1 && await IsWrittenAsync(name, text, cancellationToken).ConfigureAwait(false))
                    return (ClaimResult.Claimed, null);
                return (ClaimResult.AlreadyThere, null);
            }
            catch (ParameterLimitExceededException e)
            {
                return (ClaimResult.StoreFull, AwsFailure.Describe("PutParameter " + name, e));
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                if (failed == 2 || cancellationToken.IsCancellationRequested)
                    return (ClaimResult.Failed, AwsFailure.Describe("PutParameter " + name, e));
            }
        }
    }

    private async Task<bool> IsWrittenAsync(string name, string text, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = [name] }, cancellationToken).ConfigureAwait(false);
            return answer.Parameters is [{ Value: { } value }] && value == text;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return false;
        }
    }
}
