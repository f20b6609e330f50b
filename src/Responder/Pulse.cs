using Responder.Events;
using Responder.Records;
using Responder.Settings;

namespace Responder;

/// <summary>
/// The canary of the installation: EventBridge Scheduler writes one parameter every hour, and the event of that call must come back through
/// CloudTrail, EventBridge, rule and function. It is recognized by the exact call, parameter, account and role; the role trusts only the
/// scheduler.
/// </summary>
internal sealed class Pulse(ResponderOptions options)
{
    /// <summary>Milliseconds from the call to the responder. CloudTrail gives the time of a call in whole seconds.</summary>
    public const string Metric = "PulseLatency";

    private readonly string _parameter = new ParameterNames(options.ParameterRoot).Pulse;

    /// <summary>Null when the event is not the pulse.</summary>
    public TimeSpan? LatencyOf(CloudTrailEvent e, DateTimeOffset now)
    {
        if (!IsPulse(e) || e.EventTime is not { } called) return null;
        return now > called ? now - called : TimeSpan.Zero; // the two clocks may differ
    }

    private bool IsPulse(CloudTrailEvent e) => options.PulseRoleArn is { } role && e.Is("ssm.amazonaws.com", "PutParameter")
        && e.Outcome == CallOutcome.Succeeded
        && string.Equals(e.Request["name"].Text, _parameter, StringComparison.Ordinal)
        && string.Equals(e.Actor.IssuerArn, role, StringComparison.Ordinal)
        && AwsArn.TryParse(role, out var arn) && arn.AccountId == e.AccountId;
}
