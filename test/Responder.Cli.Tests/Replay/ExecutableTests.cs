using System.Diagnostics;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Replay;

/// <summary>Runs the built executable in its own process, to check what only a real environment shows.</summary>
public sealed class ExecutableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_of_the_environment_leads_a_replay_away_from_the_embedded_endpoint()
    {
        await using var recording = await LocalAwsEndpoint.StartAsync(
            new World(Samples.Account), cancellationToken: TestContext.Current.CancellationToken);
        var url = recording.Url.ToString();
        var config = _folder.Write("config", $"[default]\nendpoint_url = {url}\nregion = eu-west-1\n[profile other]\nregion = "
            + $"eu-west-1\nservices = all\n[services all]\niam =\n  endpoint_url = {url}\nssm =\n  endpoint_url = {url}\nsns =\n  "
            + $"endpoint_url = {url}\n");
        var credentials = _folder.Write("credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = "
            + "secret\n[other]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n");
        foreach (var profile in (string?[])[null, "other", "missing"])
        {
            var environment = new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL"] = url,
                ["AWS_ENDPOINT_URL_IAM"] = url,
                ["AWS_ENDPOINT_URL_SSM"] = url,
                ["AWS_ENDPOINT_URL_SNS"] = url,
                ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
                ["AWS_SECRET_ACCESS_KEY"] = "secret",
                ["AWS_REGION"] = "eu-west-1",
                ["AWS_CONFIG_FILE"] = config,
                ["AWS_SHARED_CREDENTIALS_FILE"] = credentials,
                ["ALERT_TOPIC_ARN"] = "arn:aws:sns:eu-west-1:123456789012:real",
                ["RESPONDER_ENDPOINT_URL"] = url,
                ["HTTP_PROXY"] = url,
                ["HTTPS_PROXY"] = url,
                ["ALL_PROXY"] = url,
            };
            if (profile is not null) environment["AWS_PROFILE"] = profile;
            var run = await RunAsync(environment, "replay", Samples.File("iam.admin-policy-attached", "fires.json"), "--format", "json");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var line = Assert.Single(run.Json);
            Assert.Equal("Succeeded", line.GetProperty("containment")[0].GetProperty("result").GetString());
            Assert.Equal(
                "arn:aws:sns:us-east-1:123456789012:responder-alerts", line.GetProperty("alert").GetProperty("topicArn").GetString());
        }

        Assert.Empty(recording.Calls.All);
    }

    [Fact]
    public async Task An_environment_that_the_aws_clients_cannot_read_does_not_stop_a_replay()
    {
        var garbage = _folder.Write("config", "garbage [[[");
        var environment = new Dictionary<string, string>
        {
            ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "maybe",
            ["AWS_RETRY_MODE"] = "never",
            ["AWS_MAX_ATTEMPTS"] = "few",
            ["AWS_USE_FIPS_ENDPOINT"] = "true",
            ["AWS_CONFIG_FILE"] = garbage,
            ["AWS_SHARED_CREDENTIALS_FILE"] = garbage,
        };
        var run = await RunAsync(environment, "replay", Samples.File("iam.admin-policy-attached", "fires.json"), "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("incident", Assert.Single(run.Json).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Exit_codes_and_streams_are_those_of_the_contract()
    {
        var usage = await RunAsync([], "replay");
        Assert.Equal((2, ""), (usage.ExitCode, usage.Output));
        var missing = await RunAsync([], "replay", Path.Combine(_folder.Root, "missing.json"), "--format", "json");
        Assert.Equal((3, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("no such file", missing.Error, StringComparison.Ordinal);
        var text = await RunAsync(
            new() { ["NO_COLOR"] = "1" }, "replay", Samples.File("iam.admin-policy-attached", "fires.json"), "--fail-on", "HIGH");
        Assert.Equal((1, ""), (text.ExitCode, text.Error));
        Assert.Contains("Round trips: ", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Output);
    }

    private static async Task<CliRun> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "responder.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(
            static n => n.StartsWith("AWS_", StringComparison.Ordinal) || n.Contains("PROXY", StringComparison.OrdinalIgnoreCase))
            .ToArray()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, await output, await error);
    }
}
