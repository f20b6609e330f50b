namespace Responder.Decisions;

/// <summary>Words about a target whom IAM does not know under the name in the event.</summary>
internal static class MissingTarget
{
    /// <summary>Three causes look the same: IAM does not know him yet, he has another name now, or he is gone.</summary>
    public static string Sentence(Decision decision) => decision.Facts.Target.Value?.ReplacedAt is { } madeAt
        ? $"the {decision.Target} of today was made at {madeAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, after the call: whom it named was "
            + "renamed or deleted"
        : $"IAM knows no {decision.Target}: just made, renamed or deleted";
}
