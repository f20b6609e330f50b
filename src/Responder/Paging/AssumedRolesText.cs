using System.Globalization;
using Responder.Aws;
using Responder.Events;

namespace Responder.Paging;

/// <summary>
/// What to do about the roles that a contained user had assumed: each role by name, with the command that revokes its sessions.
/// </summary>
internal static class AssumedRolesText
{
    private const int MostRoles = 10;

    /// <summary>One line for each role, then what the answer cannot see and how to ask again. Nothing when no user was contained.</summary>
    public static IEnumerable<PageLine> Lines(Alert alert)
    {
        if (alert.Result.RolesAssumed is not { } roles || alert.Decision.ContainedUser is not { } user) yield break;
        var e = alert.Decision.Event;
        foreach (var role in roles.Roles.Take(MostRoles)) yield return Revoke(e, role, user.AccountId, alert.Now);
        if (roles.Roles.Count > MostRoles)
            yield return new PageLine("Further roles that the user took on: "
                + $"{string.Join(", ", roles.Roles.Skip(MostRoles).Take(20).Select(static r => PlainText.OneLine(r.Arn, 200)))}"
                + $"{(roles.Roles.Count > MostRoles + 20 ? $" and {roles.Roles.Count - MostRoles - 20} more" : "")}");
        yield return new PageLine(
            $"{Known(roles)}. Ask again in some minutes, and in each region in use:  ", Commands.RolesAssumedBy(e, user, alert.Now));
    }

    private static PageLine Revoke(CloudTrailEvent e, AssumedRole role, string? account, DateTimeOffset now)
    {
        var times = role.Count == 1
            ? $"once, {Time(role.Last)}"
            : string.Create(CultureInfo.InvariantCulture, $"{role.Count} times, {Time(role.First)} to {Time(role.Last)}");
        var session = role.Sessions is [var newest, ..] ? $"; last as {PlainText.OneLine(newest, 300)}" : "";
        var end = role.Until is not { } until
            ? ""
            : until > now
            ? $"; a session may last until {Time(until)}"
            : $"; the last session ended {Time(until)}";
        var foreign = AwsArn.TryParse(role.Arn, out var arn) && arn.AccountId != account
            ? $" (account {PlainText.OneLine(arn.AccountId, 12)}: works where that is a member account)"
            : "";
        return new PageLine(
            $"The user took on {PlainText.OneLine(role.Arn, 700)} ({times}{session}{end}). Revoke its older sessions{foreign}:  ",
            Commands.RevokeSessions(e, role.Arn));
    }

    /// <summary>What the history said, and what it lacks.</summary>
    private static string Known(AssumedRoles roles)
    {
        var history = $"CloudTrail's event history of {roles.Region} since {Time(roles.Since)}";
        var unnamed = roles.Unnamed > 0
            ? string.Create(CultureInfo.InvariantCulture, $" ({roles.Unnamed} calls of AssumeRole could not be read)")
            : "";
        if (roles is { Failure: { } failure, ReadBackTo: null })
            return $"Roles that the user took on keep working, and could not be looked up in {history}: {PlainText.OneLine(failure, 300)}";
        if (roles.Failure is { } cut)
            return $"Roles that the user took on keep working; {history} was read back to {Time(roles.ReadBackTo)} only{unnamed}: "
                + $"{PlainText.OneLine(cut, 300)}";
        return roles.Roles.Count > 0
            ? $"That is what {history} has{unnamed}; it lacks the last minutes and what was called in other regions"
            : $"None seen: {history} names no role that the user took on{unnamed}; it lacks the last minutes and what was called in other "
                + "regions";
    }

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        ?? "at an unknown time";
}
