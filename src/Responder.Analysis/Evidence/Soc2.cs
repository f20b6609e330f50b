using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Evidence.Filters;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Evidence;

/// <summary>SOC 2: the AICPA's Trust Services Criteria of 2017, with the points of focus of 2022.</summary>
internal static class Soc2
{
    public static Framework Framework { get; } = new("soc2", "SOC 2", "Trust Services Criteria 2017, points of focus 2022",
    [
        new Control
        {
            Id = "CC6.1", Asks = "Logical access to systems and data is confined to those who are let in.",
            Basis = Basis.Events, Events = new Any(SignIns, Sessions, Refused),
            Counts = "sign-ins, sessions handed out, and what was refused", AtMostPartial = true,
            Limits = "That access was used and refused is seen; that the rules are the right ones must be shown from policies.",
        },
        new Control
        {
            Id = "CC6.2", Asks = "People are registered before they get credentials, and lose them when they no longer need them.",
            Basis = Basis.Events, Events = Registrations, Counts = "users, passwords, keys and assignments created and deleted",
            AtMostPartial = true,
            Limits = "Who approved it, and who should have been removed and was not, stands in the entity's own records.",
        },
        new Control
        {
            Id = "CC6.3", Asks = "Access is given, changed and taken away by role, with least privilege and separated duties in mind.",
            Basis = Basis.Events, Events = Rights,
            Counts = "policies, roles, groups, boundaries, permission sets and service control policies changed", AtMostPartial = true,
            Limits = "Why a right was given, and whether it is the least, cannot be seen.",
        },
        new Control
        {
            Id = "CC7.2", Asks = "Systems are watched for anomalies that may be security events.",
            Basis = Basis.Events | Basis.Continuity, Events = Monitoring,
            Counts = "detective services, alarms and rules set up, changed or asked; Insights", AtMostPartial = true,
            Limits = "That somebody looks at what is found must be shown elsewhere; incident records are evidence of CC7.3.",
        },
        new Control
        {
            Id = "CC7.3", Asks = "Security events are judged, and acted on when they are incidents.",
            Basis = Basis.Incidents, Events = Evaluations,
            Counts = "incident records written, findings archived or given a state (shown; the incident records decide)",
            Limits = "Incidents that the responder does not see, and what was done outside of it, stand elsewhere.",
        },
        new Control
        {
            Id = "A1.1", Asks = "Capacity and its use are measured and planned, so that demand can be met.",
            Basis = Basis.Events, Events = Capacity, Counts = "scaling, quotas, alarms and dashboards set up or changed",
            AtMostPartial = true,
            Limits = "Load itself is in metrics, not in CloudTrail; planning is in the entity's own records.",
        },
    ]);
}
