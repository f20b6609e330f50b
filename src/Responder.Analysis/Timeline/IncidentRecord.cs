using System.Globalization;
using Responder.Analysis.Identities;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>What an installation's record of the incident adds to the logs: whom the incident was about, and what was done when.</summary>
public sealed class IncidentRecord
{
    private readonly JsonView _json;
    private readonly LedgerView? _ledger;

    public IncidentRecord(string name, JsonView json, LedgerView? ledger)
    {
        (Name, _json, _ledger) = (name, json, ledger);
        EventIds = [
            .. ((string?[])[json["id"].Text, .. json["eventIds"].Items.Select(static id => id.Text)]).OfType<string>()
            .Distinct(StringComparer.Ordinal)];
    }

    public string Name { get; }

    public IReadOnlyList<string> EventIds { get; }

    /// <summary>Reads what `responder incidents show --format json` printed.</summary>
    /// <exception cref="UsageException">The file cannot be read, or is not a record.</exception>
    public static IncidentRecord Load(string path)
    {
        try
        {
            return JsonView.TryParse(File.ReadAllText(path), out var json) && json["schema"].Text == IncidentText.RecordSchema
                ? new IncidentRecord(path, json, null)
                : throw new UsageException($"--incident-file: not of the schema {IncidentText.RecordSchema}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException("--incident-file: " + PlainText.OneLine(e.Message));
        }
    }

    /// <summary>Follows those whom the record names, for logs that do not hold the event.</summary>
    public void FollowOn(IdentityTrail trail)
    {
        if (Identity.OfArn(_json["actor"]["issuerArn"].Text) is { Kind: PrincipalKind.User or PrincipalKind.Root } actor)
            trail.Follow(actor, "made the call of the incident");
        else if (_json["actor"]["accessKeyId"].Text is { Length: > 0 } key)
        {
            trail.FollowKey(key);
            trail.FollowUp(key);
        }

        if (_json["target"]["account"].Text is not { } account || _json["target"]["name"].Text is not { } name) return;
        if (_json["target"]["kind"].Text == "user")
            trail.Follow(Identity.Of(PrincipalKind.User, account, name, _json["target"]["arn"].Text), "target of the incident");
        else if (_json["target"]["kind"].Text == "role")
            trail.Watch(Identity.Of(PrincipalKind.Role, account, name, _json["target"]["arn"].Text));
    }

    /// <summary>The containment and the release, according to the record and the ledger.</summary>
    public IEnumerable<TimelineEntry> Entries()
    {
        var done = _json["containment"].Items.Where(static step => step["result"].Text == "Succeeded")
            .Select(static step => step["action"].Text).OfType<string>().ToArray();
        if (done.Length > 0)
            yield return Entry(ClosedText.TimeOf(_json["writtenAt"]), string.Join(", ", done), "the responder", ResponderAct.Contained);
        var release = _json["release"];
        if (release.IsObject) yield return Entry(ClosedText.TimeOf(release["at"]), "release", release["by"].Text, ResponderAct.Released);
        else if (_ledger is { Released: true } ledger && DateTimeOffset.TryParse(
            ledger.ReleasedAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            yield return Entry(at, "release", ledger.ReleasedBy, ResponderAct.Released);
    }

    private TimelineEntry Entry(DateTimeOffset? time, string what, string? by, string act) => new(
        time, null, "responder", what, "Succeeded", null, _json["event"]["account"].Text, null, by ?? "unknown", null, null, null,
        ["incident record " + Name], act, [], Name, 0);
}
