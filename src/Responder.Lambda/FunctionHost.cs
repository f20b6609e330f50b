using System.Text;
using System.Text.Json;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Responder.Settings;

namespace Responder.Lambda;

/// <summary>The process: init phase, then one invocation after the other.</summary>
internal static class FunctionHost
{
    /// <returns>1 when the environment variables cannot be used (Lambda then shows an init error); otherwise it ends with the execution
    /// environment.</returns>
    public static async Task<int> RunAsync(Func<string, string?> environment)
    {
        // Not Console.Out: RuntimeSupport replaces it with a writer that puts time and request id before every line, which breaks
        // CloudWatch's JSON fields and embedded metrics. Lambda takes raw lines of stdout as they are.
        var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
        {
            AutoFlush = true,
        };
        await using (output.ConfigureAwait(false))
        {
            IHandler? function = null;
            using var bootstrap = LambdaBootstrapBuilder
                .Create((Func<CloudWatchEvent<JsonElement>, ILambdaContext, Task<JsonElement>>)(
                    (input, context) => function!.HandleAsync(input, context)), new EventSerializer())
                .UseBootstrapHandler(async () =>
                {
                    function = await Composition.CreateAsync(environment, output, TimeProvider.System).ConfigureAwait(false);
                    return true;
                })
                .Build();
            try
            {
                await bootstrap.RunAsync().ConfigureAwait(false);
                return 0;
            }
            catch (OptionsException)
            {
                // Logged by the composition, reported to Lambda by the bootstrap; a crash dump would add nothing.
                return 1;
            }
        }
    }
}
