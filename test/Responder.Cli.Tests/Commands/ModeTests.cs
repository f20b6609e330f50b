using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

public sealed class ModeTests : IAsyncLifetime
{
    private const string Name = "/security/mode";

    private readonly TemporaryFolder _folder = new();
    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync() => _endpoint = await LocalAwsEndpoint.StartAsync(_world);

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Observe_stops_containment_and_enforce_takes_it_back()
    {
        var mallory = _world.Home.EnsureUser("mallory");
        _world.Home.Attach(mallory, Samples.AdministratorAccess);
        Assert.Equal(0, (await ModeAsync("observe", "--reason", "a drill")).ExitCode);
        Assert.Equal("observe", _world.Home.Parameter(Name)!.Value);
        var observed = await ReplayAsync("cafe-0001");
        Assert.Empty(observed.Json[0].GetProperty("containment").EnumerateArray());
        Assert.Null(mallory.BoundaryArn);

        Assert.Equal(0, (await ModeAsync("enforce")).ExitCode);
        await ReplayAsync("cafe-0002");
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);
    }

    [Fact]
    public async Task Show_says_value_who_when_and_what_it_means()
    {
        var none = await ModeAsync("show");
        Assert.Equal(0, none.ExitCode);
        Assert.Contains("none, the parameter does not exist", none.Output, StringComparison.Ordinal);

        await ModeAsync("observe", "--reason", "a drill");
        var run = await ModeAsync("show");
        Assert.Contains("Value        observe", run.Output, StringComparison.Ordinal);
        Assert.Contains("by " + _world.DefaultCallerArn, run.Output, StringComparison.Ordinal);
        Assert.Contains("Nothing is contained", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_is_one_line_of_these_fields()
    {
        var json = (await ModeAsync("observe", "--reason", "a drill", "--format", "json")).Json;
        Assert.Equal(
            ["parameter", "value", "observes", "changed", "lastModifiedAt", "lastModifiedBy", "reason"],
            Assert.Single(json).EnumerateObject().Select(static p => p.Name));
        Assert.Equal(
            (Name, "observe", true, true),
            (json[0].GetProperty("parameter").GetString(), json[0].GetProperty("value").GetString(), json[0].GetProperty("observes")
            .GetBoolean(), json[0].GetProperty("changed").GetBoolean()));
        Assert.False((await ModeAsync("show", "--format", "json")).Json[0].GetProperty("changed").GetBoolean());
    }

    [Fact]
    public async Task What_is_set_already_is_not_written_again()
    {
        await ModeAsync("observe", "--reason", "a drill");
        await ModeAsync("observe", "--reason", "a drill");
        Assert.Single(_endpoint.Calls.Of("ssm", "PutParameter"));
    }

    [Fact]
    public async Task The_reason_is_kept_beside_the_value_and_shown_until_the_switch_is_taken_back()
    {
        await ModeAsync("observe", "--reason", "migration of the\u001b[2J shop");
        // What the function reads is the bare word.
        Assert.Equal("observe", _world.Home.Parameter(Name)!.Value);
        var shown = await ModeAsync("show");
        Assert.Contains("Reason       migration of the\\u001B[2J shop", shown.Output, StringComparison.Ordinal);
        Assert.Equal(
            "migration of the\\u001B[2J shop", (await ModeAsync("show", "--format", "json")).Json[0].GetProperty("reason").GetString());

        var again = await ModeAsync("observe", "--reason", "another");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("the reason that was given then stays", again.Error, StringComparison.Ordinal);
        Assert.Contains("migration", again.Output, StringComparison.Ordinal);

        await ModeAsync("enforce");
        Assert.DoesNotContain("Reason", (await ModeAsync("show")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("migration", _world.Home.Parameter(Name)!.Latest.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("--reason", " ")]
    public async Task Without_a_reason_and_a_terminal_the_switch_is_not_thrown(params string[] options)
    {
        var run = await ModeAsync(["observe", .. options]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--reason is missing", run.Error, StringComparison.Ordinal);
        Assert.Empty(_endpoint.Calls.All);
    }

    [Theory]
    [InlineData("the shop moves", 0)]
    [InlineData("", 2)]
    public async Task At_a_terminal_the_reason_is_asked_for(string answer, int code)
    {
        var run = await Cli.RunAnsweringAsync(
            answer, new Dictionary<string, string>(), "mode", "observe", "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(code, run.ExitCode);
        Assert.Contains("Why is nothing to be contained?", run.Error, StringComparison.Ordinal);
        Assert.Equal(code == 0 ? answer : null, _world.Home.Parameter(Name)?.Latest.Description);
    }

    [Fact]
    public async Task A_long_reason_is_cut_to_what_SSM_takes()
    {
        Assert.Equal(0, (await ModeAsync("observe", "--reason", new string('x', 5000))).ExitCode);
        Assert.InRange(_world.Home.Parameter(Name)!.Latest.Description!.Length, 1000, 1024);
    }

    [Fact]
    public async Task A_value_that_means_nothing_is_said_to_and_control_characters_are_inert()
    {
        _world.Home.SetParameter(Name, "Observed\u001b[2J");
        var run = await ModeAsync("show");
        Assert.Contains("Only observe has a meaning", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task A_switch_that_cannot_be_written_ends_with_4_and_a_wrong_word_with_2()
    {
        _endpoint.Faults.On("ssm", "PutParameter").Refuse();
        var run = await ModeAsync("observe", "--reason", "a drill");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("AccessDenied", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await ModeAsync("off")).ExitCode);
        Assert.Null(_world.Home.Parameter(Name));
    }

    [Fact]
    public async Task The_switch_follows_the_parameter_root()
    {
        var run = await Cli.RunAsync(
            new Dictionary<string, string> { ["PARAMETER_ROOT"] = "/soc" }, "mode", "observe", "--reason", "a drill", "--endpoint",
            _endpoint.Url.ToString());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("observe", _world.Home.Parameter("/soc/mode")!.Value);
    }

    private Task<CliRun> ModeAsync(params string[] arguments) =>
        Cli.RunAsync(["mode", .. arguments, "--endpoint", _endpoint.Url.ToString()]);

    private Task<CliRun> ReplayAsync(string id) =>
        Cli.RunAsync(
            "replay", _folder.Write(id + ".json", Samples.Attach(id: id).ToJsonString()), "--format", "json", "--endpoint",
            _endpoint.Url.ToString());
}
