using Responder.Analysis.Hunting.Query;

namespace Responder.Analysis.Hunting;

/// <summary>A question that somebody puts together: each list that is not empty has to hold, by any of its texts.</summary>
public sealed record SearchTerms(
    IReadOnlyList<string> Principals, IReadOnlyList<string> Addresses, IReadOnlyList<string> Resources, IReadOnlyList<string> Events,
    IReadOnlyList<string> UserAgents, IReadOnlyList<string> Requests, IReadOnlyList<string> EventIds);

/// <summary>Makes a hunt of what was asked for, so that logs and SQL answer it as they answer the others.</summary>
public static class Search
{
    /// <summary>Whatever a record calls its caller by; each is compared as a whole.</summary>
    private static readonly Value[] s_callers =
    [
        .. ((string[])[
            "arn", "userName", "accessKeyId", "principalId", "onBehalfOf.userId", "sessionContext.sessionIssuer.arn",
            "sessionContext.sessionIssuer.userName", "invokedBy"]).Select(static name => new RecordField("userIdentity." + name)),
    ];

    /// <summary>Where a record names what a call is about.</summary>
    private static readonly string[] s_documents = ["requestParameters", "responseElements", "resources"];

    /// <summary>Null: nothing was asked for.</summary>
    public static Hunt? Of(SearchTerms terms, int limit)
    {
        Condition[] parts =
        [
            .. Any(terms.Principals, static text => new Any([.. s_callers.Select(value => new In(value, text))])),
            .. Any(terms.Addresses, static text => Exact(RecordFields.Address, text)),
            .. Any(terms.Resources, static text => new Any([.. s_documents.Select(document => new Mentions(document, text))])),
            .. Any(terms.Events, EventOf),
            .. Any(terms.UserAgents, static text => new Contains(new RecordField("userAgent"), text)),
            .. Any(terms.Requests, static text => new In(new RecordField("requestID"), text)),
            .. Any(terms.EventIds, static text => new In(RecordFields.Id, text)),
        ];
        return parts.Length == 0
            ? null
            : new Hunt
            {
                Id = "search",
                Title = "Which records match?",
                Definition = "Records that meet every condition that was given.",
                Days = 7,
                Where = new All(parts),
                Columns = RecordFields.RowWithError(
                    new Column("user_agent", new RecordField("userAgent")), new Column("request_id", new RecordField("requestID"))),
                Limit = limit,
            };
    }

    /// <summary>One condition for several texts; none for no text.</summary>
    private static IEnumerable<Condition> Any(IReadOnlyList<string> texts, Func<string, Condition> of) => texts switch
    {
        [] => [],
        [var only] => [of(only)],
        _ => [new Any([.. texts.Select(of)])],
    };

    /// <summary>A text that ends in <c>*</c> is a beginning.</summary>
    private static Condition Exact(Value value, string text) => text.EndsWith('*') ? new StartsWith(value, text[..^1]) : new In(value,
        text);

    /// <summary><c>DeleteUser</c>, <c>Delete*</c>, <c>iam:DeleteUser</c> or <c>iam:*</c>.</summary>
    private static Condition EventOf(string text)
    {
        if (text.Split(':', 2) is not [var service, var name]) return Exact(RecordFields.Name, text);
        var source = new In(RecordFields.Source, service.Contains('.', StringComparison.Ordinal) ? service : service + ".amazonaws.com");
        return name == "*" ? source : new All(source, Exact(RecordFields.Name, name));
    }
}
