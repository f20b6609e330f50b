using System.CommandLine;
using System.Text.Json;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.ByHand;
using Responder.Paging;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Commands;

/// <summary>`responder contain`: does by hand what the function does, with the same ledger, record, page and undo.</summary>
internal static class ContainCommand
{
    private sealed record Request(
        string Principal, IReadOnlyList<string> Actions, string? Incident, string? Reason, bool DryRun, bool Force, Uri? Endpoint, string? Region, string? Profile, bool Yes, bool Json);

    public static Command Create(Surroundings surroundings)
    {
        var principal = new Argument<string>("PRINCIPAL") { Description = "A user name, or the ARN of a user, role, group, customer policy or session of a role." };
        string[] named = [.. ContainmentActions.All.Where(static a => a.Option is null).Select(static a => a.Id.Name)];
        var action = new Option<string[]>("--action") { HelpName = "NAME", Description = "What to do, repeatable; without it what quarantines the target: " + string.Join(", ", named) };
        action.AcceptOnlyFromAmong(named);
        (Option<bool> Option, string Action)[] own = [.. ContainmentActions.All.Where(static a => a.Option is not null)
            .Select(static a => (new Option<bool>(a.Option!.Name) { Description = a.Option.Description }, a.Id.Name))];
        var incident = new Option<string>("--incident") { HelpName = "ID", Description = "The incident whose page led here; noted in the record." };
        var reason = new Option<string>("--reason") { HelpName = "TEXT", Description = "Why; goes into record and page." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be done; change nothing." };
        var force = new Option<bool>("--force") { Description = "Contain a break-glass principal nevertheless. The responder's own roles are never contained." };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint instead of AWS itself." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Region of the incident records." };
        var profile = new Option<string>("--profile") { HelpName = "NAME", Description = "Profile with the credentials of the release role." };
        var format = new Option<string>("--format") { HelpName = "text|json", DefaultValueFactory = static _ => "text", Description = "JSON is one line, for scripts." };
        format.AcceptOnlyFromAmong("text", "json");
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("contain", "Contain a principal by hand: what the function does, with ledger, record, page and undo.")
        {
            principal, action,
        };
        foreach (var option in (Option[])[.. own.Select(static o => o.Option), incident, reason, dryRun, force, endpoint, region, profile, format, yes])
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Request(
                parsed.GetValue(principal)!,
                [.. parsed.GetValue(action) ?? [], .. own.Where(o => parsed.GetValue(o.Option)).Select(static o => o.Action)],
                parsed.GetValue(incident), parsed.GetValue(reason), parsed.GetValue(dryRun), parsed.GetValue(force), AmbientAws.Endpoint(parsed.GetValue(endpoint)),
                parsed.GetValue(region), parsed.GetValue(profile), parsed.GetValue(yes), parsed.GetValue(format) == "json"),
            surroundings,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
        if (options.AlertTopicArn is null) surroundings.Error.WriteLine("responder: ALERT_TOPIC_ARN is not set; nobody is paged");
        if (options.BreakGlassArns.Count == 0) surroundings.Error.WriteLine("responder: BREAK_GLASS_ARNS is not set here; no break-glass principal is protected from this command");
        if (request.Force) options = options with { BreakGlassArns = new HashSet<string>(StringComparer.Ordinal) };

        var clients = AmbientAws.Clients(surroundings, request.Endpoint ?? options.EndpointUrl, request.Region, request.Profile);
        var (account, by) = await AmbientAws.CallerOrUnknownAsync(clients, surroundings, "the containment is written down as by unknown", cancellationToken);
        ContainmentRequest asked;
        try
        {
            var target = ContainmentRequest.TargetOf(request.Principal, account);
            asked = new ContainmentRequest(target, ContainmentRequest.ActionsOf(target, request.Actions), by, request.Reason, request.Incident);
        }
        catch (ContainmentRequestException e)
        {
            throw new UsageException(e.Message);
        }

        var containment = new HandContainment(asked, options, clients, account, clients.Region ?? "us-east-1", TimeProvider.System);
        var plan = await containment.PlanAsync(cancellationToken);
        var output = new Output(surroundings, request.Json, asked, plan);
        output.Plan();
        if (plan.IsRefused)
        {
            output.End("refused", null);
            throw new UsageException($"{plan.Decision.Because}. Nothing was changed{HintOf(plan.Decision)}");
        }

        if (plan.Decision.Facts.Target is { Known: true, Value.Exists: false })
        {
            output.End("refused", null);
            throw new UsageException($"there is no {asked.Target} in account {asked.Target.AccountId}");
        }

        if (plan.Calls.Count == 0)
        {
            output.End("nothing-to-do", "Nothing to do; nothing was changed, recorded or paged.");
            return ExitCode.Done;
        }

        if (request.DryRun)
        {
            output.End("dry-run", "Dry run; nothing was changed.");
            return ExitCode.Done;
        }

        if (!request.Yes && surroundings.CanAsk && clients.ServiceUrl is not { IsLoopback: true })
        {
            await surroundings.Output.FlushAsync(cancellationToken);
            if (!surroundings.Ask($"Contain {PlainText.OneLine(asked.Target.ToString(), 200)} in account {asked.Target.AccountId}?", "--yes is missing"))
            {
                surroundings.Error.WriteLine("responder: nothing was changed");
                return ExitCode.Usage;
            }
        }

        var response = await containment.ContainAsync(cancellationToken);
        output.Result(response);
        return IsContained(response) ? ExitCode.Done : ExitCode.Step;
    }

    /// <summary>What the person may do about the refusal; empty: nothing.</summary>
    private static string HintOf(Decision decision) => decision.Guardrail switch
    {
        var id when id == GuardrailId.ProtectedTarget => "; --force contains a break-glass principal, never a role of the responder",
        var id when id == GuardrailId.OwnAccount => $"; MEMBER_ACCOUNT_IDS does not name {decision.Target?.AccountId}",
        _ => "",
    };

    private static bool IsContained(Response response) => response is { Outcome: Outcome.Incident, Failures.Count: 0 } && !response.Containment.Any(static s => s.CannotBeDone);

    /// <summary>Text for people as it goes on, or one JSON line at the end.</summary>
    private sealed class Output(Surroundings surroundings, bool json, ContainmentRequest asked, HandPlan plan)
    {
        private readonly IAnsiConsole _console = surroundings.TextConsole();

        public void Plan()
        {
            if (json) return;
            _console.Line(("Target    ", TextWriting.Dim), ($"{asked.Target} in account {asked.Target.AccountId}", TextWriting.Strong));
            _console.Line(("By        ", TextWriting.Dim), (asked.By, TextWriting.Plain));
            foreach (var action in asked.Actions)
            {
                _console.Line(("Action    ", TextWriting.Dim), ($"{action}: {action.Does}", TextWriting.Plain));
                _console.Line(("Undo      ", action.Option is not null ? TextWriting.Bad : TextWriting.Dim), (action.Undo, TextWriting.Plain));
            }

            foreach (var call in plan.Calls)
            {
                var subject = call.Subject is { } s ? " " + s : "";
                if (call.Cannot is { } reason) _console.Line(("Cannot    ", TextWriting.Warning), ($"{call.Action}{subject}: {reason}", TextWriting.Plain));
                else _console.Line(("To do     ", TextWriting.Dim), (call.Action + subject, TextWriting.Plain));
            }
        }

        public void End(string state, string? sentence)
        {
            if (json) surroundings.Output.WriteLine(Json(state, null));
            else if (sentence is not null) _console.Line(sentence);
        }

        public void Result(Response response)
        {
            var contained = IsContained(response);
            if (json)
            {
                surroundings.Output.WriteLine(Json(contained ? "contained" : "failed", response));
                return;
            }

            _console.WriteLine();
            foreach (var step in response.Containment) _console.Step(step);
            foreach (var failure in response.Failures) _console.Line(("    FAILED   ", TextWriting.Bad), (failure, TextWriting.Plain));
            if (response.RecordName is { } record)
            {
                _console.Line(("Record    ", TextWriting.Dim), (record, TextWriting.Plain));
                _console.Line(("Undo      ", TextWriting.Dim), (Shell.Command("responder", "release", record), TextWriting.Plain));
            }

            _console.Line(contained ? ("Contained.", TextWriting.Good) : ("NOT contained completely: see above, then repeat the command.", TextWriting.Bad));
        }

        private string Json(string state, Response? response) => JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("state", state);
            writer.WriteStartObject("target");
            writer.WriteString("kind", asked.Target.Kind.ToString().ToLowerInvariant());
            writer.WriteText("name", PlainText.OneLine(asked.Target.Name));
            writer.WriteText("account", asked.Target.AccountId);
            writer.WriteEndObject();
            writer.WriteStartArray("actions");
            foreach (var action in asked.Actions) writer.WriteStringValue(action.Id.Name);
            writer.WriteEndArray();
            writer.WriteText("by", PlainText.OneLine(asked.By));
            writer.WriteText("reason", asked.Reason is null ? null : PlainText.OneLine(asked.Reason));
            writer.WriteText("because", PlainText.OneLine(plan.Decision.Because));
            writer.WriteStartArray("plan");
            foreach (var call in plan.Calls) Write(writer, call.Action, call.Subject, call.Cannot);
            writer.WriteEndArray();
            writer.WriteSteps("steps", response?.Containment ?? []);
            writer.WriteText("incident", response?.RecordName);
            writer.WriteText("ledger", response?.LedgerName);
            writer.WriteText("alert", response?.Alert is { MessageId: not null } page ? page.Alert.Subject : null);
            writer.WriteStartArray("failures");
            foreach (var failure in response?.Failures ?? []) writer.WriteStringValue(PlainText.OneLine(failure, 1000));
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

        private static void Write(Utf8JsonWriter writer, string action, string? subject, string? cannot)
        {
            writer.WriteStartObject();
            writer.WriteString("action", action);
            writer.WriteText("subject", subject);
            writer.WriteText("cannot", cannot);
            writer.WriteEndObject();
        }
    }
}
