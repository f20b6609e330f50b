using Responder.Records;

namespace Responder.Paging;

/// <summary>What became of a page.</summary>
/// <param name="MessageId">SNS message id; null when it did not leave.</param>
/// <param name="Failure">Why it did not leave; null when it did.</param>
public sealed record AlertReceipt(Alert Alert, string TopicArn, string? MessageId, string? Failure)
{
    /// <summary>What the record keeps; null: the page did not leave.</summary>
    public PagedAs? Paged => MessageId is { } id ? new PagedAs(Alert.Subject, id, Alert.DedupKey) : null;
}

/// <summary>Pages people. Never throws: a page that did not leave is a receipt with a failure.</summary>
public interface IAlerts
{
    Task<AlertReceipt> PublishAsync(Alert alert, CancellationToken cancellationToken);
}
