using Responder.Events;

namespace Responder.Policies;

/// <summary>
/// AWS's own accounts that write logs or reports into buckets, from before services did so under their own names. Sources:
/// docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html,
/// docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html,
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html (older revisions name the accounts of
/// each region), docs.aws.amazon.com/cur/latest/userguide/cur-s3.html
/// </summary>
internal static class AwsOwnedAccounts
{
    private static readonly HashSet<string> s_loadBalancers = new(StringComparer.Ordinal)
    {
        "127311923021", "033677994240", "027434742980", "797873946194", "098369216593", "754344448648", "589379963580", "718504428378",
        "383597477331", "600734575887", "114774131450", "783225319266", "582318560864", "985666609251", "054676820928", "156460612806",
        "652711504416", "635631232127", "009996457667", "897822967062", "076674570225", "507241528517", "048591011584", "190560391635",
        "638102146993", "037604701340",
    };

    private static readonly HashSet<string> s_redshift = new(StringComparer.Ordinal)
    {
        "193672423079", "391106570357", "262260360010", "902366379725", "365689465814", "313564881002", "865932855811", "090321488786",
        "760740231472", "361669875840", "762762565011", "404641285394", "907379612154", "053454850223", "210876761215", "307160386991",
        "945612479654", "915173422425", "729911121831", "013126148197", "075028567923", "111890595117", "660998842044", "665727464434",
    };

    private static readonly HashSet<string> s_trails = new(StringComparer.Ordinal)
    {
        "216624486486", "492519147666", "765225791966", "977081816279", "903692715234", "284668455005", "819402241893", "681348832753",
        "193415116832", "035351147821", "829690693026", "859597730677", "282025262664", "262312530599", "814480443879", "086441151436",
        "475085895292", "608710470296", "388731089494", "113285607260",
    };

    private const string Billing = "386209384616";

    /// <summary>
    /// The canonical user of awslogsdelivery, in the partitions aws and aws-cn. Source:
    /// docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
    /// </summary>
    private static readonly string[] s_logsDelivery =
    [
        "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
        "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    ];

    public static bool IsLogsDelivery(string canonicalId) => s_logsDelivery.Contains(canonicalId, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The service that the principal of a policy belongs to, by what its documentation says to write: the root of the account, and for
    /// Redshift its user <c>logs</c> alone. Null for anybody else; account ids of AWS are used in tests as those of strangers.
    /// </summary>
    public static string? ServiceOf(string principal)
    {
        var (account, resource) = AwsArn.TryParse(principal, out var arn)
            ? arn is { Service: "iam", HasAwsPartition: true } ? (arn.AccountId, arn.Resource) : ("", "")
            : (principal, "root");
        return (account, resource) switch
        {
            (_, "root") when s_loadBalancers.Contains(account) => "elasticloadbalancing.amazonaws.com",
            (_, "root") when s_trails.Contains(account) => "cloudtrail.amazonaws.com",
            (Billing, "root") => "billingreports.amazonaws.com",
            (_, "user/logs") when s_redshift.Contains(account) => "redshift.amazonaws.com",
            _ => null,
        };
    }
}
