using System.Globalization;
using Responder.Events;

namespace Responder.Detections.SignIn;

public sealed class UnusualHour : IDetection
{
    /// <summary>The night ends at this hour, UTC.</summary>
    public const int MorningHour = 6;

    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.unusual-hour",
        Title = "Console login between midnight and six, UTC",
        Description = "A person signed in to the console after 00:00 and before 06:00 UTC, when nobody of this installation usually works. A time of exactly "
            + "00:00:00 does not count: records whose time of day was lost carry it.",
        Severity = Severity.Medium,
        Watches = [new Watch("signin.amazonaws.com", ["ConsoleLogin"], WatchKind.SignIn)],
        Techniques = ["T1078.004"],
        Controls = ["pci-dss:10.4.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: ["Whether the person is on duty or in another time zone", "Whether the source address is usual for them"],
            Do: ["Ask {actor} on another channel; when nobody knows the sign-in, end the session and reset the password"],
            BenignCauses: ["On-call work", "A colleague in another time zone"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!ConsoleLogin.Succeeded(e) || e.Actor.IsAwsServiceOnItsOwn || e.EventTime is not { } time) yield break;
        var hour = time.ToUniversalTime().TimeOfDay;
        if (hour == TimeSpan.Zero || hour >= TimeSpan.FromHours(MorningHour)) yield break;

        var who = ConsoleLogin.Who(e);
        yield return new Finding(Info, Severity.Medium, string.Create(CultureInfo.InvariantCulture, $"Console login of {who} at {hour:hh\\:mm} UTC"))
        {
            Target = ConsoleLogin.Principal(e),
            Reasons = [ConsoleLogin.From(e)],
        };
    }
}
