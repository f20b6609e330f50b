using Responder.Detections.Account;
using Responder.Detections.Eks;
using Responder.Detections.Iam;
using Responder.Detections.IdentityCenter;
using Responder.Detections.Insights;
using Responder.Detections.Kms;
using Responder.Detections.Lambdas;
using Responder.Detections.Logs;
using Responder.Detections.Network;
using Responder.Detections.OwnStack;
using Responder.Detections.Resources;
using Responder.Detections.S3;
using Responder.Detections.SecurityGroups;
using Responder.Detections.Sharing;
using Responder.Detections.SignIn;
using Responder.Detections.Sts;
using Responder.Detections.Trail;
using Responder.Events;

namespace Responder.Detections;

/// <summary>
/// Every detection, in a plain list that doubles as the table of contents. An event reaches only the detections that watch its source and
/// name.
/// </summary>
public sealed class DetectionCatalog
{
    private readonly Dictionary<(string Source, string Name), List<IDetection>> _bySourceAndName = [];

    /// <summary>The patterns for each source, including those for every source; in catalog order.</summary>
    private readonly Dictionary<string, List<Pattern>> _bySource = new(StringComparer.Ordinal);
    private readonly List<Pattern> _everywhere = [];

    /// <summary>Asked about calls by our own roles that another watch has matched.</summary>
    private readonly List<Pattern> _onOwnRoles = [];

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
                    _onOwnRoles.Add(new Pattern(watch, detection));
                    continue;
                }

                if (watch is not { Kind: WatchKind.Calls, EventSource: { } source, OnRoles.Count: 0 } || watch.EventNames.Count == 0)
                {
                    patterns.Add(new Pattern(watch, detection));
                    continue;
                }

                foreach (var name in watch.EventNames)
                {
                    if (EventNamePattern.IsBeginning(name)) patterns.Add(new Pattern(watch with { EventNames = [name] }, detection));
                    else Watchers(source, name).Add(detection);
                }
            }
        }

        foreach (var source in patterns.Select(static pattern => pattern.Watch.EventSource).OfType<string>().Distinct())
            _bySource[source] = [.. patterns.Where(pattern => pattern.Watch.EventSource is not { } other || other == source)];
        _everywhere.AddRange(patterns.Where(static pattern => pattern.Watch.EventSource is null));
    }

    /// <param name="Watch">The whole watch, or a copy that holds a single name pattern; exact names are looked up in the table
    /// instead.</param>
    private sealed record Pattern(Watch Watch, IDetection Detection);

    /// <summary>The detections that ship with the responder.</summary>
    public static DetectionCatalog Default { get; } = Build(Estate.Unknown);

    /// <summary>The same detections, told what belongs to the installation.</summary>
    public static DetectionCatalog For(Estate estate) => estate == Estate.Unknown ? Default : Build(estate);

    public IReadOnlyList<IDetection> Detections { get; }

    public IDetection? Find(string id) => Detections.FirstOrDefault(d => string.Equals(d.Info.Id, id, StringComparison.Ordinal));

    /// <summary>
    /// All findings for an event: strongest first, among equals those with a grant first, then in catalog order. A copy of a management
    /// call in the data or network category finds nothing, because the management event itself does.
    /// </summary>
    public IReadOnlyList<Finding> Detect(CloudTrailEvent e) => Detect(e, e.Outcome);

    /// <summary>What would have been found if the call had succeeded; tells how serious a refused call was.</summary>
    public IReadOnlyList<Finding> DetectAsIfSucceeded(CloudTrailEvent e) => Detect(e, CallOutcome.Succeeded);

    private IReadOnlyList<Finding> Detect(CloudTrailEvent e, CallOutcome outcome)
    {
        var findings = new List<Finding>();
        if (e.IsDataOrNetworkCopy) return findings;

        // A detection that watches in several ways is asked once. They are few, so a list is searched faster than a set is built.
        var asked = new List<IDetection>();
        if (WatchKind.Calls.Takes(e.IsInsight, isSignIn: false, isRoot: false, outcome)
            && _bySourceAndName.TryGetValue((e.EventSource, e.EventName), out var watchers))
        {
            foreach (var detection in watchers) Ask(detection);
        }

        var isBrought = outcome == CallOutcome.Refused || asked.Count > 0;
        foreach (var pattern in _bySource.GetValueOrDefault(e.EventSource) ?? _everywhere)
        {
            if (!pattern.Watch.Matches(e, outcome)) continue;
            isBrought = true;
            Ask(pattern.Detection);
        }

        if (isBrought)
        {
            foreach (var pattern in _onOwnRoles)
            {
                if (pattern.Watch.Matches(e, outcome)) Ask(pattern.Detection);
            }
        }

        return Ordered(findings);

        void Ask(IDetection detection)
        {
            if (asked.Contains(detection)) return;
            asked.Add(detection);
            findings.AddRange(detection.Detect(e));
        }
    }

    /// <summary>Sorts findings: strongest first, among equals those with a grant first.</summary>
    public static IReadOnlyList<Finding> Ordered(IReadOnlyList<Finding> findings) => findings.Count < 2
        ? findings
        : [.. findings.OrderByDescending(static f => f.Severity).ThenByDescending(static f => f.Grant is not null)];

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
        new AdminPolicyAttached(),
        new CustomerPolicyAttached { Estate = estate },
        new AdminInlinePolicyPut { Estate = estate },
        new AdminPolicyVersion { Estate = estate },
        new EscalationPolicyAttached(),
        new UserAddedToGroup { Estate = estate },
        new RequestOmitted(),
        new RequestMissing(),
        new RoleTrustOpened { Estate = estate },
        new RoleTrustChanged { Estate = estate },
        new FederationProviderChanged(),
        new FederationProviderDeleted(),
        new RolesAnywhereTrustChanged(),
        new PermissionsBoundaryWeakened(),
        new PrivilegedRolePassed { Estate = estate },
        new KeyQuarantineAttached(),
        new UserCreated(),
        new UserRenamed(),
        new UserDeleted(),
        new AccessKeyCreated(),
        new AccessKeyActivated(),
        new ServiceCredentialCreated(),
        new LoginProfileCreated(),
        new PasswordSet(),
        new MfaDeviceDeactivated(),
        new MfaDeviceEnabled(),
        new TemporaryDelegationAccepted(),
        new PasswordPolicyWeakened(),
        new PolicyAttached(),
        new PolicyDetached(),
        new PolicyCreated { Estate = estate },
        new PolicyChanged { Estate = estate },
        new PolicyDeleted(),

        // Identity Center
        new PermissionSetWidened(),
        new SignInChanged(),

        // Security groups
        new IngressOpenedToWorld(),
        new EgressOpenedToWorld(),
        new SecurityGroupCreated(),
        new SecurityGroupDeleted(),

        // Networks
        new NetworkAclOpened(),
        new InternetRouteAdded(),
        new PrefixListOpened(),
        new ForeignPeering { Estate = estate },
        new LightsailOpened(),
        new FirewallRemoved(),

        // Copies of disks and databases, and the databases themselves
        new ImageOrSnapshotShared { Estate = estate },
        new SharingBlockRemoved(),
        new DefaultEncryptionDisabled(),
        new DatabaseSnapshotShared { Estate = estate },
        new DatabaseOpened(),
        new DatabasePasswordReset(),
        new BackupsEnded(),
        new DataCopiedOutside { Estate = estate },

        // KMS
        new KeyPolicyOpened { Estate = estate },
        new ForeignGrantCreated { Estate = estate },
        new KeyDeletionScheduled { Estate = estate },
        new KeyDisabled { Estate = estate },
        new KeyMaterialDeleted { Estate = estate },
        new KeyMaterialExpires(),
        new KeyRotationDisabled(),

        // S3
        new BucketPolicyOpened { Estate = estate },
        new BucketAclOpened(),
        new PublicAccessBlockWeakened(),
        new ReplicationChanged { Estate = estate },
        new BucketPolicyDeleted(),
        new LifecycleWeakened(),
        new VersioningWeakened(),
        new EncryptionWeakened { Estate = estate },
        new AccessLoggingStopped(),
        new CorsOpened(),

        // Lambda, and other resources with a policy
        new FunctionUrlOpened(),
        new FunctionPermissionOpened { Estate = estate },
        new ForeignLayerAdded { Estate = estate },
        new ResourcePolicyOpened { Estate = estate },
        new SharedOutside { Estate = estate },

        // Kubernetes
        new ClusterAdminGranted { Estate = estate },

        // Trail
        new LoggingStopped(),
        new TrailDeleted(),
        new EventsExcluded(),
        new TrailWeakened { Estate = estate },
        new InsightsDisabled(),
        new EventDataStoreWeakened(),
        new LogBucketWeakened { Estate = estate },

        // Logs, alarms and rules
        new LogGroupDeleted(),
        new AlarmSilenced(),
        new EventRuleDisabled(),
        new ServiceLoggingEnded(),

        // Sessions
        new FederationTokenIssued(),

        // Sign-in and root
        new RootWithoutMfa(),
        new RootPasswordChanged(),
        new RootUsed(),
        new UserWithoutMfa(),
        new UnusualHour { Estate = estate },
        new SignInRefused(),
        new SignInTokenIssued(),

        // Insights
        new InsightStarted(),

        // Account and any call
        new OrganizationLeft(),
        new OrganizationGuardrailRemoved(),
        new OrganizationPowerGiven(),
        new DetectionServiceDisabled(),
        new DetectionNarrowed { Estate = estate },
        new NetworkLogsDeleted(),
        new ContactsChanged(),
        new RootAssumed(),
        new RefusedCall(catalog),

        // The responder itself
        new ResponderStopped(),
        new ResponderChanged(),
        new AlertsSilenced(),
        new TopicSubscribed(),
        new ParameterChanged(),
        new RoleChanged { Estate = estate },
        new RoleUsedElsewhere(),
        new OwnRoleAssumed(),
        new QuarantineUndone(),
    ];
}
