namespace Responder.Logs;

/// <summary>
/// What cannot be done as asked. The message names the option or path and what was expected; the command line ends with exit code 2.
/// </summary>
public sealed class UsageException(string message) : Exception(message);
