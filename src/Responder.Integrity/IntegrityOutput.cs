using System.Globalization;
using System.Text.Json;
using Responder.Events;

namespace Responder.Integrity;

/// <summary>The result as lines of text, in the words of `aws cloudtrail validate-logs`, and as lines of JSON.</summary>
public static class IntegrityOutput
{
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The beginning of what was asked for, in words.</summary>
    public static string StartOf(AskedPeriod asked) => asked.IsStartOpen ? "the first digest" : Time(asked.Start);

    public static string KindOf(CheckedKind kind) => kind switch
    {
        CheckedKind.Digest => "digest",
        CheckedKind.BackfillDigest => "backfill-digest",
        CheckedKind.Log => "log",
        _ => "period",
    };

    public static string VerdictOf(Verdict verdict) => verdict switch
    {
        Verdict.Valid => "valid",
        Verdict.Invalid => "invalid",
        Verdict.Missing => "missing",
        Verdict.Gap => "gap",
        _ => "unreadable",
    };

    public static string Line(CheckedFile file)
    {
        if (file.Kind == CheckedKind.Period)
        {
            var what = file.Gap == GapCause.Stopped ? "No log files were delivered by CloudTrail" : "There is no digest";
            return $"GAP\t{file.Chain.Account} {file.Chain.Region} {file.Chain.Trail}\t{what} between {Time(file.From!.Value)} and "
                + $"{Time(file.To!.Value)}: {file.Reason}";
        }

        var kind =
            file.Kind switch
            {
                CheckedKind.Digest => "Digest file",
                CheckedKind.BackfillDigest => "(backfill) Digest file",
                _ => "Log file"
            };
        var verdict =
            file.Verdict switch { Verdict.Valid => "valid", Verdict.Invalid => "INVALID", Verdict.Missing => "MISSING", _ => "UNREADABLE" };
        return $"{kind}\t{PlainText.OneLine(file.Name.ToString(), 2048)}\t{verdict}"
            + $"{(file.Reason is { } reason ? ": " + PlainText.OneLine(reason, 2048) : "")}";
    }

    public static IEnumerable<string> Summary(IntegrityResult result)
    {
        yield return $"Results requested for {StartOf(result.Asked)} to {Time(result.Asked.End)}";
        if (result.Digests.Total + result.BackfillDigests.Total == 0)
        {
            yield return "No digests found";
            yield break;
        }

        yield return result is { FoundStart: { } start, FoundEnd: { } end }
            ? $"Results found for {Time(start)} to {Time(end)}:"
            : "No valid digests found in range";
        yield return "";
        foreach (var (
            counts, name) in new[] { (result.Digests, "digest"), (result.BackfillDigests, "backfill digest"), (result.Logs, "log") })
        {
            if (counts.Total > 0) yield return Ratio(counts, name);
        }

        if (result.Gaps > 0) yield return $"{result.Gaps} {(result.Gaps == 1 ? "gap" : "gaps")}";
        foreach (var uncovered in result.Uncovered)
            yield return $"No valid digest covers {Time(uncovered.From)} to {Time(uncovered.To)}: {uncovered.Account} {uncovered.Region} "
                + $"{PlainText.OneLine(uncovered.Trail)}";
    }

    public static string Json(CheckedFile file) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("kind", KindOf(file.Kind));
        writer.WriteString("verdict", VerdictOf(file.Verdict));
        writer.WriteString("bucket", file.Name?.Bucket);
        writer.WriteString("key", file.Name?.Key);
        writer.WriteString("account", file.Chain.Account);
        writer.WriteString("region", file.Chain.Region);
        writer.WriteString("trail", file.Chain.Trail);
        writer.WriteString("reason", file.Reason);
        WriteTime(writer, "from", file.From);
        WriteTime(writer, "to", file.To);
        writer.WriteEndObject();
    });

    public static string SummaryJson(IntegrityResult result) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("summary", true);
        WriteTime(writer, "start", result.Asked.IsStartOpen ? null : result.Asked.Start);
        WriteTime(writer, "end", result.Asked.End);
        WriteTime(writer, "foundStart", result.FoundStart);
        WriteTime(writer, "foundEnd", result.FoundEnd);
        Write(writer, "digests", result.Digests);
        Write(writer, "backfillDigests", result.BackfillDigests);
        Write(writer, "logs", result.Logs);
        writer.WriteNumber("gaps", result.Gaps);
        writer.WriteNumber("unreadable", result.Unreadable.Count);
        writer.WriteStartArray("uncovered");
        foreach (var uncovered in result.Uncovered)
        {
            writer.WriteStartObject();
            writer.WriteString("account", uncovered.Account);
            writer.WriteString("region", uncovered.Region);
            writer.WriteString("trail", uncovered.Trail);
            WriteTime(writer, "from", uncovered.From);
            WriteTime(writer, "to", uncovered.To);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("valid", result.IsValid);
        writer.WriteEndObject();
    });

    private static string Ratio(VerdictCounts counts, string name)
    {
        var bad = counts.Total - counts.Valid;
        if (bad == 0) return $"{counts.Valid}/{counts.Total} {name} files valid";
        var parts = new List<string>();
        if (counts.Missing > 0) parts.Add($"{counts.Missing} missing");
        if (counts.Unreadable > 0) parts.Add($"{counts.Unreadable} unreadable");
        return $"{counts.Valid}/{counts.Total} {name} files valid, {bad}/{counts.Total} {name} files "
            + $"INVALID{(parts.Count > 0 ? $" ({string.Join(", ", parts)})" : "")}";
    }

    private static void Write(Utf8JsonWriter writer, string name, VerdictCounts counts)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("valid", counts.Valid);
        writer.WriteNumber("invalid", counts.Invalid);
        writer.WriteNumber("missing", counts.Missing);
        writer.WriteNumber("unreadable", counts.Unreadable);
        writer.WriteNumber("total", counts.Total);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } value) writer.WriteString(name, Time(value));
        else writer.WriteNull(name);
    }
}
