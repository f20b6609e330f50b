using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Hunting.Query;

/// <summary>What a record must meet to count. Two-valued: a comparison with an absent value does not hold, here and in SQL.</summary>
public abstract record Condition
{
    public abstract bool Holds(CloudTrailEvent e);

    /// <summary>False: the condition does not hold for this record, whatever an event made of it would say. True proves nothing.</summary>
    public virtual bool MayHold(in RecordHead head) => true;

    public abstract string Sql(SqlDialect dialect);
}

/// <summary>The value is exactly one of these texts, case-sensitive.</summary>
internal sealed record In(Value Value, params IReadOnlyList<string> Texts) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Value.Of(e) is { } text && Texts.Contains(text, StringComparer.Ordinal);

    public override bool MayHold(in RecordHead head)
    {
        if (!Value.MayExist(head)) return false;
        foreach (var text in Texts)
        {
            if (Value.MayBe(head, text)) return true;
        }

        return false;
    }

    public override string Sql(SqlDialect dialect) => Texts is [var only]
        ? $"{Value.Sql(dialect)} = {SqlText.Literal(only)}"
        : $"{Value.Sql(dialect)} IN ({SqlText.Literals(Texts)})";
}

/// <summary>The value begins with one of these texts, case-sensitive.</summary>
internal sealed record StartsWith(Value Value, params IReadOnlyList<string> Prefixes) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Value.Of(e) is { } text
        && Prefixes.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal));

    public override bool MayHold(in RecordHead head)
    {
        foreach (var prefix in Prefixes)
        {
            if (Value.MayContain(head, prefix)) return true;
        }

        return false;
    }

    public override string Sql(SqlDialect dialect) =>
        "(" + string.Join(" OR ", Prefixes.Select(prefix => $"starts_with({Value.Sql(dialect)}, {SqlText.Literal(prefix)})")) + ")";
}

/// <summary>The value contains this text, case-sensitive.</summary>
internal sealed record Contains(Value Value, string Text) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Value.Of(e)?.Contains(Text, StringComparison.Ordinal) == true;

    public override bool MayHold(in RecordHead head) => Value.MayContain(head, Text);

    public override string Sql(SqlDialect dialect) => $"strpos({Value.Sql(dialect)}, {SqlText.Literal(Text)}) > 0";
}

/// <summary>Some text anywhere inside the document contains this one, whatever shape the call gave the document.</summary>
/// <param name="Document"><c>requestParameters</c>, <c>responseElements</c>, <c>additionalEventData</c> or <c>resources</c>.</param>
internal sealed record Mentions(string Document, string Text) : Condition
{
    public override bool Holds(CloudTrailEvent e) => IsIn(e.Record[Document].Unwrapped);

    public override bool MayHold(in RecordHead head) => RawText.MayBeIn(head, Text);

    // In Athena the documents are texts; resources are a list of structures in both stores.
    public override string Sql(SqlDialect dialect) => dialect == SqlDialect.Athena && Document != "resources"
        ? $"strpos({Document}, {SqlText.Literal(Text)}) > 0"
        : $"strpos(json_format(cast({Document} AS json)), {SqlText.Literal(Text)}) > 0";

    private bool IsIn(JsonView view) => view switch
    {
        { IsObject: true } => view.Members.Any(member => IsIn(member.Value)),
        { IsArray: true } => view.Items.Any(IsIn),
        _ => view.Text?.Contains(Text, StringComparison.Ordinal) == true,
    };
}

/// <summary>The value lies between two texts, both excluded, in ordinal order.</summary>
internal sealed record Between(Value Value, string After, string Before) : Condition
{
    public override bool Holds(CloudTrailEvent e) =>
        Value.Of(e) is { } text && string.CompareOrdinal(text, After) > 0 && string.CompareOrdinal(text, Before) < 0;

    public override string Sql(SqlDialect dialect) =>
        $"({Value.Sql(dialect)} > {SqlText.Literal(After)} AND {Value.Sql(dialect)} < {SqlText.Literal(Before)})";
}

internal sealed record Exists(Value Value) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Value.Of(e) is not null;

    public override bool MayHold(in RecordHead head) => Value.MayExist(head);

    public override string Sql(SqlDialect dialect) => $"{Value.SqlPresent(dialect)} IS NOT NULL";
}

/// <summary>The call only reads (<c>readOnly</c>), as the record itself says.</summary>
internal sealed record ReadsOnly : Condition
{
    public override bool Holds(CloudTrailEvent e) => e.ReadOnly == true;

    // The field is text in one store and boolean in the other.
    public override string Sql(SqlDialect dialect) => "lower(cast(readOnly AS varchar)) = 'true'";
}

/// <summary>
/// The record is no copy of a call that an endpoint of a VPC made (NetworkActivity); what the endpoint's own policy refused is none.
/// </summary>
internal sealed record NoEndpointCopy : Condition
{
    public override bool Holds(CloudTrailEvent e) => e.EventCategory != "NetworkActivity" || e.ErrorCode == "VpceAccessDenied";

    public override string Sql(SqlDialect dialect) =>
        "(coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')";
}

internal sealed record Not(Condition Inner) : Condition
{
    public override bool Holds(CloudTrailEvent e) => !Inner.Holds(e);

    // Without coalesce, records whose value is absent would be left out although they have to be included.
    public override string Sql(SqlDialect dialect) =>
        Inner is Exists exists ? $"{exists.Value.SqlPresent(dialect)} IS NULL" : $"NOT coalesce({Inner.Sql(dialect)}, false)";
}

internal sealed record All(params IReadOnlyList<Condition> Parts) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Parts.All(part => part.Holds(e));

    public override bool MayHold(in RecordHead head)
    {
        foreach (var part in Parts)
        {
            if (!part.MayHold(head)) return false;
        }

        return true;
    }

    public override string Sql(SqlDialect dialect) => "(" + string.Join(" AND ", Parts.Select(part => part.Sql(dialect))) + ")";
}

internal sealed record Any(params IReadOnlyList<Condition> Parts) : Condition
{
    public override bool Holds(CloudTrailEvent e) => Parts.Any(part => part.Holds(e));

    public override bool MayHold(in RecordHead head)
    {
        foreach (var part in Parts)
        {
            if (part.MayHold(head)) return true;
        }

        return false;
    }

    public override string Sql(SqlDialect dialect) => "(" + string.Join(" OR ", Parts.Select(part => part.Sql(dialect))) + ")";
}
