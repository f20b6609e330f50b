using Responder.Aws;
using Responder.Events;
using Responder.Logs;

namespace Responder.Cli.Terminal;

/// <summary>Which logs a command reads and where its answer goes.</summary>
/// <param name="Format">One of the command's formats.</param>
/// <param name="OutputFile">Null: standard output.</param>
/// <param name="S3Clients">Called only when a path begins with s3://.</param>
internal sealed record LogRequest(IReadOnlyList<string> Paths, string Format, string? OutputFile, Func<AwsClients> S3Clients);

/// <summary>
/// One run of a command over logs. All such commands work alike: what cannot be read is named on standard error and the rest is read, the
/// answer goes to standard output or a file, Ctrl-C keeps what was read, and the exit code says how the run ended.
/// </summary>
internal sealed class LogRun : IDisposable
{
    private readonly LogRequest _request;
    private readonly string _answer;

    private LogRun(LogRequest request, string answer, Surroundings surroundings, CancellationToken cancellationToken)
    {
        (_request, _answer, Surroundings, CancellationToken) = (request, answer, surroundings, cancellationToken);
        Inputs = LogInputs.Of(request.Paths, request.S3Clients);
        Malformed = new MalformedNotes(Tell);
    }

    public Surroundings Surroundings { get; }

    public CancellationToken CancellationToken { get; }

    public bool IsInterrupted => CancellationToken.IsCancellationRequested;

    public LogInputs Inputs { get; }

    /// <summary>What could not be read, in the order in which it was reported.</summary>
    public List<InputError> Unread { get; } = [];

    /// <summary>The files that are no logs.</summary>
    public LeftOut LeftOut { get; } = new();

    public MalformedNotes Malformed { get; }

    /// <summary>Called before something is reported, so that a progress line can be cleared.</summary>
    public Action BeforeTelling { get; set; } = static () => { };

    /// <param name="answer">What the command calls its answer, for the message that it could not be written.</param>
    public static Task<int> StartAsync(
        LogRequest request, string answer, Surroundings surroundings, CancellationToken cancellationToken, Func<LogRun, Task<int>> read) =>
        // Ctrl-C is handled only after this has returned.
        Task.Run(
            async () =>
            {
                using var run = new LogRun(request, answer, surroundings, cancellationToken);
                return await read(run);
            },
            CancellationToken.None);

    /// <inheritdoc cref="StartAsync(LogRequest, string, Surroundings, CancellationToken, Func{LogRun, Task{int}})"/>
    public static Task<int> StartAsync(
        LogRequest request, string answer, Surroundings surroundings, CancellationToken cancellationToken, Func<LogRun, int> read) =>
        StartAsync(request, answer, surroundings, cancellationToken, run => Task.FromResult(read(run)));

    /// <summary>All files that the paths stand for; what cannot be listed is reported.</summary>
    /// <param name="withSizes">True: look up the sizes of files on this machine.</param>
    public IEnumerable<LogFile> Files(bool withSizes = false) => FilesOf(_request.Paths, withSizes);

    public IEnumerable<LogFile> FilesOf(IEnumerable<string> paths, bool withSizes = false) =>
        Inputs.Files(paths, OnError, withSizes, CancellationToken);

    public void OnError(InputError error)
    {
        if (error.Issue == InputIssue.NotOpened)
        {
            LeftOut.Add(error);
            return;
        }

        if (error.Issue == InputIssue.Unreadable) Unread.Add(error);
        Tell(error.Path, error.Reason);
    }

    /// <summary>Says how many files were no logs.</summary>
    public void TellLeftOut()
    {
        if (LeftOut.Describe() is not { } line) return;
        BeforeTelling();
        Surroundings.Error.WriteLine("responder: " + PlainText.OneLine(line, 2000));
    }

    public void Tell(string place, string reason)
    {
        BeforeTelling();
        Surroundings.Tell(place, reason);
    }

    /// <summary>Sends the answer to standard output, or to the file that was asked for.</summary>
    /// <param name="inputs">None of them may be that file.</param>
    /// <param name="write">Called with surroundings that have this place as their output; returns the exit code.</param>
    /// <exception cref="UsageException">The file cannot be written, or it is one of the inputs.</exception>
    public int Write(IEnumerable<LogFile> inputs, Func<Surroundings, int> write)
    {
        try
        {
            if (_request.OutputFile is not { } path) return Written(Surroundings);
            using var file = OutputFile.Create(path, [.. inputs.Select(static input => input.Name)]);
            return Written(Surroundings with { Output = file, OutputIsTerminal = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Inputs that fail are reported one by one; what remains is the disk or the pipe that the answer goes to.
            Surroundings.Error.WriteLine($"responder: the {_answer} could not be written: " + PlainText.OneLine(e.Message));
            return ExitCode.Step;
        }

        int Written(Surroundings place)
        {
            var code = write(place);
            place.Output.Flush();
            return code;
        }
    }

    /// <summary>The exit code. If several apply, an interruption comes first, then input, then findings.</summary>
    /// <param name="interrupted">Text that follows "interrupted" and says what is left; null: there was no interruption.</param>
    public int End(string? interrupted, bool isInputBad, bool hasFindings = false)
    {
        if (interrupted is null) return isInputBad ? ExitCode.Input : hasFindings ? ExitCode.Findings : ExitCode.Done;
        Surroundings.Error.WriteLine("responder: interrupted" + interrupted);
        return ExitCode.Interrupted;
    }

    public void Dispose() => Inputs.Dispose();
}
