using System.Runtime.CompilerServices;
using Responder.Aws;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>No event waits in a dead-letter queue of the stack; <see cref="Forwarders"/> checks those of other regions.</summary>
internal sealed class DeadLetters : ICheck
{
    public string Name => "dead-letters";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        foreach (var id in (string[])["FunctionDeadLetters", "RuleDeadLetters"])
        {
            CheckResult result;
            try
            {
                result = resources.TryGetValue(id, out var queue)
                    ? await JudgeAsync(installation, id, queue.Name, cancellationToken)
                    : new CheckResult(Name, id, CheckOutcome.Fail, "ListStackResources: no such queue in the stack")
                    {
                        Mend = Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString(),
                    };
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, id, e);
            }

            yield return result;
        }
    }

    private async Task<CheckResult> JudgeAsync(Installation installation, string id, string url, CancellationToken cancellationToken)
    {
        var waiting = await QueueDepth.OfAsync(installation.Call(AwsService.Sqs), url, cancellationToken);
        var rests = $"GetQueueAttributes: about {waiting} messages";
        return waiting == 0 ? new CheckResult(Name, id, CheckOutcome.Pass, rests) : new CheckResult(Name, id, CheckOutcome.Fail, rests)
        {
            Mend = QueueDepth.Redrive(installation, url),
        };
    }
}
