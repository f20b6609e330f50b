namespace Responder.Cli.Redrive;

/// <summary>A message of a dead-letter queue.</summary>
/// <param name="Queue">Name of the queue.</param>
/// <param name="Id">The message's id.</param>
/// <param name="Receipt">The handle of the last receipt, with which the message is deleted or made visible.</param>
/// <param name="Body">The event as EventBridge sent it.</param>
/// <param name="Target">TARGET_ARN: what a rule could not deliver to. Null: the letter is from a function.</param>
/// <param name="Error">What EventBridge or Lambda says went wrong; null: nothing.</param>
internal sealed record Letter(string Queue, string Id, string Receipt, string Body, string? Target, string? Error);
