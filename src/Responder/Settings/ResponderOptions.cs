using System.Globalization;
using Responder.Detections;
using Responder.Events;
using Responder.Paging;
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

/// <summary>The settings of one installation, read once in the init phase. Defaults stand on the properties.</summary>
public sealed record ResponderOptions
{
    /// <value>RESPONDER_MODE. The default is Enforce.</value>
    public Mode Mode { get; init; } = Mode.Enforce;

    /// <value>ALERT_TOPIC_ARN: where pages go. Required by the function.</value>
    public string? AlertTopicArn { get; init; }

    /// <value>CHAT_TOPIC_ARN: a topic for Amazon Q Developer in chat applications; none by default.</value>
    public string? ChatTopicArn { get; init; }

    /// <value>TRUSTED_PRINCIPAL_ARNS: whole ARNs of users and roles whose calls are not paged (compared with the session issuer).</value>
    public IReadOnlySet<string> TrustedPrincipalArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>BREAK_GLASS_ARNS: principals that are never contained and always paged.</value>
    public IReadOnlySet<string> BreakGlassArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>RESPONDER_ROLE_ARNS: the responder's own roles and those it is deployed with; protected, and trusted as actors.</value>
    public IReadOnlySet<string> ResponderRoleArns { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>RELEASE_ROLE_ARN: the role `responder release` runs as; its calls are recorded, never contained.</value>
    public string? ReleaseRoleArn { get; init; }

    /// <value>PULSE_ROLE_ARN: the role in whose name the hourly pulse is written (<see cref="Pulse"/>); none: there is no pulse.</value>
    public string? PulseRoleArn { get; init; }

    /// <value>MEMBER_ACCOUNT_IDS: other accounts that hold a containment role for us, and whose principals are contained through it. None by default.</value>
    public IReadOnlySet<string> MemberAccountIds { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <value>MEMBER_ROLE_NAME: the containment role in member accounts (infra/member-role.yaml). The default is ResponderContainment.</value>
    public string MemberRoleName { get; init; } = "ResponderContainment";

    /// <summary>The role in member accounts that `responder release` and `responder contain` take.</summary>
    public string MemberReleaseRoleName => MemberRoleName + "-release";

    /// <value>PARAMETER_ROOT: prefix of every SSM parameter. The default is /security.</value>
    public string ParameterRoot { get; init; } = "/security";

    /// <value>DETECTION_STAGES: its entries <c>id=Stage</c>; a detection that is not named keeps its default stage.</value>
    public IReadOnlyDictionary<string, Stage> Stages { get; init; } = new Dictionary<string, Stage>(StringComparer.Ordinal);

    /// <value>DETECTION_STAGES, its entries <c>id:action=Stage</c>: promotes one action under one detection. None by default.</value>
    public IReadOnlyDictionary<(string Detection, ActionId Action), Stage> ActionStages { get; init; } = new Dictionary<(string, ActionId), Stage>();

    /// <value>
    /// True: a person asks for the containment (`responder contain`). Then mode, kill switch, the actor's trust, age and budget stop nothing;
    /// targets that are protected or cannot be contained do. The default is false.
    /// </value>
    public bool ByHand { get; init; }

    /// <summary>The eventSource of what a person asked for; AWS has none of that name.</summary>
    public const string ByHandSource = "responder";

    /// <value>CONTAINMENT_BUDGET_PER_HOUR: principals contained per clock hour. The default is 10; null (replay): no limit.</value>
    public int? ContainmentBudgetPerHour { get; init; } = 10;

    /// <value>
    /// Times that one principal's quarantine is put back in a clock hour after somebody took it off. The default is 3; null (replay): no limit.
    /// Not a setting: who takes it off a fourth time has to be stopped, not answered.
    /// </value>
    public int? PutBacksPerPrincipalAndHour { get; init; } = 3;

    /// <value>
    /// Targets of one actor and detection, and incidents of one principal, that have a record and a page of their own in an hour, for each
    /// process; further ones share a record. The default is 20; null (replay): no limit. Not a setting: whoever could raise it could be flooded.
    /// </value>
    public int? RecordsPerCauseAndHour { get; init; } = 20;

    /// <value>MINIMUM_ALERT_SEVERITY. The default is MEDIUM.</value>
    public Severity MinimumAlertSeverity { get; init; } = Severity.Medium;

    /// <value>The age above which a call is only alerted, never contained. The default is 6 hours; null (replay): no limit.</value>
    public TimeSpan? MaximumAge { get; init; } = TimeSpan.FromHours(6);

    /// <value>
    /// A call older than this is not contained while the target's ledger cannot be read: it may have been released since. Null: as old as any.
    /// The default is 15 minutes, within which CloudTrail and EventBridge deliver nearly everything.
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

    /// <summary>The stage of (detection, action): its own entry, else the detection's stage, and of that no more than the action's default.</summary>
    public Stage StageOf(DetectionInfo detection, IActionRules action) => ActionStages.TryGetValue((detection.Id, action.Id), out var stage)
        ? stage
        : StageOf(detection) < action.DefaultStage ? StageOf(detection) : action.DefaultStage;

    /// <summary>Whether a role is one of ours: a function's, one that deploys them, the release's, or what these are in a member account.</summary>
    /// <param name="arnText">A whole ARN that AWS vouches for.</param>
    public bool IsOwnRole(string arnText) => ResponderRoleArns.Contains(arnText) || string.Equals(ReleaseRoleArn, arnText, StringComparison.Ordinal)
        || (MemberAccountIds.Count > 0 && AwsArn.TryParse(arnText, out var arn) && arn.Service == "iam" && MemberAccountIds.Contains(arn.AccountId)
            && (arn.Resource == "role/" + MemberRoleName || arn.Resource == "role/" + MemberReleaseRoleName));

    /// <summary>
    /// The actions that the stages allow on the finding's target. A quarantine that somebody took off is put back as it was, unless
    /// DETECTION_STAGES names the detection and less than Contain.
    /// </summary>
    /// <param name="known">All the actions that there are.</param>
    public IReadOnlyList<ActionId> ActionsOn(Finding finding, IReadOnlyList<IActionRules> known) => finding.PutsBack is { } standing
        ? !Stages.TryGetValue(finding.Detection.Id, out var stage) || stage >= Stage.Contain ? standing : []
        : [.. known.Where(a => a.AppliesTo(finding.Target, finding.Grant) && StageOf(finding.Detection, a) >= Stage.Contain).Select(static a => a.Id)];

    /// <summary>Containment considers the finding: it shows an administrator grant or the end of a quarantine, or its detection was promoted by name.</summary>
    /// <param name="known">All the actions that there are.</param>
    public bool Considers(Finding finding, IReadOnlyList<IActionRules> known) => finding.Target is not null
        && (finding.Grant is not null || finding.PutsBack is not null
            || known.Any(a => ActionStages.TryGetValue((finding.Detection.Id, a.Id), out var stage) && stage == Stage.Contain && a.AppliesTo(finding.Target, finding.Grant)));

    /// <summary>Reads the function's environment. An empty value counts as unset.</summary>
    /// <param name="actions">All the actions that DETECTION_STAGES may name.</param>
    /// <exception cref="OptionsException">A value is not what its variable expects.</exception>
    public static ResponderOptions FromEnvironment(Func<string, string?> read, DetectionCatalog catalog, IReadOnlyList<IActionRules> actions)
    {
        string? Value(string name) => read(name) is { } text && text.Trim() is { Length: > 0 } value ? value : null;

        var defaults = new ResponderOptions();
        var (stages, actionStages) = ReadStages(Value("DETECTION_STAGES"), catalog, actions);
        return defaults with
        {
            Mode = Value("RESPONDER_MODE") switch
            {
                null => defaults.Mode,
                var text when text.Equals("Enforce", StringComparison.OrdinalIgnoreCase) => Mode.Enforce,
                var text when text.Equals("Observe", StringComparison.OrdinalIgnoreCase) => Mode.Observe,
                _ => throw new OptionsException("RESPONDER_MODE", "expected Enforce or Observe"),
            },
            AlertTopicArn = TopicArn("ALERT_TOPIC_ARN", Value("ALERT_TOPIC_ARN")),
            ChatTopicArn = TopicArn("CHAT_TOPIC_ARN", Value("CHAT_TOPIC_ARN")),
            TrustedPrincipalArns = PrincipalArns("TRUSTED_PRINCIPAL_ARNS", Value("TRUSTED_PRINCIPAL_ARNS")),
            BreakGlassArns = PrincipalArns("BREAK_GLASS_ARNS", Value("BREAK_GLASS_ARNS")),
            ResponderRoleArns = PrincipalArns("RESPONDER_ROLE_ARNS", Value("RESPONDER_ROLE_ARNS")),
            ReleaseRoleArn = PrincipalArns("RELEASE_ROLE_ARN", Value("RELEASE_ROLE_ARN")).SingleOrNull("RELEASE_ROLE_ARN"),
            PulseRoleArn = PrincipalArns("PULSE_ROLE_ARN", Value("PULSE_ROLE_ARN")).SingleOrNull("PULSE_ROLE_ARN"),
            MemberAccountIds = MemberAccounts(Value),
            MemberRoleName = Value("MEMBER_ROLE_NAME") switch
            {
                null => defaults.MemberRoleName,
                var text when IsRoleName(text) => text,
                _ => throw new OptionsException("MEMBER_ROLE_NAME", "expected the name of a role, at most 56 characters (no path, no ARN)"),
            },
            ParameterRoot = Root(Value("PARAMETER_ROOT")) ?? defaults.ParameterRoot,
            Stages = stages,
            ActionStages = actionStages,
            ContainmentBudgetPerHour = Value("CONTAINMENT_BUDGET_PER_HOUR") switch
            {
                null => defaults.ContainmentBudgetPerHour,
                var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var budget) => budget,
                _ => throw new OptionsException("CONTAINMENT_BUDGET_PER_HOUR", "expected a whole number, 0 or more (0: contain nobody)"),
            },
            MinimumAlertSeverity = Value("MINIMUM_ALERT_SEVERITY") switch
            {
                null => defaults.MinimumAlertSeverity,
                var text when SeverityNames.TryParse(text, out var severity) && severity != Severity.None => severity,
                _ => throw new OptionsException("MINIMUM_ALERT_SEVERITY", "expected LOW, MEDIUM, HIGH or CRITICAL"),
            },
            IncidentRetention = Value("INCIDENT_RETENTION_DAYS") switch
            {
                null => defaults.IncidentRetention,
                var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 36_500 =>
                    days == 0 ? null : TimeSpan.FromDays(days),
                _ => throw new OptionsException("INCIDENT_RETENTION_DAYS", "expected a whole number of days, 0 to 36500 (0: never delete)"),
            },
            EndpointUrl = Value("RESPONDER_ENDPOINT_URL") switch
            {
                null => null,
                var text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" => url,
                _ => throw new OptionsException("RESPONDER_ENDPOINT_URL", "expected an http or https URL"),
            },
            Estate = EstateSettings.Read(Value),
        };
    }

    private static string? TopicArn(string variable, string? text)
    {
        if (text is null) return null;
        return AwsArn.TryParse(text, out var arn) && arn is { Service: "sns", Region.Length: > 0, AccountId.Length: 12 } && !arn.Resource.Contains(':')
            ? text
            : throw new OptionsException(variable, "expected the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME");
    }

    /// <summary>The own account is none of them: it is the account of the topic, and needs no role.</summary>
    private static HashSet<string> MemberAccounts(Func<string, string?> value)
    {
        var members = EstateSettings.AccountIds("MEMBER_ACCOUNT_IDS", value);
        if (AwsArn.TryParse(value("ALERT_TOPIC_ARN"), out var topic) && members.Contains(topic.AccountId))
            throw new OptionsException("MEMBER_ACCOUNT_IDS", "names the account of ALERT_TOPIC_ARN, which is no member but the responder's own");
        return members;
    }

    // 64 characters, of which the release's role takes 8.
    private static bool IsRoleName(string text) => text.Length is > 0 and <= 56 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-');

    private static HashSet<string> PrincipalArns(string variable, string? text)
    {
        var arns = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in EstateSettings.Items(text))
        {
            var isPrincipal = AwsArn.TryParse(item, out var arn) && arn is { Service: "iam", Region: "", AccountId.Length: 12 }
                && (arn.Resource.StartsWith("user/", StringComparison.Ordinal) || arn.Resource.StartsWith("role/", StringComparison.Ordinal));
            if (!isPrincipal)
                throw new OptionsException(variable, $"entry {arns.Count + 1}: expected the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session)");
            if (item.Contains('*') || item.Contains('?'))
                throw new OptionsException(variable, $"entry {arns.Count + 1}: wildcards are not supported; name each principal");
            arns.Add(item);
        }

        return arns;
    }

    private static string? Root(string? text)
    {
        if (text is null) return null;
        var valid = text.StartsWith('/') && text.Length is > 1 and <= 100 && !text.EndsWith('/') && !text.Contains("//", StringComparison.Ordinal)
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
            && !text.StartsWith("/aws", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("/ssm", StringComparison.OrdinalIgnoreCase);
        return valid ? text : throw new OptionsException("PARAMETER_ROOT", "expected an SSM parameter path such as /security (letters, digits, - _ . /; not /aws or /ssm)");
    }

    private static (Dictionary<string, Stage>, Dictionary<(string, ActionId), Stage>) ReadStages(
        string? text, DetectionCatalog catalog, IReadOnlyList<IActionRules> known)
    {
        var stages = new Dictionary<string, Stage>(StringComparer.Ordinal);
        var actions = new Dictionary<(string, ActionId), Stage>();
        foreach (var item in (text ?? "").Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var entry = $"entry {stages.Count + actions.Count + 1}";
            if (item.Split('=', 2, StringSplitOptions.TrimEntries) is not [var key, var word])
                throw new OptionsException("DETECTION_STAGES", $"{entry}: expected detection-id=Stage or detection-id:action=Stage");
            var id = key.Split(':', 2, StringSplitOptions.TrimEntries)[0];
            if (catalog.Find(id) is null && !BurstIds.All.Contains(id))
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
            else actions[(id, ActionOf(key[(id.Length + 1)..].Trim(), stage, entry, known))] = stage;
        }

        return (stages, actions);
    }

    private static ActionId ActionOf(string name, Stage stage, string entry, IReadOnlyList<IActionRules> known)
    {
        var action = known.FirstOrDefault(a => a.Id.Name == name)
            ?? throw new OptionsException(
                "DETECTION_STAGES", $"{entry}: no such action; there are {string.Join(", ", known.Where(static a => !a.IsByHandOnly).Select(static a => a.Id))}");
        if (stage is not (Stage.Alert or Stage.Contain)) throw new OptionsException("DETECTION_STAGES", $"{entry}: an action takes Alert or Contain");
        if (stage == Stage.Contain && action.IsByHandOnly) throw new OptionsException("DETECTION_STAGES", $"{entry}: {action.Id} is taken by hand only (responder contain)");
        return action.Id;
    }
}

file static class SetExtensions
{
    public static string? SingleOrNull(this HashSet<string> set, string variable) => set.Count switch
    {
        0 => null,
        1 => set.First(),
        _ => throw new OptionsException(variable, "expected one ARN"),
    };
}
