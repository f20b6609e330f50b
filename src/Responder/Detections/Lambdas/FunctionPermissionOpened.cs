using System.Text.Json.Nodes;
using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.Lambdas;

/// <summary>A statement was added to a function's policy that lets everyone or a foreign account call it.</summary>
internal sealed class FunctionPermissionOpened : IDetection
{
    /// <summary>What belongs to us besides the account of the event.</summary>
    public Estate Estate { get; init; } = Estate.Unknown;

    public DetectionInfo Info { get; } = new()
    {
        Id = "lambda.permission-opened",
        Title = "Lambda function may be called by everyone or a foreign account",
        Description = "A permission was added to a function's policy for everyone or for another account. Who may call a function uses its "
            + "role, and with wider actions may change its code. "
            + "The public half of a function URL is told like the URL itself.",
        Severity = Severity.High,
        Watches = [Watch.Calls("lambda.amazonaws.com", "AddPermission*")],
        Techniques = ["T1098", "T1648"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            ["Who is let in and for which action: the reasons name them", "What the role of {resource} may do",
                "Whether {actor} has a change open for it"],
            ["Remove the statement: {undo}", "Look in the function's log for calls since then"],
            ["A partner or another account of the organisation that calls the function by agreement"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn) yield break;

        var function = LambdaCall.Function(e);
        var named = "Lambda function " + (function ?? "(not named)");
        var principal = e.Request["principal"].Text;
        var answered = e.Response["statement"];
        if (string.IsNullOrEmpty(principal) && !answered.Exists)
        {
            yield return new Finding(
                Info, e.RequestOmitted ? Severity.High : Severity.Medium, $"Permission added to {named}, for whom is unknown")
            {
                Resource = function,
                Reasons = ["The call worked, and the event does not say whom it lets in"],
            };
            yield break;
        }

        var policy = string.IsNullOrEmpty(principal) ? $$"""{"Statement":[{{answered.Unwrapped}}]}""" : Statement(e, principal);
        var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read(policy), Estate.OwnerOf(e));
        var byService = principal is not null && IsService(principal);
        var (severity, what) = verdict.Widest switch
        {
            Audience.Everyone when ThroughUrlOnly(e) => (Severity.Medium, "may be called by everyone through its URL"),
            Audience.Everyone => (Severity.High, "may be called by everyone"),
            Audience.Foreign => (byService ? Severity.Medium : Severity.High,
                verdict.OneForeigner is { } foreigner
                    ? $"may be called {(byService ? "for" : "by")} {foreigner}"
                    : "may be called by foreign accounts"),
            Audience.OpenFederation => (Severity.High, "may be called by any identity of a federation"),
            Audience.CannotBeTold or Audience.Unreadable => (Severity.Medium, "may be called by a principal whose account is unknown"),
            Audience.Organization => (Severity.Low, "may be called by a whole organisation"),
            Audience.AwsService when !Exists(e.Request["sourceArn"]) && !Exists(e.Request["sourceAccount"]) =>
                (Severity.Low, "may be called by an AWS service for anybody"),
            _ => (Severity.None, ""),
        };
        if (severity == Severity.None) yield break;
        yield return new Finding(Info, severity, $"{named} {what}")
        {
            Resource = function,
            Reasons = [
                .. verdict.Reasons, .. e.Request["action"].Text is { Length: > 0 } action ? (string[])["The action is " + action] : []],
            Says = [.. verdict.WaysIn, what, e.Request["action"].Text ?? ""],
            Width = (int)verdict.Widest,
            UndoCommand = e.Request["statementId"].Text is { Length: > 0 } id
                ? LambdaCall.Command(e, function, "remove-permission", ("--statement-id", id))
                : null,
        };
    }

    /// <summary>The policy that the parameters stand for. Source: docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html</summary>
    private static string Statement(CloudTrailEvent e, string principal)
    {
        var conditions = new JsonObject();
        if (e.Request["sourceArn"].Text is { Length: > 0 } arn) conditions["ArnLike"] = new JsonObject { ["aws:SourceArn"] = arn };
        var equals = new JsonObject();
        if (e.Request["sourceAccount"].Text is { Length: > 0 } account) equals["aws:SourceAccount"] = account;
        if (e.Request["principalOrgID"].Text is { Length: > 0 } organization) equals["aws:PrincipalOrgID"] = organization;
        if (equals.Count > 0) conditions["StringEquals"] = equals;
        var statement = new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { [IsService(principal) ? "Service" : "AWS"] = principal },
            ["Action"] = "lambda:InvokeFunction",
            ["Resource"] = "*",
            ["Condition"] = conditions,
        };
        return new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement) }.ToJsonString();
    }

    /// <summary>True when the statement applies only to calls through the function's public URL.</summary>
    private static bool ThroughUrlOnly(CloudTrailEvent e) =>
        (e.Request["action"].Text == "lambda:InvokeFunctionUrl"
            && string.Equals(e.Request["functionUrlAuthType"].Text, "NONE", StringComparison.OrdinalIgnoreCase))
        || (e.Request["action"].Text == "lambda:InvokeFunction" && e.Request["invokedViaFunctionUrl"].Flag == true);

    private static bool Exists(JsonView view) => view.Text is { Length: > 0 };

    private static bool IsService(string principal) =>
        principal.EndsWith(".amazonaws.com", StringComparison.Ordinal) || principal.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal)
            || principal.EndsWith(".amazon.com", StringComparison.Ordinal);
}
