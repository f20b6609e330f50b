namespace Responder.Notifications;

/// <summary>What became of a page.</summary>
/// <param name="MessageId">SNS message id; null when it did not leave.</param>
/// <param name="Failure">Why it did not leave; null when it did.</param>
public sealed record AlertReceipt(Alert Alert, string TopicArn, string? MessageId, string? Failure);

/// <summary>Pages people. Never throws: a page that did not leave is a receipt with a failure.</summary>
public interface IAlerts
{
    Task<AlertReceipt> PublishAsync(Alert alert, CancellationToken cancellationToken);
}
