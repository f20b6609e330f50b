using Responder.Analysis.Hunting.Query;
using Responder.Events;

namespace Responder.Analysis.Hunting;

/// <summary>The parts of a record that several hunts use.</summary>
internal static class RecordFields
{
    /// <summary>
    /// Events of the sign-in service whose result is in a response member of the same name; the service writes no error code.
    /// </summary>
    private static readonly string[] s_signIns = ["ConsoleLogin", "SwitchRole", "PasswordUpdated"];

    public static Value Time { get; } = new RecordField("eventTime");

    public static Value Source { get; } = new RecordField("eventSource");

    public static Value Name { get; } = new RecordField("eventName");

    public static Value Id { get; } = new RecordField("eventID");

    public static Value Address { get; } = new RecordField("sourceIPAddress");

    public static Value Account { get; } = new RecordField("recipientAccountId");

    public static Value ErrorCode { get; } = new RecordField("errorCode");

    public static Value ErrorMessage { get; } = new RecordField("errorMessage");

    /// <summary>
    /// The person of an Identity Center session, else the role or user behind a session, not the session, because its name is chosen by the
    /// caller; who has no name at all is called by the account, or anonymous.
    /// </summary>
    public static Value Caller { get; } = new FirstOf(
        new RecordField("userIdentity.onBehalfOf.userId"), new DelegateAccount(),
        new RecordField("userIdentity.sessionContext.sessionIssuer.arn"), new RecordField("userIdentity.arn"),
        new RecordField("userIdentity.invokedBy"), new RecordField("userIdentity.principalId"), new RecordField("userIdentity.accountId"));

    /// <summary>
    /// An endpoint of a VPC records calls that pass it a second time (NetworkActivity). Only what its own policy refused is recorded
    /// nowhere
    /// else.
    /// </summary>
    public static Condition NoCopy { get; } = new NoEndpointCopy();

    /// <summary>Why a call did not work.</summary>
    public static Column Error { get; } = new("error", new FirstOf(ErrorCode, ErrorMessage));

    /// <summary>The call did not work: it has an error, or it is a sign-in that was answered with Failure.</summary>
    public static Condition Failed { get; } = new Any(
    [
        new Exists(ErrorCode), new Exists(ErrorMessage), .. s_signIns.Select(static name => new In(Response(name), "Failure")),
    ]);

    public static Condition Worked { get; } = new Not(Failed);

    /// <summary>
    /// The call was refused, or the sign-in failed: <see cref="CloudTrailEvent.Outcome"/> Refused, written as a condition of a query.
    /// </summary>
    public static Condition Refused { get; } = new Any(
    [
        new In(new ErrorName(), CallOutcomes.RefusalCodes),
        new All(
            new Not(new In(new ErrorName(), "DryRunOperation")),
            new Any(new Contains(ErrorMessage, "is not authorized to perform"), new In(ErrorMessage, "Failed authentication"))),
        .. s_signIns.Select(static name => new In(Response(name), "Failure")),
    ]);

    public static Condition Writes { get; } = new Not(new ReadsOnly());

    public static Value Request(string path) => new Member("requestParameters", path);

    public static Value Response(string path) => new Member("responseElements", path);

    public static Condition Call(string source, params IReadOnlyList<string> names) => new All(new In(Source, source), new In(Name, names));

    /// <summary>The columns of a row: when, what, who and from where, then the hunt's own, then how to find the record.</summary>
    public static IReadOnlyList<Column> Row(params IReadOnlyList<Column> own) =>
    [
        new("event_time", Time), new("event", Name), new("source", Source), new("caller", Caller), new("address", Address),
        .. own,
        new("account", Account), new("region", new RecordField("awsRegion")), new("event_id", Id),
    ];

    /// <summary>Like <see cref="Row"/>, for hunts that also show refused calls.</summary>
    public static IReadOnlyList<Column> RowWithError(params IReadOnlyList<Column> own) =>
        Row([.. own, Error]);
}
