using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Events;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Reads who wrote parameters: the entries of a ledger, the settings. No method throws when AWS fails.</summary>
public static class LedgerWriters
{
    /// <summary>The most that SSM returns in one page, the oldest first. It keeps 100 versions.</summary>
    private const int PageSize = 50;

    private const int MostPages = 4;

    /// <param name="entries">Full names of parameters.</param>
    public static async Task<Read<IReadOnlyList<LedgerWriter>>> OfAsync(
        IAmazonSimpleSystemsManagement ssm, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        try
        {
            var writers = await Task.WhenAll(entries.Select(async name =>
            {
                var versions = new List<ParameterHistory>();
                var request = new GetParameterHistoryRequest { Name = name, MaxResults = PageSize };
                for (var page = 0; page < MostPages; page++)
                {
                    var history = await ssm.GetParameterHistoryAsync(request, cancellationToken).ConfigureAwait(false);
                    versions.AddRange(history.Parameters ?? []);
                    if (history.NextToken is not { Length: > 0 } next) break;
                    request.NextToken = next;
                }

                return new LedgerWriter(name, WriterOf(versions.MaxBy(static v => v.Version)), versions.Count)
                {
                    FirstBy = WriterOf(versions.Find(static v => v.Version == 1)),
                    All = [.. versions.Select(static v => new WrittenVersion(WriterOf(v), v.Value ?? "", v.Version ?? 0))],
                };
            })).ConfigureAwait(false);
            return Read<IReadOnlyList<LedgerWriter>>.Of(writers);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<IReadOnlyList<LedgerWriter>>.Failed(AwsFailure.Describe("GetParameterHistory", e));
        }
    }

    private static string? WriterOf(ParameterHistory? version) =>
        AwsArn.TryParse(version?.LastModifiedUser, out _) ? version!.LastModifiedUser : null;
}
