using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Logs;
using Responder.Operations.Release;
using Responder.Paging;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder release`: lifts a containment, proves it, records it, and tells everybody who was paged.</summary>
internal static class ReleaseCommand
{
    private sealed record Request(
        string Incident, bool DryRun, bool Force, string? Reason, Uri? Endpoint, string? Region, string? Profile, string? Boundary,
        string? PriorState, bool Yes, bool Json);

    public static Command Create(Surroundings surroundings)
    {
        var incident = new Argument<string>("INCIDENT") { Description = "Full name of the incident record, or the bare event id." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done; change nothing." };
        var force = new Option<bool>("--force") { Description = "Release although something is not as the containment left it." };
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "Why; goes into ledger, record and closing note." };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint instead of AWS itself." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Region of the incident records." };
        var profile = new Option<string>("--profile")
        {
            HelpName = "NAME",
            Description = "Profile with the credentials of ReleaseRole, which lifts and contains nobody.",
        };
        var boundary = new Option<string>("--boundary")
        {
            HelpName = "none|ARN",
            Description = "The permissions boundary to restore, when nobody knows the one before.",
        };
        var priorState = new Option<string>("--prior-state")
        {
            HelpName = "FILE",
            Description = "The function's log lines of the incident, for what neither ledger nor record knows; - is standard input.",
        };
        var format = new Option<string>("--format")
        {
            HelpName = "text|json",
            DefaultValueFactory = static _ => "text",
            Description = "JSON is one line, for scripts.",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; INCIDENT must then be whole. Needed without a terminal." };
        var command = new Command(
            "release", "Undo a containment: restore the target's prior state, prove it, write it down, tell who was paged.")
        {
            incident, dryRun, force, reason, endpoint, region, profile, boundary, priorState, format, yes,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(incident)!, parsed.GetValue(dryRun), parsed.GetValue(force), parsed.GetValue(reason),
                AmbientAws.Endpoint(parsed.GetValue(endpoint)),
                parsed.GetValue(region), parsed.GetValue(profile), parsed.GetValue(boundary), parsed.GetValue(priorState),
                parsed.GetValue(yes), parsed.GetValue(format) == "json"),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        var clients = AmbientAws.Clients(surroundings, request.Endpoint ?? options.EndpointUrl, request.Region, request.Profile);
        using var ssm = clients.Ssm();
        var (account, by) = await AmbientAws.CallerOrUnknownAsync(
            clients, surroundings, "the release is written down as by unknown", cancellationToken);
        var installed = await InstalledOptions.OfAsync(
            options, ssm, by, request.Endpoint is { IsLoopback: true }, surroundings, cancellationToken);
        installed.Require(
            request.Force || request.DryRun, !request.Yes && request.Endpoint is not { IsLoopback: true }, surroundings);
        options = installed.Options;
        RequireRole(options.ReleaseRoleArn, by, request.DryRun);
        var accounts = new IamAccounts(
            clients, options, options.MemberReleaseRoleName, AwsArn.TryParse(by, out var arn) ? arn.Partition : "aws", TimeProvider.System);
        var releaser = new Releaser(
            accounts, ssm, new ParameterNames(options.ParameterRoot), TimeProvider.System, options: options);

        var logged = request.PriorState is { } lines
            ? LoggedPriorStates.Read(await LinesAsync(lines, surroundings, cancellationToken))
            : null;
        var plan = await releaser.PlanAsync(request.Incident, request.Boundary, logged, request.Force, cancellationToken);
        if (plan.Principal?.AccountId is { } home && account is not null && home != account && !options.MemberAccountIds.Contains(home))
            throw new UsageException($"{plan.Principal} lives in account {home}; these credentials are of account {account}, and "
                + $"MEMBER_ACCOUNT_IDS of the installation does not name {home}");

        var output = new ReleaseOutput(surroundings, request.Json);
        output.Plan(plan, by);
        switch (plan.State)
        {
            case ReleaseState.AlreadyReleased:
                output.End(plan, "already-released", "Already released; nothing was changed. --force restores the state before once more.");
                return ExitCode.Done;
            case ReleaseState.NothingContained:
                output.End(plan, "nothing-contained", "This incident contained nobody; nothing was changed.");
                return ExitCode.Done;
            case ReleaseState.NeedsBoundary:
                output.End(plan, "needs-boundary", null);
                throw new UsageException(
                    "the permissions boundary before is not known: it could not be read, or AWSDenyAll was there already and no ledger "
                        + "said what it replaced. "
                    + $"A delivery that was cut off logged it: {LogCommand(plan)} > lines.json, then --prior-state lines.json. "
                    + "If the log says unknown, too, look it up in CloudTrail (PutUserPermissionsBoundary), then say it: --boundary none, "
                        + "or --boundary ARN");
            case ReleaseState.Changed when !request.DryRun:
                output.End(plan, "changed", null);
                throw new UsageException(
                    $"{plan.Principal} was not released, since not everything is as the containment left it: "
                        + $"{string.Join("; ", plan.Changes)}. --force goes on nevertheless");
        }

        if (request.DryRun)
        {
            output.End(plan, "dry-run", "Dry run; nothing was changed.");
            return ExitCode.Done;
        }

        if (request.Yes && !IsWhole(request.Incident, plan.RecordName))
            throw new UsageException($"--yes wants the whole name of the incident: {plan.RecordName}. Nothing was changed");
        // A script that names an incident in whole and says --yes has decided; a person is first shown what the release would do.
        if (!request.Yes && request.Endpoint is not { IsLoopback: true })
        {
            await surroundings.Output.FlushAsync(cancellationToken);
            if (!surroundings.Ask(
                $"Release {PlainText.OneLine(plan.Principal!.ToString(), 200)} in account {plan.Principal.AccountId}?",
                Surroundings.NobodyToAsk))
            {
                surroundings.Error.WriteLine("responder: nothing was changed");
                return ExitCode.Usage;
            }
        }

        var result = await releaser.ReleaseAsync(plan, by, request.Reason, cancellationToken);
        var untold = result.Released ? await TellAsync(result, options, clients, surroundings, cancellationToken) : null;
        output.Result(result, untold);
        return result.Released && untold is null ? ExitCode.Done : ExitCode.Step;
    }

    /// <summary>
    /// What another role releases does not count: the function takes its calls for an attack, and contains again within a minute.
    /// </summary>
    private static void RequireRole(string? roleArn, string by, bool isDryRun)
    {
        if (isDryRun || roleArn is null || !AwsArn.TryParse(by, out _) || LedgerWriter.IsOneOf(by, [roleArn])) return;
        throw new UsageException($"these credentials are those of {PlainText.OneLine(by, 300)}, and the installation believes releases by "
            + $"{roleArn} only: it would contain again. Assume that role, and name its profile with --profile. Nothing was changed");
    }

    /// <summary>True for the record's full name or the whole event id, so that nobody agrees to a release by half a name.</summary>
    internal static bool IsWhole(string incident, string recordName) =>
        incident == recordName || recordName.EndsWith("/" + ParameterNames.Encode(incident), StringComparison.Ordinal);

    /// <summary>The command that fetches the incident's log lines; the log group is that of the function that contains.</summary>
    private static ShellCommand LogCommand(ReleasePlan plan)
    {
        // A quote in the name would end the text in the pattern; IAM allows none.
        var name = plan.Principal?.Name is { } text && !text.AsSpan().ContainsAny('"', '\\') ? text : null;
        return Shell.Command(
            "aws logs filter-log-events", ("--log-group-name", "IAM_FUNCTION_LOG_GROUP"), ("--start-time", "0"),
            name is null
                ? ("--filter-pattern", null)
                : CommandPart.Fixed("--filter-pattern", $"{{ $.what = \"prior-state\" && $.principal.name = \"{name}\" }}"));
    }

    private static async Task<string> LinesAsync(string path, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            return path == "-"
                ? await surroundings.Input.ReadToEndAsync(cancellationToken)
                : await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--prior-state: {e.Message}");
        }
    }

    /// <summary>Sends the closing note; returns the reason why it could not be sent, or null.</summary>
    private static async Task<string?> TellAsync(
        ReleaseResult result, ResponderOptions options, AwsClients clients, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (options.AlertTopicArn is not { } topic)
        {
            surroundings.Error.WriteLine("responder: ALERT_TOPIC_ARN is not set; nobody was told of the release");
            return null;
        }

        using var sns = clients.Sns();
        return await new SnsAlerts(sns, topic).PublishAsync(new ClosingNote(result).Message, cancellationToken);
    }
}
