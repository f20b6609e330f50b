using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Resources;

internal sealed class DatabasePasswordReset : IDetection
{
    private static readonly TableCall[] s_calls =
    [

        new("rds", "ModifyDBInstance", "Master password of a database set", Severity.Medium, SetsPassword),
        new("rds", "ModifyDBCluster", "Master password of a database cluster set", Severity.Medium, SetsPassword),
        new("redshift", "ModifyCluster", "Master password of a data warehouse set", Severity.Medium, SetsPassword),
        new("redshift-serverless", "UpdateNamespace", "Administrator password of a data warehouse set", Severity.Medium,
            static e => e.Request["adminUserPassword"].Exists),
        new("docdb-elastic", "UpdateCluster", "Administrator password of a database cluster set", Severity.Medium,
            static e => e.Request["adminUserPassword"].Exists),
        new("elasticache", "ModifyUser", "Password of a cache user set", Severity.Medium, static e => e.Request["passwords"].Exists),
        new("memorydb", "UpdateUser", "Password of a database user set", Severity.Medium,
            static e => e.Request["authenticationMode"]["passwords"].Exists),
        new("mq", "UpdateUser", "Password of a broker user set", Severity.Medium, static e => e.Request["password"].Exists),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "rds.master-password-reset",
        Title = "Master password of a database set anew",
        Description =
            "Somebody set the master password of a database or data warehouse. Whoever knows it reads everything in it, without "
            + "any credential of AWS; the call names no former password.",
        Severity = Severity.Medium,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1098", "T1078"],
        Controls = ["pci-dss:8.3.5", "pci-dss:8.6.3", "soc2:CC6.1", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether {actor} administers {resource}, and whether the application was changed as well",
                "Who connected to the database since: its own log tells",
            ],
            Do:
            [
                "Set another password, known to its owner only, and end open connections",
                "Let Secrets Manager keep and rotate it",
            ],
            BenignCauses:
            [
                "A password is rotated by hand, or was forgotten",
            ]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(
            Info, s_calls, e,
            CallTable.Named(
                e, "dBInstanceIdentifier", "dBClusterIdentifier", "clusterIdentifier", "namespaceName", "clusterArn", "userId",
                "userName")) is { } finding) yield return finding;
    }

    /// <summary>Passwords are written as asterisks, and only when the call sets one.</summary>
    private static bool SetsPassword(CloudTrailEvent e) => e.Request["masterUserPassword"].Exists;
}
