using Amazon.Runtime;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Operations.Installation;
using Responder.Records;
using Responder.Tests.Evasions;
using Responder.Tests.Support;

namespace Responder.Tests.Incidents;

/// <summary>What people's commands believe comes from the stack, and from nobody else.</summary>
[Trap("E29")]
public sealed class InstallationSettingsTests
{
    private const string Deployer = "arn:aws:sts::123456789012:assumed-role/deploy/build-7";
    private const string Later = "arn:aws:sts::123456789012:assumed-role/deploy/build-8";
    private const string Eve = "arn:aws:iam::123456789012:user/eve";
    private const string Operator = "arn:aws:sts::123456789012:assumed-role/responder-OperatorRole-ABC/otto";

    [Fact]
    public async Task The_settings_of_the_stack_go_before_the_environment()
    {
        await using var driver = await InstalledAsync(
            ("installation", "RESPONDER_MODE=Observe\nALERT_TOPIC_ARN=arn:aws:sns:us-east-1:123456789012:alerts\nCHAT_TOPIC_ARN="),
            ("members", "MEMBER_ACCOUNT_IDS=210987654321,\n210987654322\n"));
        var settings = await ReadAsync(driver);
        Assert.Empty(settings!.Doubts);
        var environment = settings.Over(static name => name == "MEMBER_ACCOUNT_IDS" ? "999999999999" : name + " of here");
        Assert.Equal("210987654321, 210987654322", environment("MEMBER_ACCOUNT_IDS"));
        Assert.Equal("", environment("CHAT_TOPIC_ARN"));
        Assert.Equal("TRUSTED_PRINCIPAL_ARNS of here", environment("TRUSTED_PRINCIPAL_ARNS"));
        Assert.Equal(
            ["MEMBER_ACCOUNT_IDS"], settings.ContradictedBy(static name => name is "MEMBER_ACCOUNT_IDS" ? "999999999999" : null));
    }

    [Fact]
    public async Task A_later_deployment_by_the_same_role_writes_them_too()
    {
        await using var driver = await InstalledAsync(("installation", "RESPONDER_MODE=Observe"));
        await WriteAsync(driver, Later, "installation", "RESPONDER_MODE=Enforce");
        var settings = await ReadAsync(driver);
        Assert.Empty(settings!.Doubts);
        Assert.Equal("Enforce", settings.Values["RESPONDER_MODE"]);
    }

    [Fact]
    public async Task Settings_that_somebody_else_wrote_last_are_doubted()
    {
        await using var driver = await InstalledAsync(("protected", "BREAK_GLASS_ARNS=arn:aws:iam::123456789012:user/glass"));
        await WriteAsync(driver, Eve, "protected", "BREAK_GLASS_ARNS=arn:aws:iam::123456789012:user/eve");
        Assert.Equal(
            [$"/security/settings/protected was last written by {Eve}, and made by {Deployer}"],
            (await ReadAsync(driver))!.Doubts);
    }

    [Fact]
    public async Task A_part_that_is_missing_or_was_made_by_somebody_else_is_doubted()
    {
        await using var driver = await InstalledAsync(("protected", "BREAK_GLASS_ARNS=arn:aws:iam::123456789012:user/glass"));
        using (var ssm = driver.Clients.Ssm())
            await ssm.DeleteParametersAsync(new DeleteParametersRequest { Names = ["/security/settings/protected"] });
        Assert.Equal(["below /security/settings there is no BREAK_GLASS_ARNS"], (await ReadAsync(driver))!.Doubts);
        await WriteAsync(driver, Eve, "protected", "BREAK_GLASS_ARNS=arn:aws:iam::123456789012:user/eve");
        Assert.Contains($"by {Eve}", Assert.Single((await ReadAsync(driver))!.Doubts), StringComparison.Ordinal);
    }

    /// <summary>Parameter Store keeps a hundred versions: whoever writes as often pushes out who made it.</summary>
    [Fact]
    public async Task A_part_whose_first_version_is_gone_is_doubted()
    {
        await using var driver = await InstalledAsync(("installation", "RESPONDER_MODE=Enforce"));
        for (var i = 0; i < 101; i++) await WriteAsync(driver, Eve, "installation", "RESPONDER_MODE=Observe");
        Assert.Equal(
            ["Parameter Store does not say any more who made /security/settings/installation"], (await ReadAsync(driver))!.Doubts);
    }

    [Fact]
    public async Task Whoever_runs_the_command_does_not_write_what_it_believes()
    {
        await using var driver = await InstalledAsync(("installation", "RESPONDER_MODE=Enforce"));
        await WriteAsync(driver, Operator, "installation", "RESPONDER_MODE=Enforce");
        var doubt = Assert.Single((await ReadAsync(driver, Operator))!.Doubts);
        Assert.Contains("was written by the role of these credentials", doubt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HELLO", "/security/settings/installation, line 1: expected NAME=VALUE, NAME one of RESPONDER_MODE, ")]
    [InlineData("RESPONDER_ENDPOINT_URL=http://eve", "/security/settings/installation, line 1: expected NAME=VALUE")]
    [InlineData(
        "RESPONDER_MODE=Observe\n\nRESPONDER_MODE=Enforce", "/security/settings/installation, line 3: RESPONDER_MODE is there twice")]
    public async Task What_is_no_setting_is_named_with_its_line(string text, string expected)
    {
        await using var driver = await InstalledAsync(("installation", text));
        Assert.StartsWith(expected, Assert.Single((await ReadAsync(driver))!.Doubts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_settings_there_is_nothing_and_a_store_that_cannot_be_read_says_why()
    {
        await using var driver = await ResponderDriver.StartAsync();
        Assert.Null(await ReadAsync(driver));
        driver.Aws.Faults.On("ssm", "GetParametersByPath").Throttle();
        var read = await InstallationSettings.ReadAsync(
            driver.Clients.Ssm(), new ParameterNames("/security"), null, TestContext.Current.CancellationToken);
        Assert.StartsWith("GetParametersByPath /security/settings: ThrottlingException", read.Failure, StringComparison.Ordinal);
    }

    private static async Task<ResponderDriver> InstalledAsync(params (string Name, string Text)[] parts)
    {
        var driver = await ResponderDriver.StartAsync();
        foreach (var (name, text) in parts) await WriteAsync(driver, Deployer, name, text);
        var rest = InstallationSettings.Names.Where(
            name => !parts.Any(part => part.Text.Contains(name + "=", StringComparison.Ordinal)));
        await WriteAsync(driver, Deployer, "rest", string.Join('\n', rest.Select(static name => name + "=")));
        return driver;
    }

    private static async Task WriteAsync(ResponderDriver driver, string writer, string part, string text)
    {
        driver.World.MapAccessKey("AKIAWRITER", writer);
        using var ssm = new AwsClients(driver.Aws.Url, "us-east-1", new BasicAWSCredentials("AKIAWRITER", "secret")).Ssm();
        await ssm.PutParameterAsync(new PutParameterRequest
        {
            Name = "/security/settings/" + part,
            Value = text,
            Type = "String",
            Overwrite = true,
        });
    }

    private static async Task<InstallationSettings?> ReadAsync(ResponderDriver driver, string? caller = null)
    {
        var read = await InstallationSettings.ReadAsync(
            driver.Clients.Ssm(), new ParameterNames("/security"), caller, TestContext.Current.CancellationToken);
        Assert.Null(read.Failure);
        return read.Value;
    }
}
