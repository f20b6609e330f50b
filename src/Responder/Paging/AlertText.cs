using System.Globalization;
using System.Text;
using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// The page as an engineer reads it at 3 a.m. (SNS <c>default</c> and <c>email</c>). Plain text; attacker-chosen text is made inert.
/// </summary>
public static class AlertText
{
    public static string Render(Alert alert)
    {
        var text = new StringBuilder(2048);
        var e = alert.Decision.Event;
        var finding = alert.Finding;

        text.Append(CultureInfo.InvariantCulture, $"{finding.Severity.Name()}: {Safe(finding.Title)}")
            .Append(alert.Outcome.Length > 0 ? " " + alert.Outcome : "").Append(".\n");
        foreach (var reason in finding.Reasons.Take(4)) text.Append("  ").Append(Safe(reason)).Append('\n');
        foreach (var other in alert.Decision.Findings.Where(f => !ReferenceEquals(f, finding)).Take(5))
            text.Append(CultureInfo.InvariantCulture, $"  also: [{other.Severity.Name()}] {Safe(other.Title)}\n");

        text.Append("\nWHAT WAS DONE\n");
        foreach (var line in WhatWasDone(alert)) text.Append("  ").Append(line).Append('\n');

        text.Append("\nWHO, TO WHOM, WHERE, WHEN\n");
        foreach (var (label, value) in Circumstances(alert))
            text.Append("  ").Append((label + ":").PadRight(13)).Append(value).Append('\n');

        text.Append("\nWHAT TO DO NOW\n");
        var step = 1;
        PageLine[] steps = [.. WhatToDo(alert)];
        foreach (var line in steps) text.Append(CultureInfo.InvariantCulture, $"  {step++}. {line}\n");
        if (RolesToTake(alert, steps) is { } roles) text.Append("  ").Append(roles).Append('\n');
        if (finding.Runbook.BenignCauses.Count > 0)
            text.Append("  Harmless when: ").AppendJoin("; ", finding.Runbook.BenignCauses.Select(static c => c.TrimEnd('.')))
                .Append(".\n");

        var links = Links(alert).ToArray();
        if (links.Length > 0)
        {
            text.Append("\nLINKS\n");
            foreach (var (label, url) in links) text.Append("  ").Append((label + ":").PadRight(13)).Append(url).Append('\n');
        }

        text.Append("\nIncident ").Append(Safe(e.IncidentId, 128));
        if (alert.RecordName is { } record) text.Append("\nRecord   ").Append(record);
        text.Append(CultureInfo.InvariantCulture, $"\nDetection {finding.Detection.Id}\n");
        return text.ToString();
    }

    /// <summary>One line for each thing that was done or not done, and why.</summary>
    public static IEnumerable<string> WhatWasDone(Alert alert)
    {
        var decision = alert.Decision;
        foreach (var step in alert.Result.Steps)
        {
            var subject = step.Subject is { } s ? " " + Safe(s) : "";
            yield return step.Result switch
            {
                StepResult.Succeeded when step.IsAgain =>
                    $"again:    {step.Action}{subject} on {Safe(step.Target)} (somebody had taken it back)",
                StepResult.Succeeded => $"done:     {step.Action}{subject} on {Safe(step.Target)}",
                StepResult.Skipped => $"skipped:  {step.Action}{subject} on {Safe(step.Target)} ({Safe(step.Error)})",
                _ => $"FAILED:   {step.Action}{subject} on {Safe(step.Target)} ({Safe(step.Error)})",
            };
        }

        if (decision is { ThroughRole: { } role, Target.AccountId: { } account })
            yield return $"where:    in account {Safe(account, 12)}, through its role {Safe(role, 64)}";
        if (IsStanding(alert)) yield return "stands:   the quarantine, under the new name";
        else if (decision.Action != DecisionAction.Contain) yield return NotContained(decision.Refusal ?? decision.Because);
        else
        {
            foreach (var line in (alert.Result.Prior?.Parts ?? []).SelectMany(static part => part.OnPage())) yield return line;
        }

        if (decision.Guardrail == GuardrailId.Budget)
            yield return "WARNING:  the responder contains nobody else in this hour: every further administrator grant is paged only, and "
                + "a person has to contain";
        if (decision.Guardrail == GuardrailId.PutBackBudget)
            yield return "WARNING:  the quarantine is OFF and is not put back again in this hour: whoever takes "
                + "it off has to be contained first";
        foreach (var warning in alert.Warnings) yield return "WARNING:  " + Safe(warning);
    }

    /// <summary>Who, to whom, where, when: label and value, the values made inert.</summary>
    public static IEnumerable<(string Label, string Value)> Circumstances(Alert alert)
    {
        var e = alert.Decision.Event;
        var actor = e.Actor;
        yield return (
            "actor", $"{Safe(actor.TypeText ?? "unknown")} {Safe(actor.Arn ?? actor.InvokedBy ?? actor.PrincipalId ?? "unknown")}");
        if (actor.SessionIssuerArn is { } issuer) yield return ("issued by", Safe(issuer));
        if (actor.IsAssumedRoot)
            yield return ("session", "AssumeRoot session of central root management: nobody signed in as root");
        if (actor.DelegateAccountId is { } by) yield return ("delegate", $"account {Safe(by, 32)} acts, with rights delegated to it");
        if (actor.PersonId is { } person) yield return ("person", $"Identity Center user {Safe(person, 128)}");
        if (actor.SourceIdentity is { } source) yield return ("source id", Safe(source, 128));
        if (actor.AccessKeyId is { } key) yield return ("access key", Safe(key, 64));
        if (actor.InvokedBy is { } invokedBy && actor.Arn is not null) yield return ("invoked by", Safe(invokedBy, 128));
        if (e.SourceIpAddress is { } address) yield return ("from", Safe(address, 128));
        yield return (
            "MFA", Mfa(e) switch
            { true => "yes", false => "no", null => actor.MfaAuthenticated == false ? "unknown (CloudTrail cannot tell)" : "unknown" });
        if (e.UserAgent is { } agent) yield return ("user agent", Safe(agent, 200));
        if (alert.Finding.Target is { } named)
        {
            var target = named == alert.Decision.Target ? alert.Decision.KnownTarget! : named;
            yield return ("target", Safe(target.Arn is { } arn ? $"{target} ({arn})" : target.ToString()));
            if ((target.Id ?? (named == alert.Decision.Target ? alert.Result.ContainedId : null)) is { } id)
                yield return ("unique id", Safe(id, 64));
        }

        if (alert.Finding.Resource is { } resource) yield return ("resource", Safe(resource));
        var error = e.ErrorCode is { } code ? ": " + Safe(code, 128) : "";
        var outcome = e.Outcome == CallOutcome.Succeeded ? "" : $" ({e.Outcome.ToString().ToLowerInvariant()}{error})";
        yield return ("call", $"{Safe(e.EventSource, 128)} {Safe(e.EventName, 128)}{outcome}");
        yield return ("where", $"account {Safe(e.AccountId ?? "unknown", 32)}, region {Safe(e.Region ?? "unknown", 32)}");
        yield return (
            "when", (
                e.EventTime is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "unknown")
            + (alert.Delay is { } delay ? $", {Duration(delay)} before this page" : ""));
    }

    /// <summary>"No" only where AWS can know it: who was let in by another identity provider may have shown MFA there.</summary>
    private static bool? Mfa(CloudTrailEvent e)
    {
        if (e.AdditionalEventData["MFAUsed"].Text is not { } used) return e.Actor.KnownMfa;
        if (used.Equals("Yes", StringComparison.OrdinalIgnoreCase)) return true;
        return e.Actor is { Type: ActorType.IamUser or ActorType.Root, SessionIssuerArn: null, IsAssumedRoot: false } ? false : null;
    }

    /// <summary>The most holders of a policy who have a step of their own.</summary>
    private const int MostHolders = 3;

    /// <summary>The runbook's steps with the exact commands.</summary>
    public static IEnumerable<PageLine> WhatToDo(Alert alert)
    {
        var decision = alert.Decision;
        foreach (var check in alert.Finding.Runbook.CheckFirst)
        {
            if (Runbooks.Fill(check, alert) is { } filled) yield return filled.After("Check: ");
        }

        if (decision is { Action: DecisionAction.Contain, IsTargetUnknown: true })
        {
            // The name of the event means nobody, or somebody else; whoever holds the policy is named by ARN.
            foreach (var holder in (decision.Facts.Holders.Value ?? []).Where(static h => !h.IsContained).Take(MostHolders))
            {
                if (Commands.ByHand(decision.Event, holder.Principal) is { } contain)
                    yield return new PageLine(
                        $"Holds the policy now: {Safe(holder.Principal.ToString())}. Contain, if it is the one:  ", contain);
            }
        }
        else if (decision.Action == DecisionAction.Contain && alert.RecordName is { } record)
        {
            yield return new PageLine(
                "Legitimate? Undo the quarantine:  ", Shell.Command("responder release", CommandPart.Operand(record)));
            if (!alert.Result.Contained)
                yield return new PageLine("Contain by hand what failed:  ", Commands.Contain(decision.Event, decision.Target));
            foreach (var line in AssumedRolesText.Lines(alert)) yield return line;
        }
        else if (decision.Action == DecisionAction.Contain && alert.Result.Steps.Any(static s => s.Result == StepResult.Succeeded))
        {
            yield return new PageLine(
                "Legitimate? Parameter Store was full, so only the function's log has the state before (docs/operations.md). Undo:  ",
                Shell.Command(
                    "responder release", CommandPart.Operand(decision.Event.IncidentId), "--force", ("--prior-state", "FILE")));
            foreach (var line in AssumedRolesText.Lines(alert)) yield return line;
        }
        else if (!IsStanding(alert)
            && (decision.Target ?? (alert.Finding.Severity >= Severity.High ? alert.Finding.Target : null)) is { } target
            && WhoActs.InsteadOfContaining(target) is { } instead)
        {
            yield return new PageLine("Malicious? " + instead);
        }
        else if (!IsStanding(alert)
            && (decision.Target ?? (alert.Finding.Severity >= Severity.High ? alert.Finding.Target : null)) is { } contained
            && Commands.ByHand(decision.Event, contained) is { } byHand)
        {
            yield return new PageLine($"Malicious? Contain the {contained.Kind.ToString().ToLowerInvariant()}:  ", byHand);
            if (contained.Kind is PrincipalKind.User or PrincipalKind.Role)
                yield return new PageLine(
                    "The same without the responder, and without undo data:  ", Commands.Contain(decision.Event, contained));
        }

        var steps = alert.Finding.Runbook.Do;
        if (Runbooks.Undo(alert) is { } undo
            && !steps.Any(
                static line =>
                    line.Contains(Runbooks.UndoPlaceholder, StringComparison.Ordinal)))
            yield return new PageLine("Take the change back:  ", undo);
        foreach (var line in steps)
        {
            if (Runbooks.Fill(line, alert) is { } filled) yield return filled;
        }

        if (alert.Finding.Severity < Severity.High) yield break;
        if (WhoActs.HowToCutOff(decision.Event) is { } cutOff)
            yield return new PageLine("The actor itself, if it is an attacker's: " + cutOff);
        if (Commands.ContainActor(decision.Event) is { } containActor)
            yield return new PageLine("The actor itself, if it is an attacker's:  ", containActor);
    }

    /// <summary>In whose name the commands of the page are run; null where it has none, or the roles are not known.</summary>
    /// <param name="steps">What the page tells to do.</param>
    public static string? RolesToTake(Alert alert, IReadOnlyList<PageLine> steps)
    {
        var commands = steps.SelectMany(static line => line.Commands).Select(static c => c.ToString()).ToList();
        string? Role(string command, string? arn) =>
            arn is not null && commands.Exists(c => c.StartsWith(command + " ", StringComparison.Ordinal)) ? $"{command} as {arn}" : null;
        string[] roles = [
            .. ((string?[])[
                Role("responder release", alert.ReleaseRoleArn), Role("responder contain", alert.OperatorRoleArn),
                // A namesake in the account of the responder is somebody else.
                alert.HomeAccount is { } home && alert.Decision.Event.AccountId is { Length: 12 } account && account != home
                    && commands.Exists(static c => c.StartsWith("aws ", StringComparison.Ordinal))
                    ? $"aws with credentials of account {Safe(account, 12)}, where all this happened"
                    : null]).OfType<string>()];
        return roles.Length == 0 ? null : $"Roles to take: {string.Join("; ", roles)}.";
    }

    /// <summary>True when IAM showed our boundary on the target, which was only renamed.</summary>
    private static bool IsStanding(Alert alert) =>
        alert.Finding.Rename is { LedgerFollows: true } && alert.Decision.Action != DecisionAction.Contain;

    private static string NotContained(string reason) =>
        $"not contained: {Safe(reason.Length > 0 ? reason.TrimEnd('.') : "nothing to contain")}.";

    private static IEnumerable<(string Label, string Url)> Links(Alert alert)
    {
        var e = alert.Decision.Event;
        if (ConsoleLinks.Event(e) is { Length: > 0 } link) yield return ("event", link);
        if (alert.Finding.Target is { } target && ConsoleLinks.Principal(e, target) is { Length: > 0 } principal)
            yield return ("principal", principal);
        if (alert.RecordName is { } record && alert.HomeRegion is { } region)
            yield return ("record", ConsoleLinks.Record(e, region, record));
    }

    private static string Duration(TimeSpan span) => span.TotalSeconds < 120
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s")
        : span.TotalHours < 2
            ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h");

    private static string Safe(string? text, int maxLength = 400) => PlainText.OneLine(text, maxLength);
}
