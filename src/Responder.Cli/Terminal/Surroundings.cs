using System.Text;
using Responder.Events;
using Responder.Logs;
using Spectre.Console;

namespace Responder.Cli.Terminal;

/// <summary>What a command knows about its environment; tests provide their own.</summary>
/// <param name="Output">Takes data.</param>
/// <param name="Error">Takes messages.</param>
/// <param name="Environment">Reads an environment variable.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, TextReader Input, Func<string, string?> Environment) : IDisposable
{
    /// <summary>Columns when the output is not a terminal, so that lines stay whole for whatever reads them.</summary>
    private const int Unwrapped = 100_000;

    private const int MaxReason = 1000;

    /// <summary>Size of the output buffer when nobody watches the lines appear.</summary>
    private const int BufferBytes = 32 * 1024;

    public bool OutputIsTerminal { get; init; }

    /// <summary>True: messages may overwrite their own line.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>True: there is somebody to ask.</summary>
    public bool CanAsk { get; init; }

    public int Width { get; init; } = 80;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Hides the AWS configuration of the environment from this process. Clients of the embedded endpoint need none of it, and a variable
    /// that the SDK cannot read would stop them.
    /// </summary>
    public Action ForgetAws { get; init; } = static () => { };

    public static Surroundings OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var isTerminal = !Console.IsOutputRedirected && System.Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new Surroundings(
            new StreamWriter(Console.OpenStandardOutput(), utf8, isTerminal ? -1 : BufferBytes) { NewLine = "\n" },
            new StreamWriter(Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true },
            Console.In,
            System.Environment.GetEnvironmentVariable)
        {
            OutputIsTerminal = isTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected && System.Environment.GetEnvironmentVariable("TERM") != "dumb",
            CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            Width = isTerminal ? Math.Max(40, Console.WindowWidth) : 80,
            ForgetAws = ForgetAwsOfProcess,
        };
    }

    /// <summary>Reports on one line of standard error what could not be read or is not valid, and why.</summary>
    public void Tell(string place, string? reason) =>
        Error.WriteLine($"responder: {PlainText.OneLine(place)}: {PlainText.OneLine(reason, MaxReason)}");

    /// <summary>Standard output for text: in color on a terminal, unless NO_COLOR is set; plain otherwise.</summary>
    public IAnsiConsole TextConsole()
    {
        var colours = OutputIsTerminal && string.IsNullOrEmpty(Environment("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(Output),
        });
        console.Profile.Width = OutputIsTerminal ? Width : Unwrapped;
        console.Profile.Capabilities.Links = false;
        return console;
    }

    /// <summary>Why a command that changes something ends when there is no terminal.</summary>
    public const string NobodyToAsk = "there is no terminal to ask at, and --yes is missing; nothing was changed";

    /// <summary>Asks a question at the terminal; if nobody is there, that is an error, never an answer.</summary>
    /// <exception cref="UsageException">There is no terminal.</exception>
    public bool Ask(string question, string otherwise)
    {
        if (!CanAsk) throw new UsageException(otherwise);
        Error.Write(question + " [y/N] ");
        Error.Flush();
        return Input.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Asks for a text at the terminal; null: nothing was said.</summary>
    /// <exception cref="UsageException">There is no terminal.</exception>
    public string? AskFor(string what, string otherwise)
    {
        if (!CanAsk) throw new UsageException(otherwise);
        Error.Write(what + " ");
        Error.Flush();
        return Input.ReadLine()?.Trim() is { Length: > 0 } text ? text : null;
    }

    private static void ForgetAwsOfProcess()
    {
        foreach (string name in System.Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase)) System.Environment.SetEnvironmentVariable(name, null);
        }

        var nowhere = Path.Combine(AppContext.BaseDirectory, "no-aws-profiles");
        System.Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", nowhere);
        System.Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", nowhere);
    }

    public void Dispose()
    {
        Output.Flush();
        Error.Flush();
    }
}
