using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>Somebody who has a managed policy now, whatever he is called, as IAM lists it.</summary>
/// <param name="IsContained">True when he has our boundary; false for groups, and for whom it could not be read.</param>
public sealed record PolicyHolder(Principal Principal, bool IsContained);
