using System.Runtime.CompilerServices;
using Amazon.IdentityManagement.Model;
using Responder.Detections;
using Responder.Events;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The roles of the stack: there, not confined by anybody, and open to nobody but AWS services and this account.</summary>
internal sealed class Roles : ICheck
{
    public string Name => "roles";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        var account = await installation.AccountAsync();
        var roles = resources.Values.Where(static r => r.Type == "AWS::IAM::Role").OrderBy(static r => r.Id, StringComparer.Ordinal).ToList();
        if (roles.Count == 0) throw new UnreadableAnswerException("ListStackResources: the stack has no role");
        foreach (var role in roles)
        {
            CheckResult result;
            try
            {
                var flaw = await FlawAsync(installation, resources, role, account, cancellationToken);
                result = flaw is var (rests, mend)
                    ? new CheckResult(Name, role.Id, Verdict.Fail, rests) { Mend = mend ?? Shell.Command("sam", "deploy", "--stack-name", installation.Stack) }
                    : new CheckResult(Name, role.Id, Verdict.Pass, "GetRole: no boundary, trust as written; ListAttachedRolePolicies: nothing that confines");
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, role.Id, e);
            }

            yield return result;
        }
    }

    private static async Task<(string Rests, string? Mend)?> FlawAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, StackResource resource, string account, CancellationToken cancellationToken)
    {
        Role role;
        try
        {
            role = (await installation.Iam.GetRoleAsync(new GetRoleRequest { RoleName = resource.ShortName }, cancellationToken)).Role ?? throw new UnreadableAnswerException("GetRole: the answer has no role");
        }
        catch (NoSuchEntityException e)
        {
            return ("GetRole: " + e.Message, null);
        }

        if (role.PermissionsBoundary?.PermissionsBoundaryArn is { Length: > 0 } boundary)
            return ($"GetRole: permissions boundary {boundary}", Shell.Command("aws", "iam", "delete-role-permissions-boundary", "--role-name", resource.ShortName));
        if (Stranger(role.AssumeRolePolicyDocument, account, resource.Id.EndsWith("FunctionRole", StringComparison.Ordinal)) is { } stranger) return ($"GetRole: the trust policy admits {stranger}", null);

        var attached = (await installation.Iam.ListAttachedRolePoliciesAsync(new ListAttachedRolePoliciesRequest { RoleName = resource.ShortName }, cancellationToken)).AttachedPolicies ?? [];
        if (attached.Find(static p => p.PolicyArn.EndsWith(":aws:policy/AWSDenyAll", StringComparison.Ordinal)) is { } deny)
            return ($"ListAttachedRolePolicies: {deny.PolicyArn}", Shell.Command("aws", "iam", "detach-role-policy", "--role-name", resource.ShortName, "--policy-arn", deny.PolicyArn));
        var pages = EventPatterns.Functions.Any(function => new RoutingRule(function, "", []).FunctionId + "Role" == resource.Id);
        if (pages && resources.TryGetValue("AlertingPolicy", out var alerting) && !attached.Exists(p => p.PolicyArn == alerting.Name)) return ("ListAttachedRolePolicies: AlertingPolicy is not attached", null);
        return null;
    }

    /// <summary>A principal that is neither an AWS service (for a function: Lambda) nor this account; null: none.</summary>
    private static string? Stranger(string? trust, string account, bool ofFunction)
    {
        if (trust is null || !JsonView.TryParse(Uri.UnescapeDataString(trust), out var document) || !document["Statement"].Items.Any()) throw new UnreadableAnswerException("GetRole: the trust policy cannot be read");
        foreach (var statement in document["Statement"].Items.Where(static s => s["Effect"].Text == "Allow"))
        {
            if (!statement["Principal"].IsObject) return statement["Principal"].Text ?? "whom it does not name";
            foreach (var (kind, value) in statement["Principal"].Members)
            {
                foreach (var principal in value.Items.Select(static item => item.Text ?? "whom it does not name"))
                {
                    var isKnown = kind switch
                    {
                        "Service" => ofFunction ? principal == "lambda.amazonaws.com" : principal.EndsWith(".amazonaws.com", StringComparison.Ordinal),
                        "AWS" => !ofFunction && (principal == account || (AwsArn.TryParse(principal, out var arn) && arn.Service == "iam" && arn.AccountId == account)),
                        _ => false,
                    };
                    if (!isKnown) return principal;
                }
            }
        }

        return null;
    }
}
