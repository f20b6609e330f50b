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

    public async Task<Read<(LedgerState? Ledger, WantedContainment? Wanted)>> ReadAsync(
        Principal from, Principal to, CancellationToken cancellationToken)
    {
        var ledger = parameters.Ledger(from);
        string[] waiting = [ParameterNames.WantedOf(ledger), ParameterNames.WantedOf(parameters.Ledger(to))];
        var read = await ReadTextsAsync([ledger, .. waiting], cancellationToken).ConfigureAwait(false);
        if (read.Value is not { } texts) return Read<(LedgerState?, WantedContainment?)>.Failed(read.Failure ?? "");
        // Moved by a delivery that could not finish: what it moved is still to be told and put back.
        if (texts.TryGetValue(ledger, out var left) && IncidentText.MovedTo(left) is { } moved)
        {
            var there = await ReadTextsAsync([moved], cancellationToken).ConfigureAwait(false);
            if (there.Value is not { } found) return Read<(LedgerState?, WantedContainment?)>.Failed(there.Failure ?? "");
            if (found.TryGetValue(moved, out var now)) texts[ledger] = now;
        }

        return Read<(LedgerState?, WantedContainment?)>.Of((
            texts.TryGetValue(ledger, out var text) ? IncidentText.ReadLedger(text, actions) : null,
            waiting.Select(name => texts.TryGetValue(name, out var wanted) ? Wanted(wanted) : null)
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
        var old = parameters.Ledger(rename.From);
        // Names that differ only in case have one ledger, and so have names that went there and back.
        if (parameters.Ledger(to) == old) return null;
        if (rename.LedgerFollows)
        {
            var read = await ReadTextsAsync([old, parameters.Ledger(to)], cancellationToken).ConfigureAwait(false);
            if (read.Value is not { } texts) return read.Failure;
            if (texts.TryGetValue(parameters.Ledger(to), out var other)
                && IncidentText.ReadLedger(other, actions) is { Released: false } theirs && !theirs.IsOf(to.Id))
                return $"the ledger of {to} is of somebody who is contained and was renamed, too: it has to move first";
            // Already moved by another delivery: only an open ledger follows.
            if (texts.TryGetValue(old, out var text) && IncidentText.ReadLedger(text, actions) is { Released: false } ledger)
            {
                var moved = IncidentText.Ledger(
                    to with { Id = ledger.PrincipalId ?? to.Id }, ledger.Prior, ledger.FirstIncident, ledger.ContainedAt ?? at, actions);
                if (await PutAsync(parameters.Ledger(to), moved, cancellationToken).ConfigureAwait(false) is { } unmoved) return unmoved;
                // In this order: if the second write fails, both are open, and the delivery is tried again.
                if (await PutAsync(old, IncidentText.Moved(text, parameters.Ledger(to)), cancellationToken)
                    .ConfigureAwait(false) is { } open)
                    return open;
            }
        }

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

    private static WantedContainment? Wanted(string text) => JsonView.TryParse(text, out var json) && json["schema"].Text == WantedSchema
        && ClosedText.TimeOf(json["at"]) is { } at
        ? new WantedContainment(new AdministratorGrant(json["policyArn"].Text, json["inlinePolicy"].Text, json["group"].Text), at)
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
