using System.Globalization;
using Responder.Cli.Terminal;
using Responder.Decisions;
using Responder.Reporting;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Replay;

/// <summary>The totals of a whole replay, and the exit code it ends with.</summary>
internal sealed class ReplaySummary
{
    private readonly Dictionary<Outcome, int> _outcomes = [];
    private readonly Dictionary<Severity, int> _severities = [];
    private int _contained;

    public int Events { get; private set; }

    public int Failures { get; private set; }

    public int Unreadable { get; set; }

    public Severity Highest { get; private set; }

    public int Malformed => _outcomes.GetValueOrDefault(Outcome.Malformed);

    public void Add(Response response)
    {
        Events++;
        Failures += response.Failures.Count;
        _outcomes[response.Outcome] = _outcomes.GetValueOrDefault(response.Outcome) + 1;
        if (response.Severity > Highest) Highest = response.Severity;
        if (response.Severity != Severity.None) _severities[response.Severity] = _severities.GetValueOrDefault(response.Severity) + 1;
        if (response is { Outcome: Outcome.Incident, Decision.Action: DecisionAction.Contain, Failures.Count: 0 }) _contained++;
    }

    public int ExitCodeFor(Severity? failOn) => this switch
    {
        { Failures: > 0 } => ExitCode.Step,
        { Unreadable: > 0 } or { Malformed: > 0 } => ExitCode.Input,
        _ when failOn is { } limit && Highest >= limit => ExitCode.Findings,
        _ => ExitCode.Done,
    };

    public void Write(IAnsiConsole console, string where)
    {
        var severities = _severities.OrderByDescending(static s => s.Key).Select(static s => Count(s.Value, s.Key.Name()));
        var outcomes = _outcomes.OrderBy(static o => o.Key).Select(static o => Count(o.Value, o.Key.ToString().ToLowerInvariant()));
        console.Line(
            (Count(Events, Events == 1 ? "event" : "events"), TextWriting.Strong), (": " + string.Join(", ", outcomes), TextWriting.Plain));
        console.Line($"severity: {(_severities.Count == 0 ? "none" : string.Join(", ", severities))}; users contained: "
            + $"{_contained.ToString(CultureInfo.InvariantCulture)}");
        if (Failures > 0) console.Line(($"steps failed: {Failures.ToString(CultureInfo.InvariantCulture)}", TextWriting.Bad));
        if (Unreadable > 0)
            console.Line(($"inputs that could not be read: {Unreadable.ToString(CultureInfo.InvariantCulture)}", TextWriting.Bad));
        console.Line((where, TextWriting.Dim));
    }

    private static string Count(int count, string word) => string.Create(CultureInfo.InvariantCulture, $"{count} {word}");
}
