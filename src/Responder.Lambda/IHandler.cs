using System.Text.Json;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Core;

namespace Responder.Lambda;

/// <summary>What RESPONDER_FUNCTION chooses: the response to an event, or the retention on its schedule.</summary>
internal interface IHandler
{
    Task<JsonElement> HandleAsync(CloudWatchEvent<JsonElement> input, ILambdaContext context);
}
