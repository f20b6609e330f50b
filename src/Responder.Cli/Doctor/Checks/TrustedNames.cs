using System.Runtime.CompilerServices;
using System.Text.Json;
using Responder.Aws;
using Responder.Policies;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// A role that is trusted by its name in every member account is protected there by service control policies: otherwise whoever may write
/// roles in one of them becomes trusted. The organization shows its policies only to the management account and to delegated
/// administrators.
/// </summary>
internal sealed class TrustedNames : ICheck
{
    private const string Function = "IamFunction";

    /// <summary>The accounts that are named when a role is not protected in them.</summary>
    private const int MostNamed = 5;

    private const string Kind = "SERVICE_CONTROL_POLICY";

    public string Name => "trusted-names";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        if (!resources.TryGetValue(Function, out var resource))
        {
            yield return new CheckResult(Name, Function, CheckOutcome.Unknown, "ListStackResources: no such function in the stack");
            yield break;
        }

        var (names, accounts) = await SettingsAsync(installation, resource, cancellationToken);
        if (names.Count == 0 || accounts.Count == 0)
        {
            yield return new CheckResult(
                Name, Function, CheckOutcome.Pass, "GetFunctionConfiguration: no role is trusted by its name in every member account");
            yield break;
        }

        var organizations = installation.Call(AwsService.Organizations, RegionOf(installation.Partition));
        var policies = new Dictionary<string, string>(StringComparer.Ordinal);
        var ofTarget = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var ofAccount = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var account in accounts)
            ofAccount[account] = await PoliciesOfAsync(organizations, account, ofTarget, policies, cancellationToken);
        foreach (var name in names) yield return Judge(name, ofAccount, policies);
    }

    private CheckResult Judge(
        string name, Dictionary<string, IReadOnlyList<string>> ofAccount, Dictionary<string, string> policies)
    {
        var open = new List<string>();
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (account, ids) in ofAccount)
        {
            var arn = name.Replace("::*:", $"::{account}:", StringComparison.Ordinal);
            var left = RoleGuard.Calls.Except(ids.SelectMany(id => RoleGuard.Denied(policies[id], arn)), StringComparer.Ordinal).ToList();
            if (left.Count == 0) continue;
            open.Add(account);
            missing.UnionWith(left);
        }

        if (open.Count == 0)
            return new CheckResult(
                Name, name, CheckOutcome.Pass, "DescribePolicy: service control policies protect it in every member account");
        var where = open.Count == ofAccount.Count ? "any member account" : string.Join(", ", open.Take(MostNamed))
            + (open.Count > MostNamed ? $" and {open.Count - MostNamed} more" : "");
        return new CheckResult(
            Name, name, CheckOutcome.Fail,
            $"DescribePolicy: no service control policy denies {string.Join(", ", RoleGuard.Calls.Where(missing.Contains))} on it in "
            + $"{where}: whoever may call them there is trusted");
    }

    /// <summary>The ids of the policies on the account, its organizational units and the root.</summary>
    private static async Task<IReadOnlyList<string>> PoliciesOfAsync(
        AwsCall organizations, string account, Dictionary<string, IReadOnlyList<string>> ofTarget, Dictionary<string, string> policies,
        CancellationToken cancellationToken)
    {
        var all = new List<string>();
        var target = account;
        // An organization has at most five levels of units below its root.
        for (var level = 0; level < 8; level++)
        {
            if (!ofTarget.TryGetValue(target, out var ids))
                ofTarget[target] = ids = await AttachedAsync(organizations, target, policies, cancellationToken);
            all.AddRange(ids);
            if (target.StartsWith("r-", StringComparison.Ordinal)) return all;
            var child = target;
            var answer = await organizations.JsonAsync("ListParents", json => json.WriteString("ChildId", child), cancellationToken);
            target = Answer.List(answer, "Parents", "ListParents") is [var parent, ..]
                ? Answer.Text(parent, "Id", "ListParents")
                : throw new UnreadableAnswerException($"ListParents: {child} has no parent");
        }

        throw new UnreadableAnswerException($"ListParents: no root above {account}");
    }

    private static async Task<IReadOnlyList<string>> AttachedAsync(
        AwsCall organizations, string target, Dictionary<string, string> policies, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        void Members(Utf8JsonWriter json)
        {
            json.WriteString("TargetId", target);
            json.WriteString("Filter", Kind);
        }

        await foreach (var page in organizations.JsonPagesAsync("ListPoliciesForTarget", Members, cancellationToken))
        {
            foreach (var policy in Answer.List(page, "Policies", "ListPoliciesForTarget"))
            {
                var id = Answer.Text(policy, "Id", "ListPoliciesForTarget");
                ids.Add(id);
                if (policies.ContainsKey(id)) continue;
                var answer = await organizations.JsonAsync("DescribePolicy", json => json.WriteString("PolicyId", id), cancellationToken);
                policies[id] = answer.TryGetProperty("Policy", out var described)
                    ? Answer.Text(described, "Content", "DescribePolicy")
                    : throw new UnreadableAnswerException("DescribePolicy: the answer has no Policy as its API describes it");
            }
        }

        return ids;
    }

    private static async Task<(List<string> Names, List<string> Accounts)> SettingsAsync(
        Installation installation, StackResource function, CancellationToken cancellationToken)
    {
        var variables = await FunctionVariables.ReadAsync(installation, function, cancellationToken);
        IEnumerable<string> Items(string name) => variables.GetValueOrDefault(name, "").Split(
            s_separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (
            [.. Items("TRUSTED_PRINCIPAL_ARNS").Where(static arn => arn.Contains("::*:role/", StringComparison.Ordinal))],
            [.. Items("MEMBER_ACCOUNT_IDS")]);
    }

    private static readonly char[] s_separators = [',', ' ', '\n', '\r', '\t'];

    /// <summary>The region of the partition in which the organization is asked.</summary>
    private static string RegionOf(string partition) => partition switch
    {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    };
}
