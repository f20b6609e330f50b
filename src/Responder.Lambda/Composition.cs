using Amazon.Runtime;
using Responder.Aws;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Records;
using Responder.Reporting;
using Responder.Retention;
using Responder.Settings;

namespace Responder.Lambda;

/// <summary>Assembles the function in the init phase, so that an unusable setting fails the deployment, not the incident.</summary>
internal static class Composition
{
    /// <exception cref="OptionsException">A variable has an unusable value; this is also logged.</exception>
    public static async Task<IHandler> CreateAsync(Func<string, string?> environment, TextWriter output, TimeProvider time)
    {
        var lines = new HostLog(output, time);
        try
        {
            var catalog = DetectionCatalog.Default;
            if (SettingTable.Function.In(environment) == RetentionFunction.Name) return Retention(environment, output, lines, time);
            // Runs beside what follows.
            var warming = Build.IsNative ? Task.FromResult<string?>(null) : Task.Run(() => WarmUp.RunAsync(catalog, time));
            var name = FunctionName(environment);
            var isLocal = IsSamLocal(environment);
            var options = ResponderOptions.FromEnvironment(environment, catalog, ContainmentActions.All);
            catalog = DetectionCatalog.For(options.Estate);
            // `sam local invoke` sends samples: their account is not the one SAM makes up, and their day is long past.
            if (isLocal) options = options with { MaximumAge = null, MaximumAgeWithoutLedger = null };
            var region = Text(environment, "AWS_REGION");
            var clients = new AwsClients(options.EndpointUrl, region, Credentials(environment));
            var responder = LiveResponder.Of(catalog, options, clients, new JsonLog(output, time, name), time);
            lines.Started(name, options, region);
            if (await warming.ConfigureAwait(false) is { } failure) lines.NotWarm(failure);
            var note = new RunningNote(clients.Ssm(), new ParameterNames(options.ParameterRoot), region, lines, time);
            return new Function(responder, note, lines, region, isLocal);
        }
        catch (OptionsException e)
        {
            lines.Unusable(e);
            throw;
        }
    }

    private static RetentionFunction Retention(Func<string, string?> environment, TextWriter output, HostLog lines, TimeProvider time)
    {
        var options = ResponderOptions.FromEnvironment(environment, DetectionCatalog.Default, ContainmentActions.All);
        var region = Text(environment, "AWS_REGION");
        var clients = new AwsClients(options.EndpointUrl, region, Credentials(environment));
        var sweep = new RecordSweep(clients.Ssm(), new ParameterNames(options.ParameterRoot), options.IncidentRetention, time);
        lines.Started(RetentionFunction.Name, options, region);
        return new RetentionFunction(sweep, lines, output, time);
    }

    /// <summary>The dimension of the metrics: the domain that the template names, or else the function's own name.</summary>
    private static string FunctionName(Func<string, string?> environment)
    {
        if (SettingTable.Function.In(environment) is not { } name) return Text(environment, "AWS_LAMBDA_FUNCTION_NAME") ?? "local";
        SettingTable.Function.Check(name, new KnownNames(DetectionCatalog.Default, ContainmentActions.All));
        return name;
    }

    /// <summary>SAM sets the variable; the endpoint ensures that no call can reach a real account.</summary>
    private static bool IsSamLocal(Func<string, string?> environment) =>
        Text(environment, "AWS_SAM_LOCAL") == "true" && Text(environment, "RESPONDER_ENDPOINT_URL") is not null;

    /// <summary>
    /// Lambda's own credentials are in the environment and stay the same for the life of the process. Passing them spares the SDK's chain a
    /// search of profiles; where they are missing (other hosts), the chain decides.
    /// </summary>
    private static AWSCredentials? Credentials(Func<string, string?> environment) =>
        (Text(environment, "AWS_ACCESS_KEY_ID"), Text(environment, "AWS_SECRET_ACCESS_KEY"), Text(environment, "AWS_SESSION_TOKEN")) switch
        {
            ({ } id, { } secret, { } token) => new SessionAWSCredentials(id, secret, token),
            ({ } id, { } secret, null) => new BasicAWSCredentials(id, secret),
            _ => null,
        };

    private static string? Text(Func<string, string?> environment, string name) => environment(name)?.Trim() is { Length: > 0 } text
        ? text
        : null;
}
