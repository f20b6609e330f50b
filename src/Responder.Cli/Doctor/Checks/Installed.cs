using System.Globalization;
using System.Runtime.CompilerServices;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Operations.Installation;
using Responder.Records;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// What the stack wrote down of itself agrees with this program, with the function that contains, and with what the functions say that they
/// are.
/// </summary>
internal sealed class Installed : ICheck
{
    /// <summary>The pulse comes once an hour.</summary>
    private static readonly TimeSpan s_oldest = TimeSpan.FromHours(3);

    private const string Function = "IamFunction";

    public string Name => "installed";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = new ParameterNames(installation.ParameterRoot);
        var read = await InstallationSettings.ReadAsync(installation.Ssm, names, null, cancellationToken);
        yield return read.Value is { } settings
            ? await JudgeAsync(installation, names, settings, cancellationToken)
            : new CheckResult(
                Name, names.SettingsRoot, read.Failure is null ? CheckOutcome.Fail : CheckOutcome.Unknown,
                read.Failure ?? "GetParametersByPath: no settings; contain and release go by the environment of whoever runs them")
            { Mend = Deploy(installation) };
        yield return await RunningAsync(installation, names, cancellationToken);
        yield return await PackagesAsync(installation, cancellationToken);
    }

    private async Task<CheckResult> JudgeAsync(
        Installation installation, ParameterNames names, InstallationSettings settings, CancellationToken cancellationToken)
    {
        if (settings.WritersUnread is { } unread) return new CheckResult(Name, names.SettingsRoot, CheckOutcome.Unknown, unread);
        var flaws = new List<string>(settings.Doubts);
        if (settings.Version != Build.Number)
            flaws.Add($"the stack is of release {settings.Version ?? "unknown"}, this program of {Build.Number}");
        if (settings.Region != installation.Region)
            flaws.Add($"the settings say region {settings.Region ?? "unknown"}, and this is {installation.Region}");
        if (!(await installation.ResourcesAsync()).TryGetValue(Function, out var function))
            throw new UnreadableAnswerException($"ListStackResources: no {Function}");
        var variables = await FunctionVariables.ReadAsync(installation, function, cancellationToken);
        flaws.AddRange(
            settings.Values.Where(setting => setting.Value != variables.GetValueOrDefault(setting.Key, "").Trim())
                .Select(static setting => $"{setting.Key} is another in {Function}"));
        return flaws.Count == 0
            ? new CheckResult(
                Name, names.SettingsRoot, CheckOutcome.Pass,
                $"GetParametersByPath, GetFunctionConfiguration: release {settings.Version}, and what {Function} has")
            : new CheckResult(
                Name, names.SettingsRoot, CheckOutcome.Fail,
                $"GetParametersByPath, GetFunctionConfiguration: {PlainText.OneLine(string.Join("; ", flaws), 1000)}")
            { Mend = Deploy(installation) };
    }

    /// <summary>What runs, by the word of the function that gets the pulse.</summary>
    private async Task<CheckResult> RunningAsync(Installation installation, ParameterNames names, CancellationToken cancellationToken)
    {
        if (await installation.ParameterAsync(names.Running, cancellationToken) is not { } text)
            return new CheckResult(
                Name, names.Running, CheckOutcome.Fail, "GetParameter: no such parameter; the stack is of an older release")
            { Mend = Deploy(installation) };
        if (RunningBuild.Read(text) is not { } build)
            return new CheckResult(
                Name, names.Running, CheckOutcome.Unknown,
                "GetParameter: no function has said yet what runs; it does with each hourly pulse");
        var flaws = new List<string>();
        if (build.Version != Build.Number)
            flaws.Add($"release {build.Version ?? "unknown"} runs, and this program is of {Build.Number}");
        if (build.AwsPackages != "official") flaws.Add($"AWS packages: {build.AwsPackages}, not official");
        if (build.Region != installation.Region)
            flaws.Add($"it runs in {build.Region ?? "an unknown region"}, not in {installation.Region}");
        if (build.At is not { } at || DateTimeOffset.UtcNow - at > s_oldest)
            flaws.Add($"last said {build.At?.ToString("u", CultureInfo.InvariantCulture) ?? "at an unknown time"}; the pulse comes every "
                + "hour");
        return flaws.Count == 0
            ? new CheckResult(
                Name, names.Running, CheckOutcome.Pass,
                $"GetParameter: release {build.Version}, {build.AwsPackages} AWS packages, {PlainText.OneLine(build.Code, 40)}, "
                    + $"in {build.Region}")
            : new CheckResult(
                Name, names.Running, CheckOutcome.Fail, $"GetParameter: {PlainText.OneLine(string.Join("; ", flaws), 500)}")
            { Mend = Deploy(installation) };
    }

    /// <summary>All functions are the same program.</summary>
    private async Task<CheckResult> PackagesAsync(Installation installation, CancellationToken cancellationToken)
    {
        const string Operation = "GetFunctionConfiguration";
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var function in (await installation.ResourcesAsync()).Values.Where(static r => r.Type == "AWS::Lambda::Function"))
            hashes[function.Id] = Answer.Text(
                await installation.ConfigurationAsync(function, cancellationToken), "CodeSha256", Operation);
        var odd = hashes.GroupBy(static h => h.Value).OrderByDescending(static g => g.Count()).Skip(1)
            .SelectMany(static g => g).Select(static h => h.Key).Order(StringComparer.Ordinal).ToArray();
        return odd.Length == 0
            ? new CheckResult(Name, "functions", CheckOutcome.Pass, $"{Operation}: CodeSha256 is the same for all {hashes.Count}")
            : new CheckResult(Name, "functions", CheckOutcome.Fail, $"{Operation}: CodeSha256 is another for {string.Join(", ", odd)}")
            {
                Mend = Deploy(installation),
            };
    }

    private static string Deploy(Installation installation) => "sam build; " + Shell.Command(
        "sam deploy", ("--stack-name", installation.Stack), ("--region", installation.Region));
}
