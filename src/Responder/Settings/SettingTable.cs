using Responder.Detections.SignIn;
using Responder.Vocabulary;
using P = Responder.Settings.SettingParsers;

namespace Responder.Settings;

/// <summary>
/// Every environment variable that the functions and the command line read, listed once. The options, docs/settings.md, the template,
/// env.json and `responder doctor` are checked against it; a test looks for variables that the sources read but this table does not list.
/// </summary>
public static class SettingTable
{
    /// <summary>The variables that the options are built from, in this order.</summary>
    internal static IReadOnlyList<OptionSetting> OfOptions { get; } =
    [
        new Setting<Mode>("RESPONDER_MODE", "`Mode`", "`Observe` contains nothing; pages say what would have been done",
            P.ModeOf, static (o, mode) => o with { Mode = mode })
        { Default = "Enforce", Expected = "Enforce or Observe" },

        new Setting<string>("ALERT_TOPIC_ARN", "the stack's `AlertTopic`",
            "the topic that pages go to; a function does not start without it",
            P.TopicArn, static (o, arn) => o with { AlertTopicArn = arn })
        { Expected = "the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME", IsRequired = true },

        new Setting<string>("CHAT_TOPIC_ARN", "`ChatTopic`", "the topic for Amazon Q Developer in chat applications",
            P.TopicArn, static (o, arn) => o with { ChatTopicArn = arn })
        { Expected = "the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME" },

        new Setting<HashSet<string>>("TRUSTED_PRINCIPAL_ARNS", "`TrustedPrincipalArns`", "users and roles whose calls are not paged",
            P.TrustedArns,
            static (o, arns) => o with
            {
                TrustedPrincipalArns = arns,
                Estate = o.Estate with { TrustedRoleArns = Of(arns, ":role/"), TrustedUserArns = Of(arns, ":user/") },
            })
        { Expected = TrustedPrincipal, IsList = true },

        new Setting<HashSet<string>>(
            "BREAK_GLASS_ARNS", "`BreakGlassArns`", "users and roles that are never contained; their findings page",
            P.PrincipalArns, static (o, arns) => o with { BreakGlassArns = arns })
        { Expected = Principal, IsList = true },

        new Setting<HashSet<string>>("RESPONDER_ROLE_ARNS", "the functions' roles, `DeploymentRoleArns`",
            "the responder's own roles and those that deploy it: protected, and trusted as actors",
            P.PrincipalArns, static (o, arns) => o with { ResponderRoleArns = arns })
        { Expected = Principal, IsList = true },

        new Setting<string?>("RELEASE_ROLE_ARN", "the stack's `ReleaseRole`",
            "the role of releases: protected; a call of it is trusted only as a step of a planned release",
            P.PrincipalArn, static (o, arn) => o with { ReleaseRoleArn = arn })
        { Expected = Principal },

        new Setting<string?>("OPERATOR_ROLE_ARN", "the stack's `OperatorRole`",
            "the role of containment by hand: protected; trusted only in what takes rights away",
            P.PrincipalArn, static (o, arn) => o with { OperatorRoleArn = arn })
        { Expected = Principal },

        new Setting<string?>("PULSE_ROLE_ARN", "the stack's `PulseRole`, if `Pulse`",
            "the role that writes the pulse; without it no event is taken for the pulse",
            P.PrincipalArn, static (o, arn) => o with { PulseRoleArn = arn })
        { Expected = Principal },

        new Setting<HashSet<string>>("MEMBER_ACCOUNT_IDS", "`MemberAccountIds`",
            "other accounts that hold a containment role for us; the responder's own account is refused",
            P.AccountIds, static (o, ids) => o with { MemberAccountIds = ids })
        { Expected = Account, IsList = true },

        new Setting<string>("MEMBER_ROLE_NAME", "`MemberRoleName`",
            "the containment role in each of them; releases take that name and `-release`, containment by hand `-operator`",
            P.RoleName, static (o, name) => o with { MemberRoleName = name })
        { Default = "ResponderContainment", Expected = "the name of a role, at most 55 characters (no path, no ARN)" },

        new Setting<string>("PARAMETER_ROOT", "`ParameterRoot`", "prefix of every parameter: records, ledgers, budget, kill switch",
            P.ParameterRoot, static (o, root) => o with { ParameterRoot = root })
        { Default = "/security", Expected = "an SSM parameter path such as /security (letters, digits, - _ . /; not /aws or /ssm)" },

        new Setting<(Dictionary<string, Stage> Stages, Dictionary<(string, ActionId), Stage> Actions)>(
            "DETECTION_STAGES", "`DetectionStages`",
            "stages that differ from a detection's own, and actions that are promoted; commas or line ends between its entries",
            static value => ResponderOptions.ReadStages(value.Text, value.Known),
            static (o, read) => o with { Stages = read.Stages, ActionStages = read.Actions })
        { Expected = "detection-id=Stage or detection-id:action=Stage", IsList = true },

        new Setting<int>("CONTAINMENT_BUDGET_PER_HOUR", "`ContainmentBudgetPerHour`",
            "principals contained per clock hour; beyond it, pages only",
            P.Number, static (o, budget) => o with { ContainmentBudgetPerHour = budget })
        { Default = "10", Expected = "a whole number, 0 or more (0: contain nobody)" },

        new Setting<Severity>("MINIMUM_ALERT_SEVERITY", "`MinimumAlertSeverity`", "findings below it are logged and counted only",
            P.AlertSeverity, static (o, severity) => o with { MinimumAlertSeverity = severity })
        { Default = "MEDIUM", Expected = "LOW, MEDIUM, HIGH or CRITICAL" },

        new Setting<HashSet<string>>("LOG_BUCKETS", "`LogBuckets`, the bucket of `CreateTrail`",
            "buckets that keep a trail's or other audit logs, beside those that their names give away; once set, logs may be sent to no "
                + "other",
            P.Buckets, static (o, names) => o with { Estate = o.Estate with { LogBuckets = names } })
        { Expected = "the name of a bucket (no ARN, no wildcard)", IsList = true },

        new Setting<HashSet<string>>("TRAIL_KEY_ARNS", "`TrailKeyArns`, the key of `CreateTrail`",
            "the KMS keys that encrypt the trail's log files",
            P.KeyArns, static (o, arns) => o with { Estate = o.Estate with { TrailKeyArns = arns } })
        { Expected = "the whole ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID (no alias, no wildcard)", IsList = true },

        new Setting<HashSet<string>>("TRUSTED_ACCOUNT_IDS", "`TrustedAccountIds`",
            "your other accounts: what is shared with them is not foreign; those of `MEMBER_ACCOUNT_IDS` count as well",
            P.AccountIds, static (o, ids) => o with { Estate = o.Estate with { TrustedAccountIds = ids } })
        { Expected = Account, IsList = true },

        new Setting<HashSet<string>>("ORGANIZATION_IDS", "`OrganizationIds`, with `CreateTrail` also `TrailOrganizationId`",
            "your organisations: any other one is foreign; without it a single one is taken for yours",
            P.OrganizationIds, static (o, ids) => o with { Estate = o.Estate with { OrganizationIds = ids } })
        { Expected = "the id of an organisation, o- and 10 to 32 letters and digits", IsList = true },

        new Setting<BusinessHours>("BUSINESS_HOURS", "`BusinessHours`",
            "when people work: a console login outside is MEDIUM; without it midnight to six, UTC, is unusual",
            P.Hours, static (o, hours) => o with { Estate = o.Estate with { BusinessHours = hours } })
        { Expected = BusinessHours.Expected },

        new Setting<TimeSpan?>("INCIDENT_RETENTION_DAYS", "`IncidentRetentionDays`",
            "days after which the retention function deletes what is over and done",
            P.Days, static (o, retention) => o with { IncidentRetention = retention })
        { Default = "365", Expected = "a whole number of days, 0 to 36500 (0: never delete)" },

        new Setting<Uri>(Endpoint, "set to empty, so that `env.json` can set it",
            "an AWS endpoint for every client, for `sam local invoke` and tests; never in AWS",
            P.Url, static (o, url) => o with { EndpointUrl = url })
        { Expected = "an http or https URL" },
    ];

    /// <summary>The variable that sends every call of a function to another endpoint; empty in AWS.</summary>
    public const string Endpoint = "RESPONDER_ENDPOINT_URL";

    /// <summary>Which function this is: the name of its rules, or the retention. It is also the dimension of the metrics.</summary>
    public static Setting Function { get; } = new HostSetting(
        "RESPONDER_FUNCTION", "set for each function",
        "what the metrics are counted under, without it Lambda's name of the function; `retention` runs the retention",
        static text => text is "iam" or "security-group" or "kms" or "s3" or "account" or "retention")
    { ReadBy = SettingReader.Function, Expected = "iam, security-group, kms, s3, account or retention" };

    /// <summary>All variables; those that the template sets come first.</summary>
    public static IReadOnlyList<Setting> All => [.. OfOptions, Function, .. HostSettings.All];

    private const string Principal = "the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session)";

    private const string TrustedPrincipal = Principal
        + "; or a role of every member account, arn:aws:iam::*:role/PATH/NAME, path and name whole";

    private static HashSet<string> Of(HashSet<string> arns, string kind) =>
        arns.Where(arn => arn.Contains(kind, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);

    private const string Account = "an account id of 12 digits";
}
