using System.Text.Json;
using Responder.Events;

namespace Responder.Aws;

/// <summary>
/// The roles that a user took on, as CloudTrail's event history of one region tells: their sessions outlive the user's quarantine. Never
/// the whole truth: calls reach the history some minutes late, and STS's regional endpoints report to their own regions.
/// </summary>
/// <param name="Region">The region that was asked.</param>
/// <param name="Since">Earlier calls were not asked for.</param>
/// <param name="Roles">Last taken on first.</param>
public sealed record AssumedRoles(string Region, DateTimeOffset Since, IReadOnlyList<AssumedRole> Roles)
{
    /// <summary>Why the history was not read, or not to its end, in AWS's words; null: it was.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// How far back an answer reaches that does not reach back to <see cref="Since"/>; null: nothing was read, or everything.
    /// </summary>
    public DateTimeOffset? ReadBackTo { get; init; }

    /// <summary>Successful AssumeRole calls of the user that name no role, or could not be read.</summary>
    public int Unnamed { get; init; }

    /// <summary>Writes the member <c>rolesAssumed</c>.</summary>
    /// <param name="most">Roles written; the rest is counted in <c>more</c>.</param>
    /// <param name="width">Characters of a text.</param>
    /// <param name="withSessions">Also when, and the sessions by their ARNs.</param>
    internal void WriteTo(Utf8JsonWriter writer, int most, int width, bool withSessions)
    {
        writer.WriteStartObject("rolesAssumed");
        writer.WriteText("region", Region);
        writer.WriteTime("since", Since);
        writer.WriteText("failure", Failure is null ? null : PlainText.OneLine(Failure, width));
        if (ReadBackTo is { } end) writer.WriteTime("readBackTo", end);
        writer.WriteStartArray("roles");
        foreach (var role in Roles.Take(most)) role.WriteTo(writer, width, withSessions);
        writer.WriteEndArray();
        if (Roles.Count > most) writer.WriteNumber("more", Roles.Count - most);
        if (Unnamed > 0) writer.WriteNumber("unnamed", Unnamed);
        writer.WriteEndObject();
    }
}

/// <summary>One role that the user took on.</summary>
/// <param name="Arn">Whole, with its path; without it where only the session's ARN told the role.</param>
/// <param name="Sessions">ARNs of the sessions, newest first; they end in a name that the user chose.</param>
public sealed record AssumedRole(string Arn, int Count, DateTimeOffset? First, DateTimeOffset? Last, IReadOnlyList<string> Sessions)
{
    /// <summary>When the last of its sessions ends; null when a call does not tell its time.</summary>
    public DateTimeOffset? Until { get; init; }

    internal void WriteTo(Utf8JsonWriter writer, int width, bool withSessions)
    {
        writer.WriteStartObject();
        writer.WriteString("arn", PlainText.OneLine(Arn, width));
        writer.WriteNumber("count", Count);
        if (withSessions) writer.WriteTime("first", First);
        writer.WriteTime("last", Last);
        writer.WriteTime("until", Until);
        if (withSessions)
        {
            writer.WriteStartArray("sessions");
            foreach (var session in Sessions) writer.WriteStringValue(PlainText.OneLine(session, width));
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
