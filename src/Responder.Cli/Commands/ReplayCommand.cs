using System.CommandLine;
using Amazon.SimpleNotificationService.Model;
using Responder.Aws;
using Responder.Cli.Replay;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Routing;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder replay`: events through the main path, against the embedded endpoint unless told otherwise.</summary>
internal static class ReplayCommand
{

    /// <summary>What a call to the embedded endpoint takes in the text output, so that calls made together are seen together.</summary>
    private static readonly TimeSpan s_shownLatency = TimeSpan.FromMilliseconds(10);

    private sealed record Request(
        IReadOnlyList<string> Paths, bool Json, Uri? Endpoint, bool Live, string? Handler, Mode? Mode, Severity? FailOn);

    public static Command Create(Surroundings surroundings)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Event files, or folders of *.json, *.jsonl and *.gz.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "text, or json: one line per event.", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint to act on instead of the embedded one; nothing is seeded." };
        var live = new Option<bool>("--live") { Description = "Act on the AWS account of the surroundings. Asks first; never without a terminal." };
        var handler = new Option<string>("--handler") { HelpName = "NAME", Description = "Process as this function: iam, security-group, kms, s3, account, or its name in template.yaml." };
        var mode = new Option<string>("--mode") { Description = "Enforce or Observe, instead of RESPONDER_MODE." };
        mode.AcceptOnlyFromAmong("Enforce", "Observe");
        var failOn = new Option<string>("--fail-on") { HelpName = "SEVERITY", Description = "Exit with 1 when something of this severity (LOW, MEDIUM, HIGH, CRITICAL) or a higher one was found." };

        var command = new Command("replay", "Replay CloudTrail events: contain, page and record on an AWS endpoint inside this process.")
        {
            paths, format, endpoint, live, handler, mode, failOn,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(live) && result.GetValue(endpoint) is not null) result.AddError("--live and --endpoint exclude each other");
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(paths)!, parsed.GetValue(format) == "json", AmbientAws.Endpoint(parsed.GetValue(endpoint)), parsed.GetValue(live),
                parsed.GetValue(handler) is { } name ? FunctionRoute.Named(name) : null,
                parsed.GetValue(mode) is { } word ? Enum.Parse<Mode>(word) : null,
                parsed.GetValue(failOn) is { } severity ? SeverityOf(severity) : null),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        if (request.Mode is { } mode) options = options with { Mode = mode };

        var summary = new ReplaySummary();
        void OnError(InputError error)
        {
            summary.Unreadable++;
            surroundings.Error.WriteLine($"responder: {PlainText.OneLine(error.Path)}: {PlainText.OneLine(error.Reason)}");
        }

        if (await TargetAsync(request, options, surroundings, OnError, cancellationToken) is not { } target) return ExitCode.Usage;
        await using var disposing = target;
        var console = surroundings.TextConsole();
        var text = new ReplayText(console, options);
        var catalog = DetectionCatalog.For(options.Estate);
        var isWarm = target is not EmbeddedTarget;
        foreach (var input in EventReader.Read(request.Paths, OnError))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (input.Parsed.Event is { } e)
            {
                Warn(request.Handler, input, e, surroundings);
                if (!isWarm && catalog.Detect(e).Count > 0)
                {
                    // Code that runs for the first time is compiled first: the times of this event would be the compiler's.
                    await using (var scratch = new EmbeddedTarget(options, static _ => { })) await scratch.RespondAsync(input, cancellationToken);
                    isWarm = true;
                }
            }
            else
            {
                surroundings.Error.WriteLine($"responder: {PlainText.OneLine(input.File)}: {PlainText.OneLine(input.Parsed.Error, 1000)}");
            }

            var replayed = await target.RespondAsync(input, cancellationToken);
            summary.Add(replayed.Response);
            if (request.Json) surroundings.Output.WriteLine(replayed.Response.ToJson(options, input.File, input.Record));
            else text.Write(replayed);
            await surroundings.Output.FlushAsync(cancellationToken);
        }

        if (!request.Json) summary.Write(console, WhereOf(request, target));
        return summary.ExitCodeFor(request.FailOn);
    }

    /// <summary>Null: the person said no.</summary>
    private static async Task<IReplayTarget?> TargetAsync(
        Request request, ResponderOptions options, Surroundings surroundings, Action<InputError> onError, CancellationToken cancellationToken)
    {
        if (!request.Live && request.Endpoint is null)
        {
            surroundings.ForgetAws();
            return new EmbeddedTarget(WithoutLimits(options, surroundings), onError) { Latency = request.Json ? TimeSpan.Zero : s_shownLatency };
        }

        if (request.Live) return await LiveAsync(options, surroundings, cancellationToken);

        var clients = AmbientAws.Clients(surroundings, request.Endpoint);
        var isLocal = request.Endpoint!.IsLoopback;
        options = WithoutLimits(options, surroundings) with { EndpointUrl = request.Endpoint };
        if (options.AlertTopicArn is null)
        {
            if (!isLocal) throw new UsageException("ALERT_TOPIC_ARN: not set; only on an endpoint of this machine the topic is created");
            options = options with { AlertTopicArn = await CreateTopicAsync(clients, cancellationToken) };
        }

        var account = isLocal ? null : (await AmbientAws.CallerAsync(clients, cancellationToken)).Account;
        return new EndpointTarget(options, clients, new Invocation(account, clients.Region), new ReplayTime()) { ReadsBack = !request.Json };
    }

    private static async Task<IReplayTarget?> LiveAsync(ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        const string NobodyThere = "--live acts on a real account and asks before it does; there is no terminal to ask on";
        if (!surroundings.CanAsk) throw new UsageException(NobodyThere);
        if (options.AlertTopicArn is null) throw new UsageException("ALERT_TOPIC_ARN: not set; --live needs the topic that pages go to");
        var clients = AmbientAws.Clients(surroundings, options.EndpointUrl);
        var caller = await AmbientAws.CallerAsync(clients, cancellationToken);
        var question = $"Really act on account {caller.Account} as {PlainText.OneLine(caller.Arn)}: contain users, page {options.AlertTopicArn}?";
        return surroundings.Ask(question, NobodyThere)
            ? new EndpointTarget(options, clients, new Invocation(caller.Account, clients.Region), clock: null)
            : null;
    }

    /// <summary>Samples are old and many: no age limit, no flood limit, and no budget unless somebody set one.</summary>
    private static ResponderOptions WithoutLimits(ResponderOptions options, Surroundings surroundings) => options with
    {
        MaximumAge = null,
        MaximumAgeWithoutLedger = null,
        RecordsPerCauseAndHour = null,
        PutBacksPerPrincipalAndHour = null,
        ContainmentBudgetPerHour = string.IsNullOrWhiteSpace(surroundings.Environment("CONTAINMENT_BUDGET_PER_HOUR")) ? null : options.ContainmentBudgetPerHour,
    };

    private static async Task<string> CreateTopicAsync(AwsClients clients, CancellationToken cancellationToken)
    {
        using var sns = clients.Sns();
        return (await sns.CreateTopicAsync(new CreateTopicRequest { Name = EmbeddedTarget.AlertTopic }, cancellationToken)).TopicArn;
    }

    private static void Warn(string? handler, EventInput input, CloudTrailEvent e, Surroundings surroundings)
    {
        if (handler is null || EventPatterns.FunctionOf(e) is var function && function == handler) return;
        surroundings.Error.WriteLine($"responder: {PlainText.OneLine(input.File)}#{input.Record}: EventBridge gives this event to the function {function}, not to {handler}");
    }

    internal static Severity SeverityOf(string text) => SeverityNames.TryParse(text, out var severity) && severity != Severity.None
        ? severity
        : throw new UsageException("--fail-on: expected LOW, MEDIUM, HIGH or CRITICAL");

    private static string WhereOf(Request request, IReplayTarget target) => target switch
    {
        EmbeddedTarget => "Everything happened in the embedded AWS endpoint; no account was touched.",
        _ when request.Endpoint is { } endpoint => $"Everything happened on {endpoint}.",
        _ => "Everything happened in the account that you confirmed.",
    };
}
