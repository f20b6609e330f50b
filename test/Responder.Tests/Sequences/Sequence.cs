namespace Responder.Tests.Sequences;

/// <summary>
/// What happens in an account, in order, as data. The events of its calls are delivered in every order that time allows, each to a new
/// environment of the function, once and twice; a delivery that fails is tried again as Lambda does.
/// </summary>
/// <param name="Name">What is tried, as a test's name.</param>
internal sealed record Sequence(string Name, params IReadOnlyList<Step> Steps)
{
    /// <summary>Users that were there long before, without any policy.</summary>
    public IReadOnlyList<string> Users { get; init; } = ["mallory"];

    /// <summary>The boundary that each of them has; null: none.</summary>
    public string? Boundary { get; init; }

    /// <summary>How far IAM's reads lag its writes.</summary>
    public TimeSpan ReadLag { get; init; }

    /// <summary>The account that all of it happens in; another one than the responder's is a member.</summary>
    public string Account { get; init; } = EventBuilder.Account;

    /// <summary>How far the function's clock is ahead of AWS's.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>The AWS call of the responder that is throttled in every delivery, as "service operation"; null: none.</summary>
    public (string Service, string Operation)? Throttled { get; init; }

    /// <summary>Who must be contained in the end, by his first name; null: nothing is said about it.</summary>
    public IReadOnlyList<string>? Contained { get; init; }

    /// <summary>Who must not be contained in the end, by his first name.</summary>
    public IReadOnlyList<string> Free { get; init; } = [];

    /// <summary>
    /// True where somebody who was there before bears the name by the time the event comes: the event has no id, so he may be contained for
    /// another (docs/evasions.md). He can be released; the one who was meant must not stay free unsaid.
    /// </summary>
    public bool HitsNamesake { get; init; }

    /// <summary>False where pages about these calls may be left out, because nobody gained anything by them.</summary>
    public bool IsAttack { get; init; } = true;

    public override string ToString() => Name;
}

/// <summary>One step of a sequence.</summary>
internal abstract record Step;

/// <summary>A call of IAM by the attacker or by an ordinary caller; the endpoint writes the event that is delivered.</summary>
/// <param name="Action">The API's name.</param>
/// <param name="Parameters">By their wire names.</param>
internal sealed record Act(string Action, params IReadOnlyList<(string Name, string Value)> Parameters) : Step
{
    /// <summary>Who calls, by the access key: the attacker, or somebody with the release role.</summary>
    public string AccessKey { get; init; } = "AKIAEVE";

    /// <summary>False: no rule matches the event, or it is lost.</summary>
    public bool IsDelivered { get; init; } = true;

    public override string ToString() => $"{Action} {string.Join(' ', Parameters.Select(static p => p.Value))}";
}

/// <summary>Time passes.</summary>
internal sealed record Pass(TimeSpan Time) : Step;

/// <summary>A person releases the oldest incident whose containment stands.</summary>
internal sealed record Released : Step;

/// <summary>The calls that sequences are made of.</summary>
internal static class Calls
{
    /// <summary>A document that allows everything.</summary>
    public const string All = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    /// <summary>A document that allows little.</summary>
    public const string Little = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";

    /// <summary>The customer policy that the calls about versions name.</summary>
    public const string Tool = "arn:aws:iam::123456789012:policy/tool";

    public static Act Attach(string user, string policy = EventBuilder.Admin) =>
        new("AttachUserPolicy", ("UserName", user), ("PolicyArn", policy));

    public static Act Detach(string user, string policy = EventBuilder.Admin) =>
        new("DetachUserPolicy", ("UserName", user), ("PolicyArn", policy));

    public static Act PutInline(string user) => new(
        "PutUserPolicy", ("UserName", user), ("PolicyName", "all"),
        ("PolicyDocument", All));

    public static Act MakeTool(string document) =>
        new("CreatePolicy", ("PolicyName", "tool"), ("PolicyDocument", document)) { IsDelivered = false };

    public static Act NewVersion(string document, bool isDefault = true) => new(
        "CreatePolicyVersion", ("PolicyArn", Tool), ("PolicyDocument", document), ("SetAsDefault", isDefault ? "true" : "false"));

    public static Act MakeDefault(string version) => new("SetDefaultPolicyVersion", ("PolicyArn", Tool), ("VersionId", version));

    public static Act DeleteVersion(string version) => new("DeletePolicyVersion", ("PolicyArn", Tool), ("VersionId", version));

    /// <summary>The same call by somebody who has the release role.</summary>
    public static Act ByReleaseRole(Act act) => act with { AccessKey = "AKIARELEASE" };

    /// <summary>The same call, of which nobody is told.</summary>
    public static Act Untold(Act act) => act with { IsDelivered = false };

    public static Act DeleteInline(string user) => new("DeleteUserPolicy", ("UserName", user), ("PolicyName", "all"));

    public static Act Rename(string user, string name) => new("UpdateUser", ("UserName", user), ("NewUserName", name));

    public static Act Create(string user) => new("CreateUser", ("UserName", user)) { IsDelivered = false };

    public static Act Delete(string user) => new("DeleteUser", ("UserName", user)) { IsDelivered = false };

    public static Act Unbound(string user) => new("DeleteUserPermissionsBoundary", ("UserName", user));

    public static Act Bound(string user, string policy) =>
        new("PutUserPermissionsBoundary", ("UserName", user), ("PermissionsBoundary", policy));

    public static Act Join(string user, string group) => new("AddUserToGroup", ("UserName", user), ("GroupName", group));

    public static Act Leave(string user, string group) => new("RemoveUserFromGroup", ("UserName", user), ("GroupName", group));

    public static Pass Seconds(int seconds) => new(TimeSpan.FromSeconds(seconds));

    public static Pass Minutes(int minutes) => new(TimeSpan.FromMinutes(minutes));

    public static Released Release => new();
}
