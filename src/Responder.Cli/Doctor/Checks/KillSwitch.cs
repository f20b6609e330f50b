using System.Runtime.CompilerServices;
using Responder.Operations.Incidents;
using Responder.Records;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The kill switch is not set to observe; otherwise nothing would be contained.</summary>
internal sealed class KillSwitch : ICheck
{
    public string Name => "kill-switch";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = await new ModeSwitch(installation.Ssm, new ParameterNames(installation.ParameterRoot)).ReadAsync(cancellationToken);
        yield return state.Observes
            ? new CheckResult(
                Name, state.Name, CheckOutcome.Fail,
                $"GetParameter: observe, by {state.ChangedBy ?? "unknown"}: nothing is contained")
            { Mend = "responder mode enforce" }
            : new CheckResult(
                Name, state.Name, CheckOutcome.Pass, state.Value is null ? "GetParameter: no such parameter" : "GetParameter: not observe");
    }
}
