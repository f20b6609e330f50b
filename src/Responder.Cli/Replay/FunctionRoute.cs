using Responder.Logs;
using Responder.Operations.Routing;

namespace Responder.Cli.Replay;

/// <summary>The functions of the deployment, by their names on the command line.</summary>
internal static class FunctionRoute
{
    /// <param name="name">As in RESPONDER_FUNCTION (<c>security-group</c>), or the logical name in template.yaml
    /// (<c>SecurityGroupFunction</c>).</param>
    /// <exception cref="UsageException">There is no such function.</exception>
    public static string Named(string name) => EventPatterns.Functions.FirstOrDefault(function =>
        name == function
            || string.Equals(name, function.Replace("-", "", StringComparison.Ordinal) + "Function", StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException(
            $"--handler: expected {string.Join(", ", EventPatterns.Functions)}, or the name of one in template.yaml, such as IamFunction");
}
