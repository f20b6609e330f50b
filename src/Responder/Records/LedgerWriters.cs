using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Events;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Reads who wrote the entries of a ledger. No method throws when AWS fails.</summary>
public static class LedgerWriters
{
    /// <summary>The most that SSM returns in one page; an entry with so many versions is none of ours.</summary>
    private const int PageSize = 50;

    /// <param name="entries">Full names of parameters.</param>
    public static async Task<Read<IReadOnlyList<LedgerWriter>>> OfAsync(
        IAmazonSimpleSystemsManagement ssm, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        try
        {
            var writers = await Task.WhenAll(entries.Select(async name =>
            {
                var history = await ssm.GetParameterHistoryAsync(
                    new GetParameterHistoryRequest { Name = name, MaxResults = PageSize }, cancellationToken).ConfigureAwait(false);
                var versions = history.Parameters ?? [];
                var last = versions.MaxBy(static v => v.Version);
                return new LedgerWriter(
                    name, AwsArn.TryParse(last?.LastModifiedUser, out _) ? last!.LastModifiedUser : null, versions.Count);
            })).ConfigureAwait(false);
            return Read<IReadOnlyList<LedgerWriter>>.Of(writers);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<IReadOnlyList<LedgerWriter>>.Failed(AwsFailure.Describe("GetParameterHistory", e));
        }
    }
}
