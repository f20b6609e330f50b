namespace Responder.Cli.Terminal;

/// <summary>The exit codes of the process. If several apply, a failed step comes first, then input, then findings.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Findings at or above `--fail-on`.</summary>
    public const int Findings = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    /// <summary>Input could not be read; the rest was processed.</summary>
    public const int Input = 3;

    /// <summary>A step failed: an AWS call, a page, a record.</summary>
    public const int Step = 4;

    /// <summary>Interrupted; the code that shells use.</summary>
    public const int Interrupted = 130;
}
