using System.CommandLine;
using Responder.Analysis.Backtest;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>
/// The options of commands that read logs: which logs, from what time, in which format the answer comes, and where it goes.
/// </summary>
internal sealed class LogOptions
{
    private readonly Argument<string[]> _paths = new("PATH");
    private readonly Option<string> _format = new("--format");
    private readonly Option<string> _output = new("--output") { HelpName = "FILE", Description = "Write the answer to this file." };
    private readonly Option<string[]> _accounts = new("--account")
    {
        HelpName = "ID",
        Description = "Only this account; may be given several times.",
    };

    private readonly Option<string[]> _regions = new("--region")
    {
        HelpName = "REGION",
        Description = "Only this region; may be given several times.",
    };

    private S3Options? _s3;

    /// <param name="needsPath">False: the command itself checks that there is a path.</param>
    public LogOptions(Command command, bool needsPath)
    {
        _paths.Description = "Log files or archives, folders of them, s3://bucket/prefix, or - for standard input.";
        _paths.Arity = needsPath ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore;
        command.Arguments.Add(_paths);
        Times = new TimeOptions(command);
    }

    public TimeOptions Times { get; }

    /// <param name="formats">The first one is the default.</param>
    public LogOptions WithOutput(Command command, string description, params string[] formats)
    {
        _format.Description = description;
        _format.DefaultValueFactory = _ => formats[0];
        _format.AcceptOnlyFromAmong(formats);
        command.Options.Add(_format);
        command.Options.Add(_output);
        return this;
    }

    /// <summary>For commands that use AWS only to read logs in buckets.</summary>
    /// <param name="elsewhere">An option with which the command asks AWS instead of logs; null: there is none.</param>
    public LogOptions WithFilters(Command command, Option<string>? elsewhere = null)
    {
        command.Options.Add(_accounts);
        command.Options.Add(_regions);
        _s3 = new S3Options(command, _paths, elsewhere);
        return this;
    }

    public string[] PathsOf(ParseResult parsed) => parsed.GetValue(_paths) ?? [];

    /// <summary>True if anything was given that makes sense only for reading logs.</summary>
    /// <param name="withOutput">False: where the answer goes makes sense for something else, too.</param>
    public bool IsGiven(ParseResult parsed, bool withOutput) => PathsOf(parsed).Length > 0 || Times.IsGiven(parsed)
        || ((Option[])[_accounts, _regions, .. withOutput ? (Option[])[_output] : []])
            .Any(option => parsed.GetResult(option) is not null);

    /// <exception cref="UsageException">A value is not valid; the message names the option and what it expects.</exception>
    public LogFilter FilterOf(ParseResult parsed, params string[] detections) =>
        LogFilter.Of(parsed.GetValue(_accounts) ?? [], parsed.GetValue(_regions) ?? [], detections);

    /// <exception cref="UsageException">A page for a browser would go to a terminal.</exception>
    /// <param name="s3Clients">Returns the clients for buckets, for a command without <see cref="WithFilters"/>.</param>
    public LogRequest RequestOf(ParseResult parsed, Surroundings surroundings, Func<AwsClients>? s3Clients = null)
    {
        var (format, output) = (parsed.GetValue(_format)!, parsed.GetValue(_output));
        if (format == "html" && output is null && surroundings.OutputIsTerminal)
            throw new UsageException("--format html: name the file with --output");
        if (_s3 is not { } s3) return new LogRequest(PathsOf(parsed), format, output, s3Clients!);
        var access = s3.AccessOf(parsed);
        return new LogRequest(PathsOf(parsed), format, output, () => access.Clients(surroundings));
    }
}
