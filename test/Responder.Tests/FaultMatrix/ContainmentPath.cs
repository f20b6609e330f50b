using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.LocalAws.State;
using Responder.Operations.ByHand;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Detections.Iam;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.FaultMatrix;

/// <summary>One path through containment: the state before, what happens, and when the principal counts as contained.</summary>
internal sealed class ContainmentPath
{
    public const string Prior = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    public const string ReleaseRole = "arn:aws:iam::123456789012:role/ReleaseRole";
    public const string Assumed = "arn:aws:iam::123456789012:role/Assumed";
    private const string Granted = "arn:aws:iam::123456789012:policy/granted";

    private ContainmentPath(string name, Action<World> seed, Func<World, bool> isContained)
    {
        Name = name;
        Seed = seed;
        IsContained = isContained;
    }

    public string Name { get; }

    public Action<World> Seed { get; }

    public Func<World, bool> IsContained { get; }

    /// <summary>Makes the event with the given id; null if a person asks for the containment.</summary>
    public Func<string, EventBuilder>? Event { get; private init; }

    public ResponderOptions Options { get; private init; } = new()
    {
        AlertTopicArn = ResponderDriver.TopicArn,
        ReleaseRoleArn = ReleaseRole,
    };

    public bool AlertsOnly { get; private init; }

    /// <summary>Whether the event names nobody, so that IAM must tell who is affected.</summary>
    public bool AsksForHolders { get; private init; }

    /// <summary>Delivers the event, or carries out the person's request, in a process of the function.</summary>
    public Func<FunctionInstance, Task<Response>> Delivery(string id, TextWriter log) => Event is { } e
        ? instance => Responder(instance, log)
        .RespondAsync(e(id).Build(), new Invocation(EventBuilder.Account, "us-east-1", FunctionInstance.Remaining))
        : instance => new HandContainment(
            new ContainmentRequest(
                Principal.Policy(Granted)!, [RestorePolicyVersion.Action], "arn:aws:iam::123456789012:user/oncall", "a fault", null),
            Options, instance.Clients, EventBuilder.Account, "us-east-1", instance.Clock,
            pauses: new AdvancingPauses(instance.Clock)).ContainAsync(default);

    public SecurityResponder Responder(FunctionInstance instance, TextWriter log) =>
        LiveResponder.Of(
            DetectionCatalog.Default, Options, instance.Clients, new JsonLog(log, instance.Clock, "iam"), instance.Clock,
            pauses: new AdvancingPauses(instance.Clock));

    public static IReadOnlyList<ContainmentPath> All { get; } =
    [
        new("user by attachment", static world => User(world), static world => IsQuarantined(world.Home.Users["mallory"]))
        {
            Event = static id => AdminAttachedTo("mallory").Id(id),
        },
        new("user by inline policy", static world => User(world), static world => world.Home.Users["mallory"].BoundaryArn == DenyAll)
        {
            Event = static id =>
                Call("iam.amazonaws.com", "PutUserPolicy", new JsonObject
                {
                    ["userName"] = "mallory", ["policyName"] = "mine", ["policyDocument"] = IamEvent.Allow("*"),
                }).Id(id),
        },
        new("user by policy version", static world => Holder(world), static world => world.Home.Users["alice"].BoundaryArn == DenyAll)
        {
            AsksForHolders = true,
            Event = static id =>
                Call("iam.amazonaws.com", "CreatePolicyVersion", new JsonObject
                {
                    ["policyArn"] = Granted, ["policyDocument"] = IamEvent.Allow("*"), ["setAsDefault"] = true,
                }).Id(id),
        },
        new("user and keys", static world => User(world),
            static world => IsQuarantined(world.Home.Users["mallory"])
            && world.Home.Users["mallory"].AccessKeys.Values.All(static k => !k.Active))
        {
            Event = static id => AdminAttachedTo("mallory").Id(id), Options = Promoted(DeactivateKeys.Action),
        },
        new("role", static world => Role(world), static world => IsQuarantined(world.Home.Roles["Deploy"]))
        {
            Event = static id => AdminAttachedToRole("Deploy").Id(id), Options = Promoted(QuarantineRole.Action),
        },
        new("sessions of a role", static world => Role(world),
            static world =>
                world.Home.Roles["Deploy"].InlinePolicies.Values.Any(
                    static p => p.Contains("aws:TokenIssueTime", StringComparison.Ordinal)))
        {
            Event = static id => AdminAttachedToRole("Deploy").Id(id), Options = Promoted(RevokeSessions.Action),
        },
        new("group", static world => world.Home.Attach(world.Home.EnsureGroup("ops"), Admin),
            static world => !world.Home.Groups["ops"].AttachedPolicies.Contains(Admin))
        {
            Event = static id =>
                Call("iam.amazonaws.com", "AttachGroupPolicy", new JsonObject { ["groupName"] = "ops", ["policyArn"] = Admin }).Id(id),
            Options = Promoted(DetachFromGroup.Action),
        },
        new("policy version by hand", static world => Policy(world), static world => world.Home.Policies[Granted].Default.Number == 1),
        new("alert only", static world => Role(world), static world => !IsQuarantined(world.Home.Roles["Deploy"]))
        {
            Event = static id => AdminAttachedToRole("Deploy").Id(id), AlertsOnly = true,
        },
    ];

    public override string ToString() => Name;

    private static ResponderOptions Promoted(ContainmentAction action) => new()
    {
        AlertTopicArn = ResponderDriver.TopicArn,
        ReleaseRoleArn = ReleaseRole,
        ActionStages = new Dictionary<(string, ActionId), Stage> { [("iam.admin-policy-attached", action.Id)] = Stage.Contain },
    };

    private static bool IsQuarantined(IamEntity entity) => entity.BoundaryArn == DenyAll && !entity.AttachedPolicies.Contains(Admin);

    private static void User(World world)
    {
        var user = world.Home.EnsureUser("mallory", "/teams/red/");
        world.Home.Attach(user, Admin);
        world.Home.Attach(user, Prior);
        world.Home.SetBoundary(user, Prior);
        world.Home.EnsureAccessKey(user, "AKIAACTIVEEXAMPLE");
        world.Home.EnsureAccessKey(user, "AKIAINACTIVEEXAMPLE", active: false);
        TookOnARole(world, "mallory");
    }

    private static void Role(World world)
    {
        var role = world.Home.EnsureRole("Deploy");
        world.Home.Attach(role, Admin);
        world.Home.Attach(role, Prior);
        world.Home.SetBoundary(role, Prior);
        world.Home.PutInline(role, "theirs", """{"Version":"2012-10-17","Statement":[]}""");
    }

    private static void Policy(World world)
    {
        world.Home.EnsurePolicy(Granted, IamEvent.Allow("s3:GetObject"), 1);
        world.Home.EnsurePolicy(Granted, IamEvent.Allow("*"), 2);
    }

    private static void Holder(World world)
    {
        Policy(world);
        var user = world.Home.EnsureUser("alice");
        world.Home.Attach(user, Granted);
        world.Home.SetBoundary(user, Prior);
        TookOnARole(world, "alice");
    }

    private static void TookOnARole(World world, string user) => world.Home.AddEvent(
        Call("sts.amazonaws.com", "AssumeRole", new JsonObject { ["roleArn"] = Assumed }).By(EventBuilder.User(user)).Build()
            .GetProperty("detail").GetRawText());
}
