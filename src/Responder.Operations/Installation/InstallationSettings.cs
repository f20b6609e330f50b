using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;

namespace Responder.Operations.Installation;

/// <summary>
/// What the stack writes down of its own settings, so that containment and release by hand need none of the environment of whoever runs
/// them: lines <c>NAME=VALUE</c> of <see cref="SettingTable"/>, in as many parameters below <c>/security/settings</c> as are needed.
/// </summary>
/// <param name="Values">By the name of the variable; an empty value is unset.</param>
public sealed record InstallationSettings(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The variables that the stack writes down: what a person's commands read, without what only the functions need.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "RESPONDER_MODE", "ALERT_TOPIC_ARN", "CHAT_TOPIC_ARN", "BREAK_GLASS_ARNS", "RESPONDER_ROLE_ARNS", "RELEASE_ROLE_ARN",
        "OPERATOR_ROLE_ARN", "MEMBER_ACCOUNT_IDS", "MEMBER_ROLE_NAME",
    ];

    /// <summary>What the stack says of itself beside the settings: which template it was made from, and where.</summary>
    private static readonly string[] s_facts = ["STACK_VERSION", "STACK_REGION"];

    /// <summary>Why it is not known who wrote them; null: it is.</summary>
    public string? WritersUnread { get; private init; }

    /// <value>Three numbers; null: the stack is older than this.</value>
    public string? Version { get; private init; }

    /// <value>The region of the stack; null: the stack is older than this.</value>
    public string? Region { get; private init; }

    /// <summary>Why they may not be the stack's own; each is a reason to ask before anything is done with them.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>The environment with these values in place of its own.</summary>
    public Func<string, string?> Over(Func<string, string?> environment) =>
        name => Values.TryGetValue(name, out var value) ? value : environment(name);

    /// <summary>The variables of which the environment says something else.</summary>
    public IEnumerable<string> ContradictedBy(Func<string, string?> environment) => Values
        .Where(setting => environment(setting.Key)?.Trim() is { Length: > 0 } own && own != setting.Value)
        .Select(static setting => setting.Key).Order(StringComparer.Ordinal);

    /// <summary>Reads them, and who wrote them last.</summary>
    /// <param name="callerArn">The caller's own ARN: the roles that people take do not write settings.</param>
    /// <returns>Null: the installation has none, because its stack is older or there is none in this region.</returns>
    public static async Task<Read<InstallationSettings?>> ReadAsync(
        IAmazonSimpleSystemsManagement ssm, ParameterNames names, string? callerArn, CancellationToken cancellationToken)
    {
        List<Parameter> parts;
        try
        {
            parts = await PartsAsync(ssm, names, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return Read<InstallationSettings?>.Failed(AwsFailure.Describe("GetParametersByPath " + names.SettingsRoot, e));
        }

        if (parts.Count == 0) return Read<InstallationSettings?>.Of(null);
        if (parts.Exists(static p => p.Name is null || p.Value is null))
            return Read<InstallationSettings?>.Failed($"GetParametersByPath {names.SettingsRoot}: a parameter without name or value");
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var doubts = new List<string>();
        foreach (var part in parts.OrderBy(static p => p.Name, StringComparer.Ordinal))
        {
            string? last = null;
            foreach (var (number, line) in part.Value.Split('\n').Select(static l => l.Trim()).Index())
            {
                if (line.Length == 0) continue;
                var name = Names.Concat(s_facts).FirstOrDefault(name => line.StartsWith(name + "=", StringComparison.Ordinal));
                if (name is null && last is null)
                    doubts.Add($"{part.Name}, line {number + 1}: expected NAME=VALUE, NAME one of {string.Join(", ", Names)}");
                else if (name is null) values[last!] += " " + line; // the stack's parameters may hold lists with line ends
                else if (!values.TryAdd(name, line[(name.Length + 1)..].Trim()))
                    doubts.Add($"{part.Name}, line {number + 1}: {name} is there twice");
                last = name ?? last;
            }
        }

        if (Names.Except(values.Keys, StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
            doubts.Add($"below {names.SettingsRoot} there is no {string.Join(", ", missing)}");
        var unread = await JudgeWritersAsync(ssm, parts, callerArn, doubts, cancellationToken).ConfigureAwait(false);
        string? Fact(string name) => values.Remove(name, out var value) && value.Length > 0 ? value : null;
        var (version, region) = (Fact(s_facts[0]), Fact(s_facts[1]));
        return Read<InstallationSettings?>.Of(
            new InstallationSettings(values) { Doubts = doubts, WritersUnread = unread, Version = version, Region = region });
    }

    private static async Task<List<Parameter>> PartsAsync(
        IAmazonSimpleSystemsManagement ssm, ParameterNames names, CancellationToken cancellationToken)
    {
        var parts = new List<Parameter>();
        var request = new GetParametersByPathRequest { Path = names.SettingsRoot, Recursive = true };
        do
        {
            var page = await ssm.GetParametersByPathAsync(request, cancellationToken).ConfigureAwait(false);
            parts.AddRange(page.Parameters ?? []);
            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return parts;
    }

    /// <summary>
    /// Whoever made the stack wrote the first version of each part, and the same user or role has to be the last writer of all. What is not
    /// known is doubted: who writes a part a hundred times pushes its first version out of the history.
    /// </summary>
    /// <returns>Why the writers could not be read, which is a doubt, too; null: they were.</returns>
    private static async Task<string?> JudgeWritersAsync(
        IAmazonSimpleSystemsManagement ssm, IReadOnlyList<Parameter> parts, string? callerArn, List<string> doubts,
        CancellationToken cancellationToken)
    {
        var read = await LedgerWriters.OfAsync(ssm, [.. parts.Select(static p => p.Name)], cancellationToken).ConfigureAwait(false);
        if (read.Value is not { Count: > 0 } writers)
        {
            doubts.Add($"who wrote the settings could not be read: {read.Failure}");
            return read.Failure ?? "GetParameterHistory: the answer names nobody";
        }

        var maker = writers[0].FirstBy;
        foreach (var part in writers)
        {
            if (part.By is not { } last || part.FirstBy is not { } first)
                doubts.Add($"Parameter Store does not say any more who made {part.Name}");
            else if (callerArn is not null && Role(last) == Role(callerArn))
                doubts.Add($"{part.Name} was written by the role of these credentials, {PlainText.OneLine(last, 300)}; the stack's own "
                    + "settings are written by whoever deploys it");
            else if (Role(last) != Role(first))
                doubts.Add($"{part.Name} was last written by {PlainText.OneLine(last, 300)}, and made by {PlainText.OneLine(first, 300)}");
            else if (maker is not null && Role(first) != Role(maker))
                doubts.Add($"{part.Name} was made by {PlainText.OneLine(first, 300)}, and {writers[0].Name} by "
                    + PlainText.OneLine(maker, 300));
        }

        return null;
    }

    /// <summary>The user or role behind an ARN: of a session, its role without the session's name.</summary>
    private static string Role(string text) => AwsArn.TryParse(text, out var arn) && arn.Service == "sts"
        && arn.Resource.Split('/') is ["assumed-role", var name, _] ? $"{arn.AccountId} {name}" : text;
}
