using System.Collections.Frozen;

namespace Responder.Policies;

/// <summary>
/// The calls that take a role to run as, as IAM names their permissions. The list is that of the detections (role-carriers.txt, made from
/// AWS's service models), so that what may be passed and what is watched cannot drift apart.
/// </summary>
internal static class RolePassing
{
    /// <summary>Event sources whose permissions begin with another word.</summary>
    private static readonly FrozenDictionary<string, string> s_prefixes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["monitoring"] = "cloudwatch",
        ["cloudcontrolapi"] = "cloudformation",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Calls whose permission has another name.</summary>
    private static readonly FrozenDictionary<string, string> s_renamed = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["s3:PutBucketReplication"] = "s3:PutReplicationConfiguration",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Calls that take a role and by themselves run nothing as it: they read or take away, or make a template, document or profile that
    /// another call has to start.
    /// </summary>
    public static IReadOnlyList<string> RunNothing { get; } =
    [
        "cloudformation:DeleteResource", "cloudformation:DeleteStack", "cloudformation:GetResource", "cloudformation:ListResources",
        "ec2:CreateLaunchTemplate", "ec2:CreateLaunchTemplateVersion", "iam:AddRoleToInstanceProfile", "ssm:CreateDocument",
        "ssm:UpdateDocument",
    ];

    /// <summary>The permissions that the service models tell of.</summary>
    public static IReadOnlyList<string> Listed { get; } = Read();

    /// <summary>Calls that no trail records; a test holds them against the service models.</summary>
    public static IReadOnlyList<string> Described { get; } =
    [
        "neptune-db:CreateMLEndpoint", "neptune-db:StartLoaderJob", "neptune-db:StartMLDataProcessingJob",
        "neptune-db:StartMLModelTrainingJob", "neptune-db:StartMLModelTransformJob",
        "sagemaker-geospatial:ExportEarthObservationJob", "sagemaker-geospatial:ExportVectorEnrichmentJob",
        "sagemaker-geospatial:StartEarthObservationJob", "sagemaker-geospatial:StartVectorEnrichmentJob",
        "voiceid:StartFraudsterRegistrationJob", "voiceid:StartSpeakerEnrollmentJob",
    ];

    /// <summary>The permission for a call of an event source (without its domain).</summary>
    public static string ActionOf(string source, string call)
    {
        var action = $"{s_prefixes.GetValueOrDefault(source, source)}:{call}";
        return s_renamed.GetValueOrDefault(action, action);
    }

    private static List<string> Read()
    {
        using var stream = typeof(RolePassing).Assembly.GetManifestResourceStream("role-carriers.txt")
            ?? throw new InvalidOperationException("role-carriers.txt is not embedded");
        using var reader = new StreamReader(stream);
        var actions = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Split(' ') is [var source, var call, ..]) actions.Add(ActionOf(source, call));
        }

        actions.RemoveAll(RunNothing.Contains);
        return actions;
    }
}
