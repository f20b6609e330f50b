namespace Responder.Detections;

/// <summary>
/// Ids of what it takes many events to see. A backtest counts them, and for the live account CloudWatch alarms (template.yaml); the
/// function keeps no state and only knows that settings may name them.
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
