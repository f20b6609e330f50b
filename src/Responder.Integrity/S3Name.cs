namespace Responder.Integrity;

/// <summary>Where an object lies, or is said to lie.</summary>
public readonly record struct S3Name(string Bucket, string Key)
{
    public override string ToString() => $"s3://{Bucket}/{Key}";
}

/// <summary>What the investigator asks for; both ends belong to it.</summary>
public readonly record struct AskedPeriod(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Somebody named the end; else it is now, and says nothing of how long a trail should have gone on.</summary>
    public bool IsEndNamed { get; init; }

    /// <summary>What happened shortly before the end stands in the digest of the next hour.</summary>
    public DateTimeOffset LastDigest => End.AddHours(1);

    /// <summary>
    /// It is checked, or the one after the last that is: that one has the last one's signature where a copy has no metadata.
    /// </summary>
    public bool Reaches(DateTimeOffset digestEnd) => digestEnd >= Start && digestEnd <= LastDigest.AddHours(2);

    public bool Holds(DateTimeOffset digestEnd) => digestEnd >= Start && digestEnd <= LastDigest;
}
