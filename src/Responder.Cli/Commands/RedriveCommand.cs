using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Doctor;
using Responder.Cli.Redrive;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder redrive`: gives the events in the dead-letter queues back to the functions that they were meant for.</summary>
internal static class RedriveCommand
{
    private static readonly string[] s_queues = ["FunctionDeadLetters", "RuleDeadLetters"];

    private sealed record Request(string Stack, string? Queue, bool DryRun, bool Yes, bool Json, AwsClients Clients);

    public static Command Create(Surroundings surroundings)
    {
        var stack = new Option<string>("--stack")
        {
            HelpName = "NAME",
            Description = "The responder's stack.",
            DefaultValueFactory = static _ => "responder",
        };
        var queue = new Option<string>("--queue")
        {
            HelpName = "URL",
            Description = "Only this queue, such as that of a forwarder in another region; without it both queues of the stack.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be given to which function; change nothing." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask. Needed without a terminal." };
        var command = new Command(
            "redrive", "Give dead letters back: each event to the function that it was meant for. A letter is deleted when Lambda has "
                + "accepted its event; what is no event, or fails, stays.")
        { stack, queue, dryRun, yes };
        var aws = new AwsOptions(command, AwsOptions.OperatorRole);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            var request = new Request(
                parsed.GetValue(stack)!, parsed.GetValue(queue), parsed.GetValue(dryRun), parsed.GetValue(yes), aws.IsJson(parsed),
                aws.Clients(parsed, options, surroundings));
            return await RunAsync(request, options, surroundings, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Request request, ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        // Said before a letter is hidden from everybody else.
        if (!request.Yes && !request.DryRun && !surroundings.CanAsk)
            throw new UsageException(Surroundings.NobodyToAsk);
        using var installation = new Installation(request.Clients, request.Stack, options.ParameterRoot, cancellationToken);
        var queues = await QueuesAsync(request, installation);
        try
        {
            foreach (var queue in queues) await queue.ReadAsync(cancellationToken);
            return await GiveAsync(request, options, installation, queues, surroundings, cancellationToken);
        }
        finally
        {
            await ShowAsync(queues, surroundings);
        }
    }

    private static async Task<IReadOnlyList<LetterQueue>> QueuesAsync(Request request, Installation installation)
    {
        var region = request.Queue is { } given ? LetterQueue.RegionOf(given) : null;
        var resources = await installation.ResourcesAsync();
        IEnumerable<string> urls = request.Queue is { } url ? [url] : s_queues.Select(id => resources.TryGetValue(id, out var queue)
            ? queue.Name
            : throw new UnreadableAnswerException($"ListStackResources: no {id} in the stack {request.Stack}"));
        return [.. urls.Select(found => new LetterQueue(installation.Call(AwsService.Sqs, region), found))];
    }

    private static async Task<int> GiveAsync(
        Request request, ResponderOptions options, Installation installation, IReadOnlyList<LetterQueue> queues, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        var account = await installation.AccountAsync();
        var bus = $"arn:{installation.Partition}:events:{installation.Region}:{account}:event-bus/default";
        var deliveries = queues
            .SelectMany(queue => queue.Letters.Select(letter => new Delivery(queue, letter, Addressee.Of(letter, resources, bus))))
            .OrderBy(static d => d.Addressee.Event?.EventTime).ToList();
        var output = new RedriveOutput(surroundings, request.Json);
        output.Plan(deliveries, options.MaximumAge);
        var planned = deliveries.Where(static d => d.State == DeliveryState.Planned).ToList();
        if (planned.Count == 0 || request.DryRun)
        {
            output.End(deliveries, deliveries.Count == 0 ? "No letters."
                : planned.Count == 0 ? "Nothing to give back; nothing was changed."
                : $"Dry run: {planned.Count} would be given back, {deliveries.Count - planned.Count} would stay; nothing was changed.");
            return CodeOf(deliveries);
        }

        if (!request.Yes)
        {
            await surroundings.Output.FlushAsync(cancellationToken);
            var question = $"Give {planned.Count} events back to the functions of {request.Stack} in account {account}?";
            if (!surroundings.Ask(question, Surroundings.NobodyToAsk))
            {
                surroundings.Error.WriteLine("responder: nothing was given back");
                return ExitCode.Usage;
            }
        }

        foreach (var delivery in planned) await delivery.GiveAsync(installation.Call(AwsService.Lambda), cancellationToken);
        output.End(deliveries, null);
        if (queues.Any(static queue => queue.HasMore))
            surroundings.Error.WriteLine($"responder: {LetterQueue.Most} letters of a queue were worked off; run it again for the others");
        return CodeOf(deliveries);
    }

    /// <summary>A letter that stays because it cannot be read is input that could not be read; the rest was processed.</summary>
    private static int CodeOf(IReadOnlyList<Delivery> deliveries) =>
        RedriveOutput.Count(deliveries, DeliveryState.Failed) > 0 ? ExitCode.Step
            : RedriveOutput.Count(deliveries, DeliveryState.Left) > 0 ? ExitCode.Input
            : ExitCode.Done;

    /// <summary>Also after an interruption. A letter that cannot be made visible becomes so by itself.</summary>
    private static async Task ShowAsync(IReadOnlyList<LetterQueue> queues, Surroundings surroundings)
    {
        foreach (var queue in queues)
        {
            try
            {
                await queue.ShowAsync(CancellationToken.None);
            }
            catch (Exception e) when (AwsFailure.Is(e))
            {
                surroundings.Error.WriteLine($"responder: {AwsFailure.Describe("ChangeMessageVisibilityBatch", e)}; the letters that stay "
                    + $"in {PlainText.OneLine(queue.Name)} are hidden for up to ten minutes");
            }
        }
    }
}
