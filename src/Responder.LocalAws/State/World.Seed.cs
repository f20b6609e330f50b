using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Responder.LocalAws.State;

/// <summary>What a <see cref="World.Snapshot"/> contains.</summary>
[Flags]
public enum SnapshotParts
{
    Iam = 1,
    Parameters = 2,
    Topics = 4,
    All = Iam | Parameters | Topics,
}

/// <summary>
/// The seed file: YAML or JSON, in which every key but <c>account</c> is optional. A document is written as a mapping or as text.
/// <code>
/// account: "123456789012"              # the home account
/// partition: aws
/// callers:                             # access keys by what they speak for
///   AKIAEXAMPLE: arn:aws:sts::123456789012:assumed-role/ReleaseRole/alice
/// accounts:
///   "123456789012":
///     policies:                        # managed policies; or ARN: DOCUMENT
///       arn:aws:iam::123456789012:policy/deploy:
///         default: v2
///         versions: { v1: {Version: "2012-10-17", Statement: []}, v2: "{…}" }
///     groups:
///       admins: { path: /, attached: [arn:aws:iam::aws:policy/AdministratorAccess], inline: { name: DOCUMENT } }
///     users:
///       mallory:
///         path: /
///         boundary: arn:aws:iam::aws:policy/ReadOnlyAccess
///         attached: [arn:aws:iam::aws:policy/AdministratorAccess]
///         inline: { name: DOCUMENT }
///         groups: [admins]
///         accessKeys: { AKIAIOSFODNN7EXAMPLE: Active }
///         loginProfile: { passwordResetRequired: false }
///         mfa: [arn:aws:iam::123456789012:mfa/mallory]
///         tags: { team: blue }
///     roles:
///       deploy: { path: /, trust: DOCUMENT, description: …, maxSessionDuration: 3600, attached: […], inline: {…}, boundary: …, tags: {…} }
///     instanceProfiles:
///       web: { path: /, role: deploy }
///     parameters:                      # by region
///       us-east-1: { /security/mode: Enforce, /other: { value: …, type: SecureString, tier: Advanced, description: …, tags: {…} } }
///     topics:
///       arn:aws:sns:us-east-1:123456789012:alerts: { subscriptions: [ { protocol: email, endpoint: oncall@example.com } ] }
///     events:                          # CloudTrail's event history, by region: records
///       us-east-1: [ { eventTime: "2026-03-04T08:00:00Z", eventSource: sts.amazonaws.com, eventName: AssumeRole, … } ]
/// </code>
/// </summary>
public sealed partial class World
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Creates a world from the text of a seed file (see the format above).</summary>
    /// <exception cref="FormatException">The text is not YAML or JSON, or has an unknown key or a reference to a policy that does not
    /// exist; the message names the place.</exception>
    public static World Load(string text, TimeProvider? time = null)
    {
        try
        {
            var root = new Seed(Parse(text), "seed");
            root.Only("account", "partition", "callers", "accounts");
            var world = new World(root.Text("account") ?? throw root.Wrong("names no account"), root.Text("partition") ?? "aws", time);
            world.Fill(root);
            return world;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"seed: {e.Message}", e);
        }
    }

    /// <summary>
    /// Adds what the text of a seed file describes; the home account and the partition that it names do not change those of this world.
    /// </summary>
    /// <exception cref="FormatException">As for <see cref="Load"/>.</exception>
    public void Add(string text)
    {
        try
        {
            Fill(new Seed(Parse(text), "seed"));
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"seed: {e.Message}", e);
        }
    }

    private void Fill(Seed root)
    {
        root.Only("account", "partition", "callers", "accounts");
        foreach (var (id, account) in root.Map("accounts"))
            Fill(Account(id), account);
        foreach (var (key, arn) in root.Map("callers"))
            MapAccessKey(key, arn.AsText());
    }

    /// <summary>The whole state (without published messages and trail) as a seed file, JSON with sorted keys.</summary>
    public string Save()
    {
        lock (Gate)
        {
            var seed = Describe(SnapshotParts.All, seed: true);
            seed["account"] = Home.Id;
            seed["partition"] = Partition;
            // Sessions from AssumeRole end with the run.
            seed["callers"] = Object(
                _callers.Values.Where(caller => caller.SessionStart is null), caller => caller.AccessKey, caller => caller.Arn);
            return Sorted(seed).ToJsonString(Readable) + "\n";
        }
    }

    /// <summary>
    /// The state as text, identical for identical states: sorted, without dates, secrets and modifiers, so that the states before and after
    /// can be compared byte for byte. It contains unique ids: a principal that was deleted and created again is a different one.
    /// </summary>
    public string Snapshot(SnapshotParts parts = SnapshotParts.All)
    {
        lock (Gate)
            return Sorted(Describe(parts, seed: false)).ToJsonString(Readable) + "\n";
    }

    private static void Fill(Account account, Seed seed)
    {
        seed.Only("policies", "groups", "users", "roles", "instanceProfiles", "parameters", "topics", "events");
        foreach (var (arn, policy) in seed.Map("policies"))
            FillPolicy(account, arn, policy);
        foreach (var (name, group) in seed.Map("groups"))
        {
            group.Only("path", "attached", "inline");
            FillCommon(account, account.EnsureGroup(name, group.Text("path") ?? "/"), group);
        }

        foreach (var (name, user) in seed.Map("users"))
            FillUser(account, name, user);
        foreach (var (name, role) in seed.Map("roles"))
            FillRole(account, name, role);
        foreach (var (name, profile) in seed.Map("instanceProfiles"))
        {
            profile.Only("path", "role");
            account.EnsureInstanceProfile(name, profile.Text("role"), profile.Text("path") ?? "/");
        }

        foreach (var (region, parameters) in seed.Map("parameters"))
        {
            foreach (var (name, parameter) in parameters.Entries())
                FillParameter(account, region, name, parameter);
        }

        foreach (var (region, events) in seed.Map("events"))
        {
            foreach (var record in events.Items())
                account.AddEvent(record.AsDocument(), region);
        }

        foreach (var (arn, topic) in seed.Map("topics"))
        {
            topic.Only("subscriptions");
            if (arn.Split(':') is not ["arn", var partition, "sns", { Length: > 0 } region, var owner, { Length: > 0 } name]
                || owner != account.Id || partition != account.World.Partition)
                throw topic.Wrong($"is no topic of account {account.Id}");
            var made = account.EnsureTopic(name, region);
            foreach (var subscription in topic.List("subscriptions"))
            {
                subscription.Only("protocol", "endpoint");
                made.Subscriptions = made.Subscriptions.Add(new SnsSubscription(
                    $"{arn}:{Guid.NewGuid()}", subscription.Text("protocol") ?? throw subscription.Wrong("names no protocol"),
                    subscription.Text("endpoint")
                        ?? throw subscription.Wrong("names no endpoint"), Confirmed: true));
            }
        }
    }

    private static void FillPolicy(Account account, string arn, Seed seed)
    {
        if (!seed.Has("versions"))
        {
            account.EnsurePolicy(arn, seed.AsDocument());
            return;
        }

        seed.Only("versions", "default");
        var versions = seed.Map("versions")
            .Select(entry => entry.Name.StartsWith('v') && int.TryParse(
                entry.Name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new IamPolicyVersion(number, entry.Value.AsDocument(), LocalAws.State.Account.LongAgo)
                : throw entry.Value.Wrong("is no version: v1, v2, …"))
            .ToImmutableSortedDictionary(version => version.Number, version => version);
        if (versions.IsEmpty)
            throw seed.Wrong("has no version");
        var policy = account.EnsurePolicy(arn, versions.Values.First().Document);
        policy.Versions = versions;
        policy.NextVersion = versions.Keys.Max() + 1;
        var wanted = seed.Text("default") ?? versions.Values.Last().Id;
        policy.Default = versions.Values.FirstOrDefault(version => version.Id == wanted) ?? throw seed.Wrong($"has no version {wanted}");
    }

    private static void FillCommon(Account account, IamEntity entity, Seed seed)
    {
        foreach (var arn in seed.List("attached"))
            account.Attach(entity, arn.AsText());
        foreach (var (name, document) in seed.Map("inline"))
            account.PutInline(entity, name, document.AsDocument());
        if (seed.Text("boundary") is { } boundary)
            account.SetBoundary(entity, boundary);
    }

    private static DateTimeOffset? Created(Seed seed)
    {
        if (seed.Text("created") is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw seed.Wrong($"has the creation time '{text}', not a time such as 2026-03-04T09:00:00Z");
    }

    private static void FillUser(Account account, string name, Seed seed)
    {
        seed.Only("path", "created", "boundary", "attached", "inline", "groups", "accessKeys", "loginProfile", "mfa", "tags");
        var user = account.EnsureUser(name, seed.Text("path") ?? "/", Created(seed));
        FillCommon(account, user, seed);
        foreach (var group in seed.List("groups"))
            account.AddToGroup(name, group.AsText());
        foreach (var (id, status) in seed.Map("accessKeys"))
        {
            account.EnsureAccessKey(user, id, status.AsText() switch
            {
                "Active" => true,
                "Inactive" => false,
                var other => throw status.Wrong($"is '{other}' and not Active or Inactive"),
            });
        }

        if (seed.Get("loginProfile") is { } profile)
        {
            profile.Only("passwordResetRequired");
            account.EnsureLoginProfile(user, profile.Text("passwordResetRequired") == "true");
        }

        foreach (var serial in seed.List("mfa"))
            account.EnsureMfaDevice(user, serial.AsText());
        user.Tags = seed.Tags();
    }

    private static void FillRole(Account account, string name, Seed seed)
    {
        seed.Only("path", "created", "trust", "description", "maxSessionDuration", "boundary", "attached", "inline", "tags");
        var role = account.EnsureRole(name, seed.Text("path") ?? "/", seed.Get("trust")?.AsDocument(), Created(seed));
        FillCommon(account, role, seed);
        role.Description = seed.Text("description");
        if (seed.Text("maxSessionDuration") is { } text)
            role.MaxSessionDuration = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? seconds
                : throw seed.Wrong($"has the maxSessionDuration '{text}', not a number of seconds");
        role.Tags = seed.Tags();
    }

    private static void FillParameter(Account account, string region, string name, Seed seed)
    {
        if (seed.IsText)
        {
            account.SetParameter(name, seed.AsText(), region);
            return;
        }

        seed.Only("value", "type", "tier", "description", "tags");
        var parameter = ParameterStore.Write(
            account, region, name, seed.Text("value")
                ?? throw seed.Wrong("has no value"), seed.Text("type") ?? "String", seed.Text("tier") ?? "Standard",
                seed.Text("description"), null);
        parameter.Tags = seed.Tags();
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            // YAML includes JSON, but its reader does not know every escape of a JSON string.
            if (text.TrimStart().StartsWith('{'))
                return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Not JSON; it may be a YAML flow mapping.
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents.Count == 0 ? null : Json(yaml.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            throw new FormatException($"seed: line {e.Start.Line}: {e.Message}", e);
        }
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map =>
            new JsonObject(map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Json(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        // Plain scalars keep their YAML types, so that a document written as a mapping becomes the JSON that was meant.
        YamlScalarNode { Style: ScalarStyle.Plain } plain => plain.Value switch
        {
            null or "" or "~" or "null" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            var text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == text => JsonValue.Create(number),
            var text => JsonValue.Create(text),
        },
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new FormatException("seed: an alias that leads nowhere"),
    };

    /// <summary>A node of the seed that knows its place, for error messages.</summary>
    private sealed class Seed(JsonNode? node, string place)
    {
        public bool IsText => node is JsonValue;

        public FormatException Wrong(string what) => new($"{place} {what}.");

        public bool Has(string name) => node is JsonObject map && map.ContainsKey(name);

        public void Only(params ReadOnlySpan<string> names)
        {
            foreach (var (name, _) in Entries())
            {
                if (!names.Contains(name))
                    throw Wrong($"has the unknown key '{name}'");
            }
        }

        public IEnumerable<(string Name, Seed Value)> Entries() => node switch
        {
            null => [],
            JsonObject map => map.Select(entry => (entry.Key, new Seed(entry.Value, $"{place}.{entry.Key}"))),
            _ => throw Wrong("is no mapping"),
        };

        public IEnumerable<(string Name, Seed Value)> Map(string name) => Get(name)?.Entries() ?? [];

        public Seed? Get(string name) => node is JsonObject map && map[name] is { } value ? new Seed(value, $"{place}.{name}") : null;

        public IEnumerable<Seed> List(string name) => Get(name) is { } list ? list.Items() : [];

        public string? Text(string name) => Get(name)?.AsText();

        public string AsText() => node is JsonValue value ? value.ToString() : throw Wrong("is no text");

        /// <summary>A document: text as it is, a mapping as compact JSON.</summary>
        public string AsDocument() => node switch
        {
            JsonValue value => value.ToString(),
            JsonObject map => map.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
            _ => throw Wrong("is no document"),
        };

        public ImmutableSortedDictionary<string, string> Tags() =>
            Map("tags").Aggregate(Ordinal.Map<string>(), (tags, tag) => tags.SetItem(tag.Name, tag.Value.AsText()));

        public IEnumerable<Seed> Items() => node is JsonArray list
            ? list.Select((item, i) => new Seed(item, $"{place}[{i}]"))
            : throw Wrong("is no list");
    }
}
