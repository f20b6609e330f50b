namespace Responder.Operations.Incidents;

/// <summary>An incident that cannot be found as it was named. The message says why and how to name it.</summary>
public sealed class IncidentException(string message) : Exception(message);
