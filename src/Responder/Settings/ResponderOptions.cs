using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Settings;

/// <summary>What the installation may do.</summary>
public enum Mode
{
    /// <summary>Contains, where the guardrails allow it.</summary>
    Enforce,

    /// <summary>Contains nothing; alerts say what would have been done.</summary>
    Observe,
}

/// <summary>A setting that cannot be used. The message names the variable, never more of its value than is needed.</summary>
public sealed class OptionsException(string variable, string expected)
    : Exception($"{variable}: {expected}")
{
    public string Variable { get; } = variable;
}

/// <summary>The settings of one installation, read once in the init phase. The defaults are those of the properties.</summary>
public sealed record ResponderOptions
{
    /// <value>RESPONDER_MODE. The default is Enforce.</value>
    public Mode Mode { get; init; } = Mode.Enforce;

    /// <value>ALERT_TOPIC_ARN: where pages go. Required by the function.</value>
    public string? AlertTopicArn { get; init; }

    /// <value>CHAT_TOPIC_ARN: a topic for Amazon Q Developer in chat applications; none by default.</value>
    public string? ChatTopicArn { get; init; }

    /// <value>
    /// TRUSTED_PRINCIPAL_ARNS: full ARNs of users and roles whose calls are not paged (compared with the session issuer).
    /// <c>arn:aws:iam::*:role/PATH/NAME</c> stands for that role in each member account.
    /// </value>
    public IReadOnlySet<string> TrustedPrincipalArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>BREAK_GLASS_ARNS: principals that are never contained; their findings page.</value>
    public IReadOnlySet<string> BreakGlassArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>RESPONDER_ROLE_ARNS: the responder's own roles and those that deploy it; protected as targets and trusted as actors.</value>
    public IReadOnlySet<string> ResponderRoleArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>RELEASE_ROLE_ARN: the role `responder release` runs as; its calls are recorded, never contained.</value>
    public string? ReleaseRoleArn { get; init; }

    /// <value>OPERATOR_ROLE_ARN: the role as which people contain, close incidents and throw the kill switch.</value>
    public string? OperatorRoleArn { get; init; }

    /// <value>
    /// PULSE_ROLE_ARN: the role in whose name the hourly pulse is written (<see cref="Pulse"/>); when null, there is no pulse.
    /// </value>
    public string? PulseRoleArn { get; init; }

    /// <value>
    /// MEMBER_ACCOUNT_IDS: other accounts that hold a containment role for us, and whose principals are contained through it. None by
    /// default.
    /// </value>
    public IReadOnlySet<string> MemberAccountIds { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>
    /// MEMBER_ROLE_NAME: the containment role in member accounts (infra/member-role.yaml). The default is ResponderContainment.
    /// </value>
    public string MemberRoleName { get; init; } = "ResponderContainment";

    /// <summary>The role in member accounts that `responder release` assumes.</summary>
    public string MemberReleaseRoleName => MemberRoleName + "-release";

    /// <summary>The role through which people contain in a member account.</summary>
    public string MemberOperatorRoleName => MemberRoleName + "-operator";

    /// <value>PARAMETER_ROOT: prefix of every SSM parameter. The default is /security.</value>
    public string ParameterRoot { get; init; } = "/security";

    /// <value>DETECTION_STAGES, entries <c>id=Stage</c>: a detection that is not named keeps its default stage.</value>
    public IReadOnlyDictionary<string, Stage> Stages { get; init; } = new Dictionary<string, Stage>(StringComparer.Ordinal);

    /// <value>DETECTION_STAGES, entries <c>id:action=Stage</c>: each promotes one action under one detection. None by default.</value>
    public IReadOnlyDictionary<(string Detection, ActionId Action), Stage> ActionStages { get; init; } =
        new Dictionary<(string, ActionId), Stage>();

    /// <value>
    /// True where records are taken as if EventBridge had delivered them (`replay`, `backtest`). The default is false: EventBridge delivers
    /// no bare records, so one that reaches the function was handed to it.
    /// </value>
    public bool AcceptsBareRecords { get; init; }

    /// <value>
    /// True when a person asks for the containment (`responder contain`). Mode, kill switch, the actor's trust, age and budget then stop
    /// nothing; a target that is protected or cannot be contained still does. The default is false.
    /// </value>
    public bool ByHand { get; init; }

    /// <summary>The eventSource of a containment that a person asks for; no AWS service has this name.</summary>
    public const string ByHandSource = "responder";

    /// <value>CONTAINMENT_BUDGET_PER_HOUR: principals contained per clock hour. The default is 10; null (replay): no limit.</value>
    public int? ContainmentBudgetPerHour { get; init; } = 10;

    /// <value>
    /// How often one principal's quarantine is put back in a clock hour after somebody removed it. The default is 3; null (replay): no
    /// limit. Not a setting: whoever removes it a fourth time has to be stopped, not answered.
    /// </value>
    public int? PutBacksPerPrincipalAndHour { get; init; } = 3;

    /// <value>
    /// How many findings that say something new page one by one in an hour, for each dedup key and for each cause (actor and detection, or
    /// a principal's incidents), across all processes; after them the 10th, 100th and 1,000th. What does not page shares a record. The
    /// default is 5; null (replay): no limit. Not a setting: raising it would invite a flood.
    /// </value>
    public int? PagesPerCauseAndHour { get; init; } = 5;

    /// <value>MINIMUM_ALERT_SEVERITY. The default is MEDIUM.</value>
    public Severity MinimumAlertSeverity { get; init; } = Severity.Medium;

    /// <value>The age above which a call is only alerted, never contained. The default is 6 hours; null (replay): no limit.</value>
    public TimeSpan? MaximumAge { get; init; } = TimeSpan.FromHours(6);

    /// <value>
    /// The age above which a call is not contained while the target's ledger cannot be read, because the target may have been released
    /// since. Null: no limit. The default is 15 minutes, within which CloudTrail and EventBridge deliver nearly everything.
    /// </value>
    public TimeSpan? MaximumAgeWithoutLedger { get; init; } = TimeSpan.FromMinutes(15);

    /// <value>
    /// INCIDENT_RETENTION_DAYS: days after which the retention function deletes what is over and done. The default is 365; null (0): never.
    /// </value>
    public TimeSpan? IncidentRetention { get; init; } = TimeSpan.FromDays(365);

    /// <value>RESPONDER_ENDPOINT_URL: an AWS endpoint for every client, for tests and `sam local invoke`; none by default.</value>
    public Uri? EndpointUrl { get; init; }

    /// <value>LOG_BUCKETS, TRAIL_KEY_ARNS, TRUSTED_ACCOUNT_IDS, ORGANIZATION_IDS, BUSINESS_HOURS. The default: nothing is known.</value>
    public Estate Estate { get; init; } = Estate.Unknown;

    public Stage StageOf(DetectionInfo detection) => Stages.TryGetValue(detection.Id, out var stage) ? stage : detection.DefaultStage;

    /// <summary>
    /// The stage of an action under a detection: its own entry, or else the detection's stage, but at most the action's default.
    /// </summary>
    public Stage StageOf(DetectionInfo detection, IActionRules action) => ActionStages.TryGetValue((detection.Id, action.Id), out var stage)
        ? stage
        : StageOf(detection) < action.DefaultStage ? StageOf(detection) : action.DefaultStage;

    /// <summary>Whether a role is the one of releases, here or in a member account.</summary>
    /// <param name="arnText">A full ARN that AWS vouches for.</param>
    public bool IsReleaseRole(string arnText) =>
        string.Equals(ReleaseRoleArn, arnText, StringComparison.Ordinal) || IsMemberRole(arnText, MemberReleaseRoleName);

    /// <summary>
    /// Whether a role is one that contains and that somebody else than a function of ours may run as: the operators', or one of a member
    /// account.
    /// </summary>
    /// <param name="arnText">A full ARN that AWS vouches for.</param>
    public bool IsContainingRole(string arnText) => string.Equals(OperatorRoleArn, arnText, StringComparison.Ordinal)
        || IsMemberRole(arnText, MemberRoleName) || IsMemberRole(arnText, MemberOperatorRoleName);

    private bool IsMemberRole(string arnText, string name) => MemberAccountIds.Count > 0 && AwsArn.TryParse(arnText, out var arn)
        && arn.Service == "iam" && MemberAccountIds.Contains(arn.AccountId) && arn.Resource == "role/" + name;

    /// <summary>
    /// The actions that the stages allow on the finding's target. A quarantine that somebody removed is put back as it was, unless
    /// DETECTION_STAGES gives the detection a stage below Contain.
    /// </summary>
    /// <param name="known">All containment actions.</param>
    public IReadOnlyList<ActionId> ActionsOn(Finding finding, IReadOnlyList<IActionRules> known) => finding.PutsBack is { } standing
        ? !Stages.TryGetValue(finding.Detection.Id, out var stage) || stage >= Stage.Contain ? standing : []
        : [.. known.Where(a => a.AppliesTo(finding.Target, finding.Grant) && StageOf(finding.Detection, a) >= Stage.Contain)
            .Select(static a => a.Id)];

    /// <summary>
    /// True when containment considers the finding: it shows an administrator grant or the removal of a quarantine, or an action was
    /// promoted by name for its detection.
    /// </summary>
    /// <param name="known">All containment actions.</param>
    public bool Considers(Finding finding, IReadOnlyList<IActionRules> known) => finding.Target is not null
        && (finding.Grant is not null || finding.PutsBack is not null
            || known.Any(a => a.AppliesTo(finding.Target, finding.Grant)
                && ActionStages.TryGetValue((finding.Detection.Id, a.Id), out var stage) && stage == Stage.Contain));

    /// <summary>Reads the environment by <see cref="SettingTable"/>. An empty value counts as unset.</summary>
    /// <param name="actions">All containment actions, which DETECTION_STAGES may name.</param>
    /// <exception cref="OptionsException">A value is not what its variable expects.</exception>
    public static ResponderOptions FromEnvironment(
        Func<string, string?> read, DetectionCatalog catalog, IReadOnlyList<IActionRules> actions)
    {
        var options = new ResponderOptions();
        var known = new KnownNames(catalog, actions);
        foreach (var setting in SettingTable.OfOptions)
        {
            if (setting.In(read) is { } text) options = setting.Apply(options, text, known);
        }

        return options.Joined();
    }

    /// <summary>
    /// Whether the caller is a configured principal. A role of every member account is trusted where it acts in its own account, on what
    /// belongs to that account: whoever administers one member must not speak for another.
    /// </summary>
    public bool IsTrusted(CloudTrailEvent e, string arnText)
    {
        if (TrustedPrincipalArns.Contains(arnText)) return true;
        if (!AwsArn.TryParse(arnText, out var arn) || !MemberAccountIds.Contains(arn.AccountId) || arn.AccountId != e.AccountId)
            return false;
        return TrustedPrincipalArns.Contains($"arn:{arn.Partition}:iam::*:{arn.Resource}")
            && e.Resources.Items.All(resource => resource["accountId"].Text is not { Length: > 0 } owner || owner == arn.AccountId);
    }

    /// <summary>The options completed by what several variables say together.</summary>
    private ResponderOptions Joined()
    {
        // The responder's own account is no member: it is the account of the topic, and it needs no role.
        if (AwsArn.TryParse(AlertTopicArn, out var topic) && MemberAccountIds.Contains(topic.AccountId))
        {
            throw new OptionsException(
                "MEMBER_ACCOUNT_IDS", "names the account of ALERT_TOPIC_ARN, which is no member but the responder's own");
        }

        // The accounts in which we contain are ours as well.
        var estate = Estate with { TrustedAccountIds = Estate.TrustedAccountIds.Union(MemberAccountIds).ToHashSet(StringComparer.Ordinal) };
        var knowsNothing = estate is
        {
            LogBuckets.Count: 0, TrailKeyArns.Count: 0, TrustedAccountIds.Count: 0, OrganizationIds.Count: 0, BusinessHours: null,
            TrustedRoleArns.Count: 0, TrustedUserArns.Count: 0,
        };
        return this with { Estate = knowsNothing ? Estate.Unknown : estate };
    }

    /// <summary>Reads DETECTION_STAGES.</summary>
    /// <exception cref="OptionsException">An entry names no detection, action or stage.</exception>
    internal static (Dictionary<string, Stage>, Dictionary<(string, ActionId), Stage>) ReadStages(string? text, KnownNames names)
    {
        var stages = new Dictionary<string, Stage>(StringComparer.Ordinal);
        var actions = new Dictionary<(string, ActionId), Stage>();
        foreach (var item in (text ?? "").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var entry = $"entry {stages.Count + actions.Count + 1}";
            if (item.Split('=', 2, StringSplitOptions.TrimEntries) is not [var key, var word])
                throw new OptionsException("DETECTION_STAGES", $"{entry}: expected detection-id=Stage or detection-id:action=Stage");
            var id = key.Split(':', 2, StringSplitOptions.TrimEntries)[0];
            if (names.Catalog.Find(id) is null && !BurstIds.All.Contains(id))
                throw new OptionsException("DETECTION_STAGES", $"{entry}: no such detection; `responder detections` lists them");
            var stage = word switch
            {
                _ when word.Equals("Off", StringComparison.OrdinalIgnoreCase) => Stage.Off,
                _ when word.Equals("Shadow", StringComparison.OrdinalIgnoreCase) => Stage.Shadow,
                _ when word.Equals("Alert", StringComparison.OrdinalIgnoreCase) => Stage.Alert,
                _ when word.Equals("Contain", StringComparison.OrdinalIgnoreCase) => Stage.Contain,
                _ => throw new OptionsException("DETECTION_STAGES", $"{id}: expected Off, Shadow, Alert or Contain"),
            };
            if (key.Length == id.Length) stages[id] = stage;
            else actions[(id, ActionOf(key[(id.Length + 1)..].Trim(), stage, entry, names.Actions))] = stage;
        }

        return (stages, actions);
    }

    private static ActionId ActionOf(string name, Stage stage, string entry, IReadOnlyList<IActionRules> known)
    {
        var action = known.FirstOrDefault(a => a.Id.Name == name)
            ?? throw new OptionsException(
                "DETECTION_STAGES",
                $"{entry}: no such action; there are "
                + $"{string.Join(", ", known.Where(static a => !a.IsByHandOnly).Select(static a => a.Id))}");
        if (stage is not (Stage.Alert or Stage.Contain))
            throw new OptionsException("DETECTION_STAGES", $"{entry}: an action takes Alert or Contain");
        if (stage == Stage.Contain && action.IsByHandOnly)
            throw new OptionsException("DETECTION_STAGES", $"{entry}: {action.Id} is taken by hand only (responder contain)");
        return action.Id;
    }
}
