using System.CommandLine;
using System.CommandLine.Help;
using Responder.Aws;
using Responder.Cli.Commands;
using Responder.Cli.Doctor;
using Responder.Cli.Tables;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Operations.Release;
using Responder.Settings;

namespace Responder.Cli;

/// <summary>The command `responder`: one file per verb in Commands.</summary>
internal static class CommandLine
{
    /// <summary>How long a command may take after Ctrl-C to write out what it has.</summary>
    private static readonly TimeSpan s_timeToEnd = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // No response files: a path may begin with '@'.
        var parsed = Create(surroundings).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Action is not HelpAction && (parsed.Errors.Count > 0 || UnknownOptions(parsed).Any()))
                return WrongUsage(parsed, surroundings);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = surroundings.Output,
                    Error = surroundings.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = s_timeToEnd,
                },
                cancellationToken);
        }
        catch (Exception e) when (e is UsageException or OptionsException or ReleaseException or IncidentException)
        {
            surroundings.Error.WriteLine("responder: " + PlainText.OneLine(e.Message, 1000));
            return ExitCode.Usage;
        }
        catch (UnreadableAnswerException e)
        {
            surroundings.Error.WriteLine("responder: " + PlainText.OneLine(e.Message, 1000));
            return ExitCode.Step;
        }
        catch (OperationCanceledException)
        {
            surroundings.Error.WriteLine("responder: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            surroundings.Error.WriteLine("responder: " + AwsFailure.Describe("AWS", e));
            return ExitCode.Step;
        }
        finally
        {
            await surroundings.Output.FlushAsync(CancellationToken.None);
        }
    }

    private static RootCommand Create(Surroundings surroundings)
    {
        TableFormats.Parquet = ParquetRows.Of;
        var root = new RootCommand("Turns CloudTrail events into contained users, pages and incident records.")
        {
            ReplayCommand.Create(surroundings),
            BacktestCommand.Create(surroundings),
            HuntCommand.Create(surroundings),
            SearchCommand.Create(surroundings),
            TimelineCommand.Create(surroundings),
            ValidateLogsCommand.Create(surroundings),
            EvidenceCommand.Create(surroundings),
            EndpointCommand.Create(surroundings),
            DetectionsCommand.Create(surroundings),
            ContainCommand.Create(surroundings),
            ReleaseCommand.Create(surroundings),
            IncidentsCommand.Create(surroundings),
            ModeCommand.Create(surroundings),
            QuickstartCommand.Create(surroundings),
            DoctorCommand.Create(surroundings),
            DrillCommand.Create(surroundings),
            RedriveCommand.Create(surroundings),
        };
        var standing = root.Options.OfType<VersionOption>().Single();
        standing.Action = new VersionAction(surroundings);
        standing.Description = "Show the version and which AWS packages run.";
        return root;
    }

    /// <summary>What the parser took for arguments although it looks like options: a mistyped option must not become a path.</summary>
    private static IEnumerable<string> UnknownOptions(ParseResult parsed) => parsed.CommandResult.Children
        .OfType<System.CommandLine.Parsing.ArgumentResult>()
        .SelectMany(static argument => argument.Tokens)
        .Select(static token => token.Value)
        .Where(static value => value is ['-', _, ..]);

    private static int WrongUsage(ParseResult parsed, Surroundings surroundings)
    {
        // The parser spreads its lists of choices over several lines.
        foreach (var error in parsed.Errors)
            surroundings.Error.WriteLine(
                "responder: "
                + PlainText.OneLine(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        foreach (var option in UnknownOptions(parsed))
            surroundings.Error.WriteLine(
                $"responder: no such option: {PlainText.OneLine(option)} (a file of that name: ./{PlainText.OneLine(option)})");
        var verb = "";
        for (var command = parsed.CommandResult; command is { Command: not RootCommand }; command =
            command.Parent as System.CommandLine.Parsing.CommandResult)
            verb = $" {command.Command.Name}{verb}";
        surroundings.Error.WriteLine($"Usage: responder{verb} --help");
        return ExitCode.Usage;
    }

    private sealed class VersionAction(Surroundings surroundings) : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            surroundings.Output.WriteLine(Build.Version);
            return ExitCode.Done;
        }
    }
}
