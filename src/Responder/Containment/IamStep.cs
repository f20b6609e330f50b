using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Events;

namespace Responder.Containment;

/// <summary>Runs one IAM call as a step: whatever AWS answers becomes a result.</summary>
internal static class IamStep
{
    /// <param name="action">The API's name.</param>
    /// <param name="subject">The policy or boundary that is set or removed; null when none.</param>
    /// <param name="needsTarget">True when "no such entity" means that the target is not there, so that nothing was done to it.</param>
    public static async Task<ContainmentStep> RunAsync<T>(
        string action, string target, string? subject, Func<Task<T>> call, bool needsTarget = false)
        where T : AmazonWebServiceResponse
    {
        try
        {
            var answer = await call().ConfigureAwait(false);
            return new ContainmentStep(action, target, StepResult.Succeeded, RequestId: answer.ResponseMetadata?.RequestId)
            {
                Subject = subject,
            };
        }
        catch (NoSuchEntityException e) when (!needsTarget)
        {
            // Gone or done already, perhaps by the first attempt of a retried call.
            return new ContainmentStep(action, target, StepResult.Skipped, PlainText.OneLine(e.Message), e.RequestId) { Subject = subject };
        }
        catch (UnmodifiableEntityException e)
        {
            return new ContainmentStep(action, target, StepResult.Skipped, PlainText.OneLine(e.Message), e.RequestId)
            {
                Subject = subject,
                CannotBeDone = true,
            };
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return new ContainmentStep(action, target, StepResult.Failed, AwsFailure.Describe(action, e)) { Subject = subject };
        }
    }
}
