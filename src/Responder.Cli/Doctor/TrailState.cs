using System.Text.Json;
using Responder.Aws;

namespace Responder.Cli.Doctor;

/// <summary>A trail as DescribeTrails and GetTrailStatus describe it.</summary>
/// <param name="DeliveryError">The latest error of a delivery to the bucket; null: none.</param>
internal sealed record TrailState(string Arn, bool IsMultiRegion, bool IsValidated, bool IsLogging, string? DeliveryError)
{
    public static async Task<IReadOnlyList<TrailState>> ReadAsync(AwsCall cloudTrail, CancellationToken cancellationToken)
    {
        var trails = new List<TrailState>();
        var answer = await cloudTrail.JsonAsync(
            "DescribeTrails", static json => json.WriteBoolean("includeShadowTrails", true), cancellationToken);
        foreach (var trail in Answer.List(answer, "trailList", "DescribeTrails"))
        {
            var arn = Answer.Text(trail, "TrailARN", "DescribeTrails");
            var status = await cloudTrail.JsonAsync("GetTrailStatus", json => json.WriteString("Name", arn), cancellationToken);
            trails.Add(new TrailState(
                arn, Answer.Flag(trail, "IsMultiRegionTrail", "DescribeTrails"), IsTrue(trail, "LogFileValidationEnabled"),
                Answer.Flag(status, "IsLogging", "GetTrailStatus"),
                Answer.TextOrNull(status, "LatestDeliveryError") is { Length: > 0 } error ? error : null));
        }

        return trails;
    }

    private static bool IsTrue(JsonElement trail, string member) => trail.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.True;
}
