using Responder.Events;

namespace Responder.Decisions;

/// <summary>Words about a target whom IAM does not know under the name in the event.</summary>
internal static class MissingTarget
{
    /// <summary>Three causes look the same: IAM does not know him yet, he has another name now, or he is gone.</summary>
    public static string Sentence(Decision decision) => decision.IsTargetUnread
        ? $"whom the name {decision.Target} means could not be read, and IAM does not show the grant under it: nobody was touched"
        : decision.Facts.Renamed is { } note && note.At >= (decision.Event.EventTime ?? note.At)
        ? $"the {decision.Target} of the call was renamed to {PlainText.OneLine(note.To.Name, 128)} at "
            + $"{note.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, and IAM does not show him under that name: whoever bears the old one now "
            + "is somebody else"
        : decision.Facts.Target.Value?.ReplacedAt is { } madeAt
        ? $"the {decision.Target} of today was made at {madeAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, after the call: whom it named was "
            + "renamed or deleted"
        : $"IAM knows no {decision.Target}: just made, renamed or deleted";
}
