using Responder.Analysis.Hunting.Hunts;
using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Evidence.Filters;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Evidence;

/// <summary>PCI DSS v4.0.1, requirement 10. What v3.2.1 numbered 10.2.1 to 10.2.7 is 10.2.1.1 to 10.2.1.7 here.</summary>
internal static class PciDss
{
    public static Framework Framework { get; } = new("pci-dss", "PCI DSS", "v4.0.1, requirement 10",
    [
        new Control
        {
            Id = "10.2", Asks = "Audit logs are written so that suspicious activity can be noticed and traced afterwards.",
            Basis = Basis.Events | Basis.Continuity, Events = EveryRecord, Counts = "every record that names a call",
            Limits = "CloudTrail sees calls of AWS; operating systems, databases and applications keep logs of their own.",
        },
        new Control
        {
            Id = "10.2.1", Asks = "Audit logs are switched on and running for all system components.",
            Basis = Basis.Events | Basis.Continuity, Events = EveryRecord, Counts = "every record that names a call", AtMostPartial = true,
            Limits = "Whether all accounts, regions and components are among these logs cannot be seen from the logs.",
        },
        new Control
        {
            Id = "10.2.1.1", Asks = "Each user's access to cardholder data is logged.",
            Basis = Basis.Events, Events = DataEvents, Counts = "data events (objects, items, invocations)", AtMostPartial = true,
            Limits = "Which buckets and tables hold cardholder data only the entity knows, and whether the trail selects all of them.",
        },
        new Control
        {
            Id = "10.2.1.2", Asks = "Everything done with administrative access is logged.",
            Basis = Basis.Events, Events = AdministratorsByName.Hunt.Where,
            Counts = "changes by root and by users and roles that are named after an administrator (the hunt administrators-by-name)",
            AtMostPartial = true, Limits = "An administrator of another name is not seen: nobody's rights are looked up.",
        },
        new Control
        {
            Id = "10.2.1.3", Asks = "Reading the audit logs is itself logged.",
            Basis = Basis.Events, Events = LogReads,
            Counts = "LookupEvents and queries of CloudTrail, reads of CloudWatch Logs, reads of objects below AWSLogs/",
            AtMostPartial = true, Limits = "Reads of log files are seen only where data events of the log bucket are recorded; tools "
                + "elsewhere that hold copies are not seen.",
        },
        new Control
        {
            Id = "10.2.1.4", Asks = "Attempts at access that were refused are logged.", AlsoNamed = ["10.2.4"],
            Basis = Basis.Events, Events = Refused, Counts = "calls and sign-ins that were refused",
            Limits = "Sign-ins at an identity provider outside of AWS stand in its own logs.",
        },
        new Control
        {
            Id = "10.2.1.5", Asks = "Changes to accounts, credentials and privileges are logged.",
            Basis = Basis.Events, Events = new Any(Credentials, Rights),
            Counts = "users, keys, passwords, MFA devices, policies, roles and memberships created, changed or deleted",
            Limits = "Accounts that live outside of AWS are not seen.",
        },
        new Control
        {
            Id = "10.2.1.6", Asks = "Starting, stopping and pausing of the audit logs is logged.", AlsoNamed = ["10.2.6"],
            Basis = Basis.Events, Events = new Any(TrailChanges, RecorderChanges, LogGroupChanges),
            Counts = "changes of trails, event data stores, Config recorders and log groups",
            Limits = "Logging of operating systems and applications is not seen.",
        },
        new Control
        {
            Id = "10.2.1.7", Asks = "Creation and deletion of system-level objects is logged.",
            Basis = Basis.Events,
            Events = new All(Writes, Worked, new StartsWith(Name, "Create", "Delete", "Run", "Terminate", "Register", "Deregister")),
            Counts = "calls that worked and whose name begins with Create, Delete, Run, Terminate, Register or Deregister",
            Limits = "Objects inside instances and databases are not seen.",
        },
        new Control
        {
            Id = "10.2.2", Asks = "Each entry says who, what kind of event, when, whether it worked, from where, and on what.",
            Basis = Basis.Events, Events = CompleteRecord, OfEveryRecord = true,
            Counts = "records that have identity, source, name, time, id, account and origin",
            Limits = "Whether the values are true is not checked here; the digests vouch for what CloudTrail wrote.",
        },
        new Control
        {
            Id = "10.3", Asks = "Audit logs are protected from destruction and from unauthorised change.",
            AlsoNamed = ["10.3.1", "10.3.2", "10.3.3", "10.3.4"],
            Basis = Basis.Integrity, Events = new Any(TrailChanges, StorageProtection),
            Counts = "changes of trails, and of the protection of buckets (shown; the digests decide)",
            Limits = "Who may read the logs, and where copies lie, must be shown from policies.",
        },
        new Control
        {
            Id = "10.5", Asks = "Audit logs are kept for twelve months, the last three at hand.", AlsoNamed = ["10.5.1"],
            Basis = Basis.Retention | Basis.Integrity, RetentionDays = 365,
            Limits =
                "How fast older logs can be restored, and that they will be kept from now on, must be shown from the bucket's settings.",
        },
    ]);
}
