using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Doctor;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Logs;
using Responder.Operations.Drill;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder drill`: proves the whole path in the account, with a user made for it.</summary>
internal static class DrillCommand
{
    private const string FunctionId = "IamFunction";

    private sealed record Request(
        string Stack, bool DryRun, bool Force, bool Yes, bool Json, bool IsLocal, AwsClients Person, AwsClients Release);

    public static Command Create(Surroundings surroundings)
    {
        var stack = new Option<string>("--stack")
        {
            HelpName = "NAME",
            Description = "The responder's stack.",
            DefaultValueFactory = static _ => "responder",
        };
        var release = new Option<string>("--release-profile")
        {
            HelpName = "NAME",
            Description = "Profile with the credentials of ReleaseRole, which reads the record and lifts the containment.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check what a drill needs, show what it would do; change nothing." };
        var force = new Option<bool>("--force") { Description = "Go on with settings of the installation that somebody else wrote." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask. Needed without a terminal." };
        var command = new Command(
            "drill", "Prove the whole path: a user made for it is given AdministratorAccess, and the responder has to contain him, page "
                + "and record; he is then released and deleted. Takes away first what an interrupted drill left.")
        { stack, release, dryRun, force, yes };
        var aws = new AwsOptions(command, "whoever drills, with the policy in docs/operations.md; no role of the stack may make users");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            var person = aws.Clients(parsed, options, surroundings);
            var request = new Request(
                parsed.GetValue(stack)!, parsed.GetValue(dryRun), parsed.GetValue(force), parsed.GetValue(yes), aws.IsJson(parsed),
                aws.IsLocal(parsed), person, parsed.GetValue(release) is { } profile
                    ? AmbientAws.Clients(surroundings, person.ServiceUrl, person.Region, profile)
                    : person);
            return await RunAsync(request, options, surroundings, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Request request, ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var setup = await SetupAsync(request, options, surroundings, cancellationToken);
        var output = new DrillOutput(surroundings, request.Json, setup);
        using var runner = new DrillRunner(setup, surroundings.Clock, tell: output.Step);
        var plan = await runner.PlanAsync(cancellationToken);
        output.Plan(plan);
        if (request.DryRun || (plan.Refusals.Count > 0 && plan.LeftBehind.Count == 0))
        {
            output.End(plan.Refusals.Count > 0 ? "refused" : "dry-run", plan, [], null);
            return plan.Refusals.Count > 0 ? ExitCode.Usage : ExitCode.Done;
        }

        if (!await IsAgreedAsync(request, setup, plan, surroundings, cancellationToken))
        {
            surroundings.Error.WriteLine("responder: nothing was changed");
            return ExitCode.Usage;
        }

        var cleaned = new List<DrillEnding>();
        foreach (var note in plan.LeftBehind) cleaned.Add(await runner.CleanUpAsync(note, cancellationToken));
        if (plan.Refusals.Count > 0)
        {
            output.End("refused", plan, cleaned, null);
            return ExitCode.Usage;
        }

        var result = await runner.RunAsync(cancellationToken);
        output.End(result.Passed ? "passed" : "failed", plan, cleaned, result);
        return result.Passed && cleaned.TrueForAll(static c => c.Failures.Count == 0) ? ExitCode.Done : ExitCode.Step;
    }

    /// <exception cref="UsageException">The settings of the installation cannot be relied on.</exception>
    private static async Task<DrillSetup> SetupAsync(
        Request request, ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var caller = await AmbientAws.CallerAsync(request.Person, cancellationToken);
        var releaser = request.Release == request.Person ? caller : await AmbientAws.CallerAsync(request.Release, cancellationToken);
        using var ssm = request.Release.Ssm();
        var installed = await InstalledOptions.OfAsync(options, ssm, releaser.Arn, request.IsLocal, surroundings, cancellationToken);
        installed.Require(request.Force || request.DryRun, !request.Yes && !request.IsLocal, surroundings);
        // An endpoint on this machine has no Lambda: there the environment says what the function is set to.
        var function = request.IsLocal
            ? installed.Options
            : await FunctionOptionsAsync(request, options, cancellationToken);
        return new DrillSetup(request.Person, request.Release, function, installed.Options, caller.Account, caller.Arn, releaser.Arn);
    }

    private static async Task<ResponderOptions> FunctionOptionsAsync(
        Request request, ResponderOptions options, CancellationToken cancellationToken)
    {
        using var installation = new Installation(request.Person, request.Stack, options.ParameterRoot, cancellationToken);
        if (!(await installation.ResourcesAsync()).TryGetValue(FunctionId, out var function))
            throw new UsageException($"the stack {request.Stack} has no {FunctionId}; --stack names the responder's stack");
        var variables = await FunctionVariables.ReadAsync(installation, function, cancellationToken);
        return ResponderOptions.FromEnvironment(variables.GetValueOrDefault, DetectionCatalog.Default, ContainmentActions.All);
    }

    /// <exception cref="UsageException">There is no terminal.</exception>
    private static async Task<bool> IsAgreedAsync(
        Request request, DrillSetup setup, DrillPlan plan, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (request.Yes || request.IsLocal) return true;
        await surroundings.Output.FlushAsync(cancellationToken);
        var what = plan.Refusals.Count > 0 ? "Take away what earlier drills left" : "Drill";
        return surroundings.Ask($"{what} in account {setup.AccountId}?", Surroundings.NobodyToAsk);
    }
}
