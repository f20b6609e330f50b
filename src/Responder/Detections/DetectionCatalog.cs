using Responder.Events;

namespace Responder.Detections;

/// <summary>
/// Every detection, in a plain list that doubles as the table of contents. Dispatch looks only at who watches the event's source and name.
/// </summary>
public sealed class DetectionCatalog
{
    private readonly Dictionary<(string Source, string Name), List<IDetection>> _bySourceAndName = [];

    /// <summary>By source, with those that watch every source; all in the order of the catalogue.</summary>
    private readonly Dictionary<string, List<Pattern>> _bySource = new(StringComparer.Ordinal);
    private readonly List<Pattern> _everywhere = [];

    /// <summary>Asked about our own roles' calls that others watch.</summary>
    private readonly List<IDetection> _onOwnRoles = [];

    public DetectionCatalog(IReadOnlyList<IDetection> detections)
    {
        Detections = detections;
        var patterns = new List<Pattern>();
        foreach (var detection in detections)
        {
            foreach (var watch in detection.Info.Watches)
            {
                if (watch.Kind == WatchKind.OwnFunctionRole)
                {
                    _onOwnRoles.Add(detection);
                    continue;
                }

                if (watch is not { Kind: WatchKind.Calls, EventSource: { } source } || watch.EventNames.Count == 0)
                {
                    patterns.Add(new Pattern(watch, [.. watch.EventNames], detection));
                    continue;
                }

                foreach (var name in watch.EventNames)
                {
                    if (name.EndsWith('*')) patterns.Add(new Pattern(watch, [name], detection));
                    else Watchers(source, name).Add(detection);
                }
            }
        }

        foreach (var source in patterns.Select(static pattern => pattern.Watch.EventSource).OfType<string>().Distinct())
            _bySource[source] = [.. patterns.Where(pattern => pattern.Watch.EventSource is not { } other || other == source)];
        _everywhere.AddRange(patterns.Where(static pattern => pattern.Watch.EventSource is null));
    }

    /// <param name="Names">Those of the watch that are patterns, or all of them; none: every name.</param>
    private sealed record Pattern(Watch Watch, string[] Names, IDetection Detection);

    /// <summary>The detections that ship with the responder.</summary>
    public static DetectionCatalog Default { get; } = Build(Estate.Unknown);

    /// <summary>The same detections, which know what is ours.</summary>
    public static DetectionCatalog For(Estate estate) => estate == Estate.Unknown ? Default : Build(estate);

    public IReadOnlyList<IDetection> Detections { get; }

    public IDetection? Find(string id) => Detections.FirstOrDefault(d => string.Equals(d.Info.Id, id, StringComparison.Ordinal));

    /// <summary>
    /// All findings of one event, strongest first, those that containment may act on before others of the same severity; then catalogue order.
    /// A copy of a management call in the data or network category finds nothing: the management event itself does.
    /// </summary>
    public IReadOnlyList<Finding> Detect(CloudTrailEvent e) => Detect(e, e.Outcome);

    /// <summary>What would have been found had the call worked: what a refused call was worth.</summary>
    public IReadOnlyList<Finding> DetectAsIfSucceeded(CloudTrailEvent e) => Detect(e, CallOutcome.Succeeded);

    private IReadOnlyList<Finding> Detect(CloudTrailEvent e, CallOutcome outcome)
    {
        var findings = new List<Finding>();
        if (e.IsDataOrNetworkCopy) return findings;

        // A detection that watches in several ways is asked once. They are few, so a list is searched faster than a set is built.
        var asked = new List<IDetection>();
        if (outcome == CallOutcome.Succeeded && !e.IsInsight
            && _bySourceAndName.TryGetValue((e.EventSource, e.EventName), out var watchers))
        {
            foreach (var detection in watchers) Ask(detection);
        }

        var isBrought = outcome == CallOutcome.Refused || asked.Count > 0;
        foreach (var pattern in _bySource.GetValueOrDefault(e.EventSource) ?? _everywhere)
        {
            if (!Matches(pattern, e, outcome)) continue;
            isBrought = true;
            Ask(pattern.Detection);
        }

        if (isBrought && !e.IsInsight && OwnStack.StackNames.IsFunctionRole(e.Actor))
        {
            foreach (var detection in _onOwnRoles) Ask(detection);
        }

        return Ordered(findings);

        void Ask(IDetection detection)
        {
            if (asked.Contains(detection)) return;
            asked.Add(detection);
            findings.AddRange(detection.Detect(e));
        }
    }

    /// <summary>Strongest first, those that containment may act on before others of the same severity.</summary>
    public static IReadOnlyList<Finding> Ordered(IReadOnlyList<Finding> findings) => findings.Count < 2
        ? findings
        : [.. findings.OrderByDescending(static f => f.Severity).ThenByDescending(static f => f.Grant is not null)];

    private static bool Matches(Pattern pattern, CloudTrailEvent e, CallOutcome outcome)
    {
        var watch = pattern.Watch;
        if (watch.EventSource is { } source && !string.Equals(source, e.EventSource, StringComparison.Ordinal)) return false;
        var isOfKind = watch.Kind switch
        {
            WatchKind.Insight => e.IsInsight,
            WatchKind.SignIn => !e.IsInsight && e.EventSource == "signin.amazonaws.com",
            WatchKind.Root => !e.IsInsight && e.Actor.IsRoot,
            WatchKind.Refused => !e.IsInsight && outcome == CallOutcome.Refused,
            _ => !e.IsInsight && outcome == CallOutcome.Succeeded,
        };
        return isOfKind && (pattern.Names.Length == 0 || NameMatches(pattern.Names, e.EventName));
    }

    private static bool NameMatches(string[] patterns, string name)
    {
        foreach (var pattern in patterns)
        {
            if (NameMatches(pattern, name)) return true;
        }

        return false;
    }

    private static bool NameMatches(string pattern, string name) => pattern.EndsWith('*')
        ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
        : string.Equals(pattern, name, StringComparison.Ordinal);

    private List<IDetection> Watchers(string source, string name)
    {
        if (!_bySourceAndName.TryGetValue((source, name), out var list)) _bySourceAndName[(source, name)] = list = [];
        return list;
    }

    private static DetectionCatalog Build(Estate estate)
    {
        DetectionCatalog? built = null;
        return built = new DetectionCatalog(All(estate, () => built!));
    }

    /// <summary>The table of contents, by domain. A detection is registered by its line here and nowhere else.</summary>
    private static IDetection[] All(Estate estate, Func<DetectionCatalog> catalog) =>
    [
        // IAM
        new Iam.AdminPolicyAttached(),
        new Iam.CustomerPolicyAttached(),
        new Iam.AdminInlinePolicyPut(),
        new Iam.AdminPolicyVersion(),
        new Iam.EscalationPolicyAttached(),
        new Iam.UserAddedToGroup(),
        new Iam.RequestOmitted(),
        new Iam.RequestMissing(),
        new Iam.RoleTrustOpened { Estate = estate },
        new Iam.RoleTrustChanged { Estate = estate },
        new Iam.FederationProviderChanged(),
        new Iam.FederationProviderDeleted(),
        new Iam.RolesAnywhereTrustChanged(),
        new Iam.PermissionsBoundaryWeakened(),
        new Iam.PrivilegedRolePassed(),
        new Iam.KeyQuarantineAttached(),
        new Iam.UserCreated(),
        new Iam.UserDeleted(),
        new Iam.AccessKeyCreated(),
        new Iam.AccessKeyActivated(),
        new Iam.ServiceCredentialCreated(),
        new Iam.LoginProfileCreated(),
        new Iam.PasswordSet(),
        new Iam.MfaDeviceDeactivated(),
        new Iam.PasswordPolicyWeakened(),
        new Iam.PolicyAttached(),
        new Iam.PolicyDetached(),
        new Iam.PolicyCreated(),
        new Iam.PolicyChanged(),
        new Iam.PolicyDeleted(),

        // Identity Center
        new IdentityCenter.PermissionSetWidened(),

        // Security groups
        new SecurityGroups.IngressOpenedToWorld(),
        new SecurityGroups.EgressOpenedToWorld(),
        new SecurityGroups.SecurityGroupCreated(),
        new SecurityGroups.SecurityGroupDeleted(),

        // Networks
        new Network.NetworkAclOpened(),
        new Network.InternetRouteAdded(),
        new Network.PrefixListOpened(),

        // Copies of disks and databases, and the databases themselves
        new Sharing.ImageOrSnapshotShared { Estate = estate },
        new Sharing.SharingBlockRemoved(),
        new Sharing.DefaultEncryptionDisabled(),
        new Sharing.DatabaseSnapshotShared { Estate = estate },
        new Sharing.DatabaseOpened(),

        // KMS
        new Kms.KeyPolicyOpened { Estate = estate },
        new Kms.ForeignGrantCreated { Estate = estate },
        new Kms.KeyDeletionScheduled { Estate = estate },
        new Kms.KeyDisabled { Estate = estate },
        new Kms.KeyMaterialDeleted { Estate = estate },
        new Kms.KeyMaterialExpires(),
        new Kms.KeyRotationDisabled(),

        // S3
        new S3.BucketPolicyOpened { Estate = estate },
        new S3.BucketAclOpened(),
        new S3.PublicAccessBlockWeakened(),
        new S3.ReplicationChanged { Estate = estate },
        new S3.BucketPolicyDeleted(),
        new S3.LifecycleWeakened(),
        new S3.VersioningWeakened(),
        new S3.EncryptionWeakened { Estate = estate },
        new S3.AccessLoggingStopped(),
        new S3.CorsOpened(),

        // Lambda, and other resources with a policy
        new Lambdas.FunctionUrlOpened(),
        new Lambdas.FunctionPermissionOpened { Estate = estate },
        new Resources.ResourcePolicyOpened { Estate = estate },
        new Sharing.SharedOutside { Estate = estate },

        // Kubernetes
        new Eks.ClusterAdminGranted { Estate = estate },

        // Trail
        new Trail.LoggingStopped(),
        new Trail.TrailDeleted(),
        new Trail.EventsExcluded(),
        new Trail.TrailWeakened(),
        new Trail.InsightsDisabled(),
        new Trail.EventDataStoreWeakened(),
        new Trail.LogBucketWeakened { Estate = estate },

        // Logs, alarms and rules
        new Logs.LogGroupDeleted(),
        new Logs.AlarmSilenced(),
        new Logs.EventRuleDisabled(),

        // Sessions
        new Sts.FederationTokenIssued(),

        // Sign-in and root
        new SignIn.RootWithoutMfa(),
        new SignIn.RootPasswordChanged(),
        new SignIn.RootUsed(),
        new SignIn.UserWithoutMfa(),
        new SignIn.UnusualHour { Estate = estate },
        new SignIn.SignInRefused(),

        // Insights
        new Insights.InsightStarted(),

        // Account and any call
        new Account.OrganizationLeft(),
        new Account.OrganizationGuardrailRemoved(),
        new Account.OrganizationPowerGiven(),
        new Account.DetectionServiceDisabled(),
        new Account.DetectionNarrowed(),
        new Account.NetworkLogsDeleted(),
        new Account.RootAssumed(),
        new Account.RefusedCall(catalog),

        // The responder itself
        new OwnStack.ResponderStopped(),
        new OwnStack.ResponderChanged(),
        new OwnStack.AlertsSilenced(),
        new OwnStack.ParameterChanged(),
        new OwnStack.RoleChanged(),
        new OwnStack.RoleUsedElsewhere(),
        new OwnStack.QuarantineUndone(),
    ];
}
