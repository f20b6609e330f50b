using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>What a name stands for over time: renames, and containments that wait for one. No method throws when AWS fails.</summary>
public interface IRenames
{
    /// <summary>The ledger of a name, and the containment that waits for whoever had it; null each when there is none.</summary>
    /// <param name="to">Another name that a containment may wait under: he may have had it before.</param>
    Task<Read<(LedgerState? Ledger, WantedContainment? Wanted)>> ReadAsync(
        Principal from, Principal to, CancellationToken cancellationToken);

    /// <summary>Whom a name meant before it was given up; null when nobody wrote it down, or it could not be read.</summary>
    Task<RenameNote?> NowOfAsync(Principal from, CancellationToken cancellationToken);

    /// <summary>Writes down that the target was to be contained and IAM did not know him. Returns why it could not, or null.</summary>
    Task<string?> WantAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>
    /// Lets the ledger follow the unique id, and writes down the new name for events that come late. Returns why it could not, or null.
    /// </summary>
    Task<string?> FollowAsync(Rename rename, Principal to, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>Keeps the notes below the ledger of the old name.</summary>
internal sealed class SsmRenames(IAmazonSimpleSystemsManagement ssm, ParameterNames parameters, ActionCatalog actions) : IRenames
{
    internal const string RenamedSchema = "responder/renamed/1";
    internal const string WantedSchema = "responder/wanted/1";

    private readonly SsmLedgers _ledgers = new(ssm, actions);

    public async Task<Read<(LedgerState? Ledger, WantedContainment? Wanted)>> ReadAsync(
        Principal from, Principal to, CancellationToken cancellationToken)
    {
        var ledger = parameters.Ledger(from);
        string[] waiting = [ParameterNames.WantedOf(ledger), ParameterNames.WantedOf(parameters.Ledger(to))];
        var notes = ReadTextsAsync([.. waiting], cancellationToken);
        var book = await _ledgers.ReadAsync(ledger, cancellationToken).ConfigureAwait(false);
        var read = await notes.ConfigureAwait(false);
        if (read.Value is not { } texts) return Read<(LedgerState?, WantedContainment?)>.Failed(read.Failure ?? "");
        if (book.Value is not { } entries) return Read<(LedgerState?, WantedContainment?)>.Failed(book.Failure ?? "");
        var state = entries.Of(null);
        // Moved by a delivery that could not finish: what it moved is still to be told and put back.
        if (entries.MovedTo(null) is { } moved && state is not { Released: false })
        {
            var there = await _ledgers.ReadAsync(moved, cancellationToken).ConfigureAwait(false);
            if (there.Value is not { } found) return Read<(LedgerState?, WantedContainment?)>.Failed(there.Failure ?? "");
            state = entries.MovedIds.Select(found.Of).FirstOrDefault(static s => s is { Released: false }) ?? state;
        }

        return Read<(LedgerState?, WantedContainment?)>.Of((
            state, waiting.Select(name => texts.TryGetValue(name, out var wanted) ? Wanted(name, wanted) : null)
                .FirstOrDefault(static w => w is not null)));
    }

    public async Task<RenameNote?> NowOfAsync(Principal from, CancellationToken cancellationToken)
    {
        var name = ParameterNames.RenamedOf(parameters.Ledger(from));
        var read = await ReadTextsAsync([name], cancellationToken).ConfigureAwait(false);
        return read.Value is { } texts && texts.TryGetValue(name, out var text) ? Renamed(text) : null;
    }

    public Task<string?> WantAsync(Decision decision, CancellationToken cancellationToken)
    {
        if (decision is not { Target: { } target, Strongest.Grant: { } grant, Event.EventTime: { } called })
            return Task.FromResult<string?>(null);
        return PutAsync(ParameterNames.WantedOf(parameters.Ledger(target)), JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("schema", WantedSchema);
            writer.WriteTime("at", called);
            writer.WriteText("incident", PlainText.Ascii(decision.Event.IncidentId, 128));
            writer.WriteText("policyArn", Name(grant.PolicyArn));
            writer.WriteText("inlinePolicy", Name(grant.InlinePolicyName));
            writer.WriteText("group", Name(grant.GroupName));
            writer.WriteEndObject();
        }), cancellationToken);
    }

    public async Task<string?> FollowAsync(Rename rename, Principal to, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (old, now) = (parameters.Ledger(rename.From), parameters.Ledger(to));
        // Names that differ only in case have one ledger, and so have names that went there and back.
        if (now == old) return null;
        if (rename.LedgerFollows)
        {
            var read = await _ledgers.ReadAsync(old, cancellationToken).ConfigureAwait(false);
            if (read.Value is not { } book) return read.Failure;
            // Already moved by another delivery: only open entries follow.
            if (book.OpenOf(to.Id).ToArray() is { Length: > 0 } open
                && await MoveAsync(old, now, open, to, at, cancellationToken).ConfigureAwait(false) is { } unmoved)
                return unmoved;
        }

        // A note that knows the id says more than one that does not.
        if (to.Id is null && await NowOfAsync(rename.From, cancellationToken).ConfigureAwait(false) is { } known && known.At >= at)
            return null;
        return await PutAsync(ParameterNames.RenamedOf(old), JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("schema", RenamedSchema);
            writer.WriteTime("at", at);
            writer.WriteString("kind", to.Kind.ToString().ToLowerInvariant());
            writer.WriteText("account", to.AccountId);
            writer.WriteText("name", PlainText.OneLine(to.Name, 128));
            writer.WriteText("id", to.Id);
            writer.WriteEndObject();
        }), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes open entries down under the new name. In this order: if a later write fails, they are open under both names, and the delivery
    /// is tried again.
    /// </summary>
    private async Task<string?> MoveAsync(
        string old, string now, IReadOnlyList<LedgerBook.Open> open, Principal to, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var read = await _ledgers.ReadAsync(now, cancellationToken).ConfigureAwait(false);
        if (read.Value is not { } there) return read.Failure;
        var number = there.Last;
        foreach (var ofOne in open.GroupBy(static e => e.Principal?.Id))
        {
            var principal = to with { Id = ofOne.Key ?? to.Id };
            foreach (var entry in ofOne)
            {
                // Written by a delivery that was cut off, or released under this name since.
                if (there.Of(principal.Id) is { } standing
                    && (standing.Released ? standing.ReleasedAt > entry.At : actions.Covers(standing.Prior, entry.Prior)))
                    continue;
                var name = LedgerBook.EntryName(now, ++number);
                var texts = LedgerText.Entry(principal, entry.Prior, entry.Incident, entry.At ?? at, entry.Replaced, actions);
                for (var part = texts.Count; part >= 1; part--)
                {
                    if (await PutAsync(part == 1 ? name : LedgerBook.PartName(name, part), texts[part - 1], cancellationToken)
                        .ConfigureAwait(false) is { } unwritten)
                        return unwritten;
                }
            }

            var moved = LedgerText.Moved(now, ofOne.Max(static e => e.Number), at);
            if (await PutAsync(LedgerBook.MovedName(old, ofOne.Key), moved, cancellationToken).ConfigureAwait(false) is { } unmoved)
                return unmoved;
        }

        return null;
    }

    /// <summary>True when the text is a note of a rename or of a containment that waits.</summary>
    internal static bool IsNote(string text) =>
        JsonView.TryParse(text, out var json) && json["schema"].Text is RenamedSchema or WantedSchema;

    /// <summary>Reads a note; null when it is none of ours.</summary>
    internal static RenameNote? Renamed(string text) => JsonView.TryParse(text, out var json) && json["schema"].Text == RenamedSchema
        && ClosedText.TimeOf(json["at"]) is { } at && json["name"].Text is { Length: > 0 } name
        ? new RenameNote(
            new Principal(json["kind"].Text == "group" ? PrincipalKind.Group : PrincipalKind.User, json["account"].Text, name)
            {
                Id = json["id"].Text,
            },
            at)
        : null;

    private static string? Name(string? text) => text is null ? null : PlainText.OneLine(text, 1500);

    private static WantedContainment? Wanted(string name, string text) => JsonView.TryParse(text, out var json)
        && json["schema"].Text == WantedSchema
        && ClosedText.TimeOf(json["at"]) is { } at
        ? new WantedContainment(new AdministratorGrant(json["policyArn"].Text, json["inlinePolicy"].Text, json["group"].Text), at)
        {
            Name = name,
        }
        : null;

    private async Task<Read<Dictionary<string, string>>> ReadTextsAsync(List<string> names, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ssm.GetParametersAsync(new GetParametersRequest { Names = names }, cancellationToken).ConfigureAwait(false);
            return Read<Dictionary<string, string>>.Of(
                (answer.Parameters ?? []).ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal));
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<Dictionary<string, string>>.Failed(AwsFailure.Describe("GetParameters", e));
        }
    }

    private async Task<string?> PutAsync(string name, string value, CancellationToken cancellationToken)
    {
        try
        {
            await ssm.PutParameterAsync(StandardParameter.Put(name, value), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return AwsFailure.Describe("PutParameter " + name, e);
        }
    }
}
