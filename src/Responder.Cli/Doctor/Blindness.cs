using System.Text.Json.Nodes;
using Responder.Analysis.Bursts;
using Responder.Detections;

namespace Responder.Cli.Doctor;

/// <summary>Which detections see nothing when some part of the path that events take is missing.</summary>
internal static class Blindness
{
    /// <summary>All detections, which need only a single event.</summary>
    public static IReadOnlyList<string> All { get; } = [.. DetectionCatalog.Default.Detections.Select(static d => d.Info.Id)];

    /// <summary>The bursts, which CloudWatch counts in the trail's log group.</summary>
    public static IReadOnlyList<string> Bursts { get; } = [.. BurstCatalog.All.Select(static b => b.Info.Id)];

    /// <summary>The detections that tell who assumes the roles of people.</summary>
    public static IReadOnlyList<string> RoleSessions { get; } = Of(static watch => watch.OnRoles.Count > 0);

    public static IReadOnlyList<string> Insights { get; } = Of(static watch => watch.Kind == WatchKind.Insight);

    /// <summary>The detections that watch calls of one of these sources.</summary>
    public static IReadOnlyList<string> OfSources(IReadOnlyCollection<string> sources) =>
        Of(watch => watch.EventSource is { } source && sources.Contains(source));

    /// <summary>The detections that watch any of the events that the pattern matches.</summary>
    /// <param name="name">Name of the rule; says whether the pattern is for refused calls, root, sign-ins or Insights.</param>
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
