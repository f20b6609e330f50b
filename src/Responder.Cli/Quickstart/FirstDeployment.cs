using System.Globalization;
using System.Text.RegularExpressions;
using Responder.Events;
using Responder.Logs;
using Responder.Vocabulary;

namespace Responder.Cli.Quickstart;

/// <summary>
/// What a person answers about his first deployment. Every other parameter of the stack has a default that needs no thought.
/// </summary>
/// <param name="AlertEmail">Null: somebody gets the pages by a subscription of his own.</param>
/// <param name="Enforces">True: contains from the beginning. False: says what would have been done.</param>
/// <param name="Trail">The trail that is there and is used; null: one is made.</param>
/// <param name="OnCallRoles">Whole ARNs, as the parameter takes them; empty: users with MFA.</param>
/// <param name="Members">Other accounts, 12 digits each.</param>
internal sealed partial record FirstDeployment(
    string? AlertEmail, bool Enforces, FoundTrail? Trail, IReadOnlyList<string> OnCallRoles, IReadOnlyList<string> Members)
{
    /// <summary>What the account leaves unreserved at least: AWS refuses to go below it.</summary>
    private const int LeftToOthers = 100;

    private const int Containing = 10;
    private const int Alerting = 5;

    /// <summary>Functions that only alert; each gets its own executions.</summary>
    private const int AlertingFunctions = 4;

    /// <summary>Executions that are not reserved for any function of the account; null: not known, and none are reserved then.</summary>
    public int? UnreservedExecutions { get; init; }

    /// <summary>True when a trail is made; false also where one is used that could not be read.</summary>
    public bool CreatesTrail { get; init; } = Trail is null;

    /// <summary>True where the account has room for what the functions may reserve.</summary>
    public bool Reserves => UnreservedExecutions >= LeftToOthers + Containing + (AlertingFunctions * Alerting);

    /// <summary>The parameters that differ from their defaults, in the order of the template.</summary>
    public IEnumerable<(string Name, string Value)> Parameters()
    {
        yield return AlertEmail is { } address ? ("AlertEmail", address) : ("SubscribedElsewhere", "true");
        yield return ("Mode", Enforces ? "Enforce" : "Observe");
        if (Members.Count > 0) yield return ("MemberAccountIds", string.Join(',', Members));
        if (OnCallRoles.Count > 0) yield return ("OnCallRoleArns", string.Join(',', OnCallRoles));
        if (CreatesTrail) yield return ("CreateTrail", "true");
        if (Trail is { } trail)
        {
            if (trail.Bucket is { } bucket) yield return ("LogBuckets", bucket);
            if (trail.KeyArn is { } key) yield return ("TrailKeyArns", key);
            if (trail.LogGroup is { } group) yield return ("TrailLogGroupName", group);
            yield return ("CheckedTrailArn", trail.Arn);
        }

        if (Members.Count > 0) yield return ("ForwardingAccountIds", string.Join(',', Members));
        if (!Reserves) yield break;
        yield return ("ContainmentConcurrency", Containing.ToString(CultureInfo.InvariantCulture));
        yield return ("AlertingConcurrency", Alerting.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The command that deploys, in one line for a POSIX shell.</summary>
    public string Command(string stack, string region)
    {
        List<CommandPart> parts = [
            ("--stack-name", stack), ("--region", region), ("--capabilities", "CAPABILITY_IAM"), "--resolve-s3", "--parameter-overrides"];
        parts.AddRange(Parameters().Select(static p => CommandPart.Operand($"{p.Name}={p.Value}")));
        return Shell.Command("sam deploy", [.. parts]).ToString();
    }

    /// <exception cref="UsageException">It is no address.</exception>
    public static string Address(string text) => AddressPattern().IsMatch(text)
        ? text
        : throw new UsageException($"who is told: expected an e-mail address such as oncall@example.com, not {Shown(text)}");

    /// <exception cref="UsageException">An entry is no account id, or is the account itself.</exception>
    public static IReadOnlyList<string> Accounts(string text, string? own)
    {
        string[] ids = [.. Entries(text).Distinct()];
        if (ids.FirstOrDefault(static id => id.Length != 12 || !id.All(char.IsAsciiDigit)) is { } odd)
            throw new UsageException($"other accounts: expected ids of 12 digits with commas between them, not {Shown(odd)}");
        return own is not null && ids.Contains(own)
            ? throw new UsageException($"other accounts: {own} is the account of the responder itself")
            : ids;
    }

    public static IReadOnlyList<string> Entries(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Shown(string text) => PlainText.OneLine(text, 100);

    [GeneratedRegex(@"^[^@\s,]+@[^@\s,]+\.[^@\s,]+\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern();
}

/// <summary>A trail of all regions that is there.</summary>
/// <param name="KeyArn">The key of its log files; null: S3's own.</param>
/// <param name="LogGroup">The log group in the stack's region that it writes to; null: none there.</param>
internal sealed record FoundTrail(string Arn, string? Bucket, string? KeyArn, string? LogGroup);
