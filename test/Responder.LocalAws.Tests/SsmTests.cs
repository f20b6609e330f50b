using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class SsmTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    private Task<Answer> PutAsync(string name, string value, bool overwrite = false, string? tier = null, string type = "String")
    {
        var body = new JsonObject { ["Name"] = name, ["Value"] = value, ["Type"] = type, ["Overwrite"] = overwrite };
        if (tier is not null)
            body["Tier"] = tier;
        return _client.SsmAsync("PutParameter", body);
    }

    [Fact]
    public async Task First_writer_wins_without_overwrite_and_versions_count_with_it()
    {
        Assert.Equal(1, (long)(await PutAsync("/a", "one")).Json["Version"]!);
        (await PutAsync("/a", "two")).Is(HttpStatusCode.BadRequest, "ParameterAlreadyExists");
        Assert.Equal(2, (long)(await PutAsync("/a", "three", overwrite: true)).Json["Version"]!);
        Assert.Equal("three", _world.Home.Parameter("/a")!.Value);
        Assert.Equal(
            "one", (string)(await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/a:1" })).Json["Parameter"]!["Value"]!);
        (await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/a:9" }))
            .Is(HttpStatusCode.BadRequest, "ParameterVersionNotFound");
        var history = (await _client.SsmAsync("GetParameterHistory", new JsonObject { ["Name"] = "/a" })).Json["Parameters"]!.AsArray();
        Assert.Equal(["one", "three"], history.Select(version => (string)version!["Value"]!));
    }

    [Fact]
    public async Task Of_many_concurrent_claims_exactly_one_wins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => PutAsync("/claim", i.ToString(CultureInfo.InvariantCulture))));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1, _world.Home.Parameter("/claim")!.Version);
    }

    [Fact]
    public async Task Standard_values_end_at_4096_characters_and_advanced_ones_at_8192()
    {
        Assert.Equal("Standard", (string)(await PutAsync("/a", new string('x', 4096))).Json["Tier"]!);
        (await PutAsync("/b", new string('x', 4097))).Is(HttpStatusCode.BadRequest, "ValidationException");
        Assert.Equal("Advanced", (string)(await PutAsync("/b", new string('x', 8192), tier: "Advanced")).Json["Tier"]!);
        (await PutAsync("/c", new string('x', 8193), tier: "Advanced")).Is(HttpStatusCode.BadRequest, "ValidationException");
        Assert.Equal("Advanced", (string)(await PutAsync("/d", new string('x', 4097), tier: "Intelligent-Tiering")).Json["Tier"]!);
        (await PutAsync("/b", "x", overwrite: true, tier: "Standard")).Is(HttpStatusCode.BadRequest, "ValidationException");
    }

    [Theory]
    [InlineData("{{ssm:other}}")]
    [InlineData("""{"a":{"b":"{{"}}""")]
    public async Task Values_with_two_opening_braces_are_refused(string value)
    {
        (await PutAsync("/a", value)).Is(HttpStatusCode.BadRequest, "ValidationException");
        Assert.Null(_world.Home.Parameter("/a"));
    }

    [Fact]
    public async Task Nested_json_without_adjacent_braces_is_kept_as_it_is()
    {
        const string Value = """{"a": {"b": {"c": "\u007b\u007b"}}}""";
        (await PutAsync("/a", Value)).IsOk();
        Assert.Equal(
            Value, (string)(await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/a" })).Json["Parameter"]!["Value"]!);
    }

    [Theory]
    [InlineData("/aws/x", "AccessDeniedException")]
    [InlineData("AWSthing", "AccessDeniedException")]
    [InlineData("/ssm/x", "ValidationException")]
    [InlineData("/user+name", "ValidationException")]
    [InlineData("/user@example.com", "ValidationException")]
    [InlineData("/a,b", "ValidationException")]
    [InlineData("/a/b/", "ValidationException")]
    [InlineData("/a//b", "ValidationException")]
    [InlineData("a/b", "ValidationException")]
    [InlineData("", "ValidationException")]
    [InlineData("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "HierarchyLevelLimitExceededException")]
    public async Task Names_follow_the_rules(string name, string code) => (await PutAsync(name, "x")).Is(HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task Names_end_at_1011_characters_and_15_levels()
    {
        (await PutAsync("/" + new string('a', 1010), "x")).IsOk();
        (await PutAsync("/" + new string('a', 1011), "x")).Is(HttpStatusCode.BadRequest, "ValidationException");
        (await PutAsync("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15", "x")).IsOk();
    }

    [Fact]
    public async Task New_parameter_needs_a_type_and_keeps_it()
    {
        (await _client.SsmAsync("PutParameter", new JsonObject { ["Name"] = "/a", ["Value"] = "x" }))
            .Is(HttpStatusCode.BadRequest, "ValidationException");
        (await PutAsync("/a", "x")).IsOk();
        (await _client.SsmAsync("PutParameter", new JsonObject { ["Name"] = "/a", ["Value"] = "y", ["Overwrite"] = true })).IsOk();
        (await PutAsync("/a", "x", overwrite: true, type: "SecureString")).Is(HttpStatusCode.BadRequest, "HierarchyTypeMismatchException");
    }

    [Fact]
    public async Task Secure_value_is_plain_only_with_decryption()
    {
        (await PutAsync("/secret", "plain", type: "SecureString")).IsOk();
        Assert.NotEqual(
            "plain",
            (string)(await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/secret" })).Json["Parameter"]!["Value"]!);
        Assert.Equal(
            "plain",
            (string)(await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/secret", ["WithDecryption"] = true })).Json[
                "Parameter"]!["Value"]!);
    }

    [Fact]
    public async Task Tier_is_full_at_its_limit()
    {
        _world.Limits.StandardParameters = 2;
        (await PutAsync("/a", "x")).IsOk();
        (await PutAsync("/b", "x")).IsOk();
        (await PutAsync("/c", "x")).Is(HttpStatusCode.BadRequest, "ParameterLimitExceeded");
        (await PutAsync("/a", "y", overwrite: true)).IsOk();
        (await PutAsync("/c", "x", tier: "Advanced")).IsOk();
    }

    [Fact]
    public async Task History_keeps_the_newest_versions()
    {
        _world.Limits.ParameterVersions = 3;
        for (var i = 0; i < 5; i++)
            (await PutAsync("/a", $"v{i}", overwrite: true)).IsOk();
        Assert.Equal([3L, 4L, 5L], _world.Home.Parameter("/a")!.History.Select(version => version.Version));
    }

    [Fact]
    public async Task Paths_are_read_in_pages_of_ten_one_level_or_all()
    {
        for (var i = 0; i < 12; i++)
            _world.Home.SetParameter($"/root/p{i:D2}", "x");
        _world.Home.SetParameter("/root/sub/deep", "x");
        _world.Home.SetParameter("/rootless", "x");

        var names = new List<string>();
        string? token = null;
        do
        {
            var body = new JsonObject { ["Path"] = "/root", ["Recursive"] = true };
            if (token is not null)
                body["NextToken"] = token;
            var page = (await _client.SsmAsync("GetParametersByPath", body)).Json;
            Assert.True(page["Parameters"]!.AsArray().Count <= 10);
            names.AddRange(page["Parameters"]!.AsArray().Select(parameter => (string)parameter!["Name"]!));
            token = (string?)page["NextToken"];
        }
        while (token is not null);

        Assert.Equal(13, names.Distinct().Count());
        Assert.DoesNotContain("/rootless", names);
        var level = (await _client.SsmAsync("GetParametersByPath", new JsonObject { ["Path"] = "/root/", ["MaxResults"] = 5 })).Json;
        Assert.Equal(5, level["Parameters"]!.AsArray().Count);
        (await _client.SsmAsync("GetParametersByPath", new JsonObject { ["Path"] = "/root", ["MaxResults"] = 11 }))
            .Is(HttpStatusCode.BadRequest, "ValidationException");
        (await _client.SsmAsync("GetParametersByPath", new JsonObject { ["Path"] = "/root", ["NextToken"] = "?" }))
            .Is(HttpStatusCode.BadRequest, "InvalidNextToken");
    }

    [Fact]
    public async Task Parameters_are_described_by_filter()
    {
        _world.Home.SetParameter("/security/incidents/a", "x");
        _world.Home.SetParameter("/other", "x");
        var filter = new JsonObject { ["Key"] = "Name", ["Option"] = "BeginsWith", ["Values"] = new JsonArray("/security") };
        var described = (
            await _client.SsmAsync("DescribeParameters", new JsonObject { ["ParameterFilters"] = new JsonArray(filter) })).Json[
                "Parameters"]!.AsArray();
        Assert.Equal(["/security/incidents/a"], described.Select(parameter => (string)parameter!["Name"]!));
        var unknown = new JsonObject { ["Key"] = "Colour", ["Values"] = new JsonArray("red") };
        (await _client.SsmAsync("DescribeParameters", new JsonObject { ["ParameterFilters"] = new JsonArray(unknown) }))
            .Is(HttpStatusCode.BadRequest, "InvalidFilterKey");
    }

    [Fact]
    public async Task Many_names_are_read_and_deleted_with_the_missing_ones_named()
    {
        _world.Home.SetParameter("/a", "x");
        var read = (await _client.SsmAsync("GetParameters", new JsonObject { ["Names"] = new JsonArray("/a", "/b") })).Json;
        Assert.Equal("/a", (string)Assert.Single(read["Parameters"]!.AsArray())!["Name"]!);
        Assert.Equal("/b", (string)Assert.Single(read["InvalidParameters"]!.AsArray())!);
        var deleted = (await _client.SsmAsync("DeleteParameters", new JsonObject { ["Names"] = new JsonArray("/a", "/b") })).Json;
        Assert.Equal("/a", (string)Assert.Single(deleted["DeletedParameters"]!.AsArray())!);
        (await _client.SsmAsync("DeleteParameter", new JsonObject { ["Name"] = "/a" })).Is(HttpStatusCode.BadRequest, "ParameterNotFound");
    }

    [Fact]
    public async Task Regions_are_separate()
    {
        (await PutAsync("/a", "east")).IsOk();
        using var west = new WireClient(_endpoint, region: "eu-west-1");
        (await west.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/a" })).Is(HttpStatusCode.BadRequest, "ParameterNotFound");
    }
}
