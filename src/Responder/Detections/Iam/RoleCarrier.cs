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

    private readonly string[][] _paths = PathsOf(Fields);
    private readonly string[][] _profilePaths = [];
    private readonly string[][] _answeredProfilePaths = [];

    /// <summary>Further request fields, which name instance profiles.</summary>
    public string[] ProfileFields { init => _profilePaths = PathsOf(value); }

    /// <summary>Names of request members that name roles wherever they are; the value may be JSON text that holds them.</summary>
    public string[] Anywhere { get; init; } = [];

    /// <summary>Response fields that name instance profiles, for calls whose request may leave the profile to a template.</summary>
    public string[] AnsweredProfileFields { init => _answeredProfilePaths = PathsOf(value); }

    /// <summary>True when the call deploys a template: in most installations the role for that is meant to be an administrator.</summary>
    public bool Deploys { get; init; }

    public string EventSource { get; } = Service + ".amazonaws.com";

    public bool Matches(CloudTrailEvent e) => string.Equals(EventSource, e.EventSource, StringComparison.Ordinal)
        && EventNamePattern.Matches(EventName, e.EventName);

    private static string[][] PathsOf(string[] fields) => [.. fields.Select(static field => field.Split('.'))];

    /// <summary>Each role that the event names, once.</summary>
    public IReadOnlyList<PassedRole> Roles(CloudTrailEvent e)
    {
        // Some EC2 calls wrap their parameters in an object named like the request.
        var request = e.Request[e.EventName + "Request"] is { IsObject: true } wrapped ? wrapped : e.Request;
        var roles = new List<PassedRole>();
        foreach (var path in _paths) Collect(request, path, isProfile: false);
        foreach (var path in _profilePaths) Collect(request, path, isProfile: true);
        if (Anywhere.Length > 0) Search(request, 0);
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
                    if (!Array.Exists(Anywhere, wanted => string.Equals(wanted, name, StringComparison.OrdinalIgnoreCase)))
                    {
                        Search(member, depth + 1);
                        continue;
                    }

                    // A map of roles has names that the caller chose.
                    var named = member.Items.SelectMany(static one =>
                        one.Unwrapped.IsObject ? one.Unwrapped.Members.Select(static m => m.Value.Text) : [one.Text]);
                    foreach (var text in named.OfType<string>().Where(static text => text.Length > 0))
                        roles.Add(new PassedRole(text, text.Contains(":instance-profile/", StringComparison.Ordinal)));
                }
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
