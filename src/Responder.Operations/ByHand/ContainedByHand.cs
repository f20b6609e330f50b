using System.Text.Json;
using Responder.Containment;
using Responder.Detections;
using Responder.Events;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Operations.ByHand;

/// <summary>A containment request that is not valid. The message says why.</summary>
public sealed class ContainmentRequestException(string message) : Exception(message);

/// <summary>A person's request to contain a target.</summary>
/// <param name="Target">The user, role, group or customer policy; its account is known.</param>
/// <param name="Actions">At least one; all of them apply to the target's kind.</param>
/// <param name="By">Who asks: an ARN, or <c>unknown</c>.</param>
/// <param name="Reason">Why, in the person's words; null: not said.</param>
/// <param name="Incident">The incident whose page led here; null: none.</param>
public sealed record ContainmentRequest(
    Principal Target, IReadOnlyList<ContainmentAction> Actions, string By, string? Reason, string? Incident)
{
    /// <summary>The target that a person names: an ARN, or the bare name of a user.</summary>
    /// <param name="account">The account of the person's credentials, for a bare name.</param>
    /// <exception cref="ContainmentRequestException">The text names nothing that can be contained.</exception>
    public static Principal TargetOf(string text, string? account)
    {
        if (!text.StartsWith("arn:", StringComparison.Ordinal))
        {
            return text.Length is > 0 and <= 64
                && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or ',' or '.' or '@' or '_' or '-')
                ? new Principal(PrincipalKind.User, account, text)
                : throw new ContainmentRequestException("expected a user name or an ARN");
        }

        if (AwsArn.TryParse(text, out var arn) && arn.AccountId is { Length: 12 } && arn.Name.Length > 0)
        {
            if (arn.Service == "iam" && arn.Resource.StartsWith("user/", StringComparison.Ordinal))
                return new Principal(PrincipalKind.User, arn.AccountId, arn.Name, text);
            if (arn.Service == "iam" && arn.Resource.StartsWith("role/", StringComparison.Ordinal))
                return new Principal(PrincipalKind.Role, arn.AccountId, arn.Name, text);
            if (arn.Service == "iam" && arn.Resource.StartsWith("group/", StringComparison.Ordinal))
                return new Principal(PrincipalKind.Group, arn.AccountId, arn.Name, text);
            if (Principal.Policy(text) is { } policy) return policy;
            // A session's ARN contains the role's name but not its path.
            if (arn.Service == "sts" && arn.Resource.Split('/') is ["assumed-role", var role, _])
                return new Principal(PrincipalKind.Role, arn.AccountId, role);
        }

        throw new ContainmentRequestException(
            "expected a user name, or the ARN of a user, role, group, customer policy or session of a role");
    }

    /// <summary>
    /// The actions with the given names; without names, the default ones for the target's kind. If every named action has a command-line
    /// option of its own, they are added to the default ones instead of replacing them.
    /// </summary>
    /// <param name="actions">The known actions; null: the built-in ones.</param>
    /// <exception cref="ContainmentRequestException">There is no such action, or it does not apply to this kind of target.</exception>
    public static IReadOnlyList<ContainmentAction> ActionsOf(Principal target, IReadOnlyList<string> names, ActionCatalog? actions = null)
    {
        var all = (actions ?? ActionCatalog.Default).All;
        var possible = all.Where(a => a.Target == target.Kind).ToArray();
        if (names.Count == 0) return [.. possible.Where(static a => a.IsDefaultByHand)];
        var beside = all.Where(a => names.Contains(a.Id.Name, StringComparer.Ordinal)).ToArray();
        if (beside.Length == names.Count && beside.All(static a => a.Option is not null))
            names = [.. all.Where(a => a.IsDefaultByHand && beside.Any(b => b.Target == a.Target)).Select(static a => a.Id.Name), .. names];
        return [.. names.Select(name => possible.FirstOrDefault(a => a.Id.Name == name)
            ?? throw new ContainmentRequestException(
                $"{name}: a {target.Kind.ToString().ToLowerInvariant()} takes {string.Join(", ", possible.AsEnumerable())}")).Distinct()];
    }

    /// <summary>The request in the form of an event that the main path responds to.</summary>
    /// <param name="id">The incident's id.</param>
    internal JsonElement ToEvent(string id, DateTimeOffset now, string region)
    {
        var partition = AwsArn.TryParse(Target.Arn ?? By, out var arn) ? arn.Partition : "aws";
        using var document = JsonDocument.Parse(JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("eventVersion", "1.11");
            writer.WriteStartObject("userIdentity");
            writer.WriteString("type", "Unknown");
            writer.WriteString("arn", By);
            writer.WriteText("accountId", Target.AccountId);
            writer.WriteEndObject();
            writer.WriteTime("eventTime", now);
            writer.WriteString("eventSource", ResponderOptions.ByHandSource);
            writer.WriteString("eventName", "Contain");
            writer.WriteString("awsRegion", region);
            writer.WriteString("eventID", id);
            writer.WriteText("recipientAccountId", Target.AccountId);
            writer.WriteString("eventType", "AwsApiCall");
            writer.WriteStartArray("resources");
            writer.WriteStartObject();
            writer.WriteString(
                "ARN", Target.Arn ?? $"arn:{partition}:iam::{Target.AccountId}:{Target.Kind.ToString().ToLowerInvariant()}/{Target.Name}");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
        return document.RootElement.Clone();
    }
}

/// <summary>
/// The detection for containment by hand: it finds what was asked for, so that the rest of the main path handles a person's request like an
/// event. It is not part of the catalog, since no AWS event fires it.
/// </summary>
internal sealed class ContainedByHand(ContainmentRequest request) : IDetection
{
    public static DetectionInfo Metadata { get; } = new()
    {
        Id = "responder.contained-by-hand",
        Title = "Contained by hand",
        Description = "A person ran responder contain.",
        Severity = Severity.High,
        Watches = [Watch.Calls(ResponderOptions.ByHandSource, "Contain")],
        Techniques = [],
        Controls = [],
        Runbook = new Runbook([], ["Find out what the target did before: {target} in the trail, all regions."], []),
    };

    public DetectionInfo Info => Metadata;

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        string[] reasons =
        [
            "asked for by hand" + (request.Reason is { Length: > 0 } reason ? ": " + reason : ""),
            .. request.Incident is { Length: > 0 } incident ? (string[])["for incident " + incident] : [],
        ];
        yield return new Finding(
            Info, Severity.High, $"{char.ToUpperInvariant(request.Target.ToString()[0])}{request.Target.ToString()[1..]} contained by hand")
        {
            Target = request.Target,
            Resource = request.Incident,
            Reasons = reasons,
        };
    }
}
