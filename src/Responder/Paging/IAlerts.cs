using Responder.Records;

namespace Responder.Paging;

/// <summary>The result of sending a page.</summary>
/// <param name="MessageId">SNS message id; null when the page was not sent.</param>
/// <param name="Failure">Why it was not sent; null when it was.</param>
public sealed record AlertReceipt(Alert Alert, string TopicArn, string? MessageId, string? Failure)
{
    /// <summary>Why the chat channel was not told; null: it was, or there is none.</summary>
    public string? ChatFailure { get; init; }

    /// <summary>What the record keeps about the page; null when it was not sent.</summary>
    public PagedAs? Paged => MessageId is { } id ? new PagedAs(Alert.Subject, id, Alert.DedupKey) : null;
}

/// <summary>Pages people. Never throws: a page that was not sent is a receipt with a failure.</summary>
public interface IAlerts
{
    Task<AlertReceipt> PublishAsync(Alert alert, CancellationToken cancellationToken);
}
