namespace Responder.Analysis.Evidence;

public enum GapKind
{
    /// <summary>Whole hours of one account and region without a record, which no valid digest vouches for either.</summary>
    Hours,

    /// <summary>A day without a single record.</summary>
    Day,

    /// <summary>The digest chain shows that logging or validation was off, or that digests are gone.</summary>
    Digest,

    /// <summary>No valid digest covers the period.</summary>
    Unproven,
}

/// <summary>A period for which something is missing.</summary>
public sealed record Gap(GapKind Kind, string? Account, string? Region, DateTimeOffset From, DateTimeOffset To, string What)
{
    public double Hours => Math.Round((To - From).TotalHours, 2);

    public static string NameOf(GapKind kind) => kind switch
    {
        GapKind.Hours => "hours without a record",
        GapKind.Day => "day without any record",
        GapKind.Digest => "gap in the digests",
        _ => "no valid digest",
    };
}
