using System.CommandLine;
using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Analysis.Evidence;
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

namespace Responder.Cli.Commands;

/// <summary>
/// `responder evidence`: builds a package for an auditor from logs, digests and incident records. Uses AWS only when it is asked to.
/// </summary>
internal static class EvidenceCommand
{
    private const string Description =
        "Build a package for an auditor: for each control what the logs show, what is missing, who acted. Digests among the logs are "
        + "checked. Without --since and --until it is of all records. Never says that a control is met.";

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("evidence", Description);
        var options = new EvidenceOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            if (options.PackageToVerify(parsed) is { } package) return Task.FromResult(Verify(package, surroundings));
            var request = options.RequestOf(parsed, surroundings);
            return LogRun.StartAsync(request.Logs, "package", surroundings, cancellationToken, run => RunAsync(request, run));
        });
        return command;
    }

    private static int Verify(string package, Surroundings surroundings)
    {
        var faults = Manifest.Faults(package);
        foreach (var fault in faults) surroundings.Output.WriteLine(PlainText.OneLine(fault));
        surroundings.Output.WriteLine(
            faults.Count == 0 ? "every file is the one that the manifest names" : "the package is not the one that was written");
        return faults.Count == 0 ? ExitCode.Done : ExitCode.Findings;
    }

    private static async Task<int> RunAsync(EvidenceRequest request, LogRun run)
    {
        // What can fail early fails before the reading.
        using var keys = request.PublicKeys.Length > 0 ? DigestKeys.OfFiles(request.PublicKeys)
            : request.Live ? DigestKeys.Online(request.ClientsOf)
            : null;
        var options = ResponderOptions.FromEnvironment(run.Surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        var incidents = request.Incidents is { } file ? IncidentEvidence.ReadFile(file)
            : request.Live ? await LiveAsync(request, options, run)
            : null;

        var (folders, logs) = Listed(request, run);
        run.CancellationToken.ThrowIfCancellationRequested();
        var evidence = Read(request, options, logs, run);
        // A part of the logs is no evidence, so an interruption leaves no package.
        run.CancellationToken.ThrowIfCancellationRequested();
        var now = run.Surroundings.Clock.GetUtcNow();
        var integrity = await IntegrityEvidence.CheckAsync(
            folders, run.Inputs.S3, keys, request.Period, evidence.All.Oldest, evidence.All.Newest, now, run.CancellationToken);
        foreach (var error in integrity.Unreadable) run.OnError(error);
        evidence.NotOpened = run.LeftOut.Count;
        var isInputBad = run.Unread.Count > 0 || evidence.Files.Any(static f => f.Malformed > 0);
        evidence.IsComplete = !isInputBad;
        var result = EvidenceResult.Of(evidence, integrity, incidents, now, Build.Version);
        return run.Write([], surroundings =>
        {
            EvidencePackage.Write(request.Package, result);
            if (request.Json) surroundings.Output.WriteLine(EvidenceJson.Summary(result, request.Package));
            else EvidenceText.Write(result, request.Package, surroundings.TextConsole());
            run.TellLeftOut();
            return run.End(interrupted: null, isInputBad, hasFindings: integrity.Faults > 0);
        });
    }

    /// <summary>The log files, and the paths with the number of digests in each.</summary>
    private static (IReadOnlyList<(string Path, int Digests)> Folders, IReadOnlyList<LogFile> Logs) Listed(
        EvidenceRequest request, LogRun run)
    {
        var folders = new List<(string Path, int Digests)>();
        var logs = new List<LogFile>();
        foreach (var path in request.Logs.Paths)
        {
            var files = run.FilesOf([path], withSizes: run.Surroundings.ErrorIsTerminal)
                .ToLookup(static file => IntegrityEvidence.IsDigestFile(file.Name));
            folders.Add((path, files[true].Count(static file => file.Name.EndsWith(".gz", StringComparison.Ordinal))));
            logs.AddRange(files[false]);
        }

        return (folders, logs);
    }

    private static EvidenceRun Read(EvidenceRequest request, ResponderOptions options, IReadOnlyList<LogFile> logs, LogRun run)
    {
        // No event is newer than the file's delivery. How much older one may be is not guaranteed, so files after the period are read, too.
        var wanted = LogFiles.Select(logs, LogFilter.Everything with { Since = request.Period.Since });
        var evidence = new EvidenceRun(request.Framework, request.Period) { OlderFiles = wanted.Skipped };
        var scan = new EvidenceScan(request.Framework, request.Period, DetectionCatalog.For(options.Estate));
        var progress = ReadingProgress.Of(run, wanted.Files);
        var parts = ParallelScan<EvidencePart>.Run(
            wanted.Files, Environment.ProcessorCount, (file, onPart) => scan.Read(file, onPart, progress.OnBytes, run.CancellationToken),
            run.CancellationToken);
        foreach (var part in parts)
        {
            var file = part.File.Name;
            foreach (var (record, reason) in part.Malformed)
                run.Malformed.Add(file, string.Create(CultureInfo.InvariantCulture, $"{file}, record {record}"), reason);
            foreach (var error in part.Errors) run.OnError(error);
            evidence.Add(part);
            progress.Add(part.Records, part.IsLast);
        }

        run.Malformed.Finish();
        progress.Clear();
        return evidence;
    }

    private static async Task<IReadOnlyList<IncidentEvidence>> LiveAsync(EvidenceRequest request, ResponderOptions options, LogRun run)
    {
        using var ssm = request.ClientsOf(null).Ssm();
        var store = new IncidentStore(ssm, new ParameterNames(options.ParameterRoot));
        var (records, unreadable) = await store.ListAsync(run.CancellationToken);
        foreach (var parameter in unreadable)
            run.Surroundings.Error.WriteLine($"responder: {PlainText.OneLine(parameter.Name, 1011)}: {parameter.Because}");
        return [.. records.Select(static record => IncidentEvidence.Parse(IncidentView.Line(record))).OfType<IncidentEvidence>()];
    }
}
