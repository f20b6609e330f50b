using System.Text.Json;

namespace Responder.Cli.Doctor;

/// <summary>The environment variables of a function, as Lambda has them.</summary>
internal static class FunctionVariables
{
    public const string Operation = "GetFunctionConfiguration";

    /// <exception cref="UnreadableAnswerException">The answer has no variables.</exception>
    public static async Task<Dictionary<string, string>> ReadAsync(
        Installation installation, StackResource function, CancellationToken cancellationToken) =>
        Of(await installation.ConfigurationAsync(function, cancellationToken));

    private static Dictionary<string, string> Of(JsonElement configuration)
    {
        if (!configuration.TryGetProperty("Environment", out var environment) || environment.ValueKind != JsonValueKind.Object
            || !environment.TryGetProperty("Variables", out var variables) || variables.ValueKind != JsonValueKind.Object)
        {
            throw new UnreadableAnswerException($"{Operation}: the answer has no variables");
        }

        return variables.EnumerateObject().ToDictionary(
            static variable => variable.Name,
            static variable => variable.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number // moto keeps numbers
                ? variable.Value.ToString()
                : throw new UnreadableAnswerException($"{Operation}: {variable.Name} is no text"),
            StringComparer.Ordinal);
    }
}
