using System.CommandLine;
using Responder.Analysis.Backtest;
using Responder.Analysis.Timeline;
using Responder.Aws;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder timeline`: everything an identity did, across assumed roles and access keys. Asks an installation only for its record, and only when told to.</summary>
internal static class TimelineCommand
{
    private sealed record Request(TimelineSubject Subject, string SubjectText, IReadOnlyList<string> Paths, string Format, DateTimeOffset? Since, DateTimeOffset? Until, string? OutputFile, Func<AwsClients> S3Clients);

    public static Command Create(Surroundings surroundings)
    {
        var subject = new Argument<string>("PRINCIPAL|INCIDENT")
        {
            Description = "ARN of a user or role, user or role name, access key id; or the event id of an incident or the full name of its record.",
        };
        var paths = new Argument<string[]>("PATH") { Description = "Log files, folders of *.json, *.jsonl and *.gz, or s3://bucket/prefix.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "text; json: one line per event, then a summary; html: one page for a browser.", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "html");
        var since = new Option<string>("--since") { HelpName = "TIME", Description = "Show nothing before; who is followed is learned from all. UTC: 2026-03-04 or 2026-03-04T09:01:07Z." };
        var until = new Option<string>("--until") { HelpName = "TIME", Description = "Show nothing after." };
        var output = new Option<string>("--output") { HelpName = "FILE", Description = "Write the timeline to this file." };
        var file = new Option<string>("--incident-file") { HelpName = "FILE", Description = "The incident's record, as responder incidents show --format json prints it." };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "Read s3:// paths and the incident's record from this AWS endpoint." };
        var profile = new Option<string>("--profile") { HelpName = "NAME", Description = "Read s3:// paths and the incident's record with the credentials of this profile." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Region of the incident's record, and for s3:// paths." };

        var command = new Command("timeline", "Show everything an identity did before and after, across assumed roles and access keys, and what was contained when.")
        {
            subject, paths, format, since, until, output, file, endpoint, profile, region,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            AwsClients ClientsOf(Uri? otherwise) =>
                AmbientAws.Clients(surroundings, AmbientAws.Endpoint(parsed.GetValue(endpoint)) ?? otherwise, parsed.GetValue(region), parsed.GetValue(profile));

            var request = new Request(
                TimelineSubject.Of(parsed.GetValue(subject)!), parsed.GetValue(subject)!, parsed.GetValue(paths)!, parsed.GetValue(format)!, HuntCommand.TimeOf("--since", parsed.GetValue(since)),
                HuntCommand.TimeOf("--until", parsed.GetValue(until)), parsed.GetValue(output), () => ClientsOf(null));
            if (request.Since > request.Until) throw new UsageException("--since: is after --until");
            if (request is { Format: "html", OutputFile: null } && surroundings.OutputIsTerminal) throw new UsageException("--format html: name the file with --output");
            var hasAws = (parsed.GetValue(endpoint) ?? parsed.GetValue(profile) ?? parsed.GetValue(region)) is not null;
            var hasBucket = request.Paths.Any(S3Place.IsUrl);
            // Where the options are needed for a bucket anyway, only what can be an incident is looked for among the records.
            var asksInstallation = hasAws && (!hasBucket || (parsed.GetValue(file) is null && request.Subject.MayBeIncident));
            if ((asksInstallation || parsed.GetValue(file) is not null) && !request.Subject.IsWord) throw new UsageException("--incident-file, --endpoint, --profile, --region: go with an incident or an s3:// path");
            if (asksInstallation && parsed.GetValue(file) is not null) throw new UsageException("--incident-file: the record is read from there; leave --endpoint, --profile and --region out");

            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            var record = parsed.GetValue(file) is { } path ? IncidentRecord.Load(path)
                : asksInstallation ? await RecordAsync(request.SubjectText, options, ClientsOf(options.EndpointUrl), cancellationToken)
                : null;
            return await Task.Run(() => Run(request, options, record, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static async Task<IncidentRecord> RecordAsync(string incident, ResponderOptions options, AwsClients clients, CancellationToken cancellationToken)
    {
        using var ssm = clients.Ssm();
        var store = new IncidentStore(ssm, new ParameterNames(options.ParameterRoot));
        var (record, _) = await store.FindAsync(incident, cancellationToken);
        return new IncidentRecord(record.Name, record.Json, await store.LedgerOfAsync(record, cancellationToken));
    }

    private static int Run(Request request, ResponderOptions options, IncidentRecord? record, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var unread = new List<InputError>();
        void OnError(InputError error)
        {
            unread.Add(error);
            surroundings.Error.WriteLine($"responder: {PlainText.OneLine(error.Path)}: {PlainText.OneLine(error.Reason, 1000)}");
        }

        using var inputs = LogInputs.Of(request.Paths, request.S3Clients);
        var all = LogFiles.Select(inputs.Files(request.Paths, OnError, withSizes: false, cancellationToken), LogFilter.Everything).Files;
        LogFile[] files = [.. all.DistinctBy(static file => file.Name, StringComparer.Ordinal)];
        var build = new TimelineBuild(options, files, OnError);
        build.Resolve(request.Subject, record, cancellationToken);
        build.Run(request.Since, request.Until, request.Format == "html", cancellationToken);
        if (record is not null) build.Add(record.Entries());
        var scope = new TimelineScope(request.Paths, request.Since, request.Until, unread, cancellationToken.IsCancellationRequested);
        try
        {
            if (request.OutputFile is not { } path)
            {
                Write(request, build, scope, surroundings);
            }
            else
            {
                using var file = OutputFile.Create(path, [.. files.Select(static input => input.Name)]);
                Write(request, build, scope, surroundings with { Output = file, OutputIsTerminal = false });
            }
        }
        catch (IOException e)
        {
            // Inputs that fail are told one by one; what is left is the disk or the pipe that the timeline goes to.
            surroundings.Error.WriteLine("responder: the timeline could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("responder: interrupted; the timeline holds what was read");
            return ExitCode.Interrupted;
        }

        return unread.Count == 0 ? ExitCode.Done : ExitCode.Input;
    }

    private static void Write(Request request, TimelineBuild build, TimelineScope scope, Surroundings surroundings)
    {
        switch (request.Format)
        {
            case "json":
                foreach (var entry in build.Entries) surroundings.Output.WriteLine(entry.ToJson());
                surroundings.Output.WriteLine(TimelineSummary.Json(request.SubjectText, build, scope));
                break;
            case "html":
                TimelineHtml.Write(request.SubjectText, build, scope, surroundings.Clock.GetUtcNow(), surroundings.Output);
                break;
            default:
                TimelineText.Write(request.SubjectText, build, surroundings.TextConsole());
                break;
        }

        surroundings.Output.Flush();
    }
}
