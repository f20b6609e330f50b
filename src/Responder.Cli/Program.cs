using Responder.Cli;
using Responder.Cli.Terminal;

using var surroundings = Surroundings.OfProcess();
return await CommandLine.RunAsync(args, surroundings, CancellationToken.None);
