using Responder.Cli.Terminal;

namespace Responder.Cli.Tests;

/// <summary>The exit code and the output of one run of the command.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public IReadOnlyList<System.Text.Json.JsonElement> Json =>
        [.. Lines.Select(static line => System.Text.Json.JsonDocument.Parse(line).RootElement)];
}

/// <summary>Runs the command in this process, with its own environment and nobody at the terminal.</summary>
internal static class Cli
{
    public static Task<CliRun> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public static Task<CliRun> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAsync(environment, TimeProvider.System, arguments);

    /// <summary>Like <see cref="RunAsync(string[])"/>, but at a given time.</summary>
    public static Task<CliRun> RunAtAsync(DateTimeOffset now, params string[] arguments) =>
        RunAsync(new Dictionary<string, string>(), new FakeTimeProvider(now), arguments);

    private static async Task<CliRun> RunAsync(IReadOnlyDictionary<string, string> environment, TimeProvider clock, string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(output, error, TextReader.Null, name => environment.GetValueOrDefault(name))
        {
            Clock = clock,
        };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Like <see cref="RunAsync(string[])"/>, but with somebody at the terminal who answers once.</summary>
    public static async Task<CliRun> RunAnsweringAsync(
        string answer, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var input = new StringReader(answer + "\n");
        using var surroundings = new Surroundings(output, error, input, name => environment.GetValueOrDefault(name)) { CanAsk = true };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);
        return new CliRun(code, output.ToString(), error.ToString());
    }
}
