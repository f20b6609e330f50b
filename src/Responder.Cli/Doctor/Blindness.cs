using System.Text.Json.Nodes;
using Responder.Analysis.Bursts;
using Responder.Detections;

namespace Responder.Cli.Doctor;

/// <summary>Which detections see nothing when a part of the way of the events is missing.</summary>
internal static class Blindness
{
    /// <summary>All that one event suffices for.</summary>
    public static IReadOnlyList<string> All { get; } = [.. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id)];

    /// <summary>Those that CloudWatch counts in the trail's log group.</summary>
    public static IReadOnlyList<string> Bursts { get; } = [.. BurstCatalog.All.Select(static b => b.Info.Id)];

    public static IReadOnlyList<string> Insights { get; } = Of(static watch => watch.Kind == WatchKind.Insight);

    /// <summary>Those that watch calls of one of these sources.</summary>
    public static IReadOnlyList<string> OfSources(IReadOnlyCollection<string> sources) =>
        Of(watch => watch.EventSource is { } source && sources.Contains(source));

    /// <summary>Those of whose events the pattern matches any.</summary>
    /// <param name="name">Of the rule: says what the pattern does for refused calls, root, sign-ins and Insights.</param>
    public static IReadOnlyList<string> Of(string name, JsonObject pattern)
    {
        if (name.StartsWith("Refused", StringComparison.Ordinal))
            return Of(static watch => watch.Kind is WatchKind.Refused or WatchKind.OwnFunctionRole);
        if (name.StartsWith("Root", StringComparison.Ordinal)) return Of(static watch => watch.Kind == WatchKind.Root);
        if (name.StartsWith("SignIn", StringComparison.Ordinal))
            return Of(static watch => watch.Kind == WatchKind.SignIn || watch.EventSource == "signin.amazonaws.com");
        if (name.StartsWith("Insight", StringComparison.Ordinal)) return Insights;
        var detail = pattern["detail"]!;
        var sources = detail["eventSource"]!.AsArray().Select(static s => (string)s!).ToHashSet(StringComparer.Ordinal);
        var names = detail["eventName"]!.AsArray().Select(static n => n is JsonObject prefix ? (string)prefix["prefix"]! + "*" : (string)n!)
            .ToHashSet(StringComparer.Ordinal);
        return Of(
            watch => watch.Kind == WatchKind.Calls && watch.EventSource is { } source && sources.Contains(source)
            && watch.EventNames.Any(names.Contains));
    }

    private static IReadOnlyList<string> Of(Func<Watch, bool> watches) =>
        [.. DetectionCatalog.Default.Detections.Where(d => d.Info.Watches.Any(watches)).Select(static d => d.Info.Id)];
}
