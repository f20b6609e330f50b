using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Events;

namespace Responder.Records;

/// <summary>
/// What a function says of itself, so that <c>responder doctor</c> need not take the template's word for it: written to
/// <see cref="ParameterNames.Running"/> with each pulse, as one JSON object.
/// </summary>
/// <param name="Version">Three numbers.</param>
/// <param name="AwsPackages"><c>official</c> or <c>stand-in</c>.</param>
/// <param name="Code"><c>native-aot</c> or <c>jit</c>.</param>
/// <param name="Region">Where it runs; null: the runtime did not say.</param>
public sealed record RunningBuild(string? Version, string AwsPackages, string Code, string? Region)
{
    /// <summary>When it was written; null: not yet.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Null: nothing that a function wrote, as the stack makes the parameter.</summary>
    public static RunningBuild? Read(string? text) =>
        JsonView.TryParse(text ?? "", out var view) && view["awsPackages"].Text is { } packages && view["code"].Text is { } code
            ? new RunningBuild(view["version"].Text, packages, code, view["region"].Text)
            {
                At = ClosedText.TimeOf(view["at"]),
            }
            : null;

    /// <summary>Writes it. Returns why it could not, or null.</summary>
    public async Task<string?> WriteAsync(
        IAmazonSimpleSystemsManagement ssm, ParameterNames names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await ssm.PutParameterAsync(StandardParameter.Put(names.Running, ToText(now)), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (AwsFailure.Is(e))
        {
            return AwsFailure.Describe("PutParameter " + names.Running, e);
        }
    }

    private string ToText(DateTimeOffset now) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteTime("at", now);
        writer.WriteText("version", Version);
        writer.WriteString("awsPackages", AwsPackages);
        writer.WriteString("code", Code);
        writer.WriteText("region", Region);
        writer.WriteEndObject();
    });
}
