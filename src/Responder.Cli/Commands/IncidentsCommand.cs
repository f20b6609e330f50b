using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Commands;

/// <summary>`responder incidents`: the records of an installation.</summary>
internal static class IncidentsCommand
{
    public static Command Create(Surroundings surroundings) => new("incidents", "List, show and close incident records.")
    {
        List(surroundings), Show(surroundings), Close(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var state = new Option<string>("--state")
        {
            Description = "open (nobody closed or released it), closed, or all.",
            DefaultValueFactory = static _ => "open",
        };
        state.AcceptOnlyFromAmong("open", "closed", "all");
        var command = new Command("list", "List incident records, the newest first.") { state };
        var times = new TimeOptions(command, until: null);
        var aws = new AwsOptions(command, AwsOptions.EitherRole);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var first = times.WindowOf(parsed, surroundings).Since;
            using var store = new Opened(aws, parsed, surroundings);
            var (records, unreadable) = await store.Incidents.ListAsync(cancellationToken);
            var wanted = records.Where(r => IsWanted(r, parsed.GetValue(state)!, first)).ToArray();
            if (aws.IsJson(parsed)) foreach (var record in wanted) surroundings.Output.WriteLine(IncidentView.Line(record));
            else IncidentView.Table(surroundings.TextConsole(), wanted);
            if (first is { } named) surroundings.Error.WriteLine($"calls since {TimeOptions.Text(named)}");
            foreach (var parameter in unreadable)
                surroundings.Error.WriteLine($"responder: {PlainText.OneLine(parameter.Name, 1011)}: {parameter.Because}");
            return unreadable.Count > 0 ? ExitCode.Input : ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var incident = Incident();
        var command = new Command("show", "Show one incident: what happened, what was done, who, and where its quarantine stands.")
        {
            incident,
        };
        var aws = new AwsOptions(command, AwsOptions.EitherRole);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var store = new Opened(aws, parsed, surroundings);
            var (record, _) = await store.Incidents.FindAsync(parsed.GetValue(incident)!, cancellationToken);
            if (aws.IsJson(parsed)) surroundings.Output.WriteLine(JsonText.Write(record.Json.Element.WriteTo));
            else IncidentView.Page(surroundings.TextConsole(), record, await store.Incidents.LedgerOfAsync(record, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Close(Surroundings surroundings)
    {
        var incident = Incident();
        var reason = new Option<string>("--reason")
        {
            HelpName = "TEXT",
            Description = "Why it is over; kept in the record.",
            Required = true,
        };
        var command = new Command(
            "close", "Close a record: who, when, why. A principal that is still contained is released first.") { incident,
            reason };
        var aws = new AwsOptions(command, AwsOptions.OperatorRole);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (string.IsNullOrWhiteSpace(parsed.GetValue(reason))) throw new UsageException("--reason: expected a text");
            using var store = new Opened(aws, parsed, surroundings);
            var (record, text) = await store.Incidents.FindAsync(parsed.GetValue(incident)!, cancellationToken);
            if (await store.Incidents.LedgerOfAsync(record, cancellationToken) is { Exists: true, Released: false } ledger)
                throw new UsageException($"its principal is still contained ({ledger.Name}); release it first: "
                    + $"{Shell.Command("responder release", CommandPart.Operand(record.Name))}");

            var closing = record.Closed;
            if (closing is null)
            {
                closing = new Closing(
                    TimeProvider.System.GetUtcNow(), await CallerAsync(store.Clients, surroundings, cancellationToken),
                    parsed.GetValue(reason)!.Trim());
                await store.Incidents.CloseAsync(record, text, closing, cancellationToken);
            }

            if (aws.IsJson(parsed)) surroundings.Output.WriteLine(IncidentView.Closed(record, closing, changed: record.Closed is null));
            else if (record.Closed is null) surroundings.TextConsole().Line($"Closed {record.Name} by {closing.By}: {closing.Reason}");
            else surroundings.TextConsole()
                .Line($"Already closed at {closing.At:yyyy-MM-dd HH:mm:ss'Z'} by {closing.By}: {closing.Reason}; nothing was changed.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Incident() => new("INCIDENT")
    {
        Description = "Full name of the incident record, or the bare event id.",
    };

    private static bool IsWanted(IncidentSummary record, string state, DateTimeOffset? since)
    {
        if (state != "all" && record.IsOver != (state == "closed")) return false;
        if (since is not { } first) return true;
        return (ClosedText.TimeOf(record.Json["event"]["time"])
            ?? new DateTimeOffset(record.Day.ToDateTime(TimeOnly.MaxValue), TimeSpan.Zero)) >= first;
    }

    /// <summary>Who closes the incident; "unknown" if STS does not say, which never prevents the closing.</summary>
    private static async Task<string> CallerAsync(AwsClients clients, Surroundings surroundings, CancellationToken cancellationToken)
    {
        try
        {
            return (await AmbientAws.CallerAsync(clients, cancellationToken)).Arn;
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("responder: " + AwsFailure.Describe("GetCallerIdentity", e) + "; written down as by unknown");
            return "unknown";
        }
    }

    private sealed class Opened : IDisposable
    {
        private readonly Amazon.SimpleSystemsManagement.IAmazonSimpleSystemsManagement _ssm;

        public Opened(AwsOptions aws, ParseResult parsed, Surroundings surroundings)
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            Clients = aws.Clients(parsed, options, surroundings);
            _ssm = Clients.Ssm();
            Incidents = new IncidentStore(_ssm, new ParameterNames(options.ParameterRoot));
        }

        public AwsClients Clients { get; }

        public IncidentStore Incidents { get; }

        public void Dispose() => _ssm.Dispose();
    }
}
