namespace Responder.Analysis.Hunting.Query;

/// <summary>Both dialects are Trino; they differ in how the documents inside a record are stored and in what limits a scan.</summary>
public enum SqlDialect
{
    /// <summary>The table of infra/hunting.yaml: documents are JSON text, <c>eventTime</c> is text, days are partitions.</summary>
    Athena,

    /// <summary>An event data store of CloudTrail Lake: documents are maps of text, <c>eventTime</c> is a timestamp.</summary>
    Lake,
}
