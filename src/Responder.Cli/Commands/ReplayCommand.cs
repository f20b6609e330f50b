using System.CommandLine;
using Responder.Cli.Replay;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Routing;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder replay`: sends events through the main path, on the embedded endpoint unless told otherwise.</summary>
internal static class ReplayCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description = "Event files, folders of them, or - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var format = new Option<string>("--format")
        {
            Description = "text, or json: one line per event.",
            DefaultValueFactory = static _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var endpoint = new Option<string>("--endpoint")
        {
            HelpName = "URL",
            Description = "An AWS endpoint to act on instead of the embedded one; nothing is seeded.",
        };
        var live = new Option<bool>("--live")
        {
            Description = "Act on the AWS account of the surroundings. Asks first; never without a terminal.",
        };
        var handler = new Option<string>("--handler")
        {
            HelpName = "NAME",
            Description = "Process as this function: iam, security-group, kms, s3, account, or its name in template.yaml.",
        };
        var mode = new Option<string>("--mode") { Description = "Enforce or Observe, instead of RESPONDER_MODE." };
        mode.AcceptOnlyFromAmong("Enforce", "Observe");
        var command = new Command("replay", "Replay CloudTrail events: contain, page and record on an AWS endpoint inside this process.")
        {
            paths, format, endpoint, live, handler, mode,
        };
        var failOn = new FailOnOption(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(live) && result.GetValue(endpoint) is not null) result.AddError("--live and --endpoint exclude each other");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ReplayRequest(
                parsed.GetValue(paths)!, parsed.GetValue(format) == "json", AmbientAws.Endpoint(parsed.GetValue(endpoint)),
                parsed.GetValue(live),
                parsed.GetValue(handler) is { } name ? FunctionRoute.Named(name) : null,
                parsed.GetValue(mode) is { } word ? Enum.Parse<Mode>(word) : null,
                failOn.Of(parsed)),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ReplayRequest request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        if (request.Mode is { } mode) options = options with { Mode = mode };

        var summary = new ReplaySummary();
        var leftOut = new LeftOut();
        var madeUp = new Dictionary<string, string>(StringComparer.Ordinal);
        var toldOf = new HashSet<string>(StringComparer.Ordinal);
        void OnError(InputError error)
        {
            if (error.Issue == InputIssue.NotOpened)
            {
                leftOut.Add(error);
                return;
            }

            if (error.Issue == InputIssue.Unreadable) summary.Unreadable++;
            surroundings.Tell(error.Path, error.Reason);
        }

        var opened = await ReplayTargets.OpenAsync(request, options, surroundings, OnError, cancellationToken);
        if (opened is not { } target) return ExitCode.Usage;
        await using var disposing = target;
        var console = surroundings.TextConsole();
        var text = new ReplayText(console, options);
        var warmUp = new WarmUp(options, isNeeded: target is EmbeddedTarget);
        foreach (var read in EventReader.Read(request.Paths, OnError))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var input = read;
            if (input.Parsed.Event is { } e)
            {
                Warn(request.Handler, input, e, surroundings);
                if (e is { HasGenuineId: false, EventId: { } id } && !madeUp.TryAdd(id, e.CopyKey) && madeUp[id] != e.CopyKey)
                {
                    if (toldOf.Add(id))
                        surroundings.Tell(
                            $"{input.File}#{input.Record}",
                            "another event has the same id, which CloudTrail did not give: their contents tell them apart");
                    e = e.UnderOwnKey();
                    input = input with { Parsed = ParsedEvent.Of(e) };
                }

                await warmUp.BeforeAsync(input, e, cancellationToken);
            }
            else
            {
                surroundings.Tell(input.File, input.Parsed.Error);
            }

            var replayed = await target.RespondAsync(input, cancellationToken);
            summary.Add(replayed.Response);
            if (request.Json) surroundings.Output.WriteLine(replayed.Response.ToJson(options, input.File, input.Record));
            else text.Write(replayed);
            await surroundings.Output.FlushAsync(cancellationToken);
        }

        if (leftOut.Describe() is { } others) surroundings.Error.WriteLine("responder: " + PlainText.OneLine(others, 2000));
        if (!request.Json) summary.Write(console, WhereOf(request, target));
        return summary.ExitCodeFor(request.FailOn);
    }

    /// <summary>Has code compiled before it is needed; otherwise the times of the first event would include the compiler's.</summary>
    private sealed class WarmUp(ResponderOptions options, bool isNeeded)
    {
        private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
        private bool _isNeeded = isNeeded;

        public async Task BeforeAsync(EventInput input, CloudTrailEvent e, CancellationToken cancellationToken)
        {
            if (!_isNeeded || _catalog.Detect(e).Count == 0) return;
            await using (var scratch = new EmbeddedTarget(options, static _ => { })) await scratch.RespondAsync(input, cancellationToken);
            _isNeeded = false;
        }
    }

    private static void Warn(string? handler, EventInput input, CloudTrailEvent e, Surroundings surroundings)
    {
        if (handler is null || EventPatterns.FunctionOf(e) is var function && function == handler) return;
        surroundings.Error.WriteLine($"responder: {PlainText.OneLine(input.File)}#{input.Record}: EventBridge gives this event to the "
            + $"function {function}, not to {handler}");
    }

    private static string WhereOf(ReplayRequest request, IReplayTarget target) => target switch
    {
        EmbeddedTarget => "Everything happened in the embedded AWS endpoint; no account was touched.",
        _ when request.Endpoint is { } endpoint => $"Everything happened on {endpoint}.",
        _ => "Everything happened in the account that you confirmed.",
    };
}
