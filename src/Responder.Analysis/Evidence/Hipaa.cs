using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Evidence.Filters;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Evidence;

/// <summary>HIPAA Security Rule, 45 CFR part 164.</summary>
internal static class Hipaa
{
    public static Framework Framework { get; } = new("hipaa", "HIPAA Security Rule", "45 CFR 164",
    [
        new Control
        {
            Id = "164.312(b)", Asks = "Mechanisms record and examine what happens in systems that hold health information.",
            Basis = Basis.Events | Basis.Continuity, Events = EveryRecord, Counts = "every record that names a call", AtMostPartial = true,
            Limits =
                "Which systems hold health information only the entity knows; that somebody examines the records must be shown elsewhere.",
        },
        new Control
        {
            Id = "164.312(c)(1)", Asks = "Health information is protected from improper alteration and destruction.",
            Basis = Basis.Integrity, Events = StorageProtection,
            Counts = "changes of the protection of buckets (shown; the digests decide)", AtMostPartial = true,
            Limits = "Digests prove that the logs are unaltered; of the health information itself they prove nothing.",
        },
        new Control
        {
            Id = "164.308(a)(5)(ii)(C)", Asks = "Log-in attempts are monitored and discrepancies reported.",
            Basis = Basis.Events, Events = new Any(SignIns, new All(Sessions, Refused)),
            Counts = "sign-ins that worked or were refused, and refused sessions", AtMostPartial = true,
            Limits = "That discrepancies are reported to somebody must be shown elsewhere; sign-ins at an outside identity provider are "
                + "not seen.",
        },
        new Control
        {
            Id = "164.316(b)(2)(i)", Asks = "Required documentation is kept for six years.",
            Basis = Basis.Retention, RetentionDays = 2192, AtMostPartial = true,
            Limits = "The rule speaks of documentation; logs are that only where the entity says so. That they will be kept from now on "
                + "must be shown from the bucket's settings.",
        },
    ]);
}
