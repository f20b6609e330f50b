using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Facts;
using Responder.Records;

namespace Responder.Operations.Release;

/// <summary>What a release reads and writes in Parameter Store.</summary>
internal sealed class ReleaseStore(IAmazonSimpleSystemsManagement ssm, ParameterNames names, ActionCatalog actions)
{
    private readonly SsmLedgers _ledgers = new(ssm, actions);

    /// <summary>
    /// The ledger, under the name that its principal bears now: a user who was renamed after he was contained has his ledger there.
    /// </summary>
    public async Task<(string Path, LedgerBook Book)> BookAsync(string path, string? id, CancellationToken cancellationToken)
    {
        var seen = new List<(string Path, LedgerBook Book)>();
        for (string? next = path; next is not null && seen.TrueForAll(s => s.Path != next);)
        {
            var read = await _ledgers.ReadAsync(next, cancellationToken, names.Plan).ConfigureAwait(false);
            var book = read.Value ?? throw new ReleaseException($"the ledger could not be read: {read.Failure}");
            seen.Add((next, book));
            if (book.Of(id) is { Released: false }) return (next, book);
            next = book.MovedTo(id);
        }

        return seen.MaxBy(s => s.Book.Of(id)?.ReleasedAt ?? DateTimeOffset.MinValue);
    }

    /// <summary>Whom the name of a ledger means since a rename; null: nobody wrote one down, or it could not be read.</summary>
    public async Task<RenameNote?> RenamedAsync(string path, CancellationToken cancellationToken) =>
        await ReadAsync(ParameterNames.RenamedOf(path), cancellationToken).ConfigureAwait(false) is { } text
            ? SsmRenames.Renamed(text)
            : null;

    /// <summary>The full name of an incident's record; null: there is none.</summary>
    /// <param name="incident">Full name of the record, or the bare event id.</param>
    /// <exception cref="ReleaseException">There are several.</exception>
    public async Task<string?> FindAsync(string incident, CancellationToken cancellationToken)
    {
        if (incident.StartsWith('/')) return incident;
        var id = ParameterNames.Encode(incident);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var request = new DescribeParametersRequest
        {
            ParameterFilters = [new ParameterStringFilter { Key = "Name", Option = "Contains", Values = [id] }],
        };
        do
        {
            var page = await ssm.DescribeParametersAsync(request, cancellationToken).ConfigureAwait(false);
            foreach (var parameter in page.Parameters ?? [])
            {
                if (parameter.Name.StartsWith(names.IncidentsRoot + "/", StringComparison.Ordinal)
                    && parameter.Name.EndsWith("/" + id, StringComparison.Ordinal)) found.Add(parameter.Name);
            }

            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return found.Count switch
        {
            1 => found.First(),
            0 => null,
            _ => throw new ReleaseException(
                $"several records of that id, name one: {string.Join(", ", found.Order(StringComparer.Ordinal))}"),
        };
    }

    /// <summary>The value of a parameter; null: there is none.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken)
                .ConfigureAwait(false)).Parameter.Value;
        }
        catch (ParameterNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes a parameter, with one retry. Returns the reason why it could not be written, or null.</summary>
    public async Task<string?> PutAsync(string name, string value, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ssm.PutParameterAsync(StandardParameter.Put(name, value), cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                if (attempt == 2 || cancellationToken.IsCancellationRequested) return AwsFailure.Describe("PutParameter " + name, e);
            }
        }
    }
}
