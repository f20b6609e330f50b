using System.CommandLine;
using Responder.Cli.Replay;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>`responder endpoint`: the embedded AWS endpoint for other processes, for example a function in `sam local invoke`.</summary>
internal static class EndpointCommand
{
    private const string DefaultAccount = "123456789012";

    public static Command Create(Surroundings surroundings)
    {
        var listen = new Option<string>("--listen")
        {
            HelpName = "ADDR:PORT",
            Description = "Where to listen; port 0 takes a free one. Containers reach 0.0.0.0:4566 as http://host.docker.internal:4566.",
            DefaultValueFactory = static _ => "127.0.0.1:4566",
        };
        var seed = new Option<string[]>("--seed")
        {
            HelpName = "PATH",
            Description = "A seed file (YAML or JSON), or event files or folders whose principals shall exist.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("endpoint", "Serve AWS (IAM, SNS, SSM, STS) from this process until interrupted; prints its URL.")
        {
            listen, seed,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                RunAsync(parsed.GetValue(listen)!, parsed.GetValue(seed) ?? [], surroundings, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string listen, string[] seeds, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var unreadable = 0;
        var world = CreateWorld(seeds, error =>
        {
            unreadable++;
            surroundings.Tell(error.Path, error.Reason);
        });
        // An incomplete world gives wrong answers, and nobody would look for the reason here.
        if (unreadable > 0) return ExitCode.Input;

        var topic = world.Home.EnsureTopic(EmbeddedTarget.AlertTopic);
        LocalAwsEndpoint endpoint;
        try
        {
            endpoint = await LocalAwsEndpoint.StartAsync(world, listen, cancellationToken);
        }
        catch (Exception e) when (e is ArgumentException or IOException or System.Net.Sockets.SocketException)
        {
            throw new UsageException("--listen: " + e.Message);
        }

        await using (endpoint)
        {
            surroundings.Error.WriteLine($"account {world.Home.Id}, users: {world.Home.Users.Count}, alert topic {topic.Arn}");
            if (!listen.StartsWith("127.", StringComparison.Ordinal) && !listen.StartsWith("localhost:", StringComparison.Ordinal)
                && !listen.StartsWith("[::1]", StringComparison.Ordinal))
                surroundings.Error.WriteLine("whoever reaches this address may use it; a container reaches it as host.docker.internal");
            surroundings.Error.WriteLine("Ctrl-C ends it");
            surroundings.Output.WriteLine(endpoint.Url.ToString().TrimEnd('/'));
            await surroundings.Output.FlushAsync(cancellationToken);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                surroundings.Error.WriteLine($"calls answered: {endpoint.Calls.All.Count}");
            }
        }

        return ExitCode.Done;
    }

    /// <summary>A seed file creates the world; events add to it, or create one for the account of the first event.</summary>
    private static World CreateWorld(string[] seeds, Action<InputError> onError)
    {
        World? world = null;
        foreach (var path in seeds.Where(IsSeedFile))
        {
            try
            {
                var text = File.ReadAllText(path);
                if (world is null) world = World.Load(text);
                else world.Add(text);
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                onError(new InputError(path, e.Message));
            }
        }

        var seeder = new WorldSeeder();
        // A folder of samples holds other files, too.
        void OnEvents(InputError error)
        {
            if (error.Issue != InputIssue.NotOpened) onError(error);
        }

        foreach (var input in EventReader.Read(seeds.Where(static path => !IsSeedFile(path)), OnEvents))
        {
            if (input.Parsed.Event is not { } e)
            {
                onError(new InputError(input.File, input.Parsed.Error!));
                continue;
            }

            world ??= new World(EmbeddedTarget.AccountOf(e), EmbeddedTarget.PartitionOf(e));
            seeder.Seed(world, e);
        }

        return world ?? new World(DefaultAccount);
    }

    /// <summary>YAML is always a seed; JSON is one if it has the member that seeds have.</summary>
    private static bool IsSeedFile(string path)
    {
        if (!File.Exists(path)) return false;
        if (Path.GetExtension(path) is ".yaml" or ".yml") return true;
        if (Path.GetExtension(path) != ".json" || new FileInfo(path).Length > 64 * 1024 * 1024) return false;
        return JsonView.TryParse(File.ReadAllText(path), out var json) && json["accounts"].IsObject && !json["detail"].Exists
            && !json["eventSource"].Exists;
    }
}
