using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Responder.Aws;
using Responder.Events;

namespace Responder.Paging;

/// <summary>
/// Publishes once with <c>MessageStructure=json</c> to the alert topic and, at the same time, to the chat topic if there is one. The
/// receipt is that of the alert topic, and says if the chat was not told: that is logged, and no reason to page once more.
/// </summary>
public sealed class SnsAlerts(IAmazonSimpleNotificationService sns, string alertTopicArn, string? chatTopicArn = null) : IAlerts
{
    /// <summary>The SNS actions that paging needs; the roles in template.yaml allow them.</summary>
    public static IReadOnlyList<string> Permissions { get; } = ["sns:Publish"];

    /// <summary>The most characters of the text rendering; SNS accepts 262,144 bytes for all renderings together.</summary>
    private const int MaxTextLength = 16 * 1024;

    public async Task<AlertReceipt> PublishAsync(Alert alert, CancellationToken cancellationToken)
    {
        var page = PublishAsync(PageOf(alert, alertTopicArn), cancellationToken);
        var chat = chatTopicArn is null
            ? null
            : PublishAsync(new PublishRequest { TopicArn = chatTopicArn, Message = AlertChat.Render(alert) }, cancellationToken);
        var (messageId, failure) = await page.ConfigureAwait(false);
        var chatFailure = chat is null ? null : (await chat.ConfigureAwait(false)).Failure;
        return new AlertReceipt(alert, alertTopicArn, messageId, failure) { ChatFailure = chatFailure };
    }

    /// <summary>Sends those who are paged something that is no page, such as a release. Returns why it was not sent, or null.</summary>
    public async Task<string?> PublishAsync(TopicMessage message, CancellationToken cancellationToken)
    {
        var (_, failure) = await PublishAsync(RequestOf(message, alertTopicArn), cancellationToken).ConfigureAwait(false);
        return failure;
    }

    private static PublishRequest PageOf(Alert alert, string topicArn)
    {
        var text = AlertText.Render(alert);
        if (text.Length > MaxTextLength) text = text[..MaxTextLength] + "\n[cut]\n";
        return RequestOf(
            new TopicMessage(alert.Subject, text, AlertSms.Render(alert), AlertJson.Render(alert), alert.Attributes), topicArn);
    }

    private static PublishRequest RequestOf(TopicMessage message, string topicArn) => new()
    {
        TopicArn = topicArn,
        Subject = message.Subject,
        MessageStructure = "json",
        Message = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("default", message.Text);
            writer.WriteString("email", message.Text);
            writer.WriteString("sms", message.Sms);
            writer.WriteString("lambda", message.Json);
            writer.WriteString("sqs", message.Json);
            writer.WriteString("https", message.Json);
            writer.WriteEndObject();
        }),
        MessageAttributes = message.Attributes.ToDictionary(
            static a => a.Key, static a => new MessageAttributeValue
            {
                DataType = "String",
                StringValue = a.Value,
            }, StringComparer.Ordinal),
    };

    private async Task<(string? MessageId, string? Failure)> PublishAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await sns.PublishAsync(request, cancellationToken).ConfigureAwait(false);
            return (answer.MessageId, null);
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return (null, AwsFailure.Describe("Publish", e));
        }
    }
}
