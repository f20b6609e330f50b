using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;

namespace Responder.Tests.Moto;

/// <summary>moto in a process of its own; a test that wants it is skipped where Python or moto is absent.</summary>
internal sealed class MotoServer : IDisposable
{
    private readonly PythonServer _script;

    private MotoServer(PythonServer script, int port, string topic)
    {
        (_script, Topic) = (script, topic);
        Url = new Uri($"http://127.0.0.1:{port}");
        Clients = new AwsClients(Url, "us-east-1", new BasicAWSCredentials("test", "test"))
        {
            MaxErrorRetry = 0,
            CallTimeout = TimeSpan.FromSeconds(60),
        };
    }

    public Uri Url { get; }

    public string Topic { get; }

    public AwsClients Clients { get; }

    public static async Task<MotoServer> StartAsync()
    {
        var script = Repository.PathOf("test", "Responder.Tests", "Moto", "moto_server.py");
        var server = await Python.ServeAsync(script, ["boto3", "moto", "flask"], TestContext.Current.CancellationToken);
        using var ready = JsonDocument.Parse(server.Ready);
        return new MotoServer(
            server, ready.RootElement.GetProperty("port").GetInt32(), ready.RootElement.GetProperty("topic").GetString()!);
    }

    public void Dispose() => _script.Dispose();
}
