using Responder.Analysis.Html;
using Responder.Analysis.Identities;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Logs;
using Responder.Paging;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Analysis.Backtest.Html;

/// <summary>What a finding shows when it is unfolded.</summary>
/// <param name="Record">The event, formatted over several lines.</param>
/// <param name="Check">Runbook: what to check first, with placeholders filled in; likewise <paramref name="Do"/>.</param>
public sealed record Evidence(
    string Record, IReadOnlyList<string> Reasons, IReadOnlyList<string> Check, IReadOnlyList<string> Do, string? UserAgent);

/// <summary>
/// Reads the logs a second time, for the events of the findings that are shown and for the calls that opened the sessions of their actors.
/// That way no event has to be kept while the findings are counted. Of the other records only the surface is read.
/// </summary>
public sealed class FindingEvidence(ResponderOptions options)
{
    /// <summary>
    /// Sessions are opened before they are used, and files are read from last to first, so hardly any chain needs more passes.
    /// </summary>
    private const int MaxPasses = 6;

    private static readonly WatchTable s_issuances = new(Issuance.Watches);

    private readonly Dictionary<(string File, long Record), List<BacktestFinding>> _wanted = [];
    private readonly HashSet<UInt128> _ids = [];
    private readonly Dictionary<BacktestFinding, Evidence> _evidence = new(ReferenceEqualityComparer.Instance);
    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly Decider _decider = new(options, ContainmentActions.All);

    /// <summary>
    /// How long reading may go on after an interruption, because a partial result should have its events, too. Less than the time that the
    /// command has to end.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    public CredentialChain Chain { get; } = new();

    /// <summary>
    /// False: an interruption ended the reading, so events and calls that opened sessions may be missing although the logs hold them.
    /// </summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Null: the event could not be read again.</summary>
    public Evidence? Of(BacktestFinding finding) => _evidence.GetValueOrDefault(finding);

    /// <param name="files">In input order.</param>
    /// <param name="interruption">May already have come; reading ends <see cref="Grace"/> after it.</param>
    public void Read(IReadOnlyList<BacktestFinding> shown, IReadOnlyList<LogFile> files, CancellationToken interruption)
    {
        using var end = new CancellationTokenSource();
        using var ending = interruption.Register(() => end.CancelAfter(Grace));
        var filesOfFindings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var finding in shown)
        {
            var place = (finding.Event.File, finding.Event.Record);
            if (!_wanted.TryGetValue(place, out var findings)) _wanted[place] = findings = [];
            findings.Add(finding);
            filesOfFindings.Add(finding.Event.File);
            filesOfFindings.Add(ArchiveNames.OuterOf(finding.Event.File));
            // A record without an id is built anyway.
            if (finding.Event.EventId is { } id) _ids.Add(EventIds.Of(id));
            Chain.Want(finding.Event.AccessKeyId);
        }

        // After an interruption the files that contain the findings come first.
        var isInterrupted = interruption.IsCancellationRequested;
        var order = files.Reverse().DistinctBy(static file => file.Name, StringComparer.Ordinal)
            .OrderByDescending(file => isInterrupted && filesOfFindings.Contains(file.Name)).ToList();
        for (var pass = 0; pass < MaxPasses && (pass == 0 || Chain.HasNew); pass++)
        {
            Chain.BeginPass();
            RecordSieve sieve = pass == 0 ? IsWanted : IsIssuance;
            foreach (var file in order)
            {
                if (Chain.IsEmpty && !filesOfFindings.Contains(file.Name)) continue;
                if (end.IsCancellationRequested)
                {
                    IsWhole = false;
                    return;
                }

                // Files that cannot be read were reported when the findings were counted.
                using var stream = file.Open(static _ => { }, end.Token);
                if (stream is null) continue;
                foreach (var input in file.EventsOf(stream, sieve, static _ => { }, end.Token))
                {
                    if (input.Parsed.Event is not { } e) continue;
                    Chain.Read(e);
                    if (pass == 0 && _wanted.TryGetValue((input.File, input.Record), out var findings)) Fill(findings, e);
                }
            }
        }

        IsWhole = !end.IsCancellationRequested;
    }

    private bool IsWanted(in RecordHead head) => s_issuances.Matches(head) || _ids.Contains(EventIds.Of(head.EventId));

    private static bool IsIssuance(in RecordHead head) => s_issuances.Matches(head);

    private void Fill(List<BacktestFinding> wanted, CloudTrailEvent e)
    {
        var record = RecordText.Of(e, Page.MaxEvent);
        var now = e.EventTime ?? DateTimeOffset.UnixEpoch;
        var found = _catalog.Detect(e).Where(finding => options.StageOf(finding.Detection) != Stage.Off).ToArray();
        var decision = _decider.Decide(e, KnownFacts.None(found, now), ownAccountId: null);
        foreach (var shown in wanted)
        {
            // A burst is not a finding of this one event. Also, the file may have changed since the findings were counted.
            var finding = shown.Place is { } place && place < decision.Findings.Count
                && decision.Findings[place].Detection.Id == shown.Detection.Id
                ? decision.Findings[place]
                : new Finding(shown.Detection, shown.Severity, shown.Title);
            var alert = new Alert(ContainmentResult.Nothing(decision with { Strongest = finding }), now, null, null);
            IReadOnlyList<string> Filled(IReadOnlyList<string> lines) =>
                [.. lines.Select(line => Runbooks.Fill(line, alert)?.Within(Page.MaxLine)).OfType<string>()];
            var runbook = shown.Detection.Runbook;
            _evidence[shown] = new Evidence(record, finding.Reasons, Filled(runbook.CheckFirst), Filled(runbook.Do), e.UserAgent);
        }
    }
}
