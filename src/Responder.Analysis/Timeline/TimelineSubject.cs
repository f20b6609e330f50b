using System.Text;
using Responder.Analysis.Identities;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>Whom a timeline is about, as it was named. Only a bare word has to be looked up in the logs.</summary>
public sealed class TimelineSubject
{
    private const int MaxShown = 20;

    private readonly HashSet<Identity> _named = [];
    private readonly List<CloudTrailEvent> _events = [];

    private readonly FollowedTexts _texts = new();

    private TimelineSubject(string text)
    {
        Text = text;
        _texts.AddName(text);
        _texts.AddWhole(text);
    }

    public string Text { get; }

    public Identity? Identity { get; private init; }

    public string? KeyId { get; private init; }

    /// <summary>True for a bare word: event ids and user names look alike, so the logs have to tell.</summary>
    public bool IsWord => Identity is null && KeyId is null;

    /// <summary>True for the full name of a record, or an id like those of AWS events, which is no user's name.</summary>
    public bool MayBeIncident { get; private init; }

    /// <summary>
    /// True: the word names a caller who is no user or role: a person of Identity Center, an account that acts by delegation, or anonymous.
    /// Set by <see cref="Look"/>.
    /// </summary>
    public bool IsPerson { get; private set; }

    /// <summary>The events of the incident; set by <see cref="Look"/>.</summary>
    public IReadOnlyList<CloudTrailEvent> Events => _events;

    /// <param name="text">ARN of a user, a role or root; access key id; user or role name; event id; full name of an incident
    /// record.</param>
    /// <exception cref="UsageException">The text is none of these.</exception>
    public static TimelineSubject Of(string text)
    {
        if (text.Length == 0) throw new UsageException("expected a principal or an incident");
        if (text.StartsWith("arn:", StringComparison.Ordinal))
        {
            if (Identity.OfArn(text) is { } identity) return new TimelineSubject(text) { Identity = identity };
            throw new UsageException(AwsArn.TryParse(text, out var arn) && arn.Service == "sts"
                ? "a session's name was chosen by its caller; name the session's access key id, or the ARN of the role"
                : "expected the ARN of an IAM user, a role or root");
        }

        if (text.Length >= 16 && (text.StartsWith("AKIA", StringComparison.Ordinal) || text.StartsWith("ASIA", StringComparison.Ordinal))
            && text.All(char.IsAsciiLetterOrDigit))
            return new TimelineSubject(text) { KeyId = text };
        return new TimelineSubject(text.StartsWith('/') ? text[(text.LastIndexOf('/') + 1)..] : text)
        {
            MayBeIncident = text.StartsWith('/') || Guid.TryParse(text, out _) || (text.Length == 64 && text.All(char.IsAsciiHexDigit)),
        };
    }

    /// <summary>False: <see cref="Look"/> would find nothing in this record.</summary>
    public bool MayBe(in RecordHead head, IReadOnlyList<string> eventIds)
    {
        if (Ascii.Equals(head.EventId, Text)) return true;
        foreach (var id in eventIds)
        {
            if (Ascii.Equals(head.EventId, id)) return true;
        }

        return _texts.UseOf(head) != RecordUse.None;
    }

    /// <summary>Looks at one event of the logs: is it part of the incident, or does it name the principal?</summary>
    public void Look(CloudTrailEvent e, IReadOnlyList<string> eventIds)
    {
        if (e.IncidentId == Text || eventIds.Contains(e.IncidentId))
        {
            if (_events.All(known => known.IncidentId != e.IncidentId)) _events.Add(e);
        }

        IsPerson |= IdentityTrail.PersonsOf(e.Actor).Contains(Text, StringComparer.Ordinal);
        foreach (var identity in (Identity?[])[Identity.Of(e.Actor), Identity.TargetOf(e)])
        {
            if (identity is null || identity.Kind == PrincipalKind.Root
                || !string.Equals(identity.Name, Text, StringComparison.OrdinalIgnoreCase)) continue;
            // An identity with an ARN is the better one to show.
            if (identity.Arn is not null) _named.Remove(identity);
            _named.Add(identity);
        }
    }

    /// <summary>The identity that the word names; null when it names an incident.</summary>
    /// <exception cref="UsageException">The word names nothing, or several things.</exception>
    public Identity? Found()
    {
        var names = _named.Select(static identity => identity.Arn ?? identity.ToString())
            .Concat(_events.Select(static e => $"incident {e.IncidentId}")).Concat(IsPerson
                ? [$"caller {Text}"] : []).Order(StringComparer.Ordinal).ToArray();
        if (_named.Count + Math.Min(1, _events.Count) + (IsPerson ? 1 : 0) > 1)
            throw new UsageException($"{PlainText.OneLine(Text, 128)} is ambiguous, name one: "
                + $"{string.Join(", ", names.Take(MaxShown).Select(static name => PlainText.OneLine(name, 256)))}");
        if (names.Length == 0)
            throw new UsageException(
                $"{PlainText.OneLine(Text, 128)}: these logs hold no such user, role or event; ARNs and access key ids need not be found");
        return _named.FirstOrDefault();
    }
}
