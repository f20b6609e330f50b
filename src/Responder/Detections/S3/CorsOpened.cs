using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A cross-origin rule that lets scripts of other sites read a bucket.</summary>
internal sealed class CorsOpened : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.cors-opened",
        Title = "Bucket CORS opened",
        Description =
            "A cross-origin rule with a wildcard origin was put on a bucket: scripts of any site may use a visitor's access to it. "
            + "Rules that name their origins are logged only.",
        Severity = Severity.Medium,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketCors")],
        Techniques = ["T1530"],
        Controls = ["pci-dss:6.2.4", "soc2:CC6.6"],
        Runbook = new Runbook(
            ["See which origins {resource} now allows, and with which methods.", "Ask the owner whether a browser application needs it."],
            ["Remove the rules: aws s3api delete-bucket-cors --bucket {resource}", "Or put the former rules back from version control."],
            ["Fonts or public assets of a website."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;
        var configuration = S3Call.First(e.Request["CORSConfiguration"]).Unwrapped;
        var rules = configuration["CORSRule"].Items.ToList();
        if (e.RequestOmitted || !configuration.IsObject || rules.Count == 0)
        {
            yield return S3Call.Unread(Info, e, Severity.Medium, $"CORS of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var origins = rules.SelectMany(static rule => rule["AllowedOrigin"].Items).Select(static origin => origin.Text ?? "*").ToList();
        if (origins.Count == 0 || origins.Any(static origin => origin.Contains('*', StringComparison.Ordinal)))
            yield return S3Call.Finding(
                Info, e, Severity.Medium, $"CORS of {S3Call.Named(e)} opened to any origin", "An allowed origin is a wildcard") with
            {
                UndoCommand = S3Call.Command(e, "delete-bucket-cors"),
            };
        else yield return S3Call.Finding(Info, e, Severity.Low, $"CORS of {S3Call.Named(e)} changed", "Every allowed origin is named");
    }
}
