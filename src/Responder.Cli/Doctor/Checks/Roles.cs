using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// The roles of the stack are intact: they exist, nobody has confined them, and their permissions and trust policies are exactly what the
/// template says, statement by statement.
/// </summary>
internal sealed class Roles : ICheck
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string AsWritten = "is not as the template has it";

    public string Name => "roles";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        var values = await StackValues.ReadAsync(installation, cancellationToken);
        foreach (var (id, _, properties) in StackTemplate.OfType("AWS::IAM::Role").Where(r => values.Holds(r.Condition)))
        {
            yield return await JudgeAsync(
                installation, resources, id, "GetRole: no boundary, trust as written; ListAttachedRolePolicies, ListRolePolicies, "
                    + "GetRolePolicy: what the template allows, no more and no less",
                name => FlawOfRoleAsync(installation, values, id, name, properties, cancellationToken), cancellationToken);
        }

        foreach (var (id, _, properties) in StackTemplate.OfType("AWS::IAM::ManagedPolicy").Where(r => values.Holds(r.Condition)))
            yield return await JudgeAsync(
                installation, resources, id, "GetPolicy, GetPolicyVersion: the template's statements", name =>
                    FlawOfPolicyAsync(installation, values, name, properties, cancellationToken), cancellationToken);
    }

    private async Task<CheckResult> JudgeAsync(
        Installation installation, IReadOnlyDictionary<string, StackResource> resources, string id, string passes,
        Func<StackResource, Task<(string Rests, string? Mend)?>> flawOf, CancellationToken cancellationToken)
    {
        try
        {
            var flaw = resources.TryGetValue(id, out var resource)
                ? await flawOf(resource)
                : ("ListStackResources: not in the stack", null);
            return flaw is var (rests, mend)
                ? new CheckResult(Name, id, CheckOutcome.Fail, rests)
                {
                    Mend = mend ?? Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString(),
                }
                : new CheckResult(Name, id, CheckOutcome.Pass, passes);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
        {
            return Examination.Unknown(this, id, e);
        }
    }

    private static async Task<(string Rests, string? Mend)?> FlawOfRoleAsync(
        Installation installation, StackValues values, string id, StackResource resource, JsonObject properties,
        CancellationToken cancellationToken)
    {
        var name = resource.ShortName;
        Role role;
        try
        {
            role = (await installation.Iam.GetRoleAsync(new GetRoleRequest { RoleName = name }, cancellationToken)).Role
                ?? throw new UnreadableAnswerException("GetRole: the answer has no role");
        }
        catch (NoSuchEntityException e)
        {
            return ("GetRole: " + e.Message, null);
        }

        if (role.PermissionsBoundary?.PermissionsBoundaryArn is { Length: > 0 } boundary)
            return ($"GetRole: permissions boundary {boundary}",
                Shell.Command("aws iam delete-role-permissions-boundary", ("--role-name", name)).ToString());
        var trust = values.Of(properties["AssumeRolePolicyDocument"])!;
        if (!PolicyText.Statements(role.AssumeRolePolicyDocument, "GetRole").SetEquals(PolicyText.Statements(trust)))
            return ($"GetRole: the trust policy {AsWritten}; it admits {Admitted(role.AssumeRolePolicyDocument)}",
                Shell.Command(
                    "aws iam update-assume-role-policy", ("--role-name", name),
                    CommandPart.Fixed("--policy-document", trust.ToJsonString(s_plain))).ToString());

        return await FlawOfAttachedAsync(installation, values, name, properties, cancellationToken)
            ?? await FlawOfInlineAsync(installation, values, id, name, properties, cancellationToken);
    }

    private static async Task<(string Rests, string? Mend)?> FlawOfAttachedAsync(
        Installation installation, StackValues values, string name, JsonObject properties, CancellationToken cancellationToken)
    {
        var attached = new List<string>();
        string? marker = null;
        do
        {
            var page = await installation.Iam.ListAttachedRolePoliciesAsync(
                new ListAttachedRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken);
            attached.AddRange(
                (page.AttachedPolicies ?? [])
                .Select(static p => p.PolicyArn ?? throw new UnreadableAnswerException("ListAttachedRolePolicies: a policy without ARN")));
            marker = Next(page.IsTruncated, page.Marker, marker, "ListAttachedRolePolicies");
        }
        while (marker is not null);

        var expected = (values.Of(properties["ManagedPolicyArns"])?.AsArray() ?? []).Select(static arn => arn!.ToString()).ToList();
        // AWSDenyAll comes first, because it takes all permissions from the role.
        if (attached.Except(expected).OrderBy(static arn => !arn.EndsWith(":aws:policy/AWSDenyAll", StringComparison.Ordinal))
            .FirstOrDefault() is { } foreign)
            return ($"ListAttachedRolePolicies: {foreign} is attached, which the template does not",
                Shell.Command("aws iam detach-role-policy", ("--role-name", name), ("--policy-arn", foreign)).ToString());
        if (expected.Except(attached).FirstOrDefault() is { } missing)
            return ($"ListAttachedRolePolicies: {missing} is not attached",
                Shell.Command("aws iam attach-role-policy", ("--role-name", name), ("--policy-arn", missing)).ToString());
        return null;
    }

    private static async Task<(string Rests, string? Mend)?> FlawOfInlineAsync(
        Installation installation, StackValues values, string id, string name, JsonObject properties, CancellationToken cancellationToken)
    {
        var inline = new List<string>();
        string? marker = null;
        do
        {
            var page = await installation.Iam.ListRolePoliciesAsync(
                new ListRolePoliciesRequest { RoleName = name, Marker = marker }, cancellationToken);
            inline.AddRange(page.PolicyNames ?? []);
            marker = Next(page.IsTruncated, page.Marker, marker, "ListRolePolicies");
        }
        while (marker is not null);

        var expected = (properties["Policies"]?.AsArray() ?? []).Select(static p => p!.AsObject())
            .Concat(StackTemplate.OfType("AWS::IAM::Policy")
            .Where(p => values.Holds(p.Condition) && p.Properties["Roles"]!.AsArray().Any(r => (string?)r!["Ref"] == id))
            .Select(static p => p.Properties))
            .ToDictionary(static p => (string)p["PolicyName"]!, p => values.Of(p["PolicyDocument"])!);
        string Put(string policy) =>
            Shell.Command(
                "aws iam put-role-policy", ("--role-name", name), ("--policy-name", policy),
                CommandPart.Fixed("--policy-document", expected[policy].ToJsonString(s_plain))).ToString();
        if (inline.Except(expected.Keys).FirstOrDefault() is { } foreign)
            return ($"ListRolePolicies: {foreign} is not in the template",
                Shell.Command("aws iam delete-role-policy", ("--role-name", name), ("--policy-name", foreign)).ToString());
        if (expected.Keys.Except(inline).FirstOrDefault() is { } missing) return ($"ListRolePolicies: no {missing}", Put(missing));
        foreach (var (policy, document) in expected)
        {
            var answer = await installation.Iam.GetRolePolicyAsync(
                new GetRolePolicyRequest { RoleName = name, PolicyName = policy }, cancellationToken);
            if (!PolicyText.Statements(answer.PolicyDocument, "GetRolePolicy").SetEquals(PolicyText.Statements(document)))
                return ($"GetRolePolicy: {policy} {AsWritten}", Put(policy));
        }

        return null;
    }

    private static async Task<(string Rests, string? Mend)?> FlawOfPolicyAsync(
        Installation installation, StackValues values, StackResource resource, JsonObject properties, CancellationToken cancellationToken)
    {
        string version;
        try
        {
            version = (
                await installation.Iam.GetPolicyAsync(
                    new GetPolicyRequest { PolicyArn = resource.Name }, cancellationToken)).Policy?.DefaultVersionId
                    ?? throw new UnreadableAnswerException("GetPolicy: the answer has no DefaultVersionId");
        }
        catch (NoSuchEntityException e)
        {
            return ("GetPolicy: " + e.Message, null);
        }

        var document = (
            await installation.Iam.GetPolicyVersionAsync(
                new GetPolicyVersionRequest { PolicyArn = resource.Name, VersionId = version }, cancellationToken)).PolicyVersion?.Document;
        var expected = values.Of(properties["PolicyDocument"])!;
        return PolicyText.Statements(document, "GetPolicyVersion").SetEquals(PolicyText.Statements(expected))
            ? null
            : ($"GetPolicyVersion: {version} {AsWritten}",
                Shell.Command(
                    "aws iam create-policy-version", ("--policy-arn", resource.Name), "--set-as-default",
                    CommandPart.Fixed("--policy-document", expected.ToJsonString(s_plain))).ToString());
    }

    /// <summary>
    /// The marker of the next page; null: this was the last. In the SDK's answer an empty list looks like a missing one, but IsTruncated
    /// shows whether there was an answer at all.
    /// </summary>
    private static string? Next(bool? isTruncated, string? marker, string? before, string call) => isTruncated switch
    {
        null => throw new UnreadableAnswerException($"{call}: the answer has no IsTruncated"),
        false => null,
        _ => marker is { Length: > 0 } && marker != before
            ? marker
            : throw new UnreadableAnswerException($"{call}: a page without the next one's Marker"),
    };

    /// <summary>The principals that the trust policy names, for whoever reads the result.</summary>
    private static string Admitted(string trust)
    {
        if (!JsonView.TryParse(Uri.UnescapeDataString(trust), out var document)) return "nobody";
        var principals = document["Statement"].Items.Where(static s => s["Effect"].Text == "Allow")
            .SelectMany(
                static s => s["Principal"].IsObject ? s["Principal"].Members.SelectMany(static m => m.Value.Items) : [s["Principal"]])
                .Select(static p => p.Text ?? "whom it does not name").Distinct().ToList();
        return principals.Count == 0 ? "nobody" : string.Join(", ", principals);
    }
}
