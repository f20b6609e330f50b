namespace Responder.Detections;

/// <summary>
/// Ids of detections that need many events. A backtest counts these events; for the live account, CloudWatch alarms do (template.yaml). The
/// function keeps no state and knows the ids only because settings may name them.
/// </summary>
public static class BurstIds
{
    public const string RefusedCalls = "burst.refused-calls";
    public const string RootLogins = "burst.root-logins-refused";
    public const string PasswordData = "burst.password-data";
    public const string SecretReads = "burst.secret-reads";

    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        RefusedCalls, RootLogins, PasswordData, SecretReads,
    };
}
