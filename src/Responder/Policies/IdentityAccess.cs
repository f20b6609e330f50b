namespace Responder.Policies;

/// <summary>How much power a policy document gives to its holder. Ordered: a higher value is worse.</summary>
public enum PowerLevel
{
    /// <summary>It grants nothing: it only denies, or is empty.</summary>
    Nothing,

    /// <summary>It grants something, but nothing that by itself leads to more power.</summary>
    Limited,

    /// <summary>It could not be read in full, and what could be read is no worse.</summary>
    Unreadable,

    /// <summary>Nearly every service, but no way to write IAM.</summary>
    PowerUser,

    /// <summary>
    /// One step away from administrator: an IAM write on every resource or on oneself, or passing any role to something that it may start.
    /// </summary>
    EscalationCapable,

    /// <summary>Everything, or all of IAM: <c>*</c> or <c>iam:*</c> on <c>*</c>, however it is written.</summary>
    Administrator,
}

/// <param name="Reasons">Short sentences, strongest first; they hold action names of ours, never text of the document.</param>
internal sealed record IdentityVerdict(PowerLevel Level, IReadOnlyList<string> Reasons)
{
    public bool IsAdministrator => Level == PowerLevel.Administrator;

    /// <summary>Administrator or one call away from it.</summary>
    public bool IsEscalationCapable => Level >= PowerLevel.EscalationCapable;
}

/// <summary>
/// Judges what a document grants when it is attached to a user, group or role. Nothing is looked up: a boundary, an SCP or another policy
/// may still take it away.
/// </summary>
internal static class IdentityAccess
{
    private const int MostAccountsTried = 4;

    private static readonly string AnyName = new(Glob.Unknown, 7);

    // Each of these, on every resource of its type, makes the holder administrator in one further step.
    // Source: Rhino Security Labs' list of AWS privilege escalation methods and pathfinding.cloud.
    private static readonly (string Action, string ResourceType)[] s_paths =
    [
        ("iam:AttachUserPolicy", "user"),
        ("iam:AttachRolePolicy", "role"),
        ("iam:AttachGroupPolicy", "group"),
        ("iam:PutUserPolicy", "user"),
        ("iam:PutRolePolicy", "role"),
        ("iam:PutGroupPolicy", "group"),
        ("iam:CreatePolicyVersion", "policy"),
        ("iam:SetDefaultPolicyVersion", "policy"),
        ("iam:AddUserToGroup", "group"),
        ("iam:CreateAccessKey", "user"),
        ("iam:CreateLoginProfile", "user"),
        ("iam:UpdateLoginProfile", "user"),
        ("iam:UpdateAssumeRolePolicy", "role"),
    ];

    // Whoever may call one of these on himself can make himself administrator.
    private static readonly string[] s_pathsOnOneself = ["iam:AttachUserPolicy", "iam:PutUserPolicy"];

    // Together with iam:PassRole on every role, each of these sets runs code, or a template, as the passed role.
    private static readonly string[][] s_passRolePartners =
    [
        ["ec2:RunInstances"],
        ["lambda:CreateFunction", "lambda:InvokeFunction"],
        ["lambda:CreateFunction", "lambda:AddPermission"],
        ["lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
        ["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        ["cloudformation:CreateStack"],
        ["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        ["glue:CreateDevEndpoint"],
        ["glue:CreateJob", "glue:StartJobRun"],
        ["glue:CreateJob", "glue:CreateTrigger"],
        ["datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
        ["sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"],
        ["sagemaker:CreateTrainingJob"],
        ["sagemaker:CreateProcessingJob"],
        ["ecs:RegisterTaskDefinition", "ecs:RunTask"],
        ["ecs:RegisterTaskDefinition", "ecs:CreateService"],
        ["codebuild:CreateProject", "codebuild:StartBuild"],
        ["codebuild:CreateProject", "codebuild:StartBuildBatch"],
        ["apprunner:CreateService"],
    ];

    private static readonly string[] s_broadServices = ["ec2", "s3", "lambda", "kms", "secretsmanager", "dynamodb", "ssm", "rds"];

    private static readonly string[] s_partitions = ["aws", "aws-cn", "aws-us-gov"];

    /// <summary>
    /// The possible first characters of a name or path; a list of patterns such as <c>user/a*</c> … <c>user/z*</c> covers every name.
    /// </summary>
    private const string FirstCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    /// <summary>What this document grants on its own.</summary>
    /// <param name="document">The document, readable or not.</param>
    /// <param name="accountId">The account that it is attached in; when null, any account that it names counts as that one.</param>
    /// <param name="partition">The account's partition: a Deny that names another one denies nothing.</param>
    public static IdentityVerdict WhatIsGranted(PolicyDocument document, string? accountId = null, string partition = "aws") =>
        WhatIsGranted([document], accountId, partition);

    /// <summary>What these documents give together, as when they are all attached to one principal.</summary>
    public static IdentityVerdict WhatIsGranted(IReadOnlyList<PolicyDocument> documents, string? accountId = null, string partition = "aws")
    {
        var statements = documents.SelectMany(static document => document.Statements).ToList();
        var allows = statements.Where(static s => s.IsAllow && !s.EffectiveConditions.Any(ConfinesIdentity))
            .Select(s => new Reach(s, accountId, partition)).ToList();
        var denies = statements.Where(static s => s.IsUnconditionalDeny).Select(s => new Reach(s, accountId, partition)).ToList();

        bool Allowed((string Action, string Type) path) => allows.Any(s => s.Allows(path.Action, path.Type))
            || AllowedTogether(allows, path.Action, path.Type, accountId);
        bool Granted((string Action, string Type) path) => Allowed(path) && !denies.Any(s => s.Denies(path.Action, path.Type));

        var granted = s_paths.Where(Granted).Select(static path => path.Action).ToList();
        var reasons = new List<string>();
        // A few gaps in an otherwise complete grant (a Deny of one action, a NotAction that names a few) do not make it less than
        // administrator.
        if (granted.Count > 0 && (s_paths.All(Allowed) || allows.Any(static s => s.LeavesIamIn)))
        {
            reasons.Add("It allows all of IAM on every resource");
            if (Granted(("iam:PassRole", "role")) && Broad(allows, denies)) reasons.Insert(0, "It allows every action on every resource");
            if (granted.Count < s_paths.Length) reasons.Add("What it leaves out or denies still leaves " + granted[0]);
            if (allows.Any(static s => s.Statement.EffectiveConditions.Count > 0)) reasons.Add("Its conditions do not confine the grant");
            return new IdentityVerdict(PowerLevel.Administrator, reasons);
        }

        reasons.AddRange(granted.Select(static action => $"It allows {action} on every resource"));
        reasons.AddRange(s_pathsOnOneself
            .Where(action =>
                !granted.Contains(action) && allows.Any(s => s.AllowsOnOneself(action)) && !denies.Any(s => s.Denies(action, "user")))
            .Select(static action => $"It allows {action} on oneself"));
        if (Granted(("iam:PassRole", "role")))
        {
            reasons.AddRange(s_passRolePartners
                .Where(partners =>
                    partners.All(action => allows.Any(s => s.AllowsSomewhere(action)) && !denies.Any(s => s.Denies(action, ""))))
                .Select(static partners => $"It allows iam:PassRole on every role together with {string.Join(" and ", partners)}"));
        }

        if (reasons.Count > 0) return new IdentityVerdict(PowerLevel.EscalationCapable, reasons);
        if (Broad(allows, denies))
            return new IdentityVerdict(PowerLevel.PowerUser, ["It allows nearly every service on every resource, but no write to IAM"]);
        if (documents.FirstOrDefault(static d => !d.IsReadable) is { Error: { } error })
            return new IdentityVerdict(PowerLevel.Unreadable, [$"A policy could not be read: {error}"]);
        return statements.Any(static s => s.IsAllow)
            ? new IdentityVerdict(PowerLevel.Limited, ["It allows limited actions only"])
            : new IdentityVerdict(PowerLevel.Nothing, ["It allows nothing"]);
    }

    /// <summary>
    /// True when the document allows, on any resource, an action that is part of a known path to administrator. A document that is Limited
    /// on its own may be the part that its holder lacked.
    /// </summary>
    public static bool HasPartOfAPath(PolicyDocument document) => document.Statements.Any(static s =>
        s.IsAllow && !s.EffectiveConditions.Any(ConfinesIdentity) && s_parts.Any(s.MatchesAction));

    private static readonly string[] s_parts = [
        .. s_paths.Select(static path => path.Action).Concat(s_passRolePartners.SelectMany(static partners => partners))
        .Append("iam:PassRole").Distinct()];

    /// <summary>True when several statements, each for some of the names, together allow the action on all names.</summary>
    private static bool AllowedTogether(List<Reach> allows, string action, string resourceType, string? accountId)
    {
        var parts = allows.Where(s => s.Patterns.Count > 0 && s.Statement.MatchesAction(action)).ToList();
        return parts.Count > 1 && Reach.All([.. parts.SelectMany(static s => s.Patterns)], resourceType, accountId);
    }

    private static bool Broad(List<Reach> allows, List<Reach> denies) => s_broadServices.All(service =>
        allows.Any(s => s.AllowsService(service)) && !denies.Any(s => s.DeniesService(service)));

    /// <summary>
    /// True for a condition that limits what may be done, or from which network of ours. A condition on the caller or the circumstances
    /// (MFA, time, transport, user agent, tags or name of the principal itself) leaves the holder as powerful as without it.
    /// </summary>
    private static bool ConfinesIdentity(PolicyCondition condition)
    {
        var test = ConditionTest.Of(condition);
        if (!test.IsPositive || test.HoldsWhenAbsent || condition.Values.Count == 0) return false;
        if (condition.Values.Any(static v => v.Trim(['*', '?']).Length == 0)) return false;
        var key = condition.Key;
        if (ConditionTest.IsKey(key, "aws:SourceIp")) return condition.Values.All(Networks.IsPrivate);
        // Anyone can have a network: part of an id does not tell ours from another.
        if (ConditionTest.IsKey(key, "aws:SourceVpc") || ConditionTest.IsKey(key, "aws:SourceVpce"))
            return !condition.Values.Any(Glob.HasWildcard);
        if (ConditionTest.IsKey(key, "iam:PolicyARN")) return !condition.Values.Any(AdmitsAdministratorPolicy);
        if (ConditionTest.IsKey(key, "aws:ViaAWSService")) return condition.Values.All(static v => ConditionTest.IsKey(v, "true"));
        if (!key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) return true;
        return key.StartsWith("aws:ResourceTag/", StringComparison.OrdinalIgnoreCase)
            || key.StartsWith("aws:RequestTag/", StringComparison.OrdinalIgnoreCase)
            || s_confiningKeys.Contains(key);
    }

    /// <summary>True when the pattern admits an administrator policy: whoever may attach just that one can become administrator.</summary>
    private static bool AdmitsAdministratorPolicy(string pattern) => s_partitions.Any(partition => s_administratorPolicies.Any(name =>
        Glob.Matches(pattern, $"arn:{partition}:iam::aws:policy/{name}", ignoreCase: true)));

    private static readonly string[] s_administratorPolicies = ["AdministratorAccess", "IAMFullAccess"];

    private static readonly HashSet<string> s_confiningKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:SourceVpcArn", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:TagKeys",
        "aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths",
    };

    /// <summary>The actions and resources that one statement reaches.</summary>
    private sealed class Reach(PolicyStatement statement, string? accountId, string partition)
    {
        private readonly Dictionary<string, bool> _reachesAll = [];
        private readonly Dictionary<string, bool> _coversAll = [];

        public PolicyStatement Statement => statement;

        /// <summary>
        /// True for a NotAction that leaves at least one path open on all its resources: the rest of IAM is open as well.
        /// </summary>
        public bool LeavesIamIn => statement.Actions is { IsNegated: true } && s_paths.Any(path => Allows(path.Action, path.ResourceType));

        public bool Allows(string action, string resourceType) => statement.MatchesAction(action) && ReachesAll(resourceType);

        /// <summary>
        /// The resource patterns of the statement, with variables at their widest; empty when it has none or uses NotResource.
        /// </summary>
        public IReadOnlyList<string> Patterns { get; } = statement.Resources is { IsNegated: false } resources
            ? [.. resources.Values.Select(PolicyVariables.AtWidest)]
            : [];

        /// <summary>True when the action is allowed on the holder's own user, whatever the user's path.</summary>
        public bool AllowsOnOneself(string action) => statement.MatchesAction(action)
            && statement.Resources is { IsNegated: false } resources
            && resources.Values.Any(value => PolicyVariables.ForUser(value, AnyName) is { } own
                && s_partitions.Any(p => Glob.Intersects(own, $"arn:{p}:iam::{accountId ?? "*"}:user/*{AnyName}", ignoreCase: false)));

        /// <summary>
        /// True when the action is allowed on any resource of its service: one function or instance is enough to run code as the passed
        /// role.
        /// </summary>
        public bool AllowsSomewhere(string action) => statement.MatchesAction(action)
            && (statement.Resources is not { IsNegated: false } || Patterns.Any(value =>
                s_partitions.Any(p => Glob.Intersects(value, $"arn:{p}:{action.Split(':')[0]}:*", ignoreCase: false))));

        public bool Denies(string action, string resourceType) => statement.MatchesAction(action) && CoversAll(resourceType);

        public bool AllowsService(string service) => statement.MatchesAction(service + ":" + AnyName) && ReachesAll("");

        public bool DeniesService(string service) => statement.MatchesAction(service + ":" + AnyName) && CoversAll("");

        /// <summary>
        /// For an Allow: true when it may reach every resource of this type ("" means any resource of any service). Errs toward true.
        /// </summary>
        private bool ReachesAll(string type)
        {
            if (_reachesAll.TryGetValue(type, out var known)) return known;
            return _reachesAll[type] = statement.Resources switch
            {
                null => true,
                { IsNegated: true } resources => !CoveredBy(resources.Values, type),
                _ => All(Patterns, type, accountId),
            };
        }

        /// <summary>True when the patterns reach every name of that type in one partition and account.</summary>
        public static bool All(IReadOnlyList<string> patterns, string type, string? accountId) => Probes(patterns, type, accountId)
            .Any(probes => probes.All(probe => patterns.Any(pattern => Glob.Matches(pattern, probe, ignoreCase: false))));

        /// <summary>For a Deny: true when it covers every resource of this type. Errs toward false.</summary>
        private bool CoversAll(string type)
        {
            if (_coversAll.TryGetValue(type, out var known)) return known;
            return _coversAll[type] = statement.Resources switch
            {
                null => true,
                { IsNegated: true } resources =>
                    !resources.Values.Any(value => Targets(type).Any(target => Glob.Intersects(value, target, ignoreCase: false))),
                { } resources => CoveredBy(resources.Values, type),
            };
        }

        private bool CoveredBy(IReadOnlyList<string> patterns, string type) => Targets(type)
            .All(target => patterns.Any(pattern => Glob.Covers(pattern, target, ignoreCase: false)));

        private string[] Targets(string type) => type.Length == 0 ? ["*"] : [$"arn:{partition}:iam::{accountId ?? "*"}:{type}/*"];

        /// <summary>
        /// A list of sample resources for each partition and account that the patterns could mean; the patterns must match every one of a
        /// list.
        /// </summary>
        private static IEnumerable<IEnumerable<string>> Probes(IReadOnlyList<string> patterns, string type, string? accountId)
        {
            // Actions outside IAM are tested with an arbitrary resource: "arn:", the partition and unknown characters.
            if (type.Length == 0) return s_partitions.Select(static partition => (IEnumerable<string>)[$"arn:{partition}:" + AnyName]);
            IEnumerable<string> accounts = accountId is not null
                ? [accountId]
                : patterns.Select(static pattern => pattern.Split(':', 6)).Where(static parts => parts.Length == 6 && parts[4].Length == 12)
                    .Select(static parts => parts[4]).Distinct(StringComparer.Ordinal).Take(MostAccountsTried)
                    .Append(AnyName + AnyName[..5]);
            return from partition in s_partitions
                   from account in accounts
                   select FirstCharacters.Select(first => $"arn:{partition}:iam::{account}:{type}/{first}{AnyName}");
        }
    }
}
