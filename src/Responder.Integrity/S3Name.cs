namespace Responder.Integrity;

/// <summary>Where an object is stored, or is said to be stored.</summary>
public readonly record struct S3Name(string Bucket, string Key)
{
    public override string ToString() => $"s3://{Bucket}/{Key}";
}

/// <summary>The period that the investigator asks about, including both ends.</summary>
public readonly record struct AskedPeriod(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>
    /// True: somebody named the end. Otherwise it is now, which does not mean that a trail should have gone on until then.
    /// </summary>
    public bool IsEndNamed { get; init; }

    /// <summary>True: nobody named the beginning, so it is that of each trail's digests.</summary>
    public bool IsStartOpen { get; init; }

    /// <summary>Latest end of a digest that matters: what happened shortly before the end is in the digest of the next hour.</summary>
    public DateTimeOffset LastDigest => End.AddHours(1);

    /// <summary>
    /// True if the digest is to be checked, or may be the one after the last of these, which holds the last one's signature where a copy
    /// has no metadata.
    /// </summary>
    public bool Reaches(DateTimeOffset digestEnd) => digestEnd >= Start && digestEnd <= LastDigest.AddHours(2);

    public bool Holds(DateTimeOffset digestEnd) => digestEnd >= Start && digestEnd <= LastDigest;
}
