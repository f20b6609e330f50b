using System.Globalization;
using Responder.Events;
using Responder.Facts;

namespace Responder.Records;

/// <summary>The state of an incident.</summary>
public enum IncidentStatus
{
    /// <summary>A delivery began and did not finish: a step failed, or the page was not sent.</summary>
    Unfinished,

    /// <summary>Everything was done, but nobody has closed it.</summary>
    Complete,

    /// <summary>Its quarantine was lifted.</summary>
    Released,

    /// <summary>A person closed it.</summary>
    Closed,
}

/// <summary>A record as lists and the retention need it.</summary>
/// <param name="Name">Full name of the parameter.</param>
/// <param name="Day">The day of the call, from the name (UTC).</param>
/// <param name="Json">The whole record.</param>
public sealed record IncidentSummary(string Name, DateOnly Day, JsonView Json)
{
    public string Id => Json["id"].Text ?? Name[(Name.LastIndexOf('/') + 1)..];

    public IncidentStatus Status => Json["status"].Text switch
    {
        "closed" => IncidentStatus.Closed,
        "complete" when Json["outcome"].Text == "released" => IncidentStatus.Released,
        "complete" => IncidentStatus.Complete,
        _ => IncidentStatus.Unfinished,
    };

    /// <summary>True when nobody needs to look at it any more.</summary>
    public bool IsOver => Status is IncidentStatus.Closed or IncidentStatus.Released;

    /// <summary>The ledger of the principal that was contained; null: nobody was.</summary>
    public string? LedgerName => Json["ledger"].Text;

    public Closing? Closed => ClosedText.Read(Json);

    /// <summary>When anything last happened to it.</summary>
    public DateTimeOffset Touched => ((DateTimeOffset?[])
        [
            new DateTimeOffset(Day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero), ClosedText.TimeOf(Json["writtenAt"]), Closed?.At,
            ClosedText.TimeOf(Json["release"]["at"]),
        ]).OfType<DateTimeOffset>().Max();

    /// <summary>Null when this is not a readable record of ours; <paramref name="because"/> says why.</summary>
    public static IncidentSummary? Read(string incidentsRoot, string name, string text, out string because)
    {
        because = "";
        var rest = name.StartsWith(incidentsRoot + "/", StringComparison.Ordinal) ? name[(incidentsRoot.Length + 1)..] : "";
        if (rest.Split('/') is not [var day, { Length: > 0 }]
            || !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            because = "not the name of a record: DAY/ID is expected";
        else if (!JsonView.TryParse(text, out var json)) because = "not JSON";
        else if (json["schema"].Text != IncidentText.RecordSchema) because = $"not of the schema {IncidentText.RecordSchema}";
        else return new IncidentSummary(name, date, json);
        return null;
    }
}
