using System.Text;
using Responder.Cli.Doctor;
using Responder.Events;
using Responder.Operations.Routing;

namespace Responder.Cli.Redrive;

/// <summary>Whom a letter is for.</summary>
/// <param name="Function">Name of a function of the stack; null: it cannot be given to any.</param>
/// <param name="Why">Why it cannot be given to any.</param>
/// <param name="Event">Null: the body is no CloudTrail event.</param>
internal sealed record Addressee(string? Function, string? Why, CloudTrailEvent? Event)
{
    private const string RetentionFunction = "RetentionFunction";

    /// <summary>
    /// A rule's letter names its target. A function's letter does not say which function failed, because the body is the bare event; so it
    /// goes where the rules send such an event, as does one that could not be forwarded to the home bus.
    /// </summary>
    /// <param name="resources">Those of the stack. A letter is given to no function outside it, whatever it says, since anybody who can
    /// write to the queue can write a letter.</param>
    /// <param name="homeBus">ARN of the event bus of the installation.</param>
    public static Addressee Of(Letter letter, IReadOnlyDictionary<string, StackResource> resources, string homeBus)
    {
        if (IsOfRetention(letter)) return To(RetentionFunction, resources, null);
        var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(letter.Body));
        if (parsed.Event is not { } e) return Nobody("no CloudTrail event: " + parsed.Error, null);
        if (letter.Target is not { } target || target == homeBus) return To(IdOf(EventPatterns.FunctionOf(e)), resources, e);
        var functions = resources.Values.Where(static r => r.Type == "AWS::Lambda::Function");
        return AwsArn.TryParse(target, out var arn) && arn.Service == "lambda" && arn.Resource.Split(':') is ["function", var name, ..]
            && functions.Any(f => f.ShortName == name)
            ? new Addressee(name, null, e)
            : Nobody($"it was meant for {target}, which is no function of the stack", e);
    }

    private static bool IsOfRetention(Letter letter) => letter.Target is null && JsonView.TryParse(letter.Body, out var body)
        && body["source"].Text == "aws.events" && body["detail-type"].Text == "Scheduled Event";

    private static string IdOf(string function) => EventPatterns.Of(Detections.DetectionCatalog.Default)
        .First(rule => rule.Function == function).FunctionId;

    private static Addressee To(string id, IReadOnlyDictionary<string, StackResource> resources, CloudTrailEvent? e) =>
        resources.TryGetValue(id, out var function) ? new Addressee(function.ShortName, null, e) : Nobody($"the stack has no {id}", e);

    private static Addressee Nobody(string why, CloudTrailEvent? e) => new(null, why, e);
}
