using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Responder.LocalAws.State;

/// <content>The world as text: either what a seed has to say to create it again, or everything that it holds.</content>
public sealed partial class World
{
    private JsonObject Describe(SnapshotParts parts, bool seed) => new()
    {
        ["accounts"] = Object(Accounts.Values, account => account.Id, account => Describe(account, parts, seed)),
    };

    private JsonObject Describe(Account account, SnapshotParts parts, bool seed)
    {
        var json = new JsonObject();
        if (parts.HasFlag(SnapshotParts.Iam))
        {
            // AWS's own policies are the same everywhere, except those that somebody added to the world.
            var given = seed && account == Home ? GivenAwsPolicies() : [];
            json["policies"] = Object(
                account.Policies.Values.Concat(given), policy => policy.Arn, policy => policy.IsAwsManaged
                ? policy.Default.Document
                : Describe(policy, seed));
            json["users"] = Object(account.Users.Values, user => user.Name, user => Describe(user, seed));
            json["roles"] = Object(account.Roles.Values, role => role.Name, role => Describe(role, seed));
            json["groups"] = Object(account.Groups.Values, group => group.Name, group => Common(group, seed));
            if (!account.InstanceProfiles.IsEmpty)
                json["instanceProfiles"] = Object(
                    account.InstanceProfiles.Values, profile => profile.Name, profile => Describe(profile, seed));
        }

        if (parts.HasFlag(SnapshotParts.Parameters))
            json["parameters"] = Object(
                account.Parameters.Where(region => !region.Value.IsEmpty), region => region.Key, region =>
                    Object(region.Value.Values, p => p.Name, p => Describe(p, seed)));
        if (parts.HasFlag(SnapshotParts.Topics))
            json["topics"] = Object(account.Topics.Values, topic => topic.Arn, Describe);
        // This is history, not state: nothing that happens in this world changes it.
        if (seed && !account.Events.IsEmpty)
            json["events"] = Object(
                account.Events, region => region.Key, region => new JsonArray([.. region.Value.Select(e => JsonNode.Parse(e.Text))]));
        return json;
    }

    private IEnumerable<IamManagedPolicy> GivenAwsPolicies()
    {
        var known = AwsManagedPolicies.All(AwsPolicyPrefix);
        return AwsPolicies.Values.Where(policy => known.GetValueOrDefault(policy.Arn)?.Default.Document != policy.Default.Document);
    }

    private static JsonObject Describe(IamManagedPolicy policy, bool seed)
    {
        var json = new JsonObject
        {
            ["default"] = policy.Default.Id,
            ["versions"] = Object(policy.Versions.Values, version => version.Id, version => version.Document),
        };
        if (!seed)
            json["id"] = policy.Id;
        return json;
    }

    private static JsonObject Common(IamEntity entity, bool seed)
    {
        var json = new JsonObject { ["path"] = entity.Path };
        if (!seed)
            json["id"] = entity.Id;
        if (!entity.AttachedPolicies.IsEmpty)
            json["attached"] = Array(entity.AttachedPolicies);
        if (!entity.InlinePolicies.IsEmpty)
            json["inline"] = Object(entity.InlinePolicies, policy => policy.Key, policy => policy.Value);
        if (entity.BoundaryArn is not null)
            json["boundary"] = entity.BoundaryArn;
        return json;
    }

    private static JsonObject Describe(IamUser user, bool seed)
    {
        var json = Common(user, seed);
        if (!user.Groups.IsEmpty)
            json["groups"] = Array(user.Groups);
        if (!user.AccessKeys.IsEmpty)
            json["accessKeys"] = Object(user.AccessKeys.Values, key => key.Id, key => key.Status);
        if (user.LoginProfile is { } profile)
            json["loginProfile"] = new JsonObject { ["passwordResetRequired"] = profile.PasswordResetRequired };
        if (!user.MfaDevices.IsEmpty)
            json["mfa"] = Array(user.MfaDevices);
        if (!user.Tags.IsEmpty)
            json["tags"] = Object(user.Tags, tag => tag.Key, tag => tag.Value);
        return json;
    }

    private static JsonObject Describe(IamRole role, bool seed)
    {
        var json = Common(role, seed);
        json["trust"] = role.TrustPolicy;
        json["maxSessionDuration"] = role.MaxSessionDuration;
        if (role.Description is not null)
            json["description"] = role.Description;
        if (!role.Tags.IsEmpty)
            json["tags"] = Object(role.Tags, tag => tag.Key, tag => tag.Value);
        return json;
    }

    private static JsonObject Describe(IamInstanceProfile profile, bool seed)
    {
        var json = new JsonObject { ["path"] = profile.Path };
        if (!seed)
            json["id"] = profile.Id;
        if (profile.RoleName is not null)
            json["role"] = profile.RoleName;
        return json;
    }

    private static JsonObject Describe(SsmParameter parameter, bool seed)
    {
        var json = new JsonObject { ["value"] = parameter.Value, ["type"] = parameter.Latest.Type, ["tier"] = parameter.Latest.Tier };
        if (!seed)
            json["version"] = parameter.Version;
        if (parameter.Latest.Description is not null)
            json["description"] = parameter.Latest.Description;
        if (!parameter.Tags.IsEmpty)
            json["tags"] = Object(parameter.Tags, tag => tag.Key, tag => tag.Value);
        return json;
    }

    private static JsonObject Describe(SnsTopic topic) => new()
    {
        ["subscriptions"] = new JsonArray([.. topic.Subscriptions
            .OrderBy(subscription => subscription.Protocol, StringComparer.Ordinal)
            .ThenBy(subscription => subscription.Endpoint, StringComparer.Ordinal)
            .Select(subscription => new JsonObject { ["protocol"] = subscription.Protocol, ["endpoint"] = subscription.Endpoint })]),
    };

    private static JsonObject Object<T>(IEnumerable<T> items, Func<T, string> key, Func<T, JsonNode?> value) =>
        new(items.Select(item => KeyValuePair.Create(key(item), value(item))));

    private static JsonArray Array(IEnumerable<string> items) => new([.. items.Select(item => JsonValue.Create(item))]);

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map =>
            new JsonObject(
                map.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value is null ? null : Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };
}
