using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Xml;
using Responder.Aws;
using Responder.Cli.Doctor.Checks;

namespace Responder.Cli.Doctor;

/// <summary>The checks, in the order of the path that events take: trail, rules, functions, pages.</summary>
internal static class Examination
{
    public static IReadOnlyList<ICheck> Checks { get; } =
    [
        new TrailLogging(),
        new TrailValidation(),
        new ManagementEvents(),
        new RoleSessions(),
        new InsightSelectors(),
        new StackPresent(),
        new Rules(),
        new Functions(),
        new FunctionSettings(),
        new Installed(),
        new Forwarders(),
        new Roles(),
        new WaysIn(),
        new TrustedNames(),
        new Subscriptions(),
        new DeadLetters(),
        new KillSwitch(),
        new Drilled(),
    ];

    public static async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var check in Checks)
        {
            await foreach (var result in RunAsync(check, installation, cancellationToken)) yield return result;
        }
    }

    /// <summary>The results of one check; if something cannot be read, the last result says so.</summary>
    private static async IAsyncEnumerable<CheckResult> RunAsync(
        ICheck check, Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var results = check.RunAsync(installation, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            CheckResult? failure = null;
            var more = false;
            try
            {
                more = await results.MoveNextAsync();
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && IsUnreadable(e))
            {
                failure = Unknown(check, check.Name, e);
            }

            if (failure is not null) yield return failure;
            if (!more) yield break;
            yield return results.Current;
        }
    }

    /// <summary>The SDK's own readers throw when an answer is not XML or JSON at all.</summary>
    public static bool IsUnreadable(Exception e) => e is UnreadableAnswerException or XmlException or JsonException || AwsFailure.Is(e);

    public static CheckResult Unknown(ICheck check, string subject, Exception e) =>
        new(check.Name, subject, CheckOutcome.Unknown, e is UnreadableAnswerException
            ? e.Message
            : AwsFailure.Describe(
                "AWS", e is XmlException or JsonException
                ? new UnreadableAnswerException("the answer is neither XML nor JSON as its API describes it")
                : e))
        { Blind = check.Concerns };
}
