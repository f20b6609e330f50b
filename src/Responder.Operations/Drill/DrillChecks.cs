using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Operations.Drill;

/// <summary>
/// What has to be so before a drill begins. Each answer is a sentence that says what to do; what cannot be read is a refusal, too, since a
/// drill that fails for a known reason proves nothing.
/// </summary>
internal sealed class DrillChecks(
    DrillSetup setup, IAmazonSimpleSystemsManagement ssm, IAmazonSimpleNotificationService sns, AwsTime clock)
{
    /// <summary>The detection that the drill's call fires.</summary>
    private const string DetectionId = "iam.admin-policy-attached";

    private readonly ParameterNames _names = new(setup.Function.ParameterRoot);

    public async Task<(IReadOnlyList<string> Refusals, int Subscriptions)> RunAsync(CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        refusals.AddRange(OfSettings());
        refusals.AddRange(OfCallers());
        async Task AskAsync(string call, Func<Task<string?>> ask)
        {
            try
            {
                if (await ask().ConfigureAwait(false) is { } refusal) refusals.Add(refusal);
            }
            catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
            {
                refusals.Add($"{AwsFailure.Describe(call, e)}; a drill needs to know this first");
            }
        }

        await AskAsync("GetParameter " + _names.Mode, () => KillSwitchAsync(cancellationToken)).ConfigureAwait(false);
        await AskAsync("GetParameter " + _names.Places, () => BudgetAsync(cancellationToken)).ConfigureAwait(false);
        var subscriptions = 0;
        await AskAsync("ListSubscriptionsByTopic", async () =>
        {
            if (setup.Function.AlertTopicArn is not { } topic)
                return "the function has no topic to page (ALERT_TOPIC_ARN): deploy the stack, which makes one";
            subscriptions = await ConfirmedAsync(topic, cancellationToken).ConfigureAwait(false);
            return subscriptions > 0
                ? null
                : $"nobody would be paged: {topic} has no confirmed subscription. Confirm by the link in the mail from SNS, or subscribe "
                    + "somebody (aws sns subscribe)";
        }).ConfigureAwait(false);
        return (refusals, subscriptions);
    }

    private IEnumerable<string> OfSettings()
    {
        var function = setup.Function;
        if (function.Mode == Mode.Observe)
            yield return "the function only observes (RESPONDER_MODE is Observe): deploy with Mode=Enforce, then drill";
        var detection = DetectionCatalog.Default.Find(DetectionId)
            ?? throw new InvalidOperationException($"{DetectionId} is not in the catalog");
        if (function.StageOf(detection.Info, QuarantineUser.Action) < Stage.Contain)
            yield return $"DETECTION_STAGES keeps {QuarantineUser.Action.Id} under {DetectionId} at "
                + $"{function.StageOf(detection.Info, QuarantineUser.Action)}: take that entry out of DetectionStages, then drill";
        if (function.ParameterRoot != setup.Installed.ParameterRoot)
            yield return $"the function keeps its records below {function.ParameterRoot}: set PARAMETER_ROOT={function.ParameterRoot} here";
    }

    private IEnumerable<string> OfCallers()
    {
        var function = setup.Function;
        if (AwsArn.TryParse(function.AlertTopicArn, out var topic) && topic.AccountId != setup.AccountId)
            yield return $"these credentials are of account {setup.AccountId}, and the installation is in account {topic.AccountId}: use "
                + "credentials of that account";
        var trusted = function.TrustedPrincipalArns.Select(static arn => (Arn: arn, Name: "TRUSTED_PRINCIPAL_ARNS"))
            .Concat(function.ResponderRoleArns.Select(static arn => (Arn: arn, Name: "RESPONDER_ROLE_ARNS")))
            .FirstOrDefault(entry => IsSame(entry.Arn, setup.By));
        if (trusted.Arn is not null)
            yield return $"{trusted.Name} of the function has {trusted.Arn}, whose credentials these are: nobody is contained for what a "
                + "trusted principal does. Drill with credentials that the function does not trust";
        if (setup.Installed.ReleaseRoleArn is { } release && !IsSame(release, setup.ReleaseBy))
            yield return $"the credentials for the release are those of {PlainText.OneLine(setup.ReleaseBy, 300)}, not of {release}: the "
                + "function would take their release for an attack and put the quarantine back. --release-profile names a profile of "
                + "ReleaseRole";
    }

    private async Task<string?> KillSwitchAsync(CancellationToken cancellationToken)
    {
        var state = await new ModeSwitch(ssm, _names).ReadAsync(cancellationToken).ConfigureAwait(false);
        return state.Observes
            ? $"the kill switch {state.Name} stands on observe, by {PlainText.OneLine(state.ChangedBy ?? "unknown", 300)}: responder mode "
                + "enforce takes it back"
            : null;
    }

    private async Task<string?> BudgetAsync(CancellationToken cancellationToken)
    {
        if (setup.Function.ContainmentBudgetPerHour is not { } budget) return null;
        string? text = null;
        try
        {
            text = (await ssm.GetParameterAsync(new GetParameterRequest { Name = _names.Places }, cancellationToken).ConfigureAwait(false))
                .Parameter.Value;
        }
        catch (ParameterNotFoundException)
        {
            // Nobody was contained yet.
        }

        // A user made just now has one of the lesser places, as the function counts them.
        var place = new BudgetPlace(setup.AccountId, "drill", IsLesser: true);
        return ContainmentBudget.Read(text, clock.Now).HasRoom(place, budget, setup.Function.MemberAccountIds.Count > 0)
            ? null
            : $"the containment budget of this hour ({budget} new users) is used up: drill in the next hour, and look first at whom it "
                + "contained (responder incidents list)";
    }

    private async Task<int> ConfirmedAsync(string topic, CancellationToken cancellationToken)
    {
        var confirmed = 0;
        var request = new ListSubscriptionsByTopicRequest { TopicArn = topic };
        do
        {
            var page = await sns.ListSubscriptionsByTopicAsync(request, cancellationToken).ConfigureAwait(false);
            // One that is not confirmed has a word in place of its ARN.
            confirmed += page.Subscriptions?.Count(
                static s => s.SubscriptionArn?.StartsWith("arn:", StringComparison.Ordinal) == true) ?? 0;
            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return confirmed;
    }

    /// <summary>
    /// True when the caller is the user or a session of the role. A session's ARN lacks the role's path; names are unique without it.
    /// </summary>
    private static bool IsSame(string arnText, string callerText)
    {
        if (!AwsArn.TryParse(arnText, out var arn) || !AwsArn.TryParse(callerText, out var caller)) return false;
        if (arn.AccountId != caller.AccountId && arn.AccountId != "*") return false;
        return caller.Service == "sts"
            ? caller.Resource.Split('/') is ["assumed-role", var role, ..] && arn.Resource.StartsWith("role/", StringComparison.Ordinal)
                && arn.Name == role
            : arn.Resource == caller.Resource;
    }
}
