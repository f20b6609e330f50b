using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.ByHand;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder contain`: does by hand what the function does, with the same ledger, record, page and undo.</summary>
internal static class ContainCommand
{
    private sealed record Request(
        string Principal, IReadOnlyList<string> Actions, string? Incident, string? Reason, bool DryRun, bool Force, Uri? Endpoint,
        string? Region, string? Profile, bool Yes, bool Json)
    {
        /// <summary>
        /// True for an endpoint on this machine that is named on the command line: nobody can be harmed there, and it begins empty.
        /// </summary>
        public bool IsDrill => Endpoint is { IsLoopback: true };
    }

    public static Command Create(Surroundings surroundings)
    {
        var principal = new Argument<string>("PRINCIPAL")
        {
            Description = "A user name, or the ARN of a user, role, group, customer policy or session of a role.",
        };
        string[] named = [.. ContainmentActions.All.Where(static a => a.Option is null).Select(static a => a.Id.Name)];
        var action = new Option<string[]>("--action")
        {
            HelpName = "NAME",
            Description = "What to do, repeatable; without it what quarantines the target: " + string.Join(", ", named),
        };
        action.AcceptOnlyFromAmong(named);
        (Option<bool> Option, string Action)[] own = [.. ContainmentActions.All.Where(static a => a.Option is not null)
            .Select(static a => (new Option<bool>(a.Option!.Name) { Description = a.Option.Description }, a.Id.Name))];
        var incident = new Option<string>("--incident")
        {
            HelpName = "ID",
            Description = "The incident whose page led here; noted in the record.",
        };
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "Why; goes into record and page." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done; change nothing." };
        var force = new Option<bool>("--force")
        {
            Description = "Contain a break-glass principal nevertheless, or go on with settings that somebody else wrote. The responder's "
                + "own roles are never contained.",
        };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint instead of AWS itself." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Region of the incident records." };
        var profile = new Option<string>("--profile")
        {
            HelpName = "NAME",
            Description = "Profile with the credentials of OperatorRole, which contains and lifts nothing.",
        };
        var format = new Option<string>("--format")
        {
            HelpName = "text|json",
            DefaultValueFactory = static _ => "text",
            Description = "JSON is one line, for scripts.",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask. Needed without a terminal." };
        var command = new Command("contain", "Contain a principal by hand: what the function does, with ledger, record, page and undo.")
        {
            principal, action,
        };
        foreach (var option in (Option[])[
            .. own.Select(static o => o.Option), incident, reason, dryRun, force, endpoint, region, profile, format, yes])
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(principal)!,
                [.. parsed.GetValue(action) ?? [], .. own.Where(o => parsed.GetValue(o.Option)).Select(static o => o.Action)],
                parsed.GetValue(incident), parsed.GetValue(reason), parsed.GetValue(dryRun), parsed.GetValue(force),
                AmbientAws.Endpoint(parsed.GetValue(endpoint)),
                parsed.GetValue(region), parsed.GetValue(profile), parsed.GetValue(yes), parsed.GetValue(format) == "json"),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        var clients = AmbientAws.Clients(surroundings, request.Endpoint ?? options.EndpointUrl, request.Region, request.Profile);
        if (!request.IsDrill) await RequireInstallationAsync(clients, options, surroundings, cancellationToken);
        var (account, by) = await AmbientAws.CallerOrUnknownAsync(
            clients, surroundings, "the containment is written down as by unknown", cancellationToken);
        using (var ssm = clients.Ssm())
        {
            var installed = await InstalledOptions.OfAsync(options, ssm, by, request.IsDrill, surroundings, cancellationToken);
            installed.Require(request.Force || request.DryRun, !request.Yes && !request.IsDrill, surroundings);
            options = installed.Options;
        }

        if (options.AlertTopicArn is null) surroundings.Error.WriteLine("responder: ALERT_TOPIC_ARN is not set; nobody is paged");
        if (options.BreakGlassArns.Count == 0)
            surroundings.Error.WriteLine(
                "responder: BREAK_GLASS_ARNS is not set; no break-glass principal is protected from this command");
        if (request.Force) options = options with { BreakGlassArns = new HashSet<string>(StringComparer.Ordinal) };
        var asked = AskedOf(request, account, by);
        var containment = new HandContainment(
            asked, options, clients, account, clients.Region ?? "us-east-1", TimeProvider.System,
            log: new PriorStateLog(surroundings.Error, surroundings.Clock));
        var plan = await containment.PlanAsync(cancellationToken);
        var output = new ContainOutput(surroundings, request.Json, asked, plan);
        output.Plan();
        if (WhyNot(asked, plan) is { } reason)
        {
            output.End("refused", null);
            throw new UsageException(reason);
        }

        if (plan.Calls.Count == 0 || request.DryRun)
        {
            if (plan.Calls.Count == 0) output.End("nothing-to-do", "Nothing to do; nothing was changed, recorded or paged.");
            else output.End("dry-run", "Dry run; nothing was changed.");
            return ExitCode.Done;
        }

        if (!await IsAgreedAsync(request, asked, surroundings, cancellationToken))
        {
            surroundings.Error.WriteLine("responder: nothing was changed");
            return ExitCode.Usage;
        }

        var response = await containment.ContainAsync(cancellationToken);
        output.Result(response);
        return ContainOutput.IsDone(response) ? ExitCode.Done : ExitCode.Step;
    }

    /// <exception cref="UsageException">There is no such target or action, or the action does not apply to the target.</exception>
    private static ContainmentRequest AskedOf(Request request, string? account, string by)
    {
        try
        {
            var target = ContainmentRequest.TargetOf(request.Principal, account);
            if (target.AccountId is null)
                throw new UsageException(
                    $"{target}: in which account is not known, since these credentials did not tell theirs. Name the user by ARN");
            return new ContainmentRequest(
                target, ContainmentRequest.ActionsOf(target, request.Actions), by, request.Reason, request.Incident);
        }
        catch (ContainmentRequestException e)
        {
            throw new UsageException(e.Message);
        }
    }

    /// <summary>Why the target cannot be contained; null: it can.</summary>
    private static string? WhyNot(ContainmentRequest asked, HandPlan plan)
    {
        if (!plan.IsRefused)
        {
            var target = plan.Decision.Facts.Target;
            if (asked.Target.Arn is { } named && target.Value is { Exists: true, Arn: { } known } && known != named)
                return $"there is no {named}: the name is that of {known}";
            var isGone = target is { Known: true, Value.Exists: false };
            return isGone ? $"there is no {asked.Target} in account {asked.Target.AccountId}" : null;
        }

        return $"{plan.Decision.Because}. Nothing was changed" + plan.Decision.Guardrail switch
        {
            var id when id == GuardrailId.ProtectedTarget => "; --force contains a break-glass principal, never a role of the responder",
            var id when id == GuardrailId.OwnAccount =>
                $"; MEMBER_ACCOUNT_IDS of the installation does not name {plan.Decision.Target?.AccountId}",
            _ => "",
        };
    }

    /// <exception cref="UsageException">The region has no installation.</exception>
    private static async Task RequireInstallationAsync(
        AwsClients clients, ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var names = new ParameterNames(options.ParameterRoot);
        try
        {
            using var ssm = clients.Ssm();
            if (await HomeRegion.HasInstallationAsync(ssm, names, cancellationToken)) return;
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            // An attacker must not gain anything by having Parameter Store refuse.
            surroundings.Error.WriteLine(
                $"responder: {AwsFailure.Describe("DescribeParameters", e)}; whether {clients.Region} has an installation is not known");
            return;
        }

        throw new UsageException(
            $"{clients.Region} has no installation: there is no parameter below {names.Root} and no {names.Pulse}. Nothing was changed. "
                + "--region names the installation's region; a new one that has no pulse is made known by responder mode enforce");
    }

    /// <summary>Asks the person at the terminal. True without asking: --yes was given, or only this machine is meant.</summary>
    /// <exception cref="UsageException">There is no terminal.</exception>
    private static async Task<bool> IsAgreedAsync(
        Request request, ContainmentRequest asked, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (request.Yes || request.IsDrill) return true;
        await surroundings.Output.FlushAsync(cancellationToken);
        var question = $"Contain {PlainText.OneLine(asked.Target.ToString(), 200)} in account {asked.Target.AccountId}?";
        return surroundings.Ask(question, Surroundings.NobodyToAsk);
    }
}
