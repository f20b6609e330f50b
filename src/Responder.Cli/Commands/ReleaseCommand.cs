using System.CommandLine;
using Amazon.IdentityManagement;
using Amazon.SimpleSystemsManagement;
using Responder.Detections;
using Responder.Incidents;
using Responder.Release;
using Spectre.Console;

namespace Responder.Cli.Commands;

/// <summary>`responder release`: lifts a quarantine, proves it and writes it down.</summary>
internal static class ReleaseCommand
{
    private sealed record Request(string Incident, bool DryRun, Uri? Endpoint, string? Region, string? Profile, string? Boundary, bool Yes);

    public static Command Create(Surroundings surroundings)
    {
        var incident = new Argument<string>("INCIDENT") { Description = "Full name of the incident record, or the bare event id." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done; change nothing." };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint instead of AWS itself." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Region of the incident records." };
        var profile = new Option<string>("--profile") { HelpName = "NAME", Description = "Profile with the credentials of the release role." };
        var boundary = new Option<string>("--boundary") { HelpName = "none|ARN", Description = "The permissions boundary to restore, when nobody knows the one before." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("release", "Undo a quarantine: restore the user's prior state, prove it, write it down.") { incident, dryRun, endpoint, region, profile, boundary, yes };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(incident)!, parsed.GetValue(dryRun), AmbientAws.Endpoint(parsed.GetValue(endpoint)), parsed.GetValue(region),
                parsed.GetValue(profile), parsed.GetValue(boundary), parsed.GetValue(yes)),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default);
        var clients = AmbientAws.Clients(surroundings, request.Endpoint ?? options.EndpointUrl, request.Region, request.Profile);
        using var iam = clients.Iam();
        using var ssm = clients.Ssm();
        var releaser = new Releaser(iam, ssm, new ParameterNames(options.ParameterRoot), TimeProvider.System);

        var plan = await releaser.PlanAsync(request.Incident, request.Boundary, cancellationToken);
        var (account, by) = await CallerAsync(clients, surroundings, cancellationToken);
        if (plan.Principal?.AccountId is { } home && account is not null && home != account)
            throw new UsageException($"{plan.Principal} lives in account {home}; these credentials are of account {account}");

        var console = surroundings.TextConsole();
        Write(console, plan, by);
        switch (plan.State)
        {
            case ReleaseState.AlreadyReleased:
                console.Line("Already released; nothing was changed.");
                return ExitCode.Done;
            case ReleaseState.NothingContained:
                console.Line("This incident contained nobody; nothing was changed.");
                return ExitCode.Done;
            case ReleaseState.NeedsBoundary:
                throw new UsageException(
                    "the permissions boundary before is not known: AWSDenyAll was there already and no ledger said what it replaced. "
                    + "Look it up in CloudTrail (PutUserPermissionsBoundary), then say it: --boundary none, or --boundary ARN");
        }

        if (request.DryRun)
        {
            console.Line("Dry run; nothing was changed.");
            return ExitCode.Done;
        }

        // A script that names an incident has decided; a person at a terminal is shown what it means first.
        if (!request.Yes && surroundings.CanAsk && clients.ServiceUrl is not { IsLoopback: true })
        {
            await surroundings.Output.FlushAsync(cancellationToken);
            if (!surroundings.Ask($"Release {PlainText.OneLine(plan.Principal!.ToString(), 200)} in account {plan.Principal.AccountId}?", "--yes is missing"))
            {
                surroundings.Error.WriteLine("responder: nothing was changed");
                return ExitCode.Usage;
            }
        }

        var result = await releaser.ReleaseAsync(plan, by, cancellationToken);
        Write(console, result);
        return result.Released ? ExitCode.Done : ExitCode.Step;
    }

    /// <summary>Who releases. Not knowing it never stops a release.</summary>
    private static async Task<(string? Account, string By)> CallerAsync(AwsClients clients, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            var caller = await AmbientAws.CallerAsync(clients, cancellationToken);
            return (caller.Account, caller.Arn);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("responder: " + AwsFailure.Describe("GetCallerIdentity", e) + "; the release is written down as by unknown");
            return (null, "unknown");
        }
    }

    private static void Write(IAnsiConsole console, ReleasePlan plan, string by)
    {
        console.Line(("Incident  ", TextWriting.Dim), (plan.RecordName, TextWriting.Plain));
        if (plan.Principal is { } principal) console.Line(("Target    ", TextWriting.Dim), ($"{principal} in account {principal.AccountId}", TextWriting.Strong));
        if (plan.LedgerName is { } ledger) console.Line(("Ledger    ", TextWriting.Dim), (ledger, TextWriting.Plain));
        console.Line(("By        ", TextWriting.Dim), (by, TextWriting.Plain));
        if (plan.Prior is { } prior)
        {
            var policies = prior.Detached.Count == 0 ? "" : ", and attached: " + string.Join(", ", prior.Detached);
            console.Line(("Before    ", TextWriting.Dim), ($"boundary {prior.Boundary switch { null => "unknown", "" => "none", var arn => arn }}{policies}", TextWriting.Plain));
        }

        if (plan.Current is { Exists: true } current)
            console.Line(("Now       ", TextWriting.Dim), ($"boundary {current.BoundaryArn ?? "none"}", TextWriting.Plain));
        foreach (var step in plan.Steps) console.Line(("To do     ", TextWriting.Dim), (step.Action + (step.Subject is { } subject ? " " + subject : ""), TextWriting.Plain));
        foreach (var note in plan.Notes) console.Line(("Note      ", TextWriting.Warning), (note, TextWriting.Plain));
    }

    private static void Write(IAnsiConsole console, ReleaseResult result)
    {
        console.WriteLine();
        foreach (var step in result.Steps) console.Step(step);
        foreach (var note in result.Notes) console.Line(("    could not be restored: ", TextWriting.Warning), (note, TextWriting.Plain));
        foreach (var failure in result.Failures) console.Line(("    FAILED   ", TextWriting.Bad), (failure, TextWriting.Plain));
        if (result.Proof is { Exists: true } proof)
        {
            var policies = proof.AttachedPolicyArns.Count == 0 ? "none" : string.Join(", ", proof.AttachedPolicyArns);
            console.Line(("    read back", TextWriting.Good), ($"  boundary {proof.BoundaryArn ?? "none"}, attached: {policies}", TextWriting.Plain));
        }

        console.Line(result.Released
            ? ("Released, read back and written down.", TextWriting.Good)
            : ("NOT released completely: repeat the command once the reason is gone. The ledger still says contained.", TextWriting.Bad));
    }
}
