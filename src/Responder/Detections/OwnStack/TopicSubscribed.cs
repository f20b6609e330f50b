using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

/// <summary>Somebody new gets every page; whoever deploys the responder subscribes through CloudFormation.</summary>
internal sealed class TopicSubscribed : IDetection
{
    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.topic-subscribed",
        Title = "Somebody subscribed to the responder's pages",
        Description = "A subscription was added to a topic of the responder, or confirmed there. The subscriber reads every page: what was "
            + "seen, what was not, and whom it contains. Subscriptions that the deployment makes are no finding.",
        Severity = Severity.Medium,
        IsWorkOfOwnRoles = true,
        Watches = [Watch.Calls("sns.amazonaws.com", "Subscribe")],
        Techniques = ["T1114", "T1213"],
        Controls = ["pci-dss:10.3.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: ["Who is subscribed now: aws sns list-subscriptions-by-topic --topic-arn {resource}"],
            Do: ["Remove what nobody on call knows: aws sns unsubscribe", "Cut off {actor} until it has explained itself"],
            BenignCauses: ["A colleague joins the people on call: subscribe him with the stack's parameters instead"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Actor.IsAwsServiceOnItsOwn || e.Actor.InvokedBy == "cloudformation.amazonaws.com") yield break;
        if (StackNames.OursAmong(e, "topicArn") is not { } topic) yield break;
        yield return new Finding(Info, Severity.Medium, $"Subscription added to the responder's topic {topic}")
        {
            Resource = topic,
            Reasons = [$"Protocol {e.Request["protocol"].Text ?? "(not named)"}", "The subscriber gets every page from now on"],
        };
    }
}
