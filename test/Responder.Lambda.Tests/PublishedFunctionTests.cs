using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Aws;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Lambda.Tests;

/// <summary>Starts the package as a process under the Runtime API, with the embedded AWS endpoint to call.</summary>
public abstract class PublishedFunctionTests(Package package)
{
    private const string DenyAll = "arn:aws:iam::aws:policy/AWSDenyAll";
    private const string AdministratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

    /// <summary>No test waits this long; the limit only ends a test that hangs.</summary>
    private static readonly TimeSpan s_guard = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_sample_is_answered_as_replay_answers_it_and_leaves_the_same_calls_and_state()
    {
        string hour;
        do
        {
            hour = Hour();
            await SendEverySampleAsync();
        }
        while (hour != Hour()); // findings of one hour share a record, so both sides must run in the same hour
    }

    [Fact]
    public async Task Attached_administrator_is_contained_paged_and_recorded()
    {
        await using var rig = await Rig.StartAsync(package.Executable);
        var answer = await rig.InvokeAsync(Samples.Fresh(Samples.AdministratorAttached));

        var response = Parsed(answer);
        Assert.Equal("incident", (string?)response["outcome"]);
        Assert.Equal("CRITICAL", (string?)response["severity"]);
        Assert.Equal("iam.admin-policy-attached", (string?)response["findings"]![0]!["detection"]);
        Assert.Equal("Contain", (string?)response["decision"]!["action"]);
        Assert.All(response["containment"]!.AsArray(), static step => Assert.Equal("Succeeded", (string?)step!["result"]));

        var user = rig.World.Home.Users["mallory"];
        Assert.Equal(DenyAll, user.BoundaryArn);
        Assert.DoesNotContain(AdministratorAccess, user.AttachedPolicies);
        Assert.Equal((string?)response["alert"]!["subject"], Assert.Single(rig.World.Messages).Subject);
        Assert.NotNull(rig.World.Home.Parameter((string)response["incident"]!));
        Assert.Contains(
            rig.World.Home.Parameters["us-east-1"].Keys, static name =>
                name.StartsWith("/security/quarantines/123456789012/", StringComparison.Ordinal));
    }

    /// <summary>A call of one of our roles without this mark counts as somebody else's (responder.role-used-elsewhere).</summary>
    [Fact]
    public async Task Its_calls_bear_the_mark_of_Lambdas_runtime()
    {
        await using var rig = await Rig.StartAsync(package.Executable);
        await rig.InvokeAsync(Samples.Fresh(Samples.AdministratorAttached));
        Assert.NotEmpty(rig.World.Trail);
        Assert.All(
            rig.World.Trail, static record =>
                Assert.Contains(
                    "exec-env/AWS_Lambda_dotnet10", (string?)JsonNode.Parse(record.Json)!["userAgent"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redelivered_event_is_a_duplicate_in_the_same_process_and_in_a_new_one()
    {
        var e = Samples.Fresh(Samples.AdministratorAttached);
        await using var rig = await Rig.StartAsync(package.Executable);
        Assert.Equal("incident", (string?)Parsed(await rig.InvokeAsync(e))["outcome"]);
        Assert.Equal("duplicate", (string?)Parsed(await rig.InvokeAsync(e))["outcome"]);

        await using var second = await Rig.StartAsync(package.Executable, endpoint: rig.Endpoint);
        var again = Parsed(await second.InvokeAsync(e));
        Assert.Equal("duplicate", (string?)again["outcome"]);
        Assert.Equal("CRITICAL", (string?)again["severity"]);
        Assert.Single(rig.World.Messages);
    }

    [Fact]
    public async Task Poison_fails_its_invocation_with_the_parsers_words_and_the_next_event_is_served()
    {
        await using var rig = await Rig.StartAsync(package.Executable);
        foreach (var poison in Poison.All)
        {
            var answer = await rig.InvokeAsync(poison);
            var because = EventParser.Parse(poison).Error;
            Assert.NotNull(because);
            Assert.Equal("MalformedEventException", answer.ErrorType);
            Assert.Equal("malformed event: " + because, (string?)JsonNode.Parse(answer.Error!)!["errorMessage"]);
        }

        Assert.Empty(rig.Endpoint.Calls.All);
        Assert.Equal("incident", (string?)Parsed(await rig.InvokeAsync(Samples.Fresh(Samples.AdministratorAttached)))["outcome"]);

        var lines = await rig.LogAsync(afterFailures: true);
        Assert.Equal(Poison.All.Count, lines.Count(static l => (string?)l["what"] == "responded" && (string?)l["outcome"] == "malformed"));
        Assert.Equal(Poison.All.Count, lines.Count(static l => (string?)l["what"] == "invocation-failed"));
        Assert.Equal(Poison.All.Count, lines.Count(static l => l["_aws"] is not null && (int?)l["Malformed"] == 1));
    }

    [Fact]
    public async Task Wrong_types_in_the_envelope_do_not_keep_the_record_from_being_read_and_contain_nobody()
    {
        var e = JsonNode.Parse(Samples.Fresh(Samples.AdministratorAttached))!;
        e["account"] = 5;
        e["time"] = "yesterday";
        e["region"] = new JsonArray();
        e["resources"] = "none";
        e["id"] = new JsonObject();
        await using var rig = await Rig.StartAsync(package.Executable);
        var answer = Parsed(await rig.InvokeAsync(Encoding.UTF8.GetBytes(e.ToJsonString())));
        // EventBridge writes no such envelope.
        Assert.Equal(("alert", "CRITICAL"), ((string?)answer["outcome"], (string?)answer["severity"]));
    }

    [Fact]
    public async Task Failed_step_fails_the_invocation_and_every_call_carries_the_trace_header()
    {
        const string TraceId = "Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1";
        await using var refusing = await RefusingEndpoint.StartAsync();
        await using var runtime = await RuntimeApi.StartAsync();
        await using var function = FunctionProcess.Start(package.Executable, runtime, refusing.Url);

        var answer = await runtime.InvokeAsync(Samples.Fresh(Samples.AdministratorAttached), TraceId).WaitAsync(s_guard, Cancelled);

        Assert.Equal("IncompleteResponseException", answer.ErrorType);
        Assert.Contains("AccessDenied", (string?)JsonNode.Parse(answer.Error!)!["errorMessage"], StringComparison.Ordinal);
        Assert.NotEmpty(refusing.TraceIds);
        Assert.All(refusing.TraceIds, static id => Assert.Equal(TraceId, id));
    }

    [Theory]
    [InlineData("ALERT_TOPIC_ARN", null)]
    [InlineData("ALERT_TOPIC_ARN", "alerts")]
    [InlineData("CHAT_TOPIC_ARN", "arn:aws:sqs:us-east-1:123456789012:chat")]
    [InlineData("RESPONDER_MODE", "Maybe")]
    [InlineData("RESPONDER_FUNCTION", "lambda")]
    [InlineData("RESPONDER_ENDPOINT_URL", "localhost:4566")]
    [InlineData("TRUSTED_PRINCIPAL_ARNS", "arn:aws:iam::123456789012:role/*")]
    [InlineData("BREAK_GLASS_ARNS", "alice")]
    [InlineData("PARAMETER_ROOT", "security")]
    [InlineData("DETECTION_STAGES", "iam.no-such-detection=Off")]
    [InlineData("CONTAINMENT_BUDGET_PER_HOUR", "-1")]
    [InlineData("MINIMUM_ALERT_SEVERITY", "loud")]
    public async Task Setting_that_cannot_be_used_fails_the_init_phase_and_is_named(string variable, string? value)
    {
        await using var rig = await Rig.StartAsync(package.Executable, new Dictionary<string, string?> { [variable] = value });

        var error = JsonNode.Parse((await rig.Runtime.InitError.WaitAsync(s_guard, Cancelled)).Error!)!;
        Assert.Equal("OptionsException", (string?)error["errorType"]);
        Assert.StartsWith(variable + ": ", (string?)error["errorMessage"], StringComparison.Ordinal);
        Assert.Equal(1, await rig.Function.ExitAsync(Cancelled).WaitAsync(s_guard, Cancelled));
        Assert.False(rig.Runtime.FirstNext.IsCompleted);
        var line = Assert.Single(rig.Function.Output, static l => l.Contains("init-failed", StringComparison.Ordinal));
        Assert.Equal(variable, (string?)JsonNode.Parse(line)!["variable"]);
    }

    [Fact]
    public async Task Log_is_one_JSON_object_a_line_begins_with_what_runs_and_holds_one_valid_metric_line_per_event()
    {
        string[] names = [
            Samples.AdministratorAttached, .. Samples.All.Where(static n => n.EndsWith("/fires.json", StringComparison.Ordinal)).Take(5)];
        await using var rig = await Rig.StartAsync(package.Executable);
        foreach (var name in names) await rig.InvokeAsync(Samples.Fresh(name));

        var lines = await rig.LogAsync();
        Assert.Equal("start", (string?)lines[0]["what"]);
        Assert.Equal("Enforce", (string?)lines[0]["mode"]);
        Assert.Equal("iam", (string?)lines[0]["function"]);
        Assert.Contains((string?)lines[0]["awsPackages"], (string[])["official", "stand-in"]);
        Assert.Equal(package is NativeAotPackage ? "native-aot" : "jit", (string?)lines[0]["code"]);

        var metrics = lines.Where(static l => l["_aws"] is not null).ToList();
        Assert.Equal(names.Length, metrics.Count);
        Assert.All(metrics, AssertIsEmbeddedMetric);
        Assert.All(
            lines, static l =>
                Assert.True(l["_aws"] is not null || l["timestamp"] is not null && l["level"] is not null && l["what"] is not null));
        Assert.Contains(lines, static l => (string?)l["what"] == "prior-state");
    }

    private static void AssertIsEmbeddedMetric(JsonNode line)
    {
        Assert.True(line["_aws"]!["Timestamp"]!.GetValue<long>() > 0);
        var directive = Assert.Single(line["_aws"]!["CloudWatchMetrics"]!.AsArray())!;
        Assert.Equal("Responder", (string?)directive["Namespace"]);
        foreach (var dimension in directive["Dimensions"]!.AsArray().SelectMany(static set => set!.AsArray()))
            Assert.Equal(JsonValueKind.String, line[(string)dimension!]!.GetValueKind());
        Assert.InRange(directive["Metrics"]!.AsArray().Count, 1, 100);
        foreach (var metric in directive["Metrics"]!.AsArray())
        {
            Assert.Equal(JsonValueKind.Number, line[(string)metric!["Name"]!]!.GetValueKind());
            Assert.Contains((string?)metric["Unit"], (string[])["Count", "Seconds"]);
        }
    }

    private async Task SendEverySampleAsync()
    {
        var settings = new Dictionary<string, string?> { ["CONTAINMENT_BUDGET_PER_HOUR"] = "1000" };
        await using var rig = await Rig.StartAsync(package.Executable, settings);
        await using var twin = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: Cancelled);
        var replay = InProcess(twin, settings);
        Assert.NotEmpty(Samples.All);

        foreach (var name in Samples.All)
        {
            rig.Endpoint.Calls.Clear();
            twin.Calls.Clear();
            var e = Samples.Fresh(name);
            var answer = Parsed(await rig.InvokeAsync(e));
            var parsed = EventParser.Parse(e);
            var expected = await replay.RespondAsync(parsed, new Invocation(Samples.Account, "us-east-1"), Cancelled);

            Assert.Equal($"{name}: {expected.ToJson(replay.Options)}", $"{name}: {answer.ToJsonString(s_ascii)}");
            Assert.Equal(Operations(twin), Operations(rig.Endpoint));
            if ((string?)answer["incident"] is { } record) Assert.NotNull(rig.World.Home.Parameter(record));
            if (parsed.Event!.Outcome != CallOutcome.Succeeded) Assert.Empty(rig.Endpoint.Calls.Of("ssm", "PutParameter"));
            if (expected.Containment is [{ Result: Containment.StepResult.Succeeded }, ..] && expected.Decision!.Target is { } target)
                Assert.Equal(DenyAll, rig.World.Home.Users[target.Name].BoundaryArn);
        }

        Assert.Equal(twin.World.Messages.Select(static m => m.Subject), rig.World.Messages.Select(static m => m.Subject));
        Assert.Equal(twin.World.Snapshot(SnapshotParts.Iam), rig.World.Snapshot(SnapshotParts.Iam));
        Assert.Contains(rig.World.Home.Users.Values, static u => u.BoundaryArn == DenyAll);
    }

    private static readonly JsonSerializerOptions s_ascii = new();

    /// <summary>The calls, sorted, because those that run at the same time arrive in any order.</summary>
    private static IEnumerable<string> Operations(LocalAwsEndpoint endpoint) =>
        endpoint.Calls.All.Select(static c => $"{c.Service}:{c.Operation} {c.ErrorCode}").Order(StringComparer.Ordinal);

    private static SecurityResponder InProcess(LocalAwsEndpoint endpoint, Dictionary<string, string?> settings)
    {
        settings = new Dictionary<string, string?>(settings) { ["ALERT_TOPIC_ARN"] = "arn:aws:sns:us-east-1:123456789012:alerts" };
        var options = ResponderOptions.FromEnvironment(settings.GetValueOrDefault, DetectionCatalog.Default, ContainmentActions.All);
        var clients = new AwsClients(endpoint.Url, "us-east-1", new Amazon.Runtime.BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "secret"));
        return LiveResponder.Of(DetectionCatalog.Default, options, clients, new NoLog(), TimeProvider.System);
    }

    private static JsonNode Parsed(RuntimeAnswer answer)
    {
        Assert.True(answer.Response is not null, answer.Error);
        return JsonNode.Parse(answer.Response)!;
    }

    private static string Hour() => TimeProvider.System.GetUtcNow().ToString("yyyyMMddHH", CultureInfo.InvariantCulture);

    /// <summary>Function, Runtime API and embedded endpoint together.</summary>
    private sealed class Rig(RuntimeApi runtime, LocalAwsEndpoint endpoint, FunctionProcess function, bool ownsEndpoint) : IAsyncDisposable
    {
        public RuntimeApi Runtime => runtime;

        public LocalAwsEndpoint Endpoint => endpoint;

        public FunctionProcess Function => function;

        public World World => endpoint.World;

        public static async Task<Rig> StartAsync(
            string executable, IReadOnlyDictionary<string, string?>? settings = null, LocalAwsEndpoint? endpoint = null)
        {
            var runtime = await RuntimeApi.StartAsync();
            var own = endpoint is null;
            endpoint ??= await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: Cancelled);
            return new Rig(runtime, endpoint, FunctionProcess.Start(executable, runtime, endpoint.Url, settings), own);
        }

        /// <summary>Sends the event. If the function dies instead of answering, the test fails with the function's error output.</summary>
        public async Task<RuntimeAnswer> InvokeAsync(byte[] e)
        {
            var answer = runtime.InvokeAsync(e);
            var died = function.ExitAsync(Cancelled);
            await Task.WhenAny(answer, died).WaitAsync(s_guard, Cancelled);
            Assert.True(answer.IsCompleted, function.Errors);
            return await answer;
        }

        /// <summary>Ends the process and parses every line it wrote.</summary>
        /// <param name="afterFailures">
        /// Leaves out what is no JSON: Lambda's own client writes what a handler threw to standard output, too, as text.
        /// </param>
        public async Task<IReadOnlyList<JsonNode>> LogAsync(bool afterFailures = false)
        {
            await function.StopAsync();
            return [.. function.Output.Where(line => !afterFailures || line.StartsWith('{'))
                .Select(static line => Assert.IsType<JsonObject>(JsonNode.Parse(line)))];
        }

        public async ValueTask DisposeAsync()
        {
            await function.DisposeAsync();
            await runtime.DisposeAsync();
            if (ownsEndpoint) await endpoint.DisposeAsync();
        }
    }
}

/// <summary>Tests the package for the managed runtime, started with `dotnet` as Lambda starts it.</summary>
public sealed class ReadyToRunFunctionTests(ReadyToRunPackage package) : PublishedFunctionTests(package), IClassFixture<ReadyToRunPackage>
{
    [Fact]
    public void Package_holds_assemblies_and_their_settings_and_nothing_else()
    {
        var executable = package.Executable;
        var stray = Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(executable)!).Select(Path.GetFileName)
            .Where(static f => f is not ("Responder.Lambda" or "Responder.Lambda.deps.json" or "Responder.Lambda.runtimeconfig.json")
                && !f!.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Empty(stray);
    }

    /// <summary>Every megabyte has to be loaded before the first event is answered (bench/README.md has the measured size).</summary>
    [Fact]
    public void Package_is_small() => Assert.InRange(package.ZippedBytes, 500_000, PackageLimits.ReadyToRun);
}

/// <summary>Runs the same tests on the native executable, which is what is deployed.</summary>
public sealed class NativeAotFunctionTests(NativeAotPackage package) : PublishedFunctionTests(package), IClassFixture<NativeAotPackage>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Package_is_one_executable()
    {
        var executable = package.Executable;
        Assert.Equal(
            ["Responder.Lambda"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(executable)!)
            .Select(static f => Path.GetFileName(f)!));
    }

    [Fact]
    public void Package_is_small() => Assert.InRange(package.ZippedBytes, 3_000_000, PackageLimits.NativeAot);

    /// <summary>Publishing has checked that already, with a reader of its own.</summary>
    [Fact]
    public async Task It_needs_no_library_and_no_version_of_one_that_Lambda_lacks()
    {
        var executable = package.Executable;
        if (!Command.IsThere("objdump")) Assert.Skip("There is no objdump.");
        var (exitCode, output) = await Command.RunAsync("objdump", ["-p", executable]);
        Assert.Equal(0, exitCode);
        var libraries = Regex.Matches(output, @"NEEDED +(\S+)").Select(static m => m.Groups[1].Value).ToList();
        Assert.Contains("libc.so.6", libraries);
        Assert.All(
            libraries, static l =>
                Assert.Matches(@"^(lib(c|m)\.so\.6|lib(dl|pthread)\.so\.[02]|librt\.so\.1|libgcc_s\.so\.1|ld-linux-\S+)$", l));
        var versions = Regex.Matches(output, @"GLIBC_(\d[\d.]*)").Select(static m => Version.Parse(m.Groups[1].Value)).ToList();
        Assert.InRange(versions.Max()!, new Version(2, 17), new Version(2, 34));
    }

    /// <summary>What a system with a newer C library, or another one, would link.</summary>
    [Theory]
    [InlineData("GLIBC_2.34", "GLIBC_2.39", "asks for glibc 2.39, and Lambda has 2.34")]
    [InlineData("libm.so.6", "libq.so.6", "asks for libq.so.6, which Lambda does not have")]
    public async Task One_that_would_not_start_on_Lambda_is_refused_with_the_other_package_named(
        string asked, string instead, string expected)
    {
        using var folder = new TemporaryFolder();
        var bytes = await File.ReadAllBytesAsync(package.Executable, Cancelled);
        var found = 0;
        for (int at = 0, next; (next = bytes.AsSpan(at).IndexOf(Encoding.ASCII.GetBytes(asked + "\0"))) >= 0; at += next + 1, found++)
            Encoding.ASCII.GetBytes(instead).CopyTo(bytes, at + next);
        Assert.NotEqual(0, found);

        var (exitCode, output) = await CheckAsync(folder.Write("changed", bytes));
        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains("-p:PublishReadyToRun=true", output, StringComparison.Ordinal);

        Assert.Equal(0, (await CheckAsync(package.Executable)).ExitCode);
    }

    /// <summary>SAM builds each function by itself; publishing takes minutes, copying nothing.</summary>
    [Fact]
    public async Task Every_function_of_the_template_is_given_the_package_that_was_published_once()
    {
        var executable = await File.ReadAllBytesAsync(package.Executable, Cancelled);
        var published = package.PublishedAt;
        var template = await File.ReadAllTextAsync(Path.Combine(Samples.Root, "template.yaml"), Cancelled);
        var functions = Regex.Matches(template, @"^  (\w+):\n    Type: AWS::Serverless::Function\n", RegexOptions.Multiline)
            .Select(static m => m.Groups[1].Value).ToList();
        Assert.Equal(6, functions.Count);

        // Side by side, as SAM does with parallel = true (samconfig.toml).
        foreach (var folder in await Task.WhenAll(functions.Select(package.BuildAsync)))
        {
            var file = Assert.Single(Directory.EnumerateFileSystemEntries(folder));
            Assert.Equal("Responder.Lambda", Path.GetFileName(file));
            Assert.Equal(executable, await File.ReadAllBytesAsync(file, Cancelled));
            if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherExecute), file);
        }

        Assert.Equal(published, package.PublishedAt);
    }

    private static Task<(int ExitCode, string Output)> CheckAsync(string executable) => Command.RunAsync("dotnet", [
        "msbuild", Path.Combine(Samples.Root, "src", "Responder.Lambda"), "-nologo", "-t:CheckNativeBinary",
        "-p:RuntimeIdentifier=linux-x64", "-p:NativeBinary=" + executable]);
}

/// <summary>What a zip may have at most, in bytes. Official clients have all operations, stand-ins those that are called.</summary>
internal static class PackageLimits
{
#if OFFICIAL_AWS_PACKAGES
    public const long ReadyToRun = 8_000_000;
    public const long NativeAot = 14_000_000;
#else
    public const long ReadyToRun = 4_500_000;
    public const long NativeAot = 9_000_000;
#endif
}
