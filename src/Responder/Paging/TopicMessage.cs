namespace Responder.Paging;

/// <summary>One message to everybody who is paged, in each rendering.</summary>
/// <param name="Subject">ASCII, at most 99 characters, no line breaks.</param>
/// <param name="Text">For e-mail, and for every protocol without a rendering of its own.</param>
/// <param name="Sms">At most 140 characters.</param>
/// <param name="Json">For machines: Lambda, SQS, HTTPS.</param>
/// <param name="Attributes">SNS message attributes, for subscription filters.</param>
public sealed record TopicMessage(string Subject, string Text, string Sms, string Json, IReadOnlyDictionary<string, string> Attributes);
