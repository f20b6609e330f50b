using Responder.Lambda;

return await FunctionHost.RunAsync(Environment.GetEnvironmentVariable).ConfigureAwait(false);
