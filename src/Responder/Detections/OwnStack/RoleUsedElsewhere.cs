using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

/// <summary>
/// A session of a function's role that was not opened for a function of the responder, or that acts from elsewhere. What CloudTrail records
/// about the session's origin decides; what the caller writes itself (its user agent) can only raise the severity. Source:
/// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html (inScopeOf),
/// docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
/// </summary>
internal sealed class RoleUsedElsewhere : IDetection
{
    private const string LambdaFunction = "AWS::Lambda::Function";

    /// <summary>What AWS SDKs put into their user agent inside a function: the value of AWS_EXECUTION_ENV.</summary>
    private const string LambdaAgent = "exec-env/AWS_Lambda_";

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.role-used-elsewhere",
        Title = "Role of the responder used outside of its functions",
        Description = "A session of a role that the responder's functions run as made a call, and CloudTrail says that it was opened for "
            + "something else than a function of ours: "
            + "somebody took the role on, or put it on another function, an instance or a task. CRITICAL, whether the call worked or was "
                + "refused: AWS names the session's origin, nobody can frame us. "
            + "Of a session that is ours, or whose origin CloudTrail does not tell, the user agent is asked: if it does not name Lambda's "
                + "runtime, somebody may use credentials taken out of a function "
            + "(HIGH; CRITICAL where the origin is missing as well). A user agent can be forged, so it proves nothing; an event that "
                + "names the runtime and has no origin finds nothing, since older and some services' records lack the origin. "
            + "Seen are the calls that other detections watch and all refused ones, which is every change that these roles may make.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = [new Watch(null, [], WatchKind.OwnFunctionRole)],
        Techniques = ["T1078.004", "T1550.001"],
        Controls = ["cis:4.4", "pci-dss:10.2.2", "soc2:CC6.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Who opened the session: search the trail for AssumeRole of {actor}, and for functions, instances and tasks that were "
                    + "given it",
                "Whether its trust or its rights were changed: findings of responder.role-changed",
            ],
            Do:
            [
                "End the sessions that are out: IAM console, role, Revoke sessions. The functions get new ones; until then they fail and "
                    + "their events wait",
                "Deploy the released version again, so that trust, rights and code are those of the template",
                "Look at the ledgers and at the kill switch: with this role one can write both (responder incidents list, responder mode "
                    + "show)",
            ],
            BenignCauses: ["A person tested a function's code with the role of the function", "A proxy that rewrites user agents"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (!StackNames.IsFunctionRole(e.Actor) || IsLambdasOwn(e)) yield break;
        var scope = e.Record["userIdentity"]["inScopeOf"];
        var (type, issuedTo) = (scope["issuerType"].Text, scope["credentialsIssuedTo"].Text);
        var isTold = type is { Length: > 0 } || issuedTo is { Length: > 0 };
        var isOurs = type == LambdaFunction && issuedTo is not null && AwsArn.TryParse(issuedTo, out var function)
            && function.Service == "lambda" && StackNames.IsOurs(e, issuedTo);
        // A caller may also send no user agent; our functions always send one.
        var isAgentForeign = e.UserAgent?.Contains(LambdaAgent, StringComparison.Ordinal) != true;

        (Severity Severity, string Reason)? found = (isTold, isOurs, isAgentForeign) switch
        {
            (true, false, _) => (Severity.Critical, $"Its session was opened for {type ?? "something"} "
                + $"{issuedTo ?? "that the event does not name"}, which is no function of the responder"),
            (false, _, true) =>
                (Severity.Critical,
                    "The event names no function that the session was opened for, and its user agent does not name Lambda's runtime"),
            (true, true, true) => (Severity.High, "Its session was opened for a function of the responder, but the user agent does not "
                + "name Lambda's runtime: the credentials may have been taken out"),
            _ => null,
        };
        if (found is not var (severity, reason)) yield break;
        yield return new Finding(
            Info, severity, $"Role {e.Actor.SessionIssuerUserName} of the responder used outside of its functions: {e.EventName}")
        {
            Resource = e.Actor.SessionIssuerArn,
            Reasons = [
                reason, .. e.Outcome == CallOutcome.Refused ? (string[])["The call was refused; the session is out nevertheless"] : []],
        };
    }

    /// <summary>
    /// True for calls that the platform makes in the role's name: logs, traces, decrypting a function's environment, keys of a topic or
    /// queue.
    /// </summary>
    private static bool IsLambdasOwn(CloudTrailEvent e) => e.EventSource is "logs.amazonaws.com" or "xray.amazonaws.com"
        || e.SourceIpAddress == "lambda.amazonaws.com"
        || e.Actor.InvokedBy is not (null or "cloudformation.amazonaws.com" or "signin.amazonaws.com");
}
