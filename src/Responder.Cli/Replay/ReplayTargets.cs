using Amazon.SimpleNotificationService.Model;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Logs;
using Responder.Reporting;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Cli.Replay;

/// <summary>What a replay was asked for.</summary>
/// <param name="Endpoint">Null, and not live: the embedded endpoint.</param>
/// <param name="Handler">The function to process as; null: whichever gets the event.</param>
/// <param name="FailOn">Lowest severity that the exit code reports; null: it reports none.</param>
internal sealed record ReplayRequest(
    IReadOnlyList<string> Paths, bool Json, Uri? Endpoint, bool Live, string? Handler, Mode? Mode, Severity? FailOn);

/// <summary>Chooses the AWS that a replay acts on: the embedded endpoint, another one, or an account.</summary>
internal static class ReplayTargets
{
    /// <summary>
    /// How long a call to the embedded endpoint takes for the text output, so that calls made together are seen together.
    /// </summary>
    private static readonly TimeSpan s_shownLatency = TimeSpan.FromMilliseconds(10);

    /// <summary>Null: the person declined.</summary>
    public static async Task<IReplayTarget?> OpenAsync(
        ReplayRequest request, ResponderOptions options, Surroundings surroundings, Action<InputError> onError,
        CancellationToken cancellationToken)
    {
        if (!request.Live && request.Endpoint is null)
        {
            surroundings.ForgetAws();
            var latency = request.Json ? TimeSpan.Zero : s_shownLatency;
            return new EmbeddedTarget(WithoutLimits(options, surroundings), onError) { Latency = latency };
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
        var invocation = new Invocation(account, clients.Region);
        return new EndpointTarget(options, clients, invocation, new ReplayTime()) { ReadsBack = !request.Json };
    }

    private static async Task<IReplayTarget?> LiveAsync(
        ResponderOptions options, Surroundings surroundings, CancellationToken cancellationToken)
    {
        const string NobodyThere = "--live acts on a real account and asks before it does; there is no terminal to ask on";
        if (!surroundings.CanAsk) throw new UsageException(NobodyThere);
        if (options.AlertTopicArn is null) throw new UsageException("ALERT_TOPIC_ARN: not set; --live needs the topic that pages go to");
        var clients = AmbientAws.Clients(surroundings, options.EndpointUrl);
        var caller = await AmbientAws.CallerAsync(clients, cancellationToken);
        var question =
            $"Really act on account {caller.Account} as {PlainText.OneLine(caller.Arn)}: contain users, page {options.AlertTopicArn}?";
        return surroundings.Ask(question, NobodyThere)
            ? new EndpointTarget(options, clients, new Invocation(caller.Account, clients.Region), clock: null)
            : null;
    }

    /// <summary>Samples are old and many, so there is no age limit, no flood limit, and no budget unless somebody set one.</summary>
    private static ResponderOptions WithoutLimits(ResponderOptions options, Surroundings surroundings) => options with
    {
        AcceptsBareRecords = true,
        MaximumAge = null,
        MaximumAgeWithoutLedger = null,
        PagesPerCauseAndHour = null,
        PutBacksPerPrincipalAndHour = null,
        ContainmentBudgetPerHour =
            string.IsNullOrWhiteSpace(surroundings.Environment("CONTAINMENT_BUDGET_PER_HOUR")) ? null : options.ContainmentBudgetPerHour,
    };

    private static async Task<string> CreateTopicAsync(AwsClients clients, CancellationToken cancellationToken)
    {
        using var sns = clients.Sns();
        return (await sns.CreateTopicAsync(new CreateTopicRequest { Name = EmbeddedTarget.AlertTopic }, cancellationToken)).TopicArn;
    }
}
