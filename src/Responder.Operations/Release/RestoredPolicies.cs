using System.Globalization;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Responder.Containment;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// Whether the customer policies that a release puts back still are what the containment took off. An ARN is a name: whoever may delete
/// and make policies, or may write versions, could otherwise have a release give what was never there.
/// </summary>
internal static class RestoredPolicies
{
    /// <summary>
    /// Leaves out the steps whose policy was made anew since. AWS's own policies are left unasked: nobody but AWS changes them.
    /// </summary>
    /// <param name="target">Whom the release is about; for a policy that was set to another version, the policy.</param>
    /// <param name="steps">The steps of a release.</param>
    /// <param name="contained">When a policy was taken off, by its ARN; null: not known.</param>
    /// <returns>The steps that remain, what differs, for which a release has to be forced, and whether a boundary was left out.</returns>
    public static async Task<Found> OfAsync(
        IAmazonIdentityManagementService iam, Principal target, IReadOnlyList<PlannedStep> steps,
        Func<string, DateTimeOffset?> contained,
        CancellationToken cancellationToken)
    {
        string? PolicyOf(PlannedStep step) => step.Action == "SetDefaultPolicyVersion" ? target.Arn
            : IsCustomerPolicy(step.Subject) ? step.Subject : null;
        var asked = steps.Where(step => PolicyOf(step) is not null)
            .ToDictionary(static step => step, step => PolicyOrigins.VersionsAsync(iam, PolicyOf(step)!, cancellationToken));
        var (kept, differences) = (new List<PlannedStep>(), new List<string>());
        var lacksBoundary = false;
        foreach (var step in steps)
        {
            if (!asked.TryGetValue(step, out var reading))
            {
                kept.Add(step);
                continue;
            }

            var policy = PlainText.OneLine(PolicyOf(step), 300);
            var (versions, failure) = await reading.ConfigureAwait(false);
            if (versions is null || contained(PolicyOf(step)!) is not { } time)
            {
                differences.Add($"whether {policy} is still what it was before could not be told: "
                    + (failure ?? "it is not known when the target was contained"));
                kept.Add(step);
            }
            else if (versions.Count == 0)
            {
                differences.Add($"{policy} exists no longer, so it is not put back");
                lacksBoundary |= IsBoundary(step);
            }
            else if (step.Action == "SetDefaultPolicyVersion")
            {
                // Numbers are never given twice, unless the whole policy was made anew.
                if (versions.FirstOrDefault(v => v.VersionId == step.Subject) is not { } version)
                    differences.Add($"version {PlainText.Ascii(step.Subject, 16)} of {policy} exists no longer, so it is not put back");
                else if (IsAfter(version, time))
                    differences.Add(
                        $"{policy} was made anew: its version {PlainText.Ascii(step.Subject, 16)} is of {Time(version)}, after the "
                        + "containment, and is not put back, with --force neither");
                else kept.Add(step);
            }
            else if (versions.All(v => IsAfter(v, time))
                && await PolicyOrigins.MadeAsync(iam, PolicyOf(step)!, versions, cancellationToken).ConfigureAwait(false) is { } made
                && made > time.UtcDateTime)
            {
                differences.Add(
                    $"{policy} was made anew at {Time(made)}, after the containment: it is another policy of that name, and is "
                    + "not put back, with --force neither");
                lacksBoundary |= IsBoundary(step);
            }
            else
            {
                if (versions.FirstOrDefault(static v => v.IsDefaultVersion == true) is { } now && IsAfter(now, time))
                    differences.Add($"{policy} says something else since {Time(now)} ({PlainText.Ascii(now.VersionId, 16)}): what is put "
                        + "back gives what it says today");
                kept.Add(step);
            }
        }

        return new Found(kept, differences, lacksBoundary);
    }

    /// <param name="LacksBoundary">True when the boundary before can no longer be put back: a person has to name one.</param>
    internal sealed record Found(IReadOnlyList<PlannedStep> Steps, IReadOnlyList<string> Differences, bool LacksBoundary);

    private static bool IsCustomerPolicy(string? text) => AwsArn.TryParse(text, out var arn) && arn.Service == "iam"
        && arn.AccountId != "aws" && arn.Resource.StartsWith("policy/", StringComparison.Ordinal);

    private static bool IsBoundary(PlannedStep step) => step.Action.EndsWith("PermissionsBoundary", StringComparison.Ordinal);

    private static bool IsAfter(PolicyVersion version, DateTimeOffset time) => version.CreateDate?.ToUniversalTime() > time.UtcDateTime;

    private static string Time(PolicyVersion version) => Time(version.CreateDate!.Value.ToUniversalTime());

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
