using Responder.Aws;
using Responder.Containment;
using Responder.Detections;
using Responder.Events;
using Responder.Paging;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;

namespace Responder;

/// <summary>Builds the responder on the services of AWS, or on the endpoint that the clients name.</summary>
public static class LiveResponder
{
    /// <param name="actions">All containment actions; null: those that ship.</param>
    /// <param name="pauses">How time passes between two reads of IAM; null: as the clock says.</param>
    /// <exception cref="OptionsException">There is no topic to page.</exception>
    public static SecurityResponder Of(
        DetectionCatalog catalog, ResponderOptions options, AwsClients clients, IResponderLog log, TimeProvider time,
        ActionCatalog? actions = null, Pauses? pauses = null)
    {
        actions ??= ActionCatalog.Default;
        pauses ??= new Pauses(time);
        var topic = options.AlertTopicArn
            ?? throw new OptionsException("ALERT_TOPIC_ARN", "expected the ARN of the topic that pages go to; it is not set");
        var accounts = new IamAccounts(
            clients, options, options.MemberRoleName, AwsArn.TryParse(topic, out var arn) ? arn.Partition : "aws", time);
        var incidents = new SsmIncidents(clients.Ssm(), new ParameterNames(options.ParameterRoot), actions, TrustedLedgers.Rule(options));
        return new SecurityResponder(
            catalog, options, new AwsFacts(accounts, incidents, options, actions, time), new IamContainment(accounts, actions, pauses),
            new SnsAlerts(clients.Sns(), topic, options.ChatTopicArn), incidents, log, actions, time, pauses);
    }
}
