using System.CommandLine;
using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Analysis.Evidence;
using Responder.Aws;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Integrity;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;
using Verdict = Responder.Analysis.Evidence.Verdict;

namespace Responder.Cli.Commands;

/// <summary>`responder evidence`: a package for an auditor, of logs, digests and incident records. Knows no AWS unless it is asked to.</summary>
internal static class EvidenceCommand
{
    private static readonly string[] s_times = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private sealed record Request(
        Framework Framework, IReadOnlyList<string> Paths, string Output, Period Period, string[] PublicKeys, string? Incidents, bool Live, bool Json, Func<string?, AwsClients> ClientsOf);

    public static Command Create(Surroundings surroundings)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Log files, folders of *.json, *.jsonl and *.gz, or s3://bucket/prefix; digests among them are checked.", Arity = ArgumentArity.ZeroOrMore };
        var framework = new Option<string>("--framework") { Description = "Whose controls." };
        framework.AcceptOnlyFromAmong([.. Framework.All.Select(static f => f.Id)]);
        var output = new Option<string>("--output") { HelpName = "DIR", Description = "Write the package into this folder, which is new or empty." };
        var since = new Option<string>("--since") { HelpName = "TIME", Description = "Not before; by default from the oldest record on. UTC: 2026-03-04 or 2026-03-04T09:01:07Z." };
        var until = new Option<string>("--until") { HelpName = "TIME", Description = "Not after; by default to the newest record." };
        var publicKeys = new Option<string[]>("--public-keys") { HelpName = "FILE", Description = "What `aws cloudtrail list-public-keys` printed, to check digests; may be given again." };
        var incidents = new Option<string>("--incidents") { HelpName = "FILE", Description = "What `responder incidents list --state all --format json` printed; without it they are read where --endpoint, --profile or --region says." };
        var verify = new Option<string>("--verify") { HelpName = "DIR", Description = "Check a package against its SHA256SUMS instead, as `sha256sum -c` does; also files that are none of it." };
        var command = new Command("evidence", "Build a package for an auditor: for each control what the logs show, what is missing, who acted. Never says that a control is met.")
        {
            paths, framework, output, since, until, publicKeys, incidents, verify,
        };
        var aws = new AwsOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(verify) is { } package)
            {
                if ((parsed.GetValue(framework) ?? parsed.GetValue(output)) is not null || parsed.GetValue(paths) is { Length: > 0 })
                    throw new UsageException("--verify: checks a package; it takes no PATH, --framework or --output");
                return Task.FromResult(Verify(package, surroundings));
            }

            if (parsed.GetValue(paths) is not { Length: > 0 } files) throw new UsageException("name the log files or folders");
            var request = new Request(
                Framework.Find(parsed.GetValue(framework) ?? throw new UsageException("--framework: " + string.Join(", ", Framework.All.Select(static f => f.Id)))), files,
                EvidencePackage.Prepare(parsed.GetValue(output) ?? throw new UsageException("--output: name the folder of the package"), files),
                new Period(TimeOf("--since", parsed.GetValue(since)), TimeOf("--until", parsed.GetValue(until))), parsed.GetValue(publicKeys) ?? [], parsed.GetValue(incidents),
                aws.IsGiven(parsed), aws.IsJson(parsed), region => aws.ClientsOf(parsed, region, surroundings));
            if (request.Period.Since > request.Period.Until) throw new UsageException("--since: is after --until");
            // Ctrl-C is listened to only once this has returned.
            return Task.Run(() => RunAsync(request, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static int Verify(string package, Surroundings surroundings)
    {
        var faults = Manifest.Faults(package);
        foreach (var fault in faults) surroundings.Output.WriteLine(PlainText.OneLine(fault));
        surroundings.Output.WriteLine(faults.Count == 0 ? "every file is the one that the manifest names" : "the package is not the one that was written");
        return faults.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // What would fail fails before the reading.
        using var keys = request.PublicKeys.Length > 0 ? DigestKeys.OfFiles(request.PublicKeys) : request.Live ? DigestKeys.Online(region => request.ClientsOf(region)) : null;
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        var incidents = request.Incidents is { } file ? IncidentEvidence.ReadFile(file) : request.Live ? await LiveAsync(request, options, surroundings, cancellationToken) : null;

        var errors = new List<InputError>();
        void Tell(string place, string reason) => surroundings.Error.WriteLine($"responder: {PlainText.OneLine(place)}: {PlainText.OneLine(reason, 1000)}");
        void OnError(InputError error)
        {
            errors.Add(error);
            Tell(error.Path, error.Reason);
        }

        using var inputs = LogInputs.Of(request.Paths, () => request.ClientsOf(null));
        var folders = new List<(string Path, int Digests)>();
        var logs = new List<LogFile>();
        foreach (var path in request.Paths)
        {
            var files = inputs.Files([path], OnError, withSizes: false, cancellationToken).ToLookup(static file => IntegrityEvidence.IsDigestFile(file.Name));
            folders.Add((path, files[true].Count(static file => file.Name.EndsWith(".gz", StringComparison.Ordinal))));
            logs.AddRange(files[false]);
        }

        cancellationToken.ThrowIfCancellationRequested();
        // No event is younger than the file's delivery. How much older one may be nobody promises, so that nothing is left out at the other end.
        var wanted = LogFiles.Select(logs, LogFilter.Everything with { Since = request.Period.Since });
        var run = new EvidenceRun(request.Framework, request.Period) { OlderFiles = wanted.Skipped };
        var malformed = new MalformedNotes(Tell);
        var scan = new EvidenceScan(request.Framework, request.Period, DetectionCatalog.For(options.Estate));
        foreach (var part in ParallelScan<EvidencePart>.Run(wanted.Files, Environment.ProcessorCount, (file, onPart) => scan.Read(file, onPart, cancellationToken), cancellationToken))
        {
            foreach (var (record, reason) in part.Malformed) malformed.Add(part.File.Name, string.Create(CultureInfo.InvariantCulture, $"{part.File.Name}, record {record}"), reason);
            foreach (var error in part.Errors) OnError(error);
            run.Add(part);
        }

        malformed.Finish();
        // Half of the logs are no evidence: an interruption leaves no package.
        cancellationToken.ThrowIfCancellationRequested();
        var now = surroundings.Clock.GetUtcNow();
        var integrity = await IntegrityEvidence.CheckAsync(folders, inputs.S3, keys, request.Period, run.All.Oldest, run.All.Newest, now, cancellationToken);
        foreach (var error in integrity.Unreadable) OnError(error);
        var result = EvidenceResult.Of(run, integrity, incidents, now, Build.Version);
        try
        {
            EvidencePackage.Write(request.Output, result);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            surroundings.Error.WriteLine("responder: the package could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }

        if (request.Json) surroundings.Output.WriteLine(EvidenceJson.Summary(result, request.Output));
        else Show(result, request.Output, surroundings);
        return errors.Count > 0 || run.Files.Any(static f => f.Malformed > 0) ? ExitCode.Input
            : integrity.Faults > 0 ? ExitCode.Findings
            : ExitCode.Done;
    }

    private static async Task<IReadOnlyList<IncidentEvidence>> LiveAsync(Request request, ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        using var ssm = request.ClientsOf(null).Ssm();
        var (records, unreadable) = await new IncidentStore(ssm, new ParameterNames(options.ParameterRoot)).ListAsync(cancellationToken);
        foreach (var parameter in unreadable) surroundings.Error.WriteLine($"responder: {PlainText.OneLine(parameter.Name, 1011)}: {parameter.Because}");
        return [.. records.Select(static record => IncidentEvidence.Parse(IncidentView.Line(record))).OfType<IncidentEvidence>()];
    }

    private static void Show(EvidenceResult result, string folder, Surroundings surroundings)
    {
        var console = surroundings.TextConsole();
        console.Line(($"{result.Framework.Title} ({result.Framework.Edition})", TextWriting.Strong));
        var width = result.Controls.Max(static c => c.Control.Id.Length);
        foreach (var control in result.Controls)
        {
            var style = control.Verdict switch { Verdict.Evidence => TextWriting.Strong, Verdict.Partial => TextWriting.Warning, _ => TextWriting.Dim };
            console.Line(("  " + control.Control.Id.PadRight(width), TextWriting.Plain), ("  " + control.Verdict.Name().PadRight(11), style), ("  " + control.Why, TextWriting.Dim));
        }

        console.Line($"{result.Run.All.Events} records, {result.Gaps.Count} gaps. No verdict says that a control is met; an auditor decides.");
        console.Line($"{folder}: check it with `sha256sum -c {Manifest.FileName}` or `responder evidence --verify`");
    }

    private static DateTimeOffset? TimeOf(string option, string? text)
    {
        if (text is null) return null;
        return DateTimeOffset.TryParseExact(text, s_times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new UsageException(option + ": expected a time such as 2026-03-04 or 2026-03-04T09:01:07Z");
    }
}
