using Amazon.SimpleSystemsManagement;
using Responder.Records;
using Responder.Reporting;

namespace Responder.Lambda;

/// <summary>
/// Writes down what runs, each time that a pulse has come: <c>responder doctor</c> compares it with the template. An incident is never held
/// up by it, because a pulse is none.
/// </summary>
internal sealed class RunningNote(
    IAmazonSimpleSystemsManagement ssm, ParameterNames names, string? region, HostLog log, TimeProvider time)
{
    public async Task AfterAsync(Response response)
    {
        if (response.PulseLatency is null) return;
        var build = new RunningBuild(Build.Version, Build.AwsPackages, Build.Code, region);
        if (await build.WriteAsync(ssm, names, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false) is { } failure)
            log.NotTold(failure);
    }
}
