using System.Globalization;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// Everything below the path of a ledger, which is named by account, kind and name: the entries of everybody who had the name, what
/// releases say, and which id has moved to another name. Pure.
/// </summary>
/// <remarks>
/// <c>&lt;path&gt;/0001</c> is an entry, <c>0001.2</c> its second part, <c>0001.release</c> the release that ends it and all before it of
/// the same unique id, <c>AIDA….moved</c> a rename. Numbers are common to all ids, so that two deliveries collide of which one could not
/// read the id. A parameter at the path itself is a ledger as the first release wrote it.
/// </remarks>
public sealed class LedgerBook
{
    /// <summary>Higher numbers are nobody's of ours, and must not use up all that there are.</summary>
    private const int MostEntries = 1_000_000;

    /// <summary>Stands for the id of somebody whom IAM could not be asked about.</summary>
    private const string NoId = "unknown";

    private readonly List<Entry> _entries = [];
    private readonly List<(int Number, ReleaseProgress Progress)> _releases = [];
    private readonly Dictionary<string, (string To, int UpTo, DateTimeOffset? At)> _moved = new(StringComparer.Ordinal);

    private readonly ActionCatalog _actions;

    private LedgerBook(ActionCatalog actions) => _actions = actions;

    /// <summary>What the book was read from.</summary>
    private (string Path, IReadOnlyDictionary<string, string> Texts, string? Plan) Source { get; init; } =
        ("", new Dictionary<string, string>(), null);

    /// <summary>The parameters below the path that count: entries and their parts, releases, moves. A ledger at the path itself was
    /// rewritten by each release, so its last writer tells nothing.</summary>
    public IReadOnlyList<string> Names =>
    [
        .. Source.Texts.Where(t => t.Key.StartsWith(Source.Path + "/", StringComparison.Ordinal) && !SsmRenames.IsNote(t.Value))
            .Select(static t => t.Key).Order(StringComparer.Ordinal),
    ];

    /// <summary>True when the plan for which a full store had no room is about this path.</summary>
    public bool HasPlan { get; private set; }

    /// <summary>The book as it would be with other texts.</summary>
    /// <param name="texts">By full name; null: the parameter does not count.</param>
    /// <param name="keepsPlan">False: without the plan for which a full store had no room, too.</param>
    public LedgerBook With(IReadOnlyDictionary<string, string?> texts, bool keepsPlan)
    {
        var all = Source.Texts.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, text) in texts)
        {
            if (text is null) all.Remove(name);
            else if (all.ContainsKey(name)) all[name] = text;
        }

        return Read(Source.Path, all, _actions, keepsPlan ? Source.Plan : null);
    }

    private sealed record Entry(string? Id, int Number, PriorState Prior, LedgerEntryTexts Of);

    private sealed record LedgerEntryTexts(
        IReadOnlyList<string> Names, Principal? Principal, string? Incident, DateTimeOffset? ContainedAt, string? Replaced, bool IsWhole);

    /// <summary>Texts that are none of ours, by their names.</summary>
    public IReadOnlyList<string> Unreadable { get; private init; } = [];

    /// <summary>The name of an entry.</summary>
    /// <param name="path">The ledger's path.</param>
    public static string EntryName(string path, int number) => $"{path}/{number.ToString("0000", CultureInfo.InvariantCulture)}";

    /// <summary>The name and the text of the last entry; null: there is none.</summary>
    /// <param name="path">The ledger's path.</param>
    /// <param name="texts">Parameters, among them those below the path.</param>
    public static KeyValuePair<string, string>? LastEntry(string path, IEnumerable<KeyValuePair<string, string>> texts)
    {
        var entries = texts.Where(
            t => t.Key.StartsWith(path + "/", StringComparison.Ordinal) && NumberOf(t.Key[(path.Length + 1)..]) is not null)
            .OrderBy(static t => t.Key, StringComparer.Ordinal).ToArray();
        return entries is [.., var last] ? last : null;
    }

    /// <summary>The name of a further part of an entry, from 2.</summary>
    public static string PartName(string entry, int part) => $"{entry}.{part.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The name of what is said about the release of an entry.</summary>
    public static string ReleaseName(string entry) => entry + ".release";

    /// <summary>True for the name of what is said about a release.</summary>
    public static bool IsRelease(string name) => name.EndsWith(".release", StringComparison.Ordinal);

    /// <summary>True for the name of a parameter that ends an entry: a release, or a move to another name.</summary>
    internal static bool IsEnd(string name) =>
        name.EndsWith(".release", StringComparison.Ordinal) || name.EndsWith(".moved", StringComparison.Ordinal);

    internal static string MovedName(string path, string? id) => $"{path}/{(id is null ? NoId : ParameterNames.Encode(id))}.moved";

    /// <summary>
    /// The last number that is taken, whatever stands there: nobody else may keep us from writing an entry. 0: none is.
    /// </summary>
    public int Last => Source.Texts.Keys.Where(name => name.StartsWith(Source.Path + "/", StringComparison.Ordinal))
        .Select(name => NumberOf(Split(name[(Source.Path.Length + 1)..]).Head) is { } number and < MostEntries ? number : 0)
        .Concat(_releases.Select(static r => r.Number)).DefaultIfEmpty(0).Max();

    /// <param name="path">The ledger's path.</param>
    /// <param name="texts">The texts of the parameters at and below the path, by full name.</param>
    /// <param name="actions">All containment actions; null: those that ship.</param>
    /// <param name="plan">The text of the plan for which a full store had no room (<see cref="ParameterNames.Plan"/>); null: none.</param>
    public static LedgerBook Read(
        string path, IReadOnlyDictionary<string, string> texts, ActionCatalog? actions = null, string? plan = null)
    {
        var all = actions ?? ActionCatalog.Default;
        var unreadable = new List<string>();
        var book = new LedgerBook(all) { Unreadable = unreadable, Source = (path, texts, plan) };
        if (plan is not null && JsonView.TryParse(plan, out var planned) && planned["schema"].Text == LedgerText.ReleaseSchema
            && planned["entry"].Text is { } entry && entry.StartsWith(path + "/", StringComparison.Ordinal)
            && NumberOf(entry[(path.Length + 1)..]) is { } of && !texts.ContainsKey(ReleaseName(entry)))
        {
            book.HasPlan = true;
            book._releases.Add((of, LedgerText.ReadRelease(planned)));
        }

        if (texts.TryGetValue(path, out var old) && !book.AddOld(path, old)) unreadable.Add(path);
        foreach (var (name, text) in texts.Where(t => t.Key.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            if (SsmRenames.IsNote(text)) continue;
            if (!book.Add(path, name, text, texts)) unreadable.Add(name);
        }

        return book;
    }

    /// <summary>
    /// What is open for this id, else what was released last; null when the id was never contained under this name.
    /// </summary>
    /// <param name="id">The unique id; null: unknown, and whatever was written down last counts.</param>
    public LedgerState? Of(string? id)
    {
        if (id is not null) return StateOf(id);
        var states = Ids.Select(StateOf).OfType<LedgerState>().ToArray();
        return states.Where(static s => !s.Released).MaxBy(static s => s.Number) ?? states.MaxBy(static s => s.ReleasedAt);
    }

    /// <summary>The ids that the book has entries of; null: somebody whose id could not be read.</summary>
    public IReadOnlyList<string?> Ids =>
        [.. _entries.Select(static e => e.Id).Concat(_releases.Select(static r => r.Progress.TargetId)).Distinct()];

    /// <summary>True when somebody of that name is contained.</summary>
    public bool HasOpen => _entries.Any(IsOpen);

    /// <summary>When the last release was finished, or the last entry moved away; null: never.</summary>
    public DateTimeOffset? EndedAt => _releases.Select(static r => r.Progress.At).Concat(_moved.Values.Select(static m => m.At)).Max();

    /// <summary>Where the entries of this id are now; null: here. For an unknown id, wherever the last one went.</summary>
    public string? MovedTo(string? id) => id is null
        ? _moved.Values.LastOrDefault().To
        : _moved.TryGetValue(id, out var moved) ? moved.To : null;

    /// <summary>The ids whose entries are elsewhere.</summary>
    internal IEnumerable<string> MovedIds => _moved.Keys;

    /// <summary>The entries that are open for this id (null: for any), oldest first.</summary>
    internal IEnumerable<Open> OpenOf(string? id) => _entries.Where(e => IsAbout(e, id) && IsOpen(e))
        .OrderBy(static e => e.Number)
        .Select(static e => new Open(e.Number, e.Of.Principal, e.Prior, e.Of.Incident, e.Of.ContainedAt, e.Of.Replaced));

    /// <summary>An entry that no release has ended.</summary>
    internal sealed record Open(
        int Number, Principal? Principal, PriorState Prior, string? Incident, DateTimeOffset? At, string? Replaced);

    /// <summary>Whom the open entries, else the last ones, are about; null when no entry says.</summary>
    public Principal? PrincipalOf(string? id) => _entries.Where(e => IsAbout(e, id)).OrderBy(IsOpen).ThenBy(static e => e.Number)
        .LastOrDefault()?.Of.Principal;

    private static bool IsAbout(Entry e, string? id) => id is null || e.Id is null || e.Id == id;

    private static bool IsAbout(ReleaseProgress release, string? id) => id is null || release.TargetId is null || release.TargetId == id;

    private LedgerState? StateOf(string? id)
    {
        var mine = _entries.Where(e => (e.Id is null || e.Id == id) && !IsMoved(e)).OrderBy(static e => e.Number).ToArray();
        var releases = _releases.Where(r => IsAbout(r.Progress, id)).OrderBy(static r => r.Progress.At).ToArray();
        if (mine.Length == 0 && releases.Length == 0) return null;
        var open = mine.Where(IsOpen).ToArray();
        var last = releases.LastOrDefault(static r => r.Progress.IsDone).Progress;
        var begun = releases.LastOrDefault(static r => !r.Progress.IsDone);
        var counting = open.Length > 0 ? open : last is null ? [] : mine.Where(e => EndOf(e)?.At == last.At).ToArray();
        return new LedgerState(
            open.Length == 0 && last is not null, Together(counting), [.. releases.SelectMany(static r => r.Progress.RequestIds)],
            counting.FirstOrDefault()?.Of.Incident)
        {
            PrincipalId = counting.Select(static e => e.Id).FirstOrDefault(static i => i is not null),
            ContainedAt = counting.FirstOrDefault()?.Of.ContainedAt,
            TakenAt = counting.Where(static e => e.Of.ContainedAt is not null)
                .SelectMany(
                    static e => e.Prior.Parts.SelectMany(static part => part.PolicyArns).Select(arn => (Arn: arn, e.Of.ContainedAt)))
                .GroupBy(static taken => taken.Arn, StringComparer.Ordinal)
                .ToDictionary(static g => g.Key, static g => g.Min(static taken => taken.ContainedAt!.Value), StringComparer.Ordinal),
            ReleasedAt = last?.At,
            Entries = [.. counting.SelectMany(static e => e.Of.Names)],
            Number = counting.Select(static e => e.Number).DefaultIfEmpty(0).Max(),
            Replaced = [.. counting.Select(static e => e.Of.Replaced).OfType<string>().Distinct(StringComparer.Ordinal)],
            IsIncomplete = counting.Any(static e => !e.Of.IsWhole),
            Release = begun.Progress is not null && (open.Length == 0 || begun.Number >= open[0].Number)
                ? begun.Progress
                : open.Length == 0 ? last : null,
        };
    }

    private bool IsMoved(Entry e) => _moved.TryGetValue(e.Id ?? NoId, out var moved) && e.Number <= moved.UpTo;

    private bool IsOpen(Entry e) => !IsMoved(e) && EndOf(e) is null;

    /// <summary>The release that ended the entry; null: it is open.</summary>
    private ReleaseProgress? EndOf(Entry e) => _releases
        .Where(r => r.Progress.IsDone && r.Number >= e.Number && IsAbout(r.Progress, e.Id)).OrderBy(static r => r.Number)
        .Select(static r => r.Progress).FirstOrDefault();

    /// <summary>
    /// Whoever takes a number has read the entry before it, so that the last one of each id holds all that the others do.
    /// </summary>
    private PriorState Together(IReadOnlyList<Entry> entries) => entries.Count == 0
        ? new PriorState([], [])
        : entries.GroupBy(static e => e.Id, StringComparer.Ordinal).Select(static ofId => ofId.MaxBy(static e => e.Number)!.Prior)
            .Aggregate(_actions.Together);

    private bool Add(string path, string name, string text, IReadOnlyDictionary<string, string> texts)
    {
        if (!JsonView.TryParse(text, out var json)) return false;
        var (head, tail) = Split(name[(path.Length + 1)..]);
        switch (json["schema"].Text)
        {
            case LedgerText.MovedSchema when tail == "moved":
                if (json["movedTo"].Text is { } to)
                    _moved[head] = (to, (int)(json["upTo"].Integer ?? int.MaxValue), ClosedText.TimeOf(json["at"]));
                return true;
            case LedgerText.ReleaseSchema when tail == "release" && NumberOf(head) is { } of:
                _releases.Add((of, LedgerText.ReadRelease(json)));
                return true;
            case LedgerText.EntrySchema when NumberOf(head) is { } number:
                if (tail is null) _entries.Add(EntryOf(number, name, json, texts));
                return true;
            default:
                return false;
        }
    }

    private Entry EntryOf(int number, string name, JsonView json, IReadOnlyDictionary<string, string> texts)
    {
        var names = new List<string> { name };
        var prior = _actions.ReadPrior(json["prior"]);
        var isWhole = true;
        for (var part = 2; part <= (json["of"].Integer ?? 1); part++)
        {
            var further = PartName(name, part);
            if (texts.TryGetValue(further, out var text) && JsonView.TryParse(text, out var more)
                && more["schema"].Text == LedgerText.EntrySchema)
            {
                names.Add(further);
                prior = _actions.Together(prior, _actions.ReadPrior(more["prior"]));
            }
            else
            {
                isWhole = false;
            }
        }

        return new Entry(json["principal"]["id"].Text, number, prior, new LedgerEntryTexts(
            names, PrincipalOf(json["principal"]), json["incident"].Text, ClosedText.TimeOf(json["containedAt"]), json["replaced"].Text,
            isWhole));
    }

    /// <summary>A ledger as the first release wrote it: one parameter that the release rewrote.</summary>
    private bool AddOld(string path, string text)
    {
        if (!JsonView.TryParse(text, out var json) || json["schema"].Text != IncidentText.OldLedgerSchema) return false;
        var id = json["principal"]["id"].Text;
        if (json["status"].Text == "moved")
        {
            if (json["movedTo"].Text is { } to) _moved.TryAdd(id ?? NoId, (to, 0, ClosedText.TimeOf(json["containedAt"])));
            return true;
        }

        _entries.Add(new Entry(id, 0, _actions.ReadPrior(json["prior"]), new LedgerEntryTexts(
            [path], PrincipalOf(json["principal"]), json["incident"].Text, ClosedText.TimeOf(json["containedAt"]), null, true)));
        var release = json["release"];
        if (release.Exists)
            _releases.Add((0, LedgerText.ReadRelease(release) with { IsDone = json["status"].Text == "released", TargetId = id }));
        return true;
    }

    /// <summary>The principal as entries and records write him; null when there is none.</summary>
    public static Principal? PrincipalOf(JsonView principal)
    {
        if (principal["name"].Text is not { Length: > 0 } name) return null;
        PrincipalKind? kind = principal["kind"].Text switch
        {
            "user" => PrincipalKind.User,
            "role" => PrincipalKind.Role,
            "group" => PrincipalKind.Group,
            // IAM identifies a policy only by its ARN.
            "policy" when principal["arn"].Text is not null => PrincipalKind.Policy,
            _ => null,
        };
        return kind is { } known
            ? new Principal(known, principal["account"].Text, name, principal["arn"].Text) { Id = principal["id"].Text }
            : null;
    }

    private static (string Head, string? Tail) Split(string name) => name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot
        ? (name[..dot], name[(dot + 1)..])
        : (name, null);

    private static int? NumberOf(string head) =>
        int.TryParse(head, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
