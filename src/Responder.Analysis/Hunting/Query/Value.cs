using System.Text;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Hunting.Query;

/// <summary>
/// A text of a record, or null where the record has none. Each kind defines both how it is read from a record and how it is written in SQL.
/// </summary>
public abstract record Value
{
    public abstract string? Of(CloudTrailEvent e);

    /// <summary>False: in this record the value is certainly not this text.</summary>
    public virtual bool MayBe(in RecordHead head, string text) => MayContain(head, text);

    /// <summary>False: in this record the value certainly does not contain this text.</summary>
    public virtual bool MayContain(in RecordHead head, string text) => true;

    /// <summary>False: this record certainly does not have the value.</summary>
    public virtual bool MayExist(in RecordHead head) => true;

    public abstract string Sql(SqlDialect dialect);

    /// <summary>The same, where an empty text has to count as absent, as <see cref="Of"/> has it.</summary>
    public virtual string SqlPresent(SqlDialect dialect) => $"nullif({Sql(dialect)}, '')";

    /// <summary>False: the tables have no column for it.</summary>
    public virtual bool IsInTables => true;

    /// <summary>An empty text says as much as none.</summary>
    protected static string? Present(string? text) => text is { Length: > 0 } ? text : null;
}

/// <summary>
/// A field that every record may have, by its path as CloudTrail spells it: <c>userIdentity.sessionContext.sessionIssuer.arn</c>.
/// </summary>
internal sealed record RecordField(string Path) : Value
{
    private readonly string[] _names = Path.Split('.');

    public override string? Of(CloudTrailEvent e)
    {
        var view = e.Record;
        foreach (var name in _names) view = view[name];
        return Present(view.Text);
    }

    public override bool MayBe(in RecordHead head, string text) => Path switch
    {
        "eventSource" => Ascii.Equals(head.EventSource, text),
        "eventName" => Ascii.Equals(head.EventName, text),
        _ => MayContain(head, text),
    };

    public override bool MayContain(in RecordHead head, string text) => RawText.MayBeIn(head, text);

    public override bool MayExist(in RecordHead head) => Path switch
    {
        // A head exists only for records in which these names have no other spelling.
        "errorCode" => head.Utf8.IndexOf("\"errorCode\""u8) >= 0,
        "errorMessage" => head.Utf8.IndexOf("\"errorMessage\""u8) >= 0,
        _ => true,
    };

    public override string Sql(SqlDialect dialect) => Path;

    // A time is no text in one of the stores, and is never empty.
    public override string SqlPresent(SqlDialect dialect) => Path == "eventTime" ? Path : base.SqlPresent(dialect);
}

/// <summary>
/// A member of one of the documents whose shape depends on the call, at most one level deeper: <c>accessKey.userName</c>.
/// </summary>
/// <param name="Document"><c>requestParameters</c>, <c>responseElements</c> or <c>additionalEventData</c>.</param>
internal sealed record Member(string Document, string Path) : Value
{
    private readonly string[] _names = Path.Split('.');

    public override string? Of(CloudTrailEvent e) => Present(
        _names.Aggregate(e.Record[Document].Unwrapped, static (view, name) => view[name]).Text);

    public override bool MayContain(in RecordHead head, string text) => RawText.MayBeIn(head, text);

    public override string Sql(SqlDialect dialect) => (dialect, _names) switch
    {
        (SqlDialect.Athena, _) => $"json_extract_scalar({Document}, '$.{Path}')",
        (_, [var name]) => $"element_at({Document}, '{name}')",
        // Lake keeps what is inside a member as text, {name=value} or {"name":"value"}.
        (_, [var name, var inner]) => $$"""regexp_extract(element_at({{Document}}, '{{name}}'), '\b{{inner}}"?\s*[=:]\s*"?([^,}"]+)', 1)""",
        _ => throw new NotSupportedException($"{Document}.{Path} lies too deep for CloudTrail Lake"),
    };
}

/// <summary>The ARN of the first resource that the record names.</summary>
internal sealed record ResourceArn : Value
{
    public override string? Of(CloudTrailEvent e) => Present(e.Record["resources"].Items.FirstOrDefault()["ARN"].Text);

    public override bool MayContain(in RecordHead head, string text) => RawText.MayBeIn(head, text);

    public override string Sql(SqlDialect dialect) => "element_at(resources, 1).arn";
}

/// <summary>The first of these values that the record has.</summary>
internal sealed record FirstOf(params Value[] Values) : Value
{
    public override string? Of(CloudTrailEvent e)
    {
        foreach (var value in Values)
        {
            if (value.Of(e) is { } text) return text;
        }

        return null;
    }

    public override bool MayContain(in RecordHead head, string text)
    {
        foreach (var value in Values)
        {
            if (value.MayContain(head, text)) return true;
        }

        return false;
    }

    public override string Sql(SqlDialect dialect)
    {
        var values = Values.Where(static value => value.IsInTables).Select(value => value.SqlPresent(dialect));
        return $"coalesce({string.Join(", ", values)})";
    }

    public override string SqlPresent(SqlDialect dialect) => Sql(dialect);
}

/// <summary>The account that acts by a temporary delegation, which the tables do not have.</summary>
internal sealed record DelegateAccount : Value
{
    public override string? Of(CloudTrailEvent e) => e.Actor.DelegateAccountId;

    public override bool MayContain(in RecordHead head, string text) => RawText.MayBeIn(head, text);

    public override bool IsInTables => false;

    public override string Sql(SqlDialect dialect) => throw new NotSupportedException("The tables do not have invokedByDelegate.");
}

internal sealed record Lower(Value Inner) : Value
{
    public override string? Of(CloudTrailEvent e) => Inner.Of(e)?.ToLowerInvariant();

    public override string Sql(SqlDialect dialect) => $"lower({Inner.Sql(dialect)})";
}

/// <summary>The error code without the prefixes of some services: <c>Client.</c>, <c>com.amazon.coral.service#</c>.</summary>
internal sealed record ErrorName : Value
{
    public override string? Of(CloudTrailEvent e)
    {
        if (e.Record["errorCode"].Text is not { } code) return null;
        if (code.StartsWith("Client.", StringComparison.Ordinal)) code = code["Client.".Length..];
        return Present(code[(code.LastIndexOf('#') + 1)..]);
    }

    public override bool MayContain(in RecordHead head, string text) => RawText.MayBeIn(head, text);

    public override bool MayExist(in RecordHead head) => head.Utf8.IndexOf("\"errorCode\""u8) >= 0;

    public override string Sql(SqlDialect dialect) => "regexp_replace(errorCode, '^(Client[.])?(.*#)?', '')";
}

/// <summary>The time of day of the event, as <c>HH:mm:ss</c> UTC.</summary>
internal sealed record TimeOfDay : Value
{
    public override string? Of(CloudTrailEvent e) =>
        e.EventTime?.UtcDateTime.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    public override string Sql(SqlDialect dialect) => $"date_format({Moment(dialect)}, '%H:%i:%s')";

    public override string SqlPresent(SqlDialect dialect) => Sql(dialect);

    /// <summary>The time of the event as a timestamp; one that cannot be read becomes null instead of making the query fail.</summary>
    internal static string Moment(SqlDialect dialect) => dialect == SqlDialect.Athena
        ? "try(from_iso8601_timestamp(eventTime))"
        : "eventTime";
}
