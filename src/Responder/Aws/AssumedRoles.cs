using System.Text.Json;
using Responder.Events;

namespace Responder.Aws;

/// <summary>
/// The roles that a user assumed, according to CloudTrail's event history of one region; their sessions outlive the user's quarantine.
/// Never complete: calls reach the history some minutes late, and STS's regional endpoints report to their own regions.
/// </summary>
/// <param name="Region">The region that was asked.</param>
/// <param name="Since">Where the search begins; earlier calls were not asked for.</param>
/// <param name="Roles">Most recently assumed first.</param>
public sealed record AssumedRoles(string Region, DateTimeOffset Since, IReadOnlyList<AssumedRole> Roles)
{
    /// <summary>Why the history was not read, or not to its end, in AWS's words; null when it was.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// How far back the answer reaches when it does not reach <see cref="Since"/>; null when nothing or everything was read.
    /// </summary>
    public DateTimeOffset? ReadBackTo { get; init; }

    /// <summary>How many of the user's AssumeRole calls name no role or could not be read.</summary>
    public int Unnamed { get; init; }

    /// <summary>Writes the member <c>rolesAssumed</c>.</summary>
    /// <param name="most">The most roles that are written; the rest is counted in <c>more</c>.</param>
    /// <param name="width">The most characters of a text.</param>
    /// <param name="withSessions">Also writes when the role was first assumed, and the ARNs of the sessions.</param>
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

/// <summary>One role that the user assumed.</summary>
/// <param name="Arn">The role's full ARN, but without its path when only the session's ARN named the role.</param>
/// <param name="Sessions">ARNs of the sessions, newest first; they end in a name that the user chose.</param>
public sealed record AssumedRole(string Arn, int Count, DateTimeOffset? First, DateTimeOffset? Last, IReadOnlyList<string> Sessions)
{
    /// <summary>When the last of its sessions ends; null when no call tells its time.</summary>
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
