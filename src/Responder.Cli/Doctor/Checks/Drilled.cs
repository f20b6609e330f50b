using System.Globalization;
using System.Runtime.CompilerServices;
using Responder.Operations.Drill;
using Responder.Records;

namespace Responder.Cli.Doctor.Checks;

/// <summary>
/// When the last drill was. The other checks look at parts of the path; only a drill proves that an event goes all the way.
/// </summary>
internal sealed class Drilled : ICheck
{
    private const string Command = "responder drill";

    public string Name => "drill";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var name = new ParameterNames(installation.ParameterRoot).LastDrill;
        if (await installation.ParameterAsync(name, cancellationToken) is not { } text)
        {
            yield return new CheckResult(
                Name, name, CheckOutcome.Fail, "GetParameter: no such parameter: there was no drill, and nothing shows that the path works")
            { Mend = Command };
            yield break;
        }

        var last = LastDrill.Read(text) ?? throw new UnreadableAnswerException("GetParameter: not the outcome of a drill");
        var when = $"GetParameter: {last.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)} by {last.By}";
        yield return last.Passed
            ? new CheckResult(Name, name, CheckOutcome.Pass, string.Create(
                CultureInfo.InvariantCulture,
                $"{when}: passed, contained after {last.ContainedSeconds:0.#} s, recorded after {last.RecordedSeconds:0.#} s"))
            : new CheckResult(Name, name, CheckOutcome.Fail, $"{when}: failed: {string.Join("; ", last.Failures)}") { Mend = Command };
    }
}
