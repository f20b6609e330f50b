using System.Runtime.CompilerServices;
using Amazon.Runtime;

namespace Responder.Cli.Doctor.Checks;

/// <summary>The responder's stack exists; later checks find rules, functions and queues through it.</summary>
internal sealed class StackPresent : ICheck
{
    public string Name => "stack";

    public IReadOnlyList<string> Concerns => Blindness.All;

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0;
        string? absent = null;
        try
        {
            count = (await installation.ResourcesAsync()).Count;
        }
        catch (AmazonServiceException e)
            when (e.ErrorCode == "ValidationError" && e.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            absent = e.Message;
        }

        yield return absent is null
            ? new CheckResult(Name, installation.Stack, CheckOutcome.Pass, $"ListStackResources: {count} resources")
            : new CheckResult(
                Name, installation.Stack, CheckOutcome.Fail, $"ListStackResources: {absent}")
            {
                Blind = Blindness.All,
                Mend = "sam deploy --guided (or name the stack: --stack NAME)"
            };
    }
}
