using System.Globalization;
using System.Runtime.CompilerServices;
using Responder.Aws;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// Somebody can assume ReleaseRole and OperatorRole: a role that OnCallRoleArns names and that exists, or an IAM user with MFA. What the
/// trust policies say is checked with the roles.
/// </summary>
internal sealed class WaysIn : ICheck
{
    private const string Parameter = "OnCallRoleArns";

    public string Name => "ways-in";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = await installation.DescribeAsync(
            installation.Stack, "Parameters", "ParameterKey", "ParameterValue", cancellationToken);
        string[] named = [
            .. parameters.GetValueOrDefault(Parameter, "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        var iam = installation.Call(AwsService.Iam);
        if (named.Length == 0)
        {
            yield return await MfaAsync(iam, installation, cancellationToken);
            yield break;
        }

        var account = await installation.AccountAsync();
        foreach (var arn in named) yield return await JudgeAsync(iam, arn, account, installation, cancellationToken);
    }

    private async Task<CheckResult> JudgeAsync(
        AwsCall iam, string arn, string account, Installation installation, CancellationToken cancellationToken)
    {
        if (!AwsArn.TryParse(arn, out var parsed) || parsed.AccountId != account)
            return Fail(
                arn, $"DescribeStacks: {Parameter} names a role of another account; only roles of {account} can be let in", installation);
        var pathAndName = parsed.Resource["role".Length..];
        var roles = await RoleNames.OfPathAsync(iam, pathAndName[..(pathAndName.LastIndexOf('/') + 1)], cancellationToken);
        var found = roles.Where(role => RoleNames.Fits(role, arn)).ToArray();
        return found.Length > 0
            ? new CheckResult(Name, arn, CheckOutcome.Pass, "ListRoles: " + string.Join(", ", found))
            : Fail(arn, "ListRoles: there is no such role, so nobody comes in by it", installation);
    }

    /// <summary>Without named roles the only way is an IAM user with an MFA device.</summary>
    private async Task<CheckResult> MfaAsync(AwsCall iam, Installation installation, CancellationToken cancellationToken)
    {
        const string Operation = "GetAccountSummary";
        var answer = await iam.QueryAsync(Operation, new Dictionary<string, string>(), cancellationToken);
        var map = Answer.Element(answer, "SummaryMap", Operation);
        int Count(string key) => map.Elements().Where(e => Answer.Child(e, "key") == key).Select(static e => Answer.Child(e, "value"))
            .FirstOrDefault() is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new UnreadableAnswerException($"{Operation}: the answer has no {key}");
        var (users, devices) = (Count("Users"), Count("MFADevicesInUse"));
        var counts = $"{Operation}: {users} users, {devices} MFA devices in use";
        return users > 0 && devices > 0
            ? new CheckResult(Name, "ReleaseRole, OperatorRole", CheckOutcome.Pass, counts + "; a user with MFA can assume them")
            : Fail("ReleaseRole, OperatorRole", counts + $"; {Parameter} is empty, so nobody can release or contain by hand", installation);
    }

    private CheckResult Fail(string subject, string rests, Installation installation) =>
        new(Name, subject, CheckOutcome.Fail, rests)
        {
            Mend = Shell.Command(
                "sam deploy", ("--stack-name", installation.Stack), ("--region", installation.Region),
                ("--parameter-overrides", Parameter + "=ARN")).ToString(),
        };
}
