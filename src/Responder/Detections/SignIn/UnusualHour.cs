using System.Globalization;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class UnusualHour : IDetection
{
    /// <summary>Without business hours the night ends at this hour, UTC.</summary>
    public const int MorningHour = 6;

    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.unusual-hour",
        Title = "Console login at an unusual hour",
        Description = "A person signed in to the console when nobody of this installation usually works: outside BUSINESS_HOURS, or, where "
            + "these are not set, "
            + "after 00:00 and before 06:00 UTC. A time of exactly 00:00:00 UTC does not count: records whose time of day was lost carry "
                + "it.",
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
        var utc = time.ToUniversalTime();
        if (utc.TimeOfDay == TimeSpan.Zero || Estate.BusinessHours?.Contains(utc) == true) yield break;
        if (Estate.BusinessHours is null && utc.TimeOfDay >= TimeSpan.FromHours(MorningHour)) yield break;

        var when = Estate.BusinessHours is { } hours
            ? string.Create(CultureInfo.InvariantCulture, $"on {hours.Local(utc):ddd} at {hours.Local(utc):HH:mm}, outside {hours.Text}")
            : string.Create(CultureInfo.InvariantCulture, $"at {utc:HH:mm} UTC");
        yield return new Finding(Info, Severity.Medium, $"Console login of {ConsoleLogin.Who(e)} {when}")
        {
            Target = ConsoleLogin.Principal(e),
            Says = [ConsoleLogin.Who(e)],
            Reasons = [ConsoleLogin.From(e)],
        };
    }
}
