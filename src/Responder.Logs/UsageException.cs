namespace Responder.Logs;

/// <summary>
/// A request that cannot be carried out as given. The message names the option or path and what was expected; the command line exits with
/// code 2.
/// </summary>
public sealed class UsageException(string message) : Exception(message);
