namespace Responder.Policies;

/// <summary>
/// What decides beside its text what a document is worth. Every judgment of an identity's policies takes all of it, so that no caller can
/// forget a part: a document read from IAM counts at the same time and for the same holder as the one in the event.
/// </summary>
/// <param name="AccountId">The account that it is attached in; when null, any account that it names counts as that one.</param>
/// <param name="Partition">The account's partition: what names another one allows and denies nothing. Null when not known.</param>
/// <param name="At">When it counts: a date that had passed by then allows nothing. Null when that is not known.</param>
/// <param name="Own">The holder itself, his groups, and the managed policies that the documents are; power over these is power of the
/// holder.</param>
internal sealed record Circumstances(string? AccountId, string? Partition, DateTimeOffset? At, IReadOnlyList<OwnThing> Own)
{
    /// <summary>Our organizations (<c>o-…</c>); empty when they are not known.</summary>
    public IReadOnlyCollection<string> OrganizationIds { get; init; } = [];

    /// <summary>
    /// The one user or role for whom the documents count; with the name <c>*</c> the users of a group. Null when that is not certain: a
    /// managed policy may be held by others as well, and its conditions may be meant for them. Where the question is what one of them has,
    /// whoever asks says so.
    /// </summary>
    public OwnThing? Holder { get; init; } = HolderOf(Own);

    private static OwnThing? HolderOf(IReadOnlyList<OwnThing> own)
    {
        if (own.Any(static thing => thing.Type == "policy")) return null;
        List<OwnThing> named = [.. own.Where(static thing => thing.Type is "user" or "role")];
        return named.Count == 1 ? named[0] : named.Count == 0 && own.Count > 0 ? new OwnThing("user", "*") : null;
    }
}
