using System.Collections.Concurrent;
using Responder.Policies;

namespace Responder.Tests.Policies.Oracle;

/// <summary>
/// Finds out what an identity policy grants by asking for every action of interest on every resource of a small world. The resources are
/// strangers that no generated policy names, so a policy that reaches all of them reaches everything.
/// </summary>
internal static class IdentityOracle
{
    private const string Account = "123456789012";

    private static readonly string[] s_strangers = ["aq7z", "Mw3k", "q9x", "_zz8", "7hx", "team/Xv4"];

    private static readonly string[] s_elsewhere = [
        "arn:aws:ec2:us-east-1:123456789012:thing/zq7", "arn:aws:lambda:us-east-1:123456789012:function:zq7", "arn:aws:s3:::zq7"];

    private static readonly (string Action, string Type)[] s_writes =
    [
        ("iam:AttachUserPolicy", "user"), ("iam:PutUserPolicy", "user"), ("iam:CreateAccessKey", "user"),
        ("iam:CreateLoginProfile", "user"), ("iam:UpdateLoginProfile", "user"),
        ("iam:AttachRolePolicy", "role"), ("iam:PutRolePolicy", "role"), ("iam:UpdateAssumeRolePolicy", "role"),
        ("iam:AttachGroupPolicy", "group"), ("iam:PutGroupPolicy", "group"), ("iam:AddUserToGroup", "group"),
        ("iam:CreatePolicyVersion", "policy"), ("iam:SetDefaultPolicyVersion", "policy"),
    ];

    /// <summary>The table of ways is common ground; how far a policy goes on them is found out here and there independently.</summary>
    private static readonly IReadOnlyList<string[]> s_runners = EscalationPaths.PassRolePartners;

    private static readonly string[] s_services = ["ec2", "s3", "lambda", "kms", "secretsmanager", "dynamodb", "ssm", "rds"];

    /// <summary>
    /// Everything but IAM is told as that, although what it runs leads further: the two levels are worth the same.
    /// </summary>
    public static bool IsEnough(PowerLevel level, PowerLevel least) => level >= least
        || (level, least) == (PowerLevel.PowerUser, PowerLevel.EscalationCapable);

    /// <summary>The lowest level that the reader may report.</summary>
    public static PowerLevel Level(ModelPolicy policy)
    {
        var reached = s_writes.Where(w => Reaches(policy, w.Action, w.Type)).ToList();
        var granted = reached.Where(w => IsLeft(policy, w.Action, Resources(w.Type))).ToList();
        if (granted.Count > 0 && (reached.Count == s_writes.Length || policy.Statements.Any(s => LeavesAWriteIn(policy, s))))
            return PowerLevel.Administrator;
        if (granted.Count > 0 || OnOneself(policy, "iam:AttachUserPolicy") || OnOneself(policy, "iam:PutUserPolicy") || PassesRoles(policy)
            || Others(policy, ofIam: true))
            return PowerLevel.EscalationCapable;
        if (s_services.All(service => ReachesElsewhere(policy, service + ":Zq7xk"))) return PowerLevel.PowerUser;
        if (Others(policy, ofIam: false)
            || EscalationPaths.Running.Concat(EscalationPaths.Powers).Any(calls => calls.All(call => ReachesService(policy, call))))
            return PowerLevel.EscalationCapable;
        return policy.Statements.Any(static s => s.Allow) ? PowerLevel.Limited : PowerLevel.Nothing;
    }

    /// <summary>
    /// Whether the statement allows all but a few actions and still includes a raw write of IAM: a few exceptions do not make it less than
    /// administrator.
    /// </summary>
    private static bool LeavesAWriteIn(ModelPolicy policy, ModelStatement statement) =>
        statement is { Allow: true, NotAction: true }
            && s_writes.Any(w => Reaches(policy with { Statements = [statement] }, w.Action, w.Type));

    private static bool Reaches(ModelPolicy policy, string action, string type) =>
        Contexts(action, "requester5")
            .Any(context => Resources(type)
            .All(resource => IamEvaluator.AllowsBeforeDeny(policy, new Request(action, resource, [], context))));

    /// <summary>
    /// Something has to be left after every Deny; a Deny of all but what it names has to leave all of it, else only a part is granted.
    /// </summary>
    private static bool IsLeft(ModelPolicy policy, string action, IReadOnlyList<string> resources) =>
        Contexts(action, "requester5").Any(context =>
            resources.Any(resource => IamEvaluator.Allows(policy, new Request(action, resource, [], context)))
            && !policy.Statements.Any(s => s is { Allow: false, NotResource: true }
                && resources.Any(resource => IamEvaluator.Applies(s, policy, new Request(action, resource, [], context)))));

    private static bool ReachesElsewhere(ModelPolicy policy, string action) =>
        Contexts(action, "requester5")
            .Any(context => s_elsewhere.All(resource => IamEvaluator.AllowsBeforeDeny(policy, new Request(action, resource, [], context))))
        && IsLeft(policy, action, [.. s_elsewhere, "*"]); // an action without resources is asked for with a star

    private static bool Others(ModelPolicy policy, bool ofIam) => EscalationPaths.Others.Any(path =>
        path.Action.StartsWith("iam:", StringComparison.Ordinal) == ofIam
        && Reaches(policy, path.Action, path.Type) && IsLeft(policy, path.Action, Resources(path.Type)));

    /// <summary>
    /// Whether the action is allowed on all that its service may have, or all of one kind that it takes, and on something of it after every
    /// Deny.
    /// </summary>
    private static bool ReachesService(ModelPolicy policy, string action) => Worlds(action).Any(things =>
        Contexts(action, "requester5").Any(context =>
            things.All(thing => IamEvaluator.AllowsBeforeDeny(policy, new Request(action, thing, [], context))))
        && IsLeft(policy, action, OfFunctions(action) ? things : [.. things, "*"]));

    /// <summary>A call on a function always names one; the reference lists the function as a required resource.</summary>
    private static bool OfFunctions(string action) => action is "lambda:UpdateFunctionCode" or "lambda:UpdateFunctionConfiguration"
        or "lambda:CreateFunction" or "lambda:InvokeFunction" or "lambda:AddPermission" or "lambda:CreateFunctionUrlConfig";

    private static IEnumerable<string[]> Worlds(string action) => action switch
    {
        "sts:AssumeRoot" => [["arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"]],
        "ssm:StartSession" or "ssm:SendCommand" or "ssm:CreateAssociation" or "ssm:CreateAssociationBatch" or "ssm:UpdateAssociation" =>
            [Things("ec2", "instance/i-", "ssm:us-east-1::document/AWS-RunShellScript"),
                Things("ssm", "managed-instance/mi-", "ssm:us-east-1::document/AWS-RunShellScript")],
        "ec2-instance-connect:SendSSHPublicKey" or "ec2-instance-connect:SendSerialConsoleSSHPublicKey" => [Things("ec2", "instance/i-")],
        _ when OfFunctions(action) => [Things("lambda", "function:")],
        _ => [Things(action.Split(':')[0], "thing/")],
    };

    private static string[] Things(string service, string type, params string[] besides) =>
        [.. ((string[])["aq7z", "q9x"]).Select(name => $"arn:aws:{service}:us-east-1:{Account}:{type}{name}"),
            .. besides.Select(static other => "arn:aws:" + other)];

    private static bool OnOneself(ModelPolicy policy, string action) => s_strangers.All(name =>
        Contexts(action, name)
            .Any(context => IamEvaluator.Allows(policy, new Request(action, $"arn:aws:iam::{Account}:user/{name}", [], context))));

    private static bool PassesRoles(ModelPolicy policy)
    {
        return Reaches(policy, "iam:PassRole", "role") && IsLeft(policy, "iam:PassRole", Resources("role"))
            && s_runners.Any(
                calls => calls.All(call => IsLeft(policy, call, OfFunctions(call)
                    ? [$"arn:aws:lambda:us-east-1:{Account}:function:zq7"]
                    : ["*", $"arn:aws:{call.Split(':')[0]}:us-east-1:{Account}:thing/zq7"])));
    }

    private static IReadOnlyList<string> Resources(string type) =>
        [.. s_strangers.Select(name => $"arn:aws:iam::{Account}:{type}/{name}")];

    /// <summary>
    /// Circumstances that anybody with the credentials can bring about: a call from the internet, or from a network of the caller's own.
    /// </summary>
    private static List<Dictionary<string, string[]>> Contexts(string action, string user) =>
        s_contexts.GetOrAdd(
            (action.StartsWith("iam:Attach", StringComparison.Ordinal) ? "attach"
                : action == "iam:PassRole" ? "pass" : action == "sts:AssumeRole" ? "assume" : action.Split(':')[0], user),
            static key => [.. Made(key.Item1, key.Item2)]);

    private static readonly ConcurrentDictionary<(string, string), List<Dictionary<string, string[]>>> s_contexts = new();

    private static IEnumerable<Dictionary<string, string[]>> Made(string kind, string user)
    {
        foreach (var ownNetwork in (bool[])[false, true])
        {
            foreach (var attached in (string[])["AdministratorAccess", "IAMFullAccess"])
            {
                var context = new Dictionary<string, string[]>
                {
                    ["aws:username"] = [user],
                    ["aws:principalarn"] = [$"arn:aws:iam::{Account}:user/{user}"],
                    ["aws:principalaccount"] = [Account],
                    ["aws:principaltag/team"] = ["red"],
                    ["aws:multifactorauthpresent"] = ["true"],
                    ["aws:multifactorauthage"] = ["10"],
                    ["aws:securetransport"] = ["true"],
                    ["aws:viaawsservice"] = ["false"],
                    ["aws:useragent"] = ["corp-agent/1"],
                    ["aws:currenttime"] = ["2026-06-01T00:00:00Z"],
                    ["aws:requestedregion"] = ["us-east-1"],
                    ["aws:principalisawsservice"] = ["false"],
                    ["aws:principaltype"] = ["User"],
                    ["aws:epochtime"] = ["1780272000"],
                };
                // Keys that only some calls carry; the caller chooses their values.
                if (kind == "pass") context["iam:passedtoservice"] = ["ec2.amazonaws.com"];
                if (kind == "assume") context["sts:externalid"] = ["partner-7"];
                if (kind == "ec2") context["ec2:region"] = ["us-east-1"];
                if (kind == "attach") context["iam:policyarn"] = ["arn:aws:iam::aws:policy/" + attached];
                if (ownNetwork)
                {
                    context["aws:sourcevpc"] = ["vpc-ffff9999"];
                    context["aws:sourcevpce"] = ["vpce-ffff9999"];
                    context["aws:vpcsourceip"] = ["10.9.9.9"];
                }
                else
                {
                    context["aws:sourceip"] = ["203.0.113.7"];
                }

                yield return context;
            }
        }
    }
}
