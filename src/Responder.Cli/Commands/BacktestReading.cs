using System.Diagnostics;
using System.Globalization;
using Responder.Analysis.Backtest;
using Responder.Analysis.Backtest.Html;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>What a backtest was asked for.</summary>
/// <param name="FailOn">Lowest severity that the exit code reports; null: it reports none.</param>
internal sealed record BacktestRequest(LogRequest Logs, LogFilter Filter, int Workers, Severity? FailOn)
{
    public string Format => Logs.Format;
}

/// <summary>One backtest: reads the files into the result, and writes the result as the answer.</summary>
internal sealed class BacktestReading
{
    private readonly BacktestRequest _request;
    private readonly ResponderOptions _options;
    private readonly LogRun _run;
    private readonly LogFiles _files;
    private readonly Surroundings _surroundings;
    private readonly long _started;
    private readonly ReadingProgress _progress;
    private readonly ReportFindings? _report;
    private readonly BacktestResult _result;

    /// <param name="surroundings">Their output gets the answer.</param>
    /// <param name="started">Timestamp from which the duration is measured.</param>
    public BacktestReading(
        BacktestRequest request, ResponderOptions options, LogRun run, LogFiles files, Surroundings surroundings, long started)
    {
        (_request, _options, _run, _files, _surroundings, _started) = (request, options, run, files, surroundings, started);
        _progress = ReadingProgress.Of(run, files.Files);
        _report = request.Format == "html" ? new ReportFindings(BacktestHtml.MaxShown) : null;
        _result = new BacktestResult(options, OnFinding) { ExpectedFiles = files.Files.Count };
        _result.Unreadable.AddRange(run.Unread);
    }

    public void Read(FileScan scan)
    {
        var onBytes = _progress.OnBytes;
        var parts = ParallelScan<ScanPart>.Run(
            _files.Files, _request.Workers, (file, onPart) => scan.Read(file, onPart, onBytes, _run.CancellationToken),
            _run.CancellationToken);
        foreach (var part in parts)
        {
            foreach (var error in part.Malformed) _run.Malformed.Add(part.File.Name, part.File.Name, error);
            foreach (var error in part.Errors) _run.OnError(error);
            _result.Add(part);
            _progress.Add(part.Ids.Count + part.Malformed.Count + part.Skipped, part.IsLast);
            scan.Recycle(part);
        }

        _run.Malformed.Finish();
        _progress.Clear();
        _result.Finish();
    }

    public int Finish()
    {
        var took = Stopwatch.GetElapsedTime(_started);
        var isPartial = _run.IsInterrupted && (!_files.IsWhole || _result.WholeFiles < _files.Files.Count);
        var window = _request.Filter.Window;
        if (_request.Format == "json") _surroundings.Output.WriteLine(BacktestJson.Summary(_result, _files, _run.LeftOut, window,
            isPartial, took));
        else if (_report is not null) WriteHtml(_report, isPartial);
        else BacktestText.Write(_result, _files, _run.LeftOut, window, _options.Mode, took, _surroundings.TextConsole());
        _surroundings.Output.Flush();
        TellLeftOut();
        var interrupted = $": {_result.WholeFiles} of {_files.Files.Count} files were read to their end; the result holds what was read";
        return _run.End(
            isPartial ? interrupted : null,
            isInputBad: _result.Unreadable.Count > 0 || _result.Malformed > 0,
            hasFindings: _request.FailOn is { } limit && _result.Highest >= limit);
    }

    private void TellLeftOut()
    {
        _run.TellLeftOut();
        if (_result.DifferingCopies > 0)
            _run.Surroundings.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"responder: {_result.DifferingCopies} events have copies that differ: the findings of all copies count"));
        if (_result.SharedIds > 0)
            _run.Surroundings.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"responder: {_result.SharedIds} events have another's id, which CloudTrail did not give: their contents tell them apart"));
        if (_result.Undated > 0)
            _run.Surroundings.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"responder: {_result.Undated} records are undated; they count whatever the period"));
        if (_files.Late > 0)
            _run.Surroundings.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"responder: {_files.Late} files were delivered after the period and not opened though they may hold events"));
        if (_result is { Records: 0, SkippedRecords: > 0 })
            _run.Surroundings.Error.WriteLine("responder: every record that was read lies outside the filter");
    }

    private void OnFinding(BacktestFinding finding)
    {
        _report?.Add(finding);
        if (_request.Format != "json") return;
        if (_surroundings.OutputIsTerminal) _progress.Clear();
        _surroundings.Output.WriteLine(finding.ToJson());
    }

    private void WriteHtml(ReportFindings report, bool isPartial)
    {
        var shown = report.Shown();
        var evidence = new FindingEvidence(_options);
        evidence.Read(shown, _files.Files, _run.CancellationToken);
        var scope = new ReportScope(_request.Logs.Paths, _request.Filter, _files, isPartial);
        BacktestHtml.Write(_result, report, shown, evidence, _options, scope, _surroundings.Clock.GetUtcNow(), _surroundings.Output);
    }
}
