using Responder.Cli;

using var surroundings = Surroundings.OfProcess();
return await CommandLine.RunAsync(args, surroundings, CancellationToken.None);
