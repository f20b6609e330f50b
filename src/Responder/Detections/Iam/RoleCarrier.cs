using Responder.Events;

namespace Responder.Detections.Iam;

/// <summary>A role that a call passes to a service, as the call names it.</summary>
/// <param name="NameOrArn">The name or ARN of the role, or of the instance profile that hands it out.</param>
internal sealed record PassedRole(string NameOrArn, bool IsInstanceProfile)
{
    /// <summary>The name without its path.</summary>
    public string Name => AwsArn.TryParse(NameOrArn, out var arn) ? arn.Name : NameOrArn[(NameOrArn.LastIndexOf('/') + 1)..];

    /// <summary>The account that the role belongs to; null means the caller's.</summary>
    public string? AccountId => AwsArn.TryParse(NameOrArn, out var arn) && arn.AccountId.Length > 0 ? arn.AccountId : null;

    /// <summary>True for a service-linked role: only its service can use it, whoever names it.</summary>
    public bool IsServiceLinked => AwsArn.TryParse(NameOrArn, out var arn) && arn.Service == "iam"
        && arn.Resource.StartsWith("role/aws-service-role/", StringComparison.Ordinal);
}

/// <summary>A call that hands a role to a service (<c>iam:PassRole</c>, which CloudTrail never logs by itself).</summary>
/// <param name="EventName">The exact name, or a prefix with a trailing <c>*</c>.</param>
/// <param name="To">What acts as the role afterwards, with its article: "an EC2 instance".</param>
/// <param name="Fields">The request fields that name roles: member names joined by dots; each list on the way is searched item by
/// item.</param>
internal sealed record RoleCarrier(string Service, string EventName, string To, params string[] Fields)
{
    private const int MostDepth = 10;

    /// <summary>How far after the word a document names the role that it assumes.</summary>
    private const int NearAssume = 200;

    private readonly string[][] _paths = PathsOf(Fields);
    private readonly string[][] _profilePaths = [];
    private readonly string[][] _answeredProfilePaths = [];

    /// <summary>Further request fields, which name instance profiles.</summary>
    public string[] ProfileFields { init => _profilePaths = PathsOf(value); }

    /// <summary>Names of request members that name roles wherever they are; the value may be JSON text that holds them.</summary>
    public string[] Anywhere { get; init; } = [];

    /// <summary>
    /// Names of request members among whose values role ARNs stand, under names that the caller or a document chooses: parameters, options.
    /// Of <c>content</c>, the text of a document, the role counts that the document assumes.
    /// </summary>
    public string[] Among { get; init; } = [];

    /// <summary>Which of the calls hand a role over; null: all.</summary>
    public Func<CloudTrailEvent, bool>? When { get; init; }

    /// <summary>True when the call has to name a role, so that one without parameters hides it.</summary>
    public bool IsExpected { get; init; }

    /// <summary>The name of the call in the service models: without the date that Lambda puts behind it.</summary>
    public string Call => EventName.EndsWith("2*", StringComparison.Ordinal) ? EventName[..^2] : EventName.TrimEnd('*');

    /// <summary>The carrier with the members that the service models name for its call as well.</summary>
    public RoleCarrier With(RoleCarrier? listed) => this with
    {
        IsExpected = Anywhere.Length == 0 && Among.Length == 0,
        // Some names mean an instance profile, although the models call them roles.
        Anywhere = [.. Anywhere.Union((listed?.Anywhere ?? []).Where(name => !Array.Exists(_profilePaths, path =>
            string.Equals(path[^1], name, StringComparison.OrdinalIgnoreCase))), StringComparer.OrdinalIgnoreCase)],
        Among = [.. Among.Union(listed?.Among ?? [], StringComparer.OrdinalIgnoreCase)],
    };

    /// <summary>True when the carrier finds the roles in a member of that name.</summary>
    public bool Reads(string member) => Has(Anywhere, member) || Has(Among, member)
        || _paths.Concat(_profilePaths).Any(path => string.Equals(path[^1], member, StringComparison.OrdinalIgnoreCase));

    /// <summary>Response fields that name instance profiles, for calls whose request may leave the profile to a template.</summary>
    public string[] AnsweredProfileFields { init => _answeredProfilePaths = PathsOf(value); }

    /// <summary>True when the call deploys a template: in most installations the role for that is meant to be an administrator.</summary>
    public bool Deploys { get; init; }

    public string EventSource { get; } = Service + ".amazonaws.com";

    public bool Matches(CloudTrailEvent e) => string.Equals(EventSource, e.EventSource, StringComparison.Ordinal)
        && EventNamePattern.Matches(EventName, e.EventName) && When?.Invoke(e) != false;

    private static bool Has(string[] names, string name) =>
        Array.Exists(names, wanted => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase));

    private static string[][] PathsOf(string[] fields) => [.. fields.Select(static field => field.Split('.'))];

    /// <summary>Each role that the event names, once.</summary>
    public IReadOnlyList<PassedRole> Roles(CloudTrailEvent e)
    {
        // Some EC2 calls wrap their parameters in an object named like the request.
        var request = e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;
        var roles = new List<PassedRole>();
        foreach (var path in _paths) Collect(request, path, isProfile: false);
        foreach (var path in _profilePaths) Collect(request, path, isProfile: true);
        if (Anywhere.Length > 0 || Among.Length > 0) Search(request, 0);
        foreach (var path in _answeredProfilePaths) Collect(e.Response, path, isProfile: true);
        return roles.Count < 2
            ? roles
            : [.. roles.DistinctBy(role => (role.Name, role.AccountId ?? e.Actor.AccountId ?? e.AccountId, role.IsInstanceProfile))];

        void Search(JsonView value, int depth)
        {
            if (depth > MostDepth) return;
            foreach (var item in value.IsArray ? value.Items : [value])
            {
                foreach (var (name, member) in item.Unwrapped.Members)
                {
                    if (Has(Among, name))
                    {
                        if (string.Equals(name, "content", StringComparison.OrdinalIgnoreCase)) AddAssumed(member.Text);
                        else Values(member, depth + 1);
                        continue;
                    }

                    if (!Has(Anywhere, name))
                    {
                        Search(member, depth + 1);
                        continue;
                    }

                    // A map of roles has names that the caller chose; an instance profile has a name, an ARN or both.
                    var isProfile = name.Contains("InstanceProfile", StringComparison.OrdinalIgnoreCase);
                    var named = member.Items.SelectMany(static one =>
                        one.IsObject ? one.Members.Select(static m => m.Value.Text) : [one.Text]);
                    foreach (var text in named.OfType<string>().Where(static text => text.Length > 0))
                        roles.Add(new PassedRole(text, isProfile || text.Contains(":instance-profile/", StringComparison.Ordinal)));
                }
            }
        }

        void Values(JsonView value, int depth)
        {
            if (depth > MostDepth) return;
            foreach (var item in value.IsArray ? value.Items : [value])
            {
                var inner = item.Unwrapped;
                if (inner["optionName"].Text is { } option)
                {
                    var isProfile = option.EndsWith("InstanceProfile", StringComparison.OrdinalIgnoreCase);
                    if ((isProfile || option.EndsWith("Role", StringComparison.OrdinalIgnoreCase))
                        && inner["value"].Text is { Length: > 0 } chosen) roles.Add(new PassedRole(chosen, isProfile));
                }
                else if (inner.IsObject)
                {
                    foreach (var (_, member) in inner.Members) Values(member, depth + 1);
                }
                else if (inner.IsArray)
                {
                    Values(inner, depth + 1);
                }
                else if (AwsArn.TryParse(item.Text, out var arn) && arn.Service == "iam"
                    && arn.Resource.StartsWith("role/", StringComparison.Ordinal))
                {
                    roles.Add(new PassedRole(item.Text!, IsInstanceProfile: false));
                }
            }
        }

        // The text may be JSON or YAML, and the role may be the default of a parameter.
        void AddAssumed(string? document)
        {
            var at = document?.IndexOf("assumeRole", StringComparison.OrdinalIgnoreCase) ?? -1;
            while (at >= 0)
            {
                var near = document.AsSpan(at, Math.Min(NearAssume, document!.Length - at));
                if (near.IndexOf("arn:aws", StringComparison.Ordinal) is >= 0 and var start)
                {
                    var text = near[start..];
                    var end = text.IndexOfAny(" \t\r\n\"'{}[]#");
                    var name = (end < 0 ? document.AsSpan(at + start) : text[..end]).ToString();
                    if (end >= 0 && name.Contains(":role/", StringComparison.Ordinal))
                        roles.Add(new PassedRole(name, IsInstanceProfile: false));
                }

                at = document.IndexOf("assumeRole", at + 1, StringComparison.OrdinalIgnoreCase);
            }
        }

        void Collect(JsonView value, ReadOnlySpan<string> path, bool isProfile)
        {
            if (!value.Exists) return;
            foreach (var item in value.Items)
            {
                if (path.Length > 0) Collect(item[path[0]], path[1..], isProfile);
                else if ((
                    item.IsObject
                    ? item["arn"].Text is { Length: > 0 } arn
                    ? arn
                    : item["name"].Text
                    : item.Text) is { Length: > 0 } name) roles.Add(new PassedRole(name, isProfile));
            }
        }
    }
}
