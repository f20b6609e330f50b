namespace Responder.LocalAws.Protocol;

/// <summary>An error as the service names it on the wire.</summary>
internal sealed class AwsError(string code, int status, string message) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>AWS marks 4xx as the sender's fault and 5xx as the receiver's.</summary>
    public string Type => Status < 500 ? "Sender" : "Receiver";

    public static AwsError Validation(string message) => new("ValidationError", 400, message);

    public static AwsError NoSuchEntity(string message) => new("NoSuchEntity", 404, message);

    public static AwsError AlreadyExists(string message) => new("EntityAlreadyExists", 409, message);

    public static AwsError LimitExceeded(string message) => new("LimitExceeded", 409, message);

    public static AwsError DeleteConflict(string message) => new("DeleteConflict", 409, message);

    public static AwsError InvalidInput(string message) => new("InvalidInput", 400, message);

    public static AwsError Malformed(string message) => new("MalformedPolicyDocument", 400, message);
}
