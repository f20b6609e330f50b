namespace Responder.Operations.Drill;

/// <summary>A drill that cannot go on. The message says why.</summary>
internal sealed class DrillException(string message) : Exception(message);
