using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Responder.Lambda.Tests;

/// <summary>What `dotnet publish` makes of which settings, as MSBuild evaluates them; nothing is built or restored.</summary>
public sealed class PublishSettingsTests
{
    private static readonly string s_project = Path.Combine(Samples.Root, "src", "Responder.Lambda");

    /// <summary>The variables that choose, which may be set where the tests run.</summary>
    private static readonly Dictionary<string, string?> s_unset = new()
    {
        ["OfficialAwsPackages"] = null,
        ["PublishAot"] = null,
        ["PublishReadyToRun"] = null,
        ["PackageZip"] = null,
    };

    [Theory]
    [InlineData("linux-x64", "PackageZip=x.zip", "native", "true")]
    [InlineData("linux-x64", "OfficialAwsPackages=true", "native", "true")]
    [InlineData("linux-x64", "PackageZip=x.zip OfficialAwsPackages=false", "native", "false")]
    [InlineData("linux-x64", "PackageZip=x.zip PublishReadyToRun=true", "ReadyToRun", "true")]
    [InlineData("linux-x64", "PackageZip=x.zip PublishAot=false", "ReadyToRun", "true")]
    [InlineData("linux-arm64", "PackageZip=x.zip", "ReadyToRun", "true")]
    [InlineData("linux-arm64", "PackageZip=x.zip PublishAot=true", "native", "true")]
    public async Task Package_and_AWS_packages_follow_the_settings(string system, string settings, string package, string official)
    {
        var (exitCode, output) = await RunAsync(
            ["-getProperty:PublishAot,PublishReadyToRun,OfficialAwsPackages", "-p:_IsPublishing=true", "-p:RuntimeIdentifier=" + system,
                .. settings.Split(' ').Select(static s => "-p:" + s)]);
        Assert.True(exitCode == 0, output);
        var properties = JsonNode.Parse(output)!["Properties"]!;
        Assert.Equal(
            (package == "native", package == "ReadyToRun", official),
            ((string?)properties["PublishAot"] == "true", (string?)properties["PublishReadyToRun"] == "true",
                (string?)properties["OfficialAwsPackages"]));
    }

    /// <summary>The packs for Native AOT are not everywhere, so that nothing but a publish may ask for them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("-p:RuntimeIdentifier=linux-x64")]
    public async Task A_build_is_not_native(string setting)
    {
        var (exitCode, output) = await RunAsync(["-getProperty:PublishAot", .. setting.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((0, ""), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task Stand_ins_are_not_published_unless_somebody_says_so()
    {
        string[] publish = ["-t:RefuseStandIns", "-p:_IsPublishing=true", "-p:RuntimeIdentifier=linux-x64"];
        var (exitCode, output) = await RunAsync(publish);
        Assert.Equal(1, exitCode);
        Assert.Contains("This would publish the function with stand-ins", output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([.. publish, "-p:OfficialAwsPackages=false"])).ExitCode);
        Assert.Equal(0, (await RunAsync([.. publish, "-p:PackageZip=x.zip"])).ExitCode);
    }

    [Fact]
    public async Task A_native_executable_for_another_system_is_refused_with_the_other_package_named()
    {
        var other = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-x64" : "linux-arm64";
        var (exitCode, output) = await RunAsync(
            ["-t:LinkOnLinuxOnly", "-p:_IsPublishing=true", "-p:PublishAot=true", "-p:RuntimeIdentifier=" + other]);
        Assert.Equal(1, exitCode);
        Assert.Contains($"here {other}; this machine is ", output, StringComparison.Ordinal);
        Assert.Contains("-p:PublishReadyToRun=true", output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments) =>
        Command.RunAsync("dotnet", ["msbuild", s_project, "-nologo", .. arguments], s_unset);
}
