using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Retention;
using Responder.Vocabulary;

namespace Responder.Operations.Drill;

/// <summary>Looks again and again until IAM shows the containment and the record says that it was paged.</summary>
/// <param name="ssm">Reads ledger and record, with the credentials of releases.</param>
internal sealed class DrillWatch(
    DrillUsers users, IAmazonSimpleSystemsManagement ssm, ParameterNames names, string account, string grant, AwsTime clock, Pauses pauses)
{
    /// <summary>Between two looks; a time that is seen is this much uncertain.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>After the first minutes, nobody waits for seconds.</summary>
    private static readonly TimeSpan s_laterInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(2);

    private readonly SsmLedgers _ledgers = new(ssm, ActionCatalog.Default);

    public string LedgerOf(DrillNote note) => names.Ledger(new Principal(PrincipalKind.User, account, note.Name));

    /// <summary>What the ledger has about the user; null value: nothing.</summary>
    public async Task<Read<LedgerState?>> LedgerAsync(DrillNote note, CancellationToken cancellationToken)
    {
        var read = await _ledgers.ReadAsync(LedgerOf(note), cancellationToken).ConfigureAwait(false);
        return read.Value is { } book
            ? Read<LedgerState?>.Of(book.Of(note.Id))
            : Read<LedgerState?>.Failed(read.Failure ?? "the ledger could not be read");
    }

    /// <param name="until">When it stops looking.</param>
    public async Task<DrillSighting> UntilAsync(
        DrillNote note, DateTimeOffset called, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var seen = new DrillSighting(called);
        while (true)
        {
            seen = await LookAsync(note, seen with { Unread = null }, cancellationToken).ConfigureAwait(false);
            if (seen.IsWhole || clock.Now >= until) return seen;
            await pauses.ForAsync(clock.Now - called < s_soon ? Interval : s_laterInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Looks for a record of the call where no ledger names one: a function that only alerted says there why it did not contain.
    /// </summary>
    public async Task<DrillSighting> WithoutLedgerAsync(DrillNote note, DrillSighting seen, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var parameter in StoredParameters.BelowAsync(ssm, names.IncidentsRoot, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false))
            {
                if (!JsonView.TryParse(parameter.Value ?? "", out var record) || record["schema"].Text != IncidentText.RecordSchema
                    || record["target"]["name"].Text != note.Name || record["event"]["name"].Text != "AttachUserPolicy") continue;
                return Told(seen with { RecordName = parameter.Name }, parameter, record);
            }
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            return seen with { Unread = AwsFailure.Describe("GetParametersByPath " + names.IncidentsRoot, e) };
        }

        return seen;
    }

    private async Task<DrillSighting> LookAsync(DrillNote note, DrillSighting seen, CancellationToken cancellationToken)
    {
        try
        {
            if (seen.ContainedAt is null)
            {
                var isContained = await IsContainedAsync(note, cancellationToken).ConfigureAwait(false);
                seen = isContained ? seen with { ContainedAt = clock.Now } : seen with { NotContainedAt = clock.Now };
            }

            if (seen.RecordName is null)
            {
                var ledger = await LedgerAsync(note, cancellationToken).ConfigureAwait(false);
                if (!ledger.Known) return seen with { Unread = ledger.Failure };
                seen = seen with { RecordName = ledger.Value?.FirstIncident };
            }

            if (seen is not { RecordName: { } name, RecordedAt: null }) return seen;
            var read = (await ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken).ConfigureAwait(false))
                .Parameter;
            return JsonView.TryParse(read.Value, out var record) && record["schema"].Text == IncidentText.RecordSchema
                ? Told(seen, read, record)
                : seen with { Unread = $"{name}: not an incident record of the responder" };
        }
        catch (ParameterNotFoundException)
        {
            return seen; // the ledger names it before it is written
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            return seen with { Unread = AwsFailure.Describe("a look at IAM or Parameter Store", e) };
        }
    }

    private async Task<bool> IsContainedAsync(DrillNote note, CancellationToken cancellationToken)
    {
        var user = await users.ReadAsync(note.Name, cancellationToken).ConfigureAwait(false);
        return user is not null && user.UserId == note.Id
            && PermissionsBoundary.IsDenyAll(user.PermissionsBoundary?.PermissionsBoundaryArn)
            && !(await users.AttachedAsync(note.Name, cancellationToken).ConfigureAwait(false)).Contains(grant, StringComparer.Ordinal);
    }

    /// <summary>What a record says. It is finished once the page was sent; the time of that is Parameter Store's.</summary>
    private static DrillSighting Told(DrillSighting seen, Parameter parameter, JsonView record) => seen with
    {
        JudgedAt = ClosedText.TimeOf(record["writtenAt"]),
        RecordedAt = record["status"].Text == "complete" && parameter.LastModifiedDate is { } at
            ? new DateTimeOffset(at.ToUniversalTime())
            : null,
        MessageId = record["alert"]["messageId"].Text,
        Subject = record["alert"]["subject"].Text,
        Outcome = record["outcome"].Text,
        Because = record["because"].Text,
    };
}
