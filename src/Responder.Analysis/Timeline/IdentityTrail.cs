using Responder.Analysis.Identities;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>Why a call belongs to the timeline.</summary>
/// <param name="Hops">The way from the subject of the timeline to the caller: an identity, then the sessions and keys that lead to the
/// call. Not escaped.</param>
public sealed record TrailLink(IReadOnlyList<string> Hops);

/// <summary>
/// Which calls belong to one identity: its own, and those made with access keys that AWS returned to its calls, or to theirs. Calls are
/// joined by access key ids, issuer ARNs and principal ids, which AWS makes; never by session names or source identities, which callers
/// choose.
/// </summary>
public sealed class IdentityTrail
{
    private readonly Dictionary<Identity, string> _identities = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _principalIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _persons = new(StringComparer.Ordinal);
    private readonly FollowedTexts _texts = new();
    private readonly HashSet<Identity> _targets = [];
    private readonly HashSet<string> _up = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openers = new(StringComparer.Ordinal);
    private readonly Dictionary<Identity, (DateTimeOffset Since, IReadOnlyList<string> Hops)> _passwords = [];

    /// <summary>True: something was learned because of which earlier events may belong, too.</summary>
    public bool HasNew { get; private set; }

    /// <summary>What is followed, in words.</summary>
    public IReadOnlyList<string> Followed =>
    [
        .. _identities.Select(
            static identity => $"{identity.Key.Arn ?? identity.Key.ToString()}{(identity.Value.Length > 0 ? ": " + identity.Value : "")}"),
        .. _persons.Select(static person => "caller " + person),
        .. _keys.Select(static key => string.Join(" > ", key.Value)),
    ];

    public bool IsEmpty => _identities.Count == 0 && _keys.Count == 0 && _persons.Count == 0;

    public void BeginPass() => HasNew = false;

    /// <param name="why">The reason in words; empty: this identity was asked for.</param>
    public void Follow(Identity identity, string why = "")
    {
        if (_identities.TryAdd(identity, why)) HasNew = true;
        Watch(identity);
    }

    /// <summary>Follows a caller who is no user or role.</summary>
    /// <param name="id">One of <see cref="PersonsOf"/>.</param>
    public void FollowPerson(string id)
    {
        if (!_persons.Add(id)) return;
        _texts.AddWhole(id);
        HasNew = true;
    }

    /// <summary>
    /// What AWS says of a caller beside user, role and key: the person of an Identity Center session, the account that acts by delegation,
    /// <c>anonymous</c>.
    /// </summary>
    public static IEnumerable<string> PersonsOf(Actor actor)
    {
        if (actor.PersonId is { } person) yield return person;
        if (actor.DelegateAccountId is { } account) yield return account;
        if (actor.IsAnonymous) yield return "anonymous";
    }

    /// <summary>Adds to the timeline what others do to the identity, but not what it does itself.</summary>
    public void Watch(Identity identity)
    {
        _targets.Add(identity);
        _texts.AddName(identity.Key);
    }

    public void FollowKey(string keyId) => AddKey(keyId, ["access key " + keyId]);

    /// <summary>Adds the call that opened this session to the timeline.</summary>
    public void ShowOpener(string keyId)
    {
        _openers.Add(keyId);
        _texts.AddKey(keyId);
    }

    /// <summary>
    /// Also follows whoever opened this session: all calls of a user or root, or else the session that opened it, and so on.
    /// </summary>
    public void FollowUp(string keyId)
    {
        ShowOpener(keyId);
        if (_up.Add(keyId)) HasNew = true;
    }

    /// <summary>
    /// What a record means to those who are followed so far: without <see cref="RecordUse.Teaches"/>, <see cref="Learn"/> changes nothing;
    /// without <see cref="RecordUse.Belongs"/>, it has no link.
    /// </summary>
    public RecordUse UseOf(in RecordHead head) => _texts.UseOf(head);

    /// <summary>Learns keys, principal ids and passwords from an event.</summary>
    public void Learn(CloudTrailEvent e)
    {
        var issuance = Issuance.Of(e);
        if (issuance is not null && _up.Contains(issuance.KeyId)) LearnOpener(e, issuance);
        if (LinkOf(e) is not { } link) return;
        LearnPrincipalId(e);
        LearnPassword(e, link);
        if (issuance is not null) AddKey(issuance.KeyId, [.. link.Hops, $"{issuance.Gives} ({issuance.KeyId})"]);
    }

    /// <summary>How the caller belongs to the identity; null: it does not.</summary>
    public TrailLink? LinkOf(CloudTrailEvent e)
    {
        if (e.Actor.AccessKeyId is { } key && _keys.TryGetValue(key, out var hops)) return new TrailLink(hops);
        if (Identity.Of(e.Actor) is { } identity && _identities.ContainsKey(identity)) return new TrailLink([identity.ToString()]);
        if (_persons.Count > 0 && PersonsOf(e.Actor).FirstOrDefault(_persons.Contains) is { } person)
            return new TrailLink(["caller " + person]);
        // A copy in another account, and a session of a role that is followed completely, may show nothing but the principal id.
        if (PrincipalIdOf(e.Actor.PrincipalId) is { } id && _principalIds.Contains(id)) return new TrailLink(["principal id " + id]);
        return null;
    }

    /// <summary>
    /// How an event belongs that the identity did not make: it opened one of its sessions, is a sign-in with a password that it set, or
    /// acts on it; null: the event does not belong.
    /// </summary>
    public TrailLink? OutsideLinkOf(CloudTrailEvent e, bool isNotable)
    {
        if (Issuance.Of(e) is { } issuance && _openers.Contains(issuance.KeyId))
            return new TrailLink([$"opened {issuance.Gives} ({issuance.KeyId})"]);
        // A console session has no key that the logs connect to its sign-in. So only the sign-in is shown; what follows is found by asking
        // for that user's name.
        if (e.EventSource == "signin.amazonaws.com" && Identity.Of(e.Actor) is { } user && _passwords.TryGetValue(user, out var password)
            && e.EventTime >= password.Since)
            return new TrailLink([.. password.Hops, $"sign-in of {user}, whose password it had set"]);
        return isNotable && Identity.TargetOf(e) is { } target && _targets.Contains(target) ? new TrailLink([$"acts on {target}"]) : null;
    }

    private void LearnOpener(CloudTrailEvent e, Issuance issuance)
    {
        if (Identity.Of(e.Actor) is { Kind: PrincipalKind.User or PrincipalKind.Root } user)
            Follow(user, $"opened {issuance.Gives} ({issuance.KeyId})");
        else if (issuance.CallerKeyId is { } key)
        {
            AddKey(key, [$"session {key}, which opened {issuance.KeyId}"]);
            FollowUp(key);
        }
    }

    private void LearnPassword(CloudTrailEvent e, TrailLink link)
    {
        if (e.EventName is not ("CreateLoginProfile" or "UpdateLoginProfile") || e.Outcome != CallOutcome.Succeeded) return;
        if (e.EventTime is not { } time || Identity.TargetOf(e) is not { } user || _identities.ContainsKey(user)) return;
        if (_passwords.TryGetValue(user, out var known) && known.Since <= time) return;
        _passwords[user] = (time, link.Hops);
        _texts.AddName(user.Key);
        HasNew = true;
    }

    private void LearnPrincipalId(CloudTrailEvent e)
    {
        // Only for identities that are followed completely; the owner of a followed key may be somebody else.
        if (Identity.Of(e.Actor) is not { } identity || !_identities.ContainsKey(identity)) return;
        var id = identity.Kind == PrincipalKind.Role ? e.Record["userIdentity"]["sessionContext"]["sessionIssuer"]["principalId"].Text
            : e.Actor.Type == ActorType.IamUser ? e.Actor.PrincipalId : null;
        if (PrincipalIdOf(id) is not { } known || !_principalIds.Add(known)) return;
        _texts.AddPrincipalId(known);
        HasNew = true;
    }

    private static string? PrincipalIdOf(string? text) => FollowedTexts.PrincipalIdOf(text) is { IsEmpty: false } id ? id.ToString() : null;

    private void AddKey(string keyId, IReadOnlyList<string> hops)
    {
        if (!_keys.TryAdd(keyId, hops)) return;
        _texts.AddKey(keyId);
        HasNew = true;
    }
}
