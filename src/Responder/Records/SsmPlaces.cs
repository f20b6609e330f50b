using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Facts;

namespace Responder.Records;

/// <summary>
/// The places of this hour's containment budget: one parameter for all processes, and what this process took, which counts also where it
/// could not be written. Processes that write at the same moment overwrite each other; the version that PutParameter returns tells, and
/// what was lost is written again.
/// </summary>
internal sealed class SsmPlaces(IAmazonSimpleSystemsManagement ssm, string name)
{
    private const int MostTries = 3;

    private ContainmentBudget? _own;
    private string? _failure;

    /// <summary>The places that this process took in this hour.</summary>
    public ContainmentBudget Own(DateTimeOffset now) =>
        ContainmentBudget.Read(null, now) is var empty && _own is { } own && own.Hour == empty.Hour ? own : empty;

    /// <summary>Why a place of this hour is not written down; null: all are.</summary>
    public string? Unwritten(DateTimeOffset now) => Own(now).IsEmpty ? null : _failure;

    /// <summary>The places as the parameter has them, with our own.</summary>
    /// <param name="version">The parameter's; null: there is none yet.</param>
    public ContainmentBudget Read(string? text, long? version, DateTimeOffset now) =>
        ContainmentBudget.Read(text, now).Together(Own(now)) with { Version = version ?? 0 };

    /// <summary>Takes a place. Returns why it could not be written down, or null.</summary>
    /// <param name="budget">The places as they were read; those that were not read are not overwritten.</param>
    public async Task<string?> TakeAsync(
        BudgetPlace place, ContainmentBudget budget, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (budget.Has(place) && Unwritten(now) is null) return null;
        _own = Own(now).With(place);
        return budget.Version is { } version
            ? await WriteAsync(budget.With(place), version, now, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Writes once more what could not be written.</summary>
    /// <param name="budget">The places as they were read; null: they were not.</param>
    public async Task TryAgainAsync(ContainmentBudget? budget, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (Unwritten(now) is not null && budget?.Version is { } version)
            await WriteAsync(budget.Together(Own(now)), version, now, cancellationToken).ConfigureAwait(false);
    }

    private async Task<string?> WriteAsync(
        ContainmentBudget places, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                var answer = await ssm.PutParameterAsync(StandardParameter.Put(name, places.ToText()), cancellationToken)
                    .ConfigureAwait(false);
                _failure = null;
                if (answer.Version is not { } written || written <= version + 1 || tries == MostTries) return null;
                var history = await LedgerWriters.OfAsync(ssm, [name], cancellationToken).ConfigureAwait(false);
                if (history.Value is not [var versions]) return history.Failure;
                var together = versions.All.Where(v => v.Version > version && v.Version < written)
                    .Aggregate(places, (sum, v) => sum.Together(ContainmentBudget.Read(v.Text, now)));
                if (together.Count == places.Count) return null;
                (places, version) = (together, written);
            }
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return _failure = AwsFailure.Describe("PutParameter " + name, e);
        }
    }
}
