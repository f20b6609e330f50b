using System.Net;
using System.Text;
using Responder.Aws;

namespace Responder.Cli.Redrive;

/// <summary>What became of a letter.</summary>
internal enum DeliveryState
{
    /// <summary>It can be given to its function, and has not been yet.</summary>
    Planned,

    /// <summary>Its function accepted the event, and the letter is deleted.</summary>
    GivenBack,

    /// <summary>There is no function to give it to; it stays in the queue.</summary>
    Left,

    /// <summary>A call failed; the letter stays in the queue.</summary>
    Failed,
}

/// <summary>One letter on its way back.</summary>
internal sealed class Delivery(LetterQueue queue, Letter letter, Addressee addressee)
{
    private static readonly Dictionary<string, string> s_asynchronous = new() { ["X-Amz-Invocation-Type"] = "Event" };

    public Letter Letter => letter;

    public Addressee Addressee => addressee;

    public DeliveryState State { get; private set; } = addressee.Function is null ? DeliveryState.Left : DeliveryState.Planned;

    /// <summary>Why the letter is still in its queue; null: it is not, or not tried.</summary>
    public string? Why { get; private set; } = addressee.Why;

    /// <summary>
    /// Gives the event to its function as EventBridge would, and deletes the letter only when Lambda has accepted the event: from then on
    /// Lambda tries three times and puts it back into the queue if all fail.
    /// </summary>
    public async Task GiveAsync(AwsCall lambda, CancellationToken cancellationToken)
    {
        var call = "Invoke";
        try
        {
            var path = $"/2015-03-31/functions/{Uri.EscapeDataString(addressee.Function!)}/invocations";
            var status = await lambda.RestPostAsync(path, s_asynchronous, Encoding.UTF8.GetBytes(letter.Body), cancellationToken);
            if (status != HttpStatusCode.Accepted)
            {
                (State, Why) = (DeliveryState.Failed, $"Invoke: HTTP {(int)status} instead of 202, Accepted");
                return;
            }

            call = "DeleteMessage";
            await queue.DeleteAsync(letter, cancellationToken);
            State = DeliveryState.GivenBack;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && AwsFailure.Is(e))
        {
            // A letter that stays although its event was given is harmless: the function knows the second copy by its eventID.
            (State, Why) = (DeliveryState.Failed, AwsFailure.Describe(call, e));
        }
    }
}
